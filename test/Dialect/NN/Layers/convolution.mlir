// RUN: nascent-opt %s | nascent-opt | FileCheck %s
// RUN: nascent-opt %s --nn-materialize-parameters --nn-infer-shapes | FileCheck %s --check-prefix=INFER

// Clauses print in one order, those that have their defaults not at all.
// CHECK-LABEL: nn.sequential @clauses(
// CHECK-NEXT:    nn.conv2d %{{.*}}, 6 kernel(3, 5) stride(2, 1) padding(1, 2, 1, 2) dilation(2) groups(2) in(4) no_bias : tensor<?x?x?x?xf32> -> tensor<?x6x?x?xf32>
// CHECK-NEXT:    nn.conv2d %{{.*}}, 8 kernel(1) : tensor<?x6x?x?xf32> -> tensor<?x8x?x?xf32>
// CHECK-NEXT:    nn.conv2d %{{.*}}, 8 kernel(4) padding(same) name("last") : tensor<?x8x?x?xf32> -> tensor<?x8x?x?xf32>
nn.sequential @clauses(%x: tensor<?x?x?x?xf32>) -> tensor<?x8x?x?xf32> {
  %0 = nn.conv2d %x, 6 no_bias in(4) groups(2) dilation(2) padding(1, 2, 1, 2) stride(2, 1) kernel(3, 5) : tensor<?x?x?x?xf32> -> tensor<?x6x?x?xf32>
  %1 = nn.conv2d %0, 8 kernel(1) groups(1) : tensor<?x6x?x?xf32> -> tensor<?x8x?x?xf32>
  %2 = nn.conv2d %1, 8 kernel(4) padding(same) name("last") : tensor<?x8x?x?xf32> -> tensor<?x8x?x?xf32>
  nn.return %2 : tensor<?x8x?x?xf32>
}

// Floors, both paddings, dilation; the weight has a group's channels.
// INFER: nn.parameter @forwards.0.weight : tensor<6x2x3x5xf32>
// INFER-LABEL: nn.sequential @forwards(
// INFER:         nn.conv2d {{.*}} -> tensor<2x6x9x15xf32>
nn.sequential @forwards(%x: tensor<2x4x20x16xf32>) -> tensor<?x?x?x?xf32> {
  %0 = nn.conv2d %x, 6 kernel(3, 5) stride(2, 1) padding(1, 2, 0, 5) dilation(2) groups(2) no_bias : tensor<2x4x20x16xf32> -> tensor<?x?x?x?xf32>
  nn.return %0 : tensor<?x?x?x?xf32>
}

// Backwards only where one input fits: at stride 1, in the first dimension.
// INFER-LABEL: nn.sequential @backwards(
// INFER-SAME:    tensor<2x3x12x?xf32>
nn.sequential @backwards(%x: tensor<?x?x?x?xf32>) -> tensor<2x6x10x10xf32> {
  %0 = nn.conv2d %x, 6 kernel(3) stride(1, 2) in(3) : tensor<?x?x?x?xf32> -> tensor<2x6x10x10xf32>
  nn.return %0 : tensor<2x6x10x10xf32>
}

// INFER-LABEL: nn.sequential @other_ranks(
// INFER:         nn.conv1d {{.*}} -> tensor<2x6x16xf32>
// INFER:         nn.conv3d {{.*}} -> tensor<2x6x2x3x4xf32>
nn.sequential @other_ranks(%x: tensor<2x4x18xf32>, %y: tensor<2x4x4x5x6xf32>) -> (tensor<2x?x?xf32>, tensor<2x?x?x?x?xf32>) {
  %0 = nn.conv1d %x, 6 kernel(3) : tensor<2x4x18xf32> -> tensor<2x?x?xf32>
  %1 = nn.conv3d %y, 6 kernel(3) : tensor<2x4x4x5x6xf32> -> tensor<2x?x?x?x?xf32>
  nn.return %0, %1 : tensor<2x?x?xf32>, tensor<2x?x?x?x?xf32>
}

// A transposed convolution makes what the other one reads.
// CHECK-LABEL: nn.sequential @transposed(
// CHECK-NEXT:    nn.conv_transpose2d %{{.*}}, 6 kernel(3, 5) stride(2) padding(1) output_padding(0, 1) dilation(2) groups(2) in(4) no_bias : tensor<2x?x9x8xf32> -> tensor<2x6x?x?xf32>
// INFER: nn.parameter @transposed.0.weight : tensor<4x3x3x5xf32>
// INFER-LABEL: nn.sequential @transposed(
// INFER-SAME:    tensor<2x4x9x8xf32>
// INFER:         nn.conv_transpose2d {{.*}} -> tensor<2x6x19x22xf32>
nn.sequential @transposed(%x: tensor<2x?x9x8xf32>) -> tensor<2x6x?x?xf32> {
  %0 = nn.conv_transpose2d %x, 6 no_bias in(4) groups(2) dilation(2) output_padding(0, 1) padding(1) stride(2) kernel(3, 5) : tensor<2x?x9x8xf32> -> tensor<2x6x?x?xf32>
  nn.return %0 : tensor<2x6x?x?xf32>
}

// INFER: nn.parameter @transposed_backwards.0.weight : tensor<4x6x4x4xf32>
// INFER: nn.parameter @transposed_backwards.0.bias : tensor<6xf32>
// INFER-LABEL: nn.sequential @transposed_backwards(
// INFER-SAME:    tensor<2x4x7x7xf32>
nn.sequential @transposed_backwards(%x: tensor<?x4x?x?xf32>) -> tensor<2x6x14x14xf32> {
  %0 = nn.conv_transpose2d %x, 6 kernel(4) stride(2) padding(1) : tensor<?x4x?x?xf32> -> tensor<?x6x?x?xf32>
  nn.return %0 : tensor<?x6x?x?xf32>
}

// CHECK-LABEL: nn.sequential @causal(
// CHECK-NEXT:    nn.conv1d %{{.*}}, 4 kernel(3){{.*}} causal{{.*}} : tensor<2x7x?xf32> -> tensor<2x4x40xf32>
// INFER-LABEL: nn.sequential @causal(
// INFER-SAME:    tensor<2x7x40xf32>
// INFER:         nn.conv1d {{.*}} -> tensor<2x4x40xf32>
// INFER:         nn.conv1d {{.*}} -> tensor<2x4x20xf32>
nn.sequential @causal(%x: tensor<2x7x?xf32>) -> tensor<2x4x20xf32> {
  %0 = nn.conv1d %x, 4 causal kernel(3) dilation(5) : tensor<2x7x?xf32> -> tensor<2x4x40xf32>
  %1 = nn.conv1d %0, 4 kernel(2) stride(2) causal : tensor<2x4x40xf32> -> tensor<2x4x20xf32>
  nn.return %1 : tensor<2x4x20xf32>
}
