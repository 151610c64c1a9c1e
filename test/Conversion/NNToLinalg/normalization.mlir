// RUN: nascent-opt %s --convert-nn-to-linalg --verify-roundtrip | FileCheck %s

// CHECK-DAG: #[[$ALL:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
// CHECK-DAG: #[[$CHANNEL:.*]] = affine_map<(d0, d1, d2, d3) -> (d3)>
// CHECK-DAG: #[[$OF_ROW:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d3)>
// CHECK-DAG: #[[$MATRIX:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[$ROW:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[$COLUMN:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[$READ:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
// CHECK-DAG: #[[$WRITTEN:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>

nn.parameter @w : tensor<6xf32> init(#nn.ones) offset(0)
nn.parameter @b : tensor<6xf32> init(#nn.zeros) offset(64)
nn.parameter @m : tensor<6xf32> init(#nn.zeros) trainable(false) offset(128)
nn.parameter @v : tensor<6xf32> init(#nn.ones) trainable(false) offset(192)

// x·scale + shift, both of them of a channel.
// CHECK-LABEL: func.func private @batch.forward(
// CHECK-DAG:     %[[W:.*]] = nn.load_parameter @w
// CHECK-DAG:     %[[B:.*]] = nn.load_parameter @b
// CHECK-DAG:     %[[M:.*]] = nn.load_parameter @m
// CHECK-DAG:     %[[V:.*]] = nn.load_parameter @v
// CHECK:         linalg.generic {indexing_maps = [#[[$ALL]], #[[$CHANNEL]], #[[$CHANNEL]], #[[$CHANNEL]], #[[$CHANNEL]], #[[$ALL]]], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%{{.*}}, %[[W]], %[[B]], %[[M]], %[[V]] : {{.*}} attrs =  {nn.layer = "0"}
// CHECK-NEXT:    ^bb0(%[[X:.*]]: f32, %[[WEIGHT:.*]]: f32, %[[BIAS:.*]]: f32, %[[MEAN:.*]]: f32, %[[VAR:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[EPS:.*]] = arith.constant 1.000000e-03
// CHECK-NEXT:      %[[SUM:.*]] = arith.addf %[[VAR]], %[[EPS]]
// CHECK-NEXT:      %[[ROOT:.*]] = math.sqrt %[[SUM]]
// CHECK-NEXT:      %[[ONE:.*]] = arith.constant 1.000000e+00
// CHECK:           %[[INV:.*]] = arith.divf %[[ONE]], %[[ROOT]]
// CHECK:           %[[SCALE:.*]] = arith.mulf %[[WEIGHT]], %[[INV]]
// CHECK:           %[[OFFSET:.*]] = arith.mulf %[[MEAN]], %[[SCALE]]
// CHECK-DAG:       %[[SCALED:.*]] = arith.mulf %[[X]], %[[SCALE]]
// CHECK-DAG:       %[[SHIFT:.*]] = arith.subf %[[BIAS]], %[[OFFSET]]
// CHECK:           %[[Y:.*]] = arith.addf %[[SCALED]], %[[SHIFT]]
// CHECK:           linalg.yield %[[Y]]
nn.sequential @batch(%x: tensor<?x6x3x4xf32, #nn.channels_last>) -> tensor<?x6x3x4xf32, #nn.channels_last> attributes {nn.parameter_bytes = 256 : i64} {
  %0 = nn.batch_norm %x eps(1.0e-3) weight(@w) bias(@b) running_mean(@m) running_var(@v) : tensor<?x6x3x4xf32, #nn.channels_last>
  nn.return %0 : tensor<?x6x3x4xf32, #nn.channels_last>
}

// CHECK-LABEL: func.func private @batch_no_affine.forward(
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[MEAN:.*]]: f32, %[[VAR:.*]]: f32, %{{.*}}: f32):
// CHECK:           %[[SCALE:.*]] = arith.divf
// CHECK-DAG:       %[[OFFSET:.*]] = arith.mulf %[[MEAN]], %[[SCALE]]
// CHECK-DAG:       %[[SCALED:.*]] = arith.mulf %[[X]], %[[SCALE]]
// CHECK:           arith.subf %[[SCALED]], %[[OFFSET]]
nn.sequential @batch_no_affine(%x: tensor<2x6xf32>) -> tensor<2x6xf32> attributes {nn.parameter_bytes = 256 : i64} {
  %0 = nn.batch_norm %x no_affine running_mean(@m) running_var(@v) : tensor<2x6xf32>
  nn.return %0 : tensor<2x6xf32>
}

// Rows are normalised by one kernel.
// CHECK-LABEL: func.func private @layer.forward(
// CHECK:         %[[X:.*]] = tensor.collapse_shape %{{.*}} {{\[\[}}0, 1], [2, 3]] : tensor<2x4x2x3xf32> into tensor<8x6xf32>
// CHECK:         %[[SUM:.*]] = linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]} ins(%[[X]] : {{.*}} attrs =  {nn.layer = "0"}
// CHECK:         %[[MEAN:.*]] = linalg.generic {{.*}} ins(%[[SUM]] : tensor<8xf32>)
// CHECK:           %[[COUNT:.*]] = arith.constant 6.0
// CHECK:           arith.divf %{{.*}}, %[[COUNT]]
// CHECK:         %[[SQUARES:.*]] = linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]} ins(%[[X]], %[[MEAN]] :
// CHECK:           %[[D:.*]] = arith.subf
// CHECK:           %[[S:.*]] = arith.mulf %[[D]], %[[D]]
// CHECK:           arith.addf %{{.*}}, %[[S]]
// CHECK:         %[[INVERSE:.*]] = linalg.generic {{.*}} ins(%[[SQUARES]] : tensor<8xf32>)
// CHECK:           math.sqrt
// CHECK:         %[[SCALE:.*]] = tensor.collapse_shape %{{.*}} : tensor<2x3xf32> into tensor<6xf32>
// CHECK:         %[[Y:.*]] = linalg.generic {indexing_maps = [#[[$MATRIX]], #[[$ROW]], #[[$ROW]], #[[$COLUMN]], #[[$MATRIX]]], {{.*}} ins(%[[X]], %[[MEAN]], %[[INVERSE]], %[[SCALE]] :
// CHECK-NEXT:    ^bb0(%[[A:.*]]: f32, %[[M:.*]]: f32, %[[R:.*]]: f32, %[[W:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[D:.*]] = arith.subf %[[A]], %[[M]]
// CHECK-NEXT:      %[[N:.*]] = arith.mulf %[[D]], %[[R]]
// CHECK-NEXT:      arith.mulf %[[N]], %[[W]]
// CHECK:         tensor.expand_shape %[[Y]] {{.*}} {nn.layer = "0"} : tensor<8x6xf32> into tensor<2x4x2x3xf32>
nn.parameter @matrix : tensor<2x3xf32> init(#nn.ones) offset(0)
nn.sequential @layer(%x: tensor<2x4x2x3xf32>) -> tensor<2x4x2x3xf32> attributes {nn.parameter_bytes = 64 : i64} {
  %0 = nn.layer_norm %x dims(2) no_bias weight(@matrix) : tensor<2x4x2x3xf32>
  nn.return %0 : tensor<2x4x2x3xf32>
}

// Sums of channels, then of groups, which each channel gets; the same of squares;
// then all of it.
// CHECK-LABEL: func.func private @group.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3x4x6xf32>
// CHECK:         %[[SUMS:.*]] = linalg.generic {indexing_maps = [#[[$ALL]], #[[$OF_ROW]]], iterator_types = ["parallel", "reduction", "reduction", "parallel"]} ins(%[[X]] : {{.*}} attrs =  {nn.layer = "0", nn.layer_part = "sums"}
// CHECK:         %[[GROUPS:.*]] = tensor.expand_shape %[[SUMS]] {{\[\[}}0], [1, 2]] output_shape [2, 2, 3]
// CHECK:         %[[SUM:.*]] = linalg.generic {indexing_maps = [#[[$READ]], #[[$WRITTEN]]], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%[[GROUPS]] : {{.*}} attrs =  {nn.layer = "0", nn.layer_part = "mean"}
// CHECK:         %[[MEANS:.*]] = linalg.generic {{.*}} ins(%[[SUM]] : {{.*}} attrs =  {nn.layer = "0", nn.layer_part = "mean"}
// CHECK:           %[[COUNT:.*]] = arith.constant 3.600000e+01
// CHECK:         %[[MEAN:.*]] = tensor.collapse_shape %[[MEANS]]
// CHECK:         %[[SQUARES:.*]] = linalg.generic {indexing_maps = [#[[$ALL]], #[[$OF_ROW]], #[[$OF_ROW]]], {{.*}} ins(%[[X]], %[[MEAN]] : {{.*}} attrs =  {nn.layer = "0", nn.layer_part = "squares"}
// CHECK:         linalg.generic {{.*}} attrs =  {nn.layer = "0", nn.layer_part = "deviation"}
// CHECK:         %[[INVERSES:.*]] = linalg.generic {{.*}} attrs =  {nn.layer = "0", nn.layer_part = "deviation"}
// CHECK:         %[[INVERSE:.*]] = tensor.collapse_shape %[[INVERSES]]
// CHECK:         linalg.generic {indexing_maps = [#[[$ALL]], #[[$OF_ROW]], #[[$OF_ROW]], #[[$CHANNEL]], #[[$CHANNEL]], #[[$ALL]]], {{.*}} ins(%[[X]], %[[MEAN]], %[[INVERSE]], %{{.*}}, %{{.*}} : {{.*}} attrs =  {nn.layer = "0"}
nn.sequential @group(%x: tensor<2x6x3x4xf32, #nn.channels_last>) -> tensor<2x6x3x4xf32, #nn.channels_last> attributes {nn.parameter_bytes = 256 : i64} {
  %0 = nn.group_norm %x, 2 weight(@w) bias(@b) : tensor<2x6x3x4xf32, #nn.channels_last>
  nn.return %0 : tensor<2x6x3x4xf32, #nn.channels_last>
}

// A channel that is a group is finished where it is summed.
// CHECK-LABEL: func.func private @instance.forward(
// CHECK:         linalg.generic {{.*}} nn.layer_part = "sums"}
// CHECK:         linalg.generic {{.*}} nn.layer_part = "sums"}
// CHECK:           arith.divf
// CHECK:         linalg.generic {{.*}} nn.layer_part = "squares"}
// CHECK:         linalg.generic {{.*}} nn.layer_part = "squares"}
// CHECK:           math.sqrt
// CHECK:         linalg.generic {{.*}} attrs =  {nn.layer = "0"}
// CHECK-NOT:     linalg.generic
nn.sequential @instance(%x: tensor<?x6x3x4xf32, #nn.channels_last>) -> tensor<?x6x3x4xf32, #nn.channels_last> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.instance_norm %x : tensor<?x6x3x4xf32, #nn.channels_last>
  nn.return %0 : tensor<?x6x3x4xf32, #nn.channels_last>
}
