// An open batch becomes functions of 16, 4 and 1 rows.
//
// RUN: nascent-opt %s --nascent-walk-batch --verify-roundtrip | FileCheck %s

// Views that merge the batch with other dimensions have as many times its rows;
// what fills tensors follows what is computed into them; sizes are numbers.
// CHECK-LABEL: func.func private @net.forward.rows_16(
// CHECK-SAME:    %[[X:.*]]: tensor<16x3x5xf32>) -> tensor<16x3x4xf32> attributes {nn.parameter_bytes = 256 : i64, nn.rows = 16 : i64}
// CHECK-NEXT:    %[[W:.*]] = nn.load_parameter @w : tensor<4x5xf32>
// CHECK-NEXT:    %[[M:.*]] = tensor.collapse_shape %[[X]] {{\[\[}}0, 1], [2]] : tensor<16x3x5xf32> into tensor<48x5xf32>
// CHECK-NEXT:    %[[Y:.*]] = nn.launch @net.layer_0.rows_16 ins(%[[M]] : tensor<48x5xf32>) parameters(%[[W]] : tensor<4x5xf32>) -> tensor<48x4xf32> {
// CHECK-NEXT:    ^bb0(%[[A:.*]]: tensor<48x5xf32>, %[[B:.*]]: tensor<4x5xf32>):
// CHECK-NEXT:      %[[ZERO:.*]] = arith.constant 0.0
// CHECK-NEXT:      %[[SPACE:.*]] = tensor.empty() : tensor<48x4xf32>
// CHECK-NEXT:      %[[INIT:.*]] = linalg.fill ins(%[[ZERO]] : f32) outs(%[[SPACE]] : tensor<48x4xf32>)
// CHECK-NEXT:      linalg.matmul {{.*}} outs(%[[INIT]] : tensor<48x4xf32>)
// CHECK:         %[[E:.*]] = tensor.expand_shape %[[Y]] {{\[\[}}0, 1], [2]] output_shape [16, 3, 4] : tensor<48x4xf32> into tensor<16x3x4xf32>
// CHECK-NEXT:    return %[[E]]
// CHECK-LABEL: func.func private @net.forward.rows_4(
// CHECK-SAME:    tensor<4x3x5xf32>
// CHECK-SAME:    nn.rows = 4 : i64
// CHECK:         nn.launch @net.layer_0.rows_4 ins(%{{.*}} : tensor<12x5xf32>)
// CHECK-LABEL: func.func private @net.forward.rows_1(
// CHECK-SAME:    tensor<1x3x5xf32>
// CHECK-SAME:    nn.rows = 1 : i64
// CHECK-NOT:   func.func
nn.parameter @w : tensor<4x5xf32> init(#nn.zeros) offset(0)
func.func private @net.forward(%x: tensor<?x3x5xf32>) -> tensor<?x3x4xf32> attributes {nn.parameter_bytes = 256 : i64} {
  %w = nn.load_parameter @w : tensor<4x5xf32>
  %m = tensor.collapse_shape %x [[0, 1], [2]] : tensor<?x3x5xf32> into tensor<?x5xf32>
  %y = nn.launch @net.layer_0 ins(%m : tensor<?x5xf32>) parameters(%w : tensor<4x5xf32>) -> tensor<?x4xf32> {
  ^bb0(%a: tensor<?x5xf32>, %b: tensor<4x5xf32>):
    %zero = arith.constant 0.0 : f32
    %c0 = arith.constant 0 : index
    %rows = tensor.dim %a, %c0 : tensor<?x5xf32>
    %space = tensor.empty(%rows) : tensor<?x4xf32>
    %init = linalg.fill ins(%zero : f32) outs(%space : tensor<?x4xf32>) -> tensor<?x4xf32>
    %0 = linalg.matmul indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>] ins(%a, %b : tensor<?x5xf32>, tensor<4x5xf32>) outs(%init : tensor<?x4xf32>) -> tensor<?x4xf32>
    nn.launch_yield %0 : tensor<?x4xf32>
  }
  %c0 = arith.constant 0 : index
  %batch = tensor.dim %x, %c0 : tensor<?x3x5xf32>
  %e = tensor.expand_shape %y [[0, 1], [2]] output_shape [%batch, 3, 4] : tensor<?x4xf32> into tensor<?x3x4xf32>
  return %e : tensor<?x3x4xf32>
}

// The place of an element within its row may be asked for.
// CHECK-LABEL: func.func private @places.forward.rows_16(
// CHECK:         linalg.index 1 : index
// CHECK-LABEL: func.func private @places.forward.rows_4(
func.func private @places.forward(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.launch @places.layer_0 ins(%x : tensor<?x4xf32>) -> tensor<?x4xf32> {
  ^bb0(%a: tensor<?x4xf32>):
    %c0 = arith.constant 0 : index
    %rows = tensor.dim %a, %c0 : tensor<?x4xf32>
    %space = tensor.empty(%rows) : tensor<?x4xf32>
    %1 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%a : tensor<?x4xf32>) outs(%space : tensor<?x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %place = linalg.index 1 : index
      %integer = arith.index_cast %place : index to i32
      %float = arith.sitofp %integer : i32 to f32
      %product = arith.mulf %in, %float : f32
      linalg.yield %product : f32
    } -> tensor<?x4xf32>
    nn.launch_yield %1 : tensor<?x4xf32>
  }
  return %0 : tensor<?x4xf32>
}
