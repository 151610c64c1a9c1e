// A step of sgd in the place of stored gradients: what they are of has them added,
// by a factor that the caller gives, behind whatever reads it as it was.
//
// RUN: nascent-opt %s --split-input-file --nascent-build-gradients --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --split-input-file --nascent-build-gradients --nascent-form-kernels --nascent-walk-batch --nascent-assign-buffers | FileCheck %s --check-prefix=PLACE

#all = affine_map<(d0, d1) -> (d0, d1)>
#x = affine_map<(d0, d1, d2) -> (d0, d2)>
#w = affine_map<(d0, d1, d2) -> (d1, d2)>
#y = affine_map<(d0, d1, d2) -> (d0, d1)>

// CHECK-LABEL: func.func private @mlp.train_sgd.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3xf32>, %[[SCALE:.*]]: tensor<1xf32>, %[[CHANGE:.*]]: tensor<1xf32>) -> tensor<1xf32>
// CHECK-SAME:    nn.training = "train_sgd"
// CHECK-DAG:     %[[V:.*]] = nn.load_parameter @mlp.v
// CHECK-DAG:     %[[M:.*]] = nn.load_parameter @mlp.m
// Gradients begin with the change, not with the scale of the loss.
// CHECK:         linalg.generic {{.*}} ins(%[[CHANGE]] : tensor<1xf32>)
// CHECK-NOT:     nn.load_gradient
// CHECK-NOT:     nn.store_gradient
// Half of the change, for that is the rate; a statistic is merged.
// CHECK-DAG:     nn.store_parameter %{{.*}}, @mlp.w
// CHECK-DAG:     nn.store_parameter %{{.*}}, @mlp.v
// CHECK-DAG:     nn.store_parameter %{{.*}}, @mlp.m
// CHECK:         return

// The kernel of the gradient writes the weight where it is; the copy of v that the
// product before needs is made of what v was.
// PLACE-LABEL: func.func private @mlp.train_sgd.forward(
// PLACE-DAG:     %[[W:.*]] = nn.load_parameter @mlp.w
// PLACE-DAG:     %[[V:.*]] = nn.load_parameter @mlp.v
// PLACE-NOT:     nn.launch {{.*}}store
// PLACE:         nn.launch {{.*}} outs(%[[V]] : memref<4x4xf32>)
// PLACE-NOT:     nn.launch {{.*}}store
// PLACE:         nn.launch {{.*}} outs(%[[W]] : memref<4x3xf32>)
// PLACE-NOT:     nn.launch {{.*}}store
// PLACE:         return
module attributes {nn.train_sgd} {
nn.parameter @mlp.w : tensor<4x3xf32> init(#nn.zeros) offset(0) {nn.rate = 5.0e-01 : f32}
nn.parameter @mlp.v : tensor<4x4xf32> init(#nn.zeros) offset(64)
nn.parameter @mlp.m : tensor<1xf32> init(#nn.zeros) trainable(false) offset(128)
func.func private @mlp.gradients.forward(%x: tensor<2x3xf32>) -> tensor<1xf32> attributes {nn.parameter_bytes = 192 : i64, nn.training = "gradients"} {
  %zero = arith.constant 0.0 : f32
  %w = nn.load_parameter @mlp.w : tensor<4x3xf32>
  %v = nn.load_parameter @mlp.v : tensor<4x4xf32>
  %m = nn.load_parameter @mlp.m : tensor<1xf32>
  %space = tensor.empty() : tensor<2x4xf32>
  %rows = linalg.fill ins(%zero : f32) outs(%space : tensor<2x4xf32>) -> tensor<2x4xf32>
  %h = linalg.matmul indexing_maps = [#x, #w, #y] {nn.layer = "0"} ins(%x, %w : tensor<2x3xf32>, tensor<4x3xf32>) outs(%rows : tensor<2x4xf32>) -> tensor<2x4xf32>
  %y = linalg.matmul indexing_maps = [#x, #w, #y] {nn.layer = "1"} ins(%h, %v : tensor<2x4xf32>, tensor<4x4xf32>) outs(%rows : tensor<2x4xf32>) -> tensor<2x4xf32>
  %one = tensor.empty() : tensor<1xf32>
  %start = linalg.fill ins(%zero : f32) outs(%one : tensor<1xf32>) -> tensor<1xf32>
  %sum = linalg.generic {indexing_maps = [#all, affine_map<(d0, d1) -> (0)>], iterator_types = ["reduction", "reduction"]} ins(%y : tensor<2x4xf32>) outs(%start : tensor<1xf32>) attrs = {nn.layer = "loss"} {
  ^bb0(%a: f32, %s: f32):
    %n = arith.addf %s, %a : f32
    linalg.yield %n : f32
  } -> tensor<1xf32>
  nn.store_gradient %sum, @mlp.m {nn.momentum = 1.0e-01 : f32} : tensor<1xf32>
  return %sum : tensor<1xf32>
}
}

// -----

// A loss that is the parameter changes it by what the caller gives.
// CHECK-LABEL: func.func private @shown.train_sgd.forward(
// CHECK-SAME:    %{{.*}}: tensor<1xf32>, %[[CHANGE:.*]]: tensor<1xf32>) -> tensor<1xf32>
// CHECK:         %[[B:.*]] = nn.load_parameter @shown.b
// CHECK:         %[[NEW:.*]] = linalg.generic {{.*}} ins(%[[CHANGE]], %[[B]] :
// CHECK:         nn.store_parameter %[[NEW]], @shown.b
module @shown attributes {nn.train_sgd} {
nn.parameter @shown.b : tensor<1xf32> init(#nn.zeros) offset(0)
func.func private @shown.gradients.forward() -> tensor<1xf32> attributes {nn.parameter_bytes = 64 : i64, nn.training = "gradients"} {
  %b = nn.load_parameter @shown.b : tensor<1xf32>
  return %b : tensor<1xf32>
}
}
