// RUN: nascent-opt %s --convert-nn-to-linalg | FileCheck %s

// CHECK-DAG: #[[$A:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
// CHECK-DAG: #[[$B:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3)>

// CHECK-LABEL: func.func private @join.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<?x3x4xf32>, %[[Y:.*]]: tensor<?x3x4xf32>)
// Elements at the same place, from the left.
// CHECK:         %[[SUM:.*]] = linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel"]} ins(%[[X]], %[[Y]], %[[X]] : {{.*}}) {{.*}} attrs = {nn.layer = "0"} {
// CHECK-NEXT:    ^bb0(%[[A:.*]]: f32, %[[B:.*]]: f32, %[[C:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[AB:.*]] = arith.addf %[[A]], %[[B]]
// CHECK-NEXT:      %[[ABC:.*]] = arith.addf %[[AB]], %[[C]]
// CHECK-NEXT:      linalg.yield %[[ABC]]
// CHECK:         %[[PRODUCT:.*]] = linalg.generic {{.*}} ins(%[[SUM]], %[[Y]] : {{.*}}) {{.*}} attrs = {nn.layer = "1"} {
// CHECK:           arith.mulf
// CHECK:         %[[ALL:.*]] = tensor.concat dim(1) %[[SUM]], %[[PRODUCT]] : (tensor<?x3x4xf32>, tensor<?x3x4xf32>) -> tensor<?x6x4xf32>
// CHECK:         %[[DIM:.*]] = tensor.dim %[[ALL]], %{{.*}}
// CHECK:         tensor.extract_slice %[[ALL]][0, 0, 1] [%[[DIM]], 6, 2] [1, 1, 1] : tensor<?x6x4xf32> to tensor<?x6x2xf32>
nn.sequential @join(%x: tensor<?x3x4xf32>, %y: tensor<?x3x4xf32>) -> tensor<?x6x2xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.add %x, %y, %x : tensor<?x3x4xf32>
  %1 = nn.mul %0, %y : tensor<?x3x4xf32>
  %2 = nn.concat %0, %1 axis(-2) : tensor<?x3x4xf32> -> tensor<?x6x4xf32>
  %3 = nn.slice %2 axis(2) start(-3) end(-1) : tensor<?x6x4xf32> -> tensor<?x6x2xf32>
  nn.return %3 : tensor<?x6x2xf32>
}

// A loop for the depth behind those of the result. Columns are side by side, as those
// of a weight are: a second value that is transposed is turned first.
// CHECK-LABEL: func.func private @matmul.forward(
// CHECK:         %[[T:.*]] = linalg.transpose ins(%{{.*}} : tensor<?x3x5x4xf32>) outs(%{{.*}} : tensor<?x3x4x5xf32>) permutation = [0, 1, 3, 2]
// CHECK:         linalg.generic {indexing_maps = [#[[$A]], #[[$B]], #{{.*}}], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%{{.*}}, %[[T]] :
// CHECK:           arith.mulf
// CHECK-NEXT:      arith.addf
nn.sequential @matmul(%x: tensor<?x3x6x4xf32>, %y: tensor<?x3x5x4xf32>) -> tensor<?x3x6x5xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.matmul %x, %y transposed : tensor<?x3x6x4xf32>, tensor<?x3x5x4xf32> -> tensor<?x3x6x5xf32>
  nn.return %0 : tensor<?x3x6x5xf32>
}
