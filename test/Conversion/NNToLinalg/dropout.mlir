// RUN: nascent-opt %s --convert-nn-to-linalg | FileCheck %s

// The loss drops nothing. Gradients are of a network that does: by the words of the
// seed and of the batch's first row, behind the other arguments, and by places in
// the order of types. What is kept is divided by 1 - p.

// CHECK: #[[$SEED:.*]] = affine_map<(d0, d1) -> (0)>
// CHECK: #[[$FIRST:.*]] = affine_map<(d0, d1) -> (2)>

// CHECK-LABEL: func.func private @rows.loss.forward(
// CHECK-SAME:    %{{[a-z0-9]+}}: tensor<2x6xf32>, %{{[a-z0-9]+}}: tensor<2x6xf32>) -> tensor<1xf32>
// CHECK-NOT:     linalg.index
// CHECK-LABEL: func.func private @rows.gradients.forward(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<2x6xf32>, %{{[a-z0-9]+}}: tensor<2x6xf32>, %[[WORDS:[a-z0-9]+]]: tensor<4xf32>) -> tensor<1xf32>
// CHECK:         linalg.generic {{.*}}indexing_maps = [{{[^,]*}}, #[[$SEED]], {{[^,]*}}, #[[$FIRST]],
// CHECK-SAME:      ins(%[[X]], %[[WORDS]], %[[WORDS]], %[[WORDS]], %[[WORDS]] :
// CHECK:         ^bb0(%[[E:.*]]: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32):
// CHECK:           %[[ROW:.*]] = linalg.index 0 : index
// CHECK:           arith.constant 6 : i64
// CHECK:           linalg.index 1 : index
// A quarter of 2^32.
// CHECK:           %[[LIMIT:.*]] = arith.constant 1073741824 : i64
// CHECK:           %[[DROPPED:.*]] = arith.cmpi slt, %{{.*}}, %[[LIMIT]] : i64
// CHECK:           %[[FACTOR:.*]] = arith.constant 1.33333337 : f32
// CHECK:           %[[KEPT:.*]] = arith.mulf %[[E]], %[[FACTOR]] : f32
// CHECK:           arith.select %[[DROPPED]], %{{.*}}, %[[KEPT]] : f32
nn.sequential @rows(%x: tensor<2x6xf32>) -> tensor<2x6xf32> attributes {nn.parameter_bytes = 0 : i64} {
  nn.return %x : tensor<2x6xf32>
}
nn.sequential @rows.loss(%x: tensor<2x6xf32>, %t: tensor<2x6xf32>) -> tensor<1xf32> attributes {base = @rows, nn.parameter_bytes = 0 : i64, nn.training = "loss"} {
  %0 = nn.dropout %x p(0.25) : tensor<2x6xf32>
  %1 = nn.mse %0, %t : tensor<2x6xf32>, tensor<2x6xf32> -> tensor<1xf32>
  nn.return %1 : tensor<1xf32>
}

// Channels are stored last, but places are counted as if they were not: a step from
// one to the next is one of 20 elements.

// CHECK-LABEL: func.func private @images.backward.forward(
// CHECK:           linalg.index 0 : index
// CHECK:           arith.constant 60 : i64
// CHECK:           linalg.index 1 : index
// CHECK:           arith.constant 5 : i64
// CHECK:           linalg.index 2 : index
// CHECK:           arith.constant 1 : i64
// CHECK:           linalg.index 3 : index
// CHECK:           arith.constant 20 : i64
nn.sequential @images(%x: tensor<2x3x4x5xf32, #nn.channels_last>) -> tensor<2x3x4x5xf32, #nn.channels_last> attributes {nn.parameter_bytes = 0 : i64} {
  nn.return %x : tensor<2x3x4x5xf32, #nn.channels_last>
}
nn.sequential @images.backward(%x: tensor<2x3x4x5xf32, #nn.channels_last>) -> tensor<2x3x4x5xf32, #nn.channels_last> attributes {base = @images, nn.parameter_bytes = 0 : i64, nn.training = "backward"} {
  %0 = nn.dropout %x : tensor<2x3x4x5xf32, #nn.channels_last>
  nn.return %0 : tensor<2x3x4x5xf32, #nn.channels_last>
}
