// RUN: nascent-opt %s --convert-nn-to-linalg --verify-roundtrip | FileCheck %s

// CHECK-DAG: #[[$BEFORE:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, -d1 + 2, d2, d3)>
// CHECK-DAG: #[[$AFTER:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, -d1 + 3, d2, d3)>
// CHECK-DAG: #[[$FIRST:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, 0, d2, d3)>
// CHECK-DAG: #[[$LAST:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, 6, d3)>
// CHECK-DAG: #[[$NEAREST:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1 floordiv 2, d2 floordiv 3, d3)>
// CHECK-DAG: #[[$LEFT:.*]] = affine_map<(d0, d1, d2) -> (d0, (d1 * 2 + 4) floordiv 6, d2)>
// CHECK-DAG: #[[$RIGHT:.*]] = affine_map<(d0, d1, d2) -> (d0, (d1 * 2 + 4) floordiv 6 + 1, d2)>

// What is mirrored is computed beside the value, each side by its own kernel.
// CHECK-LABEL: func.func private @reflect.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<?x5x7x3xf32>)
// CHECK:         %[[B:.*]] = linalg.generic {indexing_maps = [#[[$BEFORE]], #{{.*}}], {{.*}}} ins(%[[X]] : tensor<?x5x7x3xf32>) outs(%{{.*}} : tensor<?x2x7x3xf32>) attrs =  {nn.layer = "0", nn.layer_part = "before_1"}
// CHECK:         %[[A:.*]] = linalg.generic {indexing_maps = [#[[$AFTER]], #{{.*}}], {{.*}}} ins(%[[X]] : tensor<?x5x7x3xf32>) outs(%{{.*}} : tensor<?x1x7x3xf32>) attrs =  {nn.layer = "0", nn.layer_part = "after_1"}
// CHECK:         %[[Y:.*]] = tensor.concat dim(1) %[[B]], %[[X]], %[[A]]
// CHECK-NEXT:    return %[[Y]]
nn.sequential @reflect(%x: tensor<?x3x5x7xf32, #nn.channels_last>) -> tensor<?x3x8x7xf32, #nn.channels_last> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.pad %x padding(2, 0, 1, 0) mode(reflect) : tensor<?x3x5x7xf32, #nn.channels_last> -> tensor<?x3x8x7xf32, #nn.channels_last>
  nn.return %0 : tensor<?x3x8x7xf32, #nn.channels_last>
}

// The second dimension's margin is one of the first one's, too.
// CHECK-LABEL: func.func private @replicate.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<1x5x7x3xf32>)
// CHECK:         %[[B:.*]] = linalg.generic {indexing_maps = [#[[$FIRST]], #{{.*}}], {{.*}}} ins(%[[X]] : tensor<1x5x7x3xf32>) outs(%{{.*}} : tensor<1x2x7x3xf32>)
// CHECK:         %[[Y:.*]] = tensor.concat dim(1) %[[B]], %[[X]]
// CHECK:         %[[A:.*]] = linalg.generic {indexing_maps = [#[[$LAST]], #{{.*}}], {{.*}}} ins(%[[Y]] : tensor<1x7x7x3xf32>) outs(%{{.*}} : tensor<1x7x1x3xf32>)
// CHECK:         tensor.concat dim(2) %[[Y]], %[[A]]
nn.sequential @replicate(%x: tensor<1x3x5x7xf32, #nn.channels_last>) -> tensor<1x3x7x8xf32, #nn.channels_last> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.pad %x padding(2, 0, 0, 1) mode(replicate) : tensor<1x3x5x7xf32, #nn.channels_last> -> tensor<1x3x7x8xf32, #nn.channels_last>
  nn.return %0 : tensor<1x3x7x8xf32, #nn.channels_last>
}

// CHECK-LABEL: func.func private @constant.forward(
// CHECK:         linalg.generic {{.*}} outs(%{{.*}} : tensor<1x1x3xf32>) attrs =  {nn.layer = "0", nn.layer_part = "before_1"}
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      %[[VALUE:.*]] = arith.constant 1.500000e+00 : f32
// CHECK-NEXT:      linalg.yield %[[VALUE]]
nn.sequential @constant(%x: tensor<1x3x5xf32, #nn.channels_last>) -> tensor<1x3x6xf32, #nn.channels_last> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.pad %x padding(1, 0) value(1.5) : tensor<1x3x5xf32, #nn.channels_last> -> tensor<1x3x6xf32, #nn.channels_last>
  nn.return %0 : tensor<1x3x6xf32, #nn.channels_last>
}

// CHECK-LABEL: func.func private @nearest.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<?x5x7x3xf32>)
// CHECK:         linalg.generic {indexing_maps = [#[[$NEAREST]], #{{.*}}], {{.*}}} ins(%[[X]] : tensor<?x5x7x3xf32>) outs(%{{.*}} : tensor<?x10x21x3xf32>) attrs =  {nn.layer = "0"}
nn.sequential @nearest(%x: tensor<?x3x5x7xf32, #nn.channels_last>) -> tensor<?x3x10x21xf32, #nn.channels_last> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.upsample %x scale(2, 3) : tensor<?x3x5x7xf32, #nn.channels_last> -> tensor<?x3x10x21xf32, #nn.channels_last>
  nn.return %0 : tensor<?x3x10x21xf32, #nn.channels_last>
}

// Between two neighbours, of which the ends have copies beyond them.
// CHECK-LABEL: func.func private @linear.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<1x5x2xf32>)
// CHECK:         %[[P:.*]] = tensor.concat dim(1) %{{.*}}, %[[X]], %{{.*}} -> tensor<1x7x2xf32>
// CHECK:         linalg.generic {indexing_maps = [#[[$LEFT]], #[[$RIGHT]], #{{.*}}], {{.*}}} ins(%[[P]], %[[P]] : tensor<1x7x2xf32>, tensor<1x7x2xf32>) outs(%{{.*}} : tensor<1x15x2xf32>) attrs =  {nn.layer = "0"}
// CHECK-NEXT:    ^bb0(%[[L:.*]]: f32, %[[R:.*]]: f32, %{{.*}}: f32):
// CHECK:           %[[PLACE:.*]] = linalg.index 1
// CHECK:           arith.remui
// CHECK:           %[[WEIGHT:.*]] = arith.mulf
// CHECK:           %[[REST:.*]] = arith.subf %{{.*}}, %[[WEIGHT]]
// CHECK-DAG:       %[[A:.*]] = arith.mulf %[[REST]], %[[L]]
// CHECK-DAG:       %[[B:.*]] = arith.mulf %[[WEIGHT]], %[[R]]
// CHECK:           %[[Y:.*]] = arith.addf %[[A]], %[[B]]
// CHECK-NEXT:      linalg.yield %[[Y]]
nn.sequential @linear(%x: tensor<1x2x5xf32, #nn.channels_last>) -> tensor<1x2x15xf32, #nn.channels_last> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.upsample %x scale(3) mode(linear) : tensor<1x2x5xf32, #nn.channels_last> -> tensor<1x2x15xf32, #nn.channels_last>
  nn.return %0 : tensor<1x2x15xf32, #nn.channels_last>
}
