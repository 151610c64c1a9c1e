// RUN: nascent-opt %s --convert-nn-to-linalg --verify-roundtrip | FileCheck %s

// CHECK-DAG: #[[$TURNED_0:.*]] = affine_map<(d0, d1, d2) -> (d1, d0 * -2 + 3, d2)>
// CHECK-DAG: #[[$TURNED_1:.*]] = affine_map<(d0, d1, d2) -> (d1, d0 * -2 + 2, d2)>
// CHECK-DAG: #[[$SEEN_0:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1 + d3, d4)>
// CHECK-DAG: #[[$SEEN_1:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1 + d3 + 1, d4)>
// CHECK-DAG: #[[$ARRANGED:.*]] = affine_map<(d0, d1, d2) -> (d0, d1 floordiv 2, d1 mod 2, d2)>

// Even places see elements 3 and 1 of the window, odd ones elements 2 and 0. The
// bias is added where both are put in their order.
// CHECK-LABEL: func.func private @phases.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<?x5x4xf32>)
// CHECK:         %[[W:.*]] = linalg.unpack
// CHECK:         %[[P:.*]] = tensor.concat dim(1) %{{.*}}, %[[X]], %{{.*}} -> tensor<?x7x4xf32>
// CHECK:         %[[W0:.*]] = linalg.generic {indexing_maps = [#[[$TURNED_0]], #{{.*}}], {{.*}}} ins(%[[W]] : tensor<4x4x6xf32>) outs(%{{.*}} : tensor<2x4x6xf32>) attrs =  {nn.layer = "0", nn.layer_part = "phase_0_weight"}
// CHECK:         %[[Y0:.*]] = linalg.generic {indexing_maps = [#[[$SEEN_0]], {{.*}}} ins(%[[P]], %[[W0]] : tensor<?x7x4xf32>, tensor<2x4x6xf32>) outs(%{{.*}} : tensor<?x5x6xf32>) attrs =  {nn.layer = "0", nn.layer_part = "phase_0"}
// CHECK:         %[[W1:.*]] = linalg.generic {indexing_maps = [#[[$TURNED_1]], #{{.*}}], {{.*}}} ins(%[[W]] : tensor<4x4x6xf32>) outs(%{{.*}} : tensor<2x4x6xf32>) attrs =  {nn.layer = "0", nn.layer_part = "phase_1_weight"}
// CHECK:         %[[Y1:.*]] = linalg.generic {indexing_maps = [#[[$SEEN_1]], {{.*}}} ins(%[[P]], %[[W1]] : tensor<?x7x4xf32>, tensor<2x4x6xf32>) outs(%{{.*}} : tensor<?x5x6xf32>) attrs =  {nn.layer = "0", nn.layer_part = "phase_1"}
// CHECK:         %[[ALL:.*]] = tensor.concat dim(2) %[[Y0]], %[[Y1]] : {{.*}} -> tensor<?x5x12xf32>
// CHECK:         %[[SPLIT:.*]] = tensor.expand_shape %[[ALL]] {{\[\[}}0], [1], [2, 3]] {{.*}} into tensor<?x5x2x6xf32>
// CHECK:         linalg.generic {indexing_maps = [#[[$ARRANGED]], {{.*}}} ins(%[[SPLIT]], %{{.*}} : tensor<?x5x2x6xf32>, tensor<6xf32>) outs(%{{.*}} : tensor<?x10x6xf32>) attrs =  {nn.layer = "0"}
// CHECK:           arith.addf
nn.parameter @weight : tensor<4x6x4xf32> init(#nn.zeros) layout(#nn.panels<4, spatial = 4>) offset(0)
nn.parameter @bias : tensor<6xf32> init(#nn.zeros) offset(512)
nn.sequential @phases(%x: tensor<?x4x5xf32, #nn.channels_last>) -> tensor<?x6x10xf32, #nn.channels_last> attributes {nn.parameter_bytes = 576 : i64} {
  %0 = nn.conv_transpose1d %x, 6 kernel(4) stride(2) padding(1) weight(@weight) bias(@bias) : tensor<?x4x5xf32, #nn.channels_last> -> tensor<?x6x10xf32, #nn.channels_last>
  nn.return %0 : tensor<?x6x10xf32, #nn.channels_last>
}

// One phase is a convolution onto the bias, its window backwards.
// CHECK-LABEL: func.func private @whole.forward(
// CHECK:         %[[INIT:.*]] = linalg.broadcast
// CHECK:         %[[Y:.*]] = linalg.generic {{.*}} outs(%[[INIT]] : tensor<2x8x6xf32>) attrs =  {nn.layer = "0", nn.layer_part = "phase_0"}
// CHECK:         return %[[Y]]
nn.sequential @whole(%x: tensor<2x4x5xf32, #nn.channels_last>) -> tensor<2x6x8xf32, #nn.channels_last> attributes {nn.parameter_bytes = 576 : i64} {
  %0 = nn.conv_transpose1d %x, 6 kernel(4) weight(@weight) bias(@bias) : tensor<2x4x5xf32, #nn.channels_last> -> tensor<2x6x8xf32, #nn.channels_last>
  nn.return %0 : tensor<2x6x8xf32, #nn.channels_last>
}
