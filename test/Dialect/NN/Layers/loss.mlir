// Losses: their forms, and what shapes they relate.
//
// RUN: nascent-opt %s --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --nn-infer-shapes | FileCheck %s --check-prefix=INFER

// CHECK-LABEL: nn.sequential @labels(
// CHECK:         nn.cross_entropy %{{.*}}, %{{.*}} : tensor<?x10xf32>, tensor<8xi32> -> tensor<?xf32>
// INFER-LABEL: nn.sequential @labels(
// INFER-SAME:    %{{.*}}: tensor<8x10xf32>, %{{.*}}: tensor<8xi32>) -> tensor<1xf32>
// INFER:         nn.cross_entropy %{{.*}}, %{{.*}} : tensor<8x10xf32>, tensor<8xi32> -> tensor<1xf32>
nn.sequential @labels(%x: tensor<?x10xf32>, %t: tensor<8xi32>) -> tensor<?xf32> {
  %0 = nn.cross_entropy %x, %t axis(1) ignore_index(-100) label_smoothing(0.0) : tensor<?x10xf32>, tensor<8xi32> -> tensor<?xf32>
  nn.return %0 : tensor<?xf32>
}

// There is a weight for each class.
// CHECK-LABEL: nn.sequential @weights(
// CHECK:         nn.cross_entropy %{{.*}}, %{{.*}} weights(1.0, 0.25, 2.0) : tensor<8x?xf32>, tensor<8xi32> -> tensor<1xf32>
// INFER-LABEL: nn.sequential @weights(
// INFER-SAME:    %{{.*}}: tensor<8x3xf32>, %{{.*}}: tensor<8xi32>) -> tensor<1xf32>
nn.sequential @weights(%x: tensor<8x?xf32>, %t: tensor<8xi32>) -> tensor<1xf32> {
  %0 = nn.cross_entropy %x, %t weights(1.0, 0.25, 2.0) : tensor<8x?xf32>, tensor<8xi32> -> tensor<1xf32>
  nn.return %0 : tensor<1xf32>
}

// The classes of a sequence are its last dimension, those of an image the second.
// CHECK-LABEL: nn.sequential @places(
// CHECK:         nn.nll %{{.*}}, %{{.*}} axis(-1) ignore_index(3) : tensor<2x?x10xf32>, tensor<2x7xi32> -> tensor<1xf32>
// INFER-LABEL: nn.sequential @places(
// INFER-SAME:    %{{.*}}: tensor<2x7x10xf32>, %{{.*}}: tensor<2x7xi32>) -> tensor<1xf32>
nn.sequential @places(%x: tensor<2x?x10xf32>, %t: tensor<2x7xi32>) -> tensor<1xf32> {
  %0 = nn.nll %x, %t axis(-1) ignore_index(3) : tensor<2x?x10xf32>, tensor<2x7xi32> -> tensor<1xf32>
  nn.return %0 : tensor<1xf32>
}

// INFER-LABEL: nn.sequential @image(
// INFER-SAME:    %{{.*}}: tensor<2x10x4x5xf32>, %{{.*}}: tensor<2x4x5xi32>) -> tensor<1xf32>
nn.sequential @image(%x: tensor<2x10x?x5xf32>, %t: tensor<2x4x?xi32>) -> tensor<1xf32> {
  %0 = nn.cross_entropy %x, %t : tensor<2x10x?x5xf32>, tensor<2x4x?xi32> -> tensor<1xf32>
  nn.return %0 : tensor<1xf32>
}

// CHECK-LABEL: nn.sequential @numbers(
// CHECK:         nn.huber %{{.*}}, %{{.*}} delta(0.5) : tensor<?x3xf32>, tensor<4x?xf32> -> tensor<1xf32>
// INFER-LABEL: nn.sequential @numbers(
// INFER-SAME:    %{{.*}}: tensor<4x3xf32>, %{{.*}}: tensor<4x3xf32>) -> tensor<1xf32>
nn.sequential @numbers(%x: tensor<?x3xf32>, %t: tensor<4x?xf32>) -> tensor<1xf32> {
  %0 = nn.huber %x, %t delta(0.5) : tensor<?x3xf32>, tensor<4x?xf32> -> tensor<1xf32>
  nn.return %0 : tensor<1xf32>
}
