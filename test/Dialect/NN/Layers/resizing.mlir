// Sizes follow in both directions; values are stored with their channels last.
//
// RUN: nascent-opt %s --nn-infer-shapes --nn-assign-orders --verify-roundtrip | FileCheck %s

// CHECK-LABEL: nn.sequential @forward(
// CHECK-NEXT:    nn.reorder {{.*}} -> tensor<2x3x5x7xf32, #nn.channels_last>
// CHECK-NEXT:    nn.pad {{.*}} -> tensor<2x3x6x8xf32, #nn.channels_last>
// CHECK-NEXT:    nn.upsample {{.*}} -> tensor<2x3x12x24xf32, #nn.channels_last>
// CHECK-NEXT:    nn.reorder {{.*}} -> tensor<2x3x12x24xf32>
nn.sequential @forward(%x: tensor<2x3x5x7xf32>) -> tensor<?x?x?x?xf32> {
  %0 = nn.pad %x padding(0, 0, 1, 1) : tensor<2x3x5x7xf32> -> tensor<?x?x?x?xf32>
  %1 = nn.upsample %0 scale(2, 3) : tensor<?x?x?x?xf32> -> tensor<?x?x?x?xf32>
  nn.return %1 : tensor<?x?x?x?xf32>
}

// CHECK-LABEL: nn.sequential @backward(
// CHECK-SAME:    %arg0: tensor<2x3x4xf32>)
// CHECK:         nn.pad {{.*}} -> tensor<2x3x6xf32, #nn.channels_last>
nn.sequential @backward(%x: tensor<?x?x?xf32>) -> tensor<2x3x12xf32> {
  %0 = nn.pad %x padding(1) : tensor<?x?x?xf32> -> tensor<?x?x?xf32>
  %1 = nn.upsample %0 scale(2) mode(linear) : tensor<?x?x?xf32> -> tensor<?x?x?xf32>
  nn.return %1 : tensor<?x?x?xf32>
}
