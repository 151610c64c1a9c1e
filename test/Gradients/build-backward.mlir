// RUN: nascent-opt %s --nascent-build-gradients --verify-roundtrip | FileCheck %s

// Of a network whose loss the caller computes: how that changes with the outputs are
// arguments, and how it changes with inputs are results. Outputs are copied to where
// the caller wants them, so that gradients are computed from what is kept. What is
// for the input alone is behind all else but the stores, and says so.

#all = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// CHECK-LABEL: func.func private @net.backward.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3xf32>, %[[I:.*]]: tensor<2x3xf32>, %[[DY:.*]]: tensor<2x3xf32>, %[[KEPT:.*]]: tensor<1xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>)
// CHECK:         %[[W:.*]] = nn.load_parameter @net.w
// CHECK:         %[[Y:.*]] = linalg.generic {{.*}} ins(%[[X]], %[[W]], %[[I]] :
// CHECK:         %[[COPY:.*]] = linalg.generic {{.*}} ins(%[[Y]] :
// CHECK:         %[[DW:.*]] = linalg.generic {{.*}} ins(%[[DY]], %[[X]]{{.*}}
// CHECK:         %[[OLD:.*]] = nn.load_gradient @net.w
// CHECK:         %[[NEW:.*]] = linalg.generic {{.*}} ins(%[[DW]], %[[OLD]], %[[KEPT]] :
// CHECK:         linalg.generic {{.*}} ins(%[[DY]], %[[W]]
// CHECK:         %[[DX:.*]] = linalg.generic
// CHECK:         nn.store_gradient %[[NEW]], @net.w
// CHECK-NEXT:    return %[[COPY]], %[[DX]]
nn.parameter @net.w : tensor<3xf32> init(#nn.zeros) offset(0)
func.func private @net.backward.forward(%x: tensor<2x3xf32>, %i: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {nn.parameter_bytes = 64 : i64, nn.training = "backward", nn.gradient_inputs = array<i64: 0>} {
  %w = nn.load_parameter @net.w : tensor<3xf32>
  %space = tensor.empty() : tensor<2x3xf32>
  %y = linalg.generic {indexing_maps = [#all, #column, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%x, %w, %i : tensor<2x3xf32>, tensor<3xf32>, tensor<2x3xf32>) outs(%space : tensor<2x3xf32>) attrs = {nn.layer = "0"} {
  ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %p, %c : f32
    linalg.yield %s : f32
  } -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// An input that no output depends on has zeros.
// CHECK-LABEL: func.func private @apart.backward.forward(
// CHECK:         linalg.generic
// CHECK:         %[[ZEROS:.*]] = linalg.generic {indexing_maps = [#{{.*}}, #{{.*}}], iterator_types = ["parallel", "parallel"]}
// CHECK:           arith.constant 0.000000e+00 : f32
// CHECK:         return %{{.*}}, %[[ZEROS]]
func.func private @apart.backward.forward(%x: tensor<2x3xf32>) -> tensor<3xf32> attributes {nn.parameter_bytes = 64 : i64, nn.training = "backward", nn.gradient_inputs = array<i64: 0>} {
  %w = nn.load_parameter @net.w : tensor<3xf32>
  %space = tensor.empty() : tensor<3xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%w : tensor<3xf32>) outs(%space : tensor<3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %p = arith.mulf %a, %a : f32
    linalg.yield %p : f32
  } -> tensor<3xf32>
  return %y : tensor<3xf32>
}

// A parameter that is an output has the output's gradient.
// CHECK-LABEL: func.func private @shown.backward.forward(
// CHECK-SAME:    %[[DY:.*]]: tensor<3xf32>, %[[KEPT:.*]]: tensor<1xf32>) -> tensor<3xf32>
// CHECK:         %[[OLD:.*]] = nn.load_gradient @net.w
// CHECK:         %[[NEW:.*]] = linalg.generic {{.*}} ins(%[[DY]], %[[OLD]], %[[KEPT]] :
// CHECK:         nn.store_gradient %[[NEW]], @net.w
func.func private @shown.backward.forward() -> tensor<3xf32> attributes {nn.parameter_bytes = 64 : i64, nn.training = "backward", nn.gradient_inputs = array<i64>} {
  %w = nn.load_parameter @net.w : tensor<3xf32>
  return %w : tensor<3xf32>
}
