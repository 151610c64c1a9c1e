// RUN: nascent-opt %s --nn-materialize-parameters --nn-infer-shapes --nn-assign-layouts --convert-nn-to-linalg --verify-roundtrip | FileCheck %s

// A state is a part of all; the last ones are joined.
// CHECK-LABEL: func.func private @states.forward(
// CHECK-SAME:      %[[X:.*]]: tensor<?x5x3xf32>, %[[N:.*]]: tensor<?xf32>, %[[ALL:.*]]: tensor<?x2x4xf32>) -> (tensor<?x5x8xf32>, tensor<?x2x4xf32>)
// CHECK:         %[[P0:.*]] = tensor.extract_slice %[[ALL]][0, 0, 0] [%{{.*}}, 1, 4] [1, 1, 1] : tensor<?x2x4xf32> to tensor<?x1x4xf32>
// CHECK:         %[[H0:.*]] = tensor.collapse_shape %[[P0]] {{\[}}[0], [1, 2]] : tensor<?x1x4xf32> into tensor<?x4xf32>
// CHECK:         %[[A:.*]]:3 = nn.recurrence {{.*}} initial(%[[H0]] : tensor<?x4xf32>) lengths(%[[N]] : tensor<?xf32>) attributes
// CHECK:         %[[P1:.*]] = tensor.extract_slice %[[ALL]][0, 1, 0]
// CHECK:         %[[H1:.*]] = tensor.collapse_shape %[[P1]]
// CHECK:         %[[B:.*]]:3 = nn.recurrence {{.*}} initial(%[[H1]] : tensor<?x4xf32>) lengths(%[[N]] : tensor<?xf32>) reverse attributes
// CHECK:         %[[Y:.*]] = tensor.concat dim(2) %[[A]]#0, %[[B]]#0
// CHECK:         %[[STATES:.*]] = tensor.concat dim(1) %[[A]]#1, %[[B]]#1 : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x8xf32>
// CHECK:         %[[H:.*]] = tensor.expand_shape %[[STATES]] {{\[}}[0], [1, 2]] {{.*}} : tensor<?x8xf32> into tensor<?x2x4xf32>
// CHECK:         return %[[Y]], %[[H]]
nn.sequential @states(%x: tensor<?x5x3xf32>, %n: tensor<?xi32>, %h: tensor<?x2x4xf32>) -> (tensor<?x5x8xf32>, tensor<?x2x4xf32>) {
  %0, %1 = nn.gru %x, 4 bidirectional lengths(%n) state(%h) : tensor<?x5x3xf32>, tensor<?xi32>, tensor<?x2x4xf32> -> tensor<?x5x8xf32>, tensor<?x2x4xf32>
  nn.return %0, %1 : tensor<?x5x8xf32>, tensor<?x2x4xf32>
}

// Keys from the length on have no weight. A length is a word, as a float is.
// CHECK-LABEL: func.func private @attention.forward(
// CHECK-SAME:      %{{.*}}: tensor<2x5x4xf32>, %[[N:.*]]: tensor<2xf32>)
// CHECK:         linalg.generic {{.*}}ins(%{{.*}}, %[[N]] : tensor<2x1x5x5xf32>, tensor<2xf32>) {{.*}}nn.layer_part = "mask"
// CHECK-NEXT:    ^bb0(%[[SCORE:.*]]: f32, %[[BITS:.*]]: f32, %{{.*}}: f32):
// CHECK:           %[[SCALED:.*]] = arith.mulf %[[SCORE]]
// CHECK:           %[[KEY:.*]] = linalg.index 3
// CHECK:           %[[WORD:.*]] = arith.bitcast %[[BITS]] : f32 to i32
// CHECK:           %[[END:.*]] = arith.index_cast %[[WORD]] : i32 to index
// CHECK:           %[[SEEN:.*]] = arith.cmpi slt, %[[KEY]], %[[END]]
// CHECK:           arith.select %[[SEEN]], %[[SCALED]]
nn.sequential @attention(%x: tensor<2x5x4xf32>, %n: tensor<2xi32>) -> tensor<2x5x4xf32> {
  %0 = nn.attention %x heads(1) lengths(%n) : tensor<2x5x4xf32>, tensor<2xi32>
  nn.return %0 : tensor<2x5x4xf32>
}

// The mean is of as many as there are.
// CHECK-LABEL: func.func private @mean.forward(
// CHECK-SAME:      %[[X:.*]]: tensor<2x5x4xf32>, %[[N:.*]]: tensor<2xf32>)
// CHECK:         %[[SUMS:.*]] = linalg.generic {{.*}}ins(%[[X]], %[[N]]
// CHECK:           %[[PLACE:.*]] = linalg.index 1
// CHECK:           %[[THERE:.*]] = arith.cmpi slt, %[[PLACE]]
// CHECK:           %[[OWN:.*]] = arith.select %[[THERE]]
// CHECK:           arith.addf %{{.*}}, %[[OWN]]
// CHECK:         linalg.generic {{.*}}ins(%[[SUMS]], %[[N]] : tensor<2x4xf32>, tensor<2xf32>)
// CHECK:           %[[WORD:.*]] = arith.bitcast
// CHECK:           %[[COUNT:.*]] = arith.sitofp %[[WORD]]
// CHECK:           arith.divf %{{.*}}, %[[COUNT]]
nn.sequential @mean(%x: tensor<2x5x4xf32>, %n: tensor<2xi32>) -> tensor<2x4xf32> {
  %0 = nn.mean_over %x dims(1) lengths(%n) : tensor<2x5x4xf32>, tensor<2xi32> -> tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}
