// One number that all elements are computed with has no place of its own among them: an
// operation that reads it is elementwise, and takes the number as it is where values are
// seen in another shape.
//
// RUN: nascent-opt %s --nascent-form-kernels --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --nascent-form-kernels --nascent-walk-batch --nascent-assign-buffers --nascent-outline-kernels --nascent-vectorize-kernels | FileCheck %s --check-prefix=CODE

#cube = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#one = affine_map<(d0, d1, d2) -> (0)>

// CHECK-DAG:   #[[$ALL:.*]] = affine_map<(d0) -> (d0)>
// CHECK-DAG:   #[[$ONE:.*]] = affine_map<(d0) -> (0)>
// CHECK-LABEL: func.func private @net.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3x4xf32>, %[[K:.*]]: tensor<1xf32>)
// CHECK:         %[[FLAT:.*]] = tensor.collapse_shape %[[X]]
// CHECK:         %[[Y:.*]] = nn.launch @net.layer_0 ins(%[[K]], %[[FLAT]] : tensor<1xf32>, tensor<24xf32>) -> tensor<24xf32> {
// CHECK:           linalg.generic {indexing_maps = [#[[$ONE]], #[[$ALL]], #[[$ALL]]], iterator_types = ["parallel"]} ins(%{{.*}} : tensor<1xf32>, tensor<24xf32>)
// CHECK:           linalg.generic {indexing_maps = [#[[$ALL]], #[[$ONE]], #[[$ALL]]], iterator_types = ["parallel"]} ins(%{{.*}} : tensor<24xf32>, tensor<1xf32>)
// CHECK:         %[[RESULT:.*]] = tensor.expand_shape %[[Y]]
// CHECK:         return %[[RESULT]] : tensor<2x3x4xf32>

// CODE-LABEL: func.func private @net.layer_0(
// CODE-SAME:    %[[K:[a-z0-9]+]]: memref<1xf32>
// CODE:         %[[NUMBER:.*]] = memref.load %[[K]][%{{.*}}] : memref<1xf32>
// CODE:         %[[ALL:.*]] = vector.broadcast %[[NUMBER]] : f32 to vector<
// CODE:         arith.mulf %[[ALL]],
func.func private @net.forward(%x: tensor<2x3x4xf32>, %k: tensor<1xf32>) -> tensor<2x3x4xf32> attributes {nn.network = "net", nn.parameter_bytes = 0 : i64} {
  %space = tensor.empty() : tensor<2x3x4xf32>
  %0 = linalg.generic {indexing_maps = [#one, #cube, #cube], iterator_types = ["parallel", "parallel", "parallel"]} ins(%k, %x : tensor<1xf32>, tensor<2x3x4xf32>) outs(%space : tensor<2x3x4xf32>) attrs = {nn.layer = "0"} {
  ^bb0(%n: f32, %in: f32, %out: f32):
    %2 = arith.mulf %n, %in : f32
    linalg.yield %2 : f32
  } -> tensor<2x3x4xf32>
  %1 = linalg.generic {indexing_maps = [#cube, #one, #cube], iterator_types = ["parallel", "parallel", "parallel"]} ins(%0, %k : tensor<2x3x4xf32>, tensor<1xf32>) outs(%space : tensor<2x3x4xf32>) attrs = {nn.layer = "1"} {
  ^bb0(%in: f32, %n: f32, %out: f32):
    %2 = arith.addf %in, %n : f32
    linalg.yield %2 : f32
  } -> tensor<2x3x4xf32>
  return %1 : tensor<2x3x4xf32>
}
