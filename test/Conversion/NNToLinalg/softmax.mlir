// RUN: nascent-opt %s --convert-nn-to-linalg --verify-roundtrip | FileCheck %s

// CHECK-DAG: #[[$ALL:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[$ROW:.*]] = affine_map<(d0, d1) -> (d0)>

// Maximum, sum of exponentials, quotient, row by row: no exponent is positive.
// CHECK-LABEL: func.func private @softmax.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<3x10xf32>)
// CHECK:         %[[LOWEST:.*]] = arith.constant 0xFF800000 : f32
// CHECK:         %[[INIT:.*]] = linalg.fill ins(%[[LOWEST]] : f32) outs(%{{.*}} : tensor<3xf32>)
// CHECK:         %[[MAX:.*]] = linalg.generic {indexing_maps = [#[[$ALL]], #[[$ROW]]], iterator_types = ["parallel", "reduction"]} ins(%[[X]] : tensor<3x10xf32>) outs(%[[INIT]] : tensor<3xf32>) attrs =  {nn.layer = "0", nn.no_gradient}
// CHECK:           arith.maximumf
// CHECK:         %[[ZERO:.*]] = arith.constant 0.0
// CHECK:         %[[START:.*]] = linalg.fill ins(%[[ZERO]] : f32) outs(%{{.*}} : tensor<3xf32>)
// CHECK:         %[[SUM:.*]] = linalg.generic {indexing_maps = [#[[$ALL]], #[[$ROW]], #[[$ROW]]], iterator_types = ["parallel", "reduction"]} ins(%[[X]], %[[MAX]] : tensor<3x10xf32>, tensor<3xf32>) outs(%[[START]] : tensor<3xf32>)
// CHECK-NEXT:    ^bb0(%[[E:.*]]: f32, %[[M:.*]]: f32, %[[ACC:.*]]: f32):
// CHECK-NEXT:      %[[D:.*]] = arith.subf %[[E]], %[[M]]
// CHECK-NEXT:      %[[EXP:.*]] = math.exp %[[D]]
// CHECK-NEXT:      %[[NEXT:.*]] = arith.addf %[[ACC]], %[[EXP]]
// CHECK-NEXT:      linalg.yield %[[NEXT]]
// CHECK:         linalg.generic {indexing_maps = [#[[$ALL]], #[[$ROW]], #[[$ROW]], #[[$ALL]]], iterator_types = ["parallel", "parallel"]} ins(%[[X]], %[[MAX]], %[[SUM]] :
// CHECK-NEXT:    ^bb0(%[[E:.*]]: f32, %[[M:.*]]: f32, %[[S:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[D:.*]] = arith.subf %[[E]], %[[M]]
// CHECK-NEXT:      %[[EXP:.*]] = math.exp %[[D]]
// CHECK-NEXT:      %[[R:.*]] = arith.divf %[[EXP]], %[[S]]
// CHECK-NEXT:      linalg.yield %[[R]]
nn.sequential @softmax(%x: tensor<3x10xf32>) -> tensor<3x10xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x : tensor<3x10xf32>
  nn.return %0 : tensor<3x10xf32>
}

// The logarithm is taken once a row.
// CHECK-LABEL: func.func private @log_softmax.forward(
// CHECK:         %[[MAX:.*]] = linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]}
// CHECK:         %[[SUM:.*]] = linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]}
// CHECK:         %[[LOG:.*]] = linalg.generic {{.*}} iterator_types = ["parallel"]} ins(%[[SUM]] : tensor<3xf32>)
// CHECK:           math.log
// CHECK:         linalg.generic {{.*}} ins(%{{.*}}, %[[MAX]], %[[LOG]] : tensor<3x10xf32>, tensor<3xf32>, tensor<3xf32>)
// CHECK-NEXT:    ^bb0(%[[E:.*]]: f32, %[[M:.*]]: f32, %[[L:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[D:.*]] = arith.subf %[[E]], %[[M]]
// CHECK-NEXT:      %[[R:.*]] = arith.subf %[[D]], %[[L]]
// CHECK-NEXT:      linalg.yield %[[R]]
nn.sequential @log_softmax(%x: tensor<3x10xf32>) -> tensor<3x10xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.log_softmax %x : tensor<3x10xf32>
  nn.return %0 : tensor<3x10xf32>
}

// Over the last dimension of a higher rank; a vector is one row.
// CHECK-LABEL: func.func private @ranks.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3x5xf32>, %[[Y:.*]]: tensor<7xf32>)
// CHECK:         tensor.collapse_shape %[[X]] {{\[\[}}0, 1], [2]] : tensor<2x3x5xf32> into tensor<6x5xf32>
// CHECK:         tensor.expand_shape %{{.*}} {{\[\[}}0, 1], [2]] output_shape [2, 3, 5] {nn.layer = "0"} : tensor<6x5xf32> into tensor<2x3x5xf32>
// CHECK:         tensor.expand_shape %[[Y]] {{\[\[}}0, 1]] output_shape [1, 7] : tensor<7xf32> into tensor<1x7xf32>
// CHECK:         tensor.collapse_shape %{{.*}} {{\[\[}}0, 1]] {nn.layer = "1"} : tensor<1x7xf32> into tensor<7xf32>
nn.sequential @ranks(%x: tensor<2x3x5xf32>, %y: tensor<7xf32>) -> (tensor<2x3x5xf32>, tensor<7xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x : tensor<2x3x5xf32>
  %1 = nn.log_softmax %y : tensor<7xf32>
  nn.return %0, %1 : tensor<2x3x5xf32>, tensor<7xf32>
}

// Channels are neighbours where they are stored last. Elements of another
// dimension become neighbours, by kernels of their own.
// CHECK-LABEL: func.func private @axes.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<2x5x7x3xf32>, %[[Y:.*]]: tensor<2x3x5x7xf32>)
// CHECK:         tensor.collapse_shape %[[X]] {{\[\[}}0, 1, 2], [3]] : tensor<2x5x7x3xf32> into tensor<70x3xf32>
// CHECK-NOT:     linalg.transpose
// CHECK:         tensor.expand_shape %{{.*}} {nn.layer = "0"} : tensor<70x3xf32> into tensor<2x5x7x3xf32>
// CHECK:         %[[T:.*]] = linalg.transpose ins(%[[Y]] : tensor<2x3x5x7xf32>) outs(%{{.*}} : tensor<2x3x7x5xf32>) permutation = [0, 1, 3, 2]{{ *$}}
// CHECK-NEXT:    tensor.collapse_shape %[[T]] {{\[\[}}0, 1, 2], [3]] : tensor<2x3x7x5xf32> into tensor<42x5xf32>
// CHECK:         linalg.transpose ins(%{{.*}} : tensor<2x3x7x5xf32>) outs(%{{.*}} : tensor<2x3x5x7xf32>) permutation = [0, 1, 3, 2]{{ *$}}
nn.sequential @axes(%x: tensor<2x3x5x7xf32, #nn.channels_last>, %y: tensor<2x3x5x7xf32>) -> (tensor<2x3x5x7xf32, #nn.channels_last>, tensor<2x3x5x7xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x axis(1) : tensor<2x3x5x7xf32, #nn.channels_last>
  %1 = nn.log_softmax %y axis(-2) : tensor<2x3x5x7xf32>
  nn.return %0, %1 : tensor<2x3x5x7xf32, #nn.channels_last>, tensor<2x3x5x7xf32>
}
