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

// Images go through the layers of images one by one, and as many rows as share
// what is read of the weights through those of large weights, which read an input
// of their own. What is left between them is a row's.
// CHECK-LABEL: func.func private @cut.forward.segment_0.rows_1(
// CHECK-SAME:    %[[X:.*]]: tensor<1x64x1024xf32>, %{{.*}}: tensor<1x1024xf32>) -> tensor<1x512xf32>
// CHECK-SAME:    nn.reads = ["x0", "x1"], nn.rows = 1 : i64, nn.segment = 0 : i64, nn.writes = ["h0"]
// CHECK-NEXT:    %[[K:.*]] = nn.load_parameter @k : tensor<1024xf32>
// CHECK-NEXT:    %[[H:.*]] = nn.launch @cut.layer_0.rows_1 ins(%[[X]] : {{.*}}) parameters(%[[K]] : {{.*}}) -> tensor<1x64x8xf32> {
// CHECK:         %[[V:.*]] = tensor.collapse_shape %[[H]] {{.*}} into tensor<1x512xf32>
// CHECK-NEXT:    return %[[V]]
// CHECK-LABEL: func.func private @cut.forward.segment_1.rows_16(
// CHECK-SAME:    %[[H:.*]]: tensor<16x512xf32>, %[[Z:.*]]: tensor<16x1024xf32>) -> tensor<16x1024xf32>
// CHECK-SAME:    nn.reads = ["h0", "x1"], nn.rows = 16 : i64, nn.segment = 1 : i64, nn.writes = ["y0"]
// CHECK-NEXT:    %[[W:.*]] = nn.load_parameter @large : tensor<512x1024xf32>
// CHECK-NEXT:    %[[M:.*]] = nn.launch @cut.layer_1.rows_16 ins(%[[H]] : {{.*}}) parameters(%[[W]] :
// CHECK:         %[[Y:.*]] = nn.launch @cut.layer_2.rows_16 ins(%[[M]], %[[Z]] :
// CHECK:         return %[[Y]]
// CHECK-LABEL: func.func private @cut.forward.segment_1.rows_4(
// CHECK-LABEL: func.func private @cut.forward.segment_1.rows_1(
// CHECK-NOT:   func.func
nn.parameter @k : tensor<1024xf32> init(#nn.zeros) offset(0)
nn.parameter @large : tensor<512x1024xf32> init(#nn.zeros) offset(4096)
func.func private @cut.forward(%x: tensor<?x64x1024xf32>, %z: tensor<?x1024xf32>) -> tensor<?x1024xf32> attributes {nn.parameter_bytes = 2101248 : i64} {
  %k = nn.load_parameter @k : tensor<1024xf32>
  %w = nn.load_parameter @large : tensor<512x1024xf32>
  %h = nn.launch @cut.layer_0 ins(%x : tensor<?x64x1024xf32>) parameters(%k : tensor<1024xf32>) -> tensor<?x64x8xf32> {
  ^bb0(%a: tensor<?x64x1024xf32>, %b: tensor<1024xf32>):
    %zero = arith.constant 0.0 : f32
    %c0 = arith.constant 0 : index
    %rows = tensor.dim %a, %c0 : tensor<?x64x1024xf32>
    %pixels = tensor.empty(%rows) : tensor<?x64x8xf32>
    %start = linalg.fill ins(%zero : f32) outs(%pixels : tensor<?x64x8xf32>) -> tensor<?x64x8xf32>
    %sums = linalg.generic {indexing_maps = [affine_map<(n, p, o, c) -> (n, p, c)>, affine_map<(n, p, o, c) -> (c)>, affine_map<(n, p, o, c) -> (n, p, o)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%a, %b : tensor<?x64x1024xf32>, tensor<1024xf32>) outs(%start : tensor<?x64x8xf32>) {
    ^bb1(%p: f32, %q: f32, %out: f32):
      %0 = arith.mulf %p, %q : f32
      %1 = arith.addf %out, %0 : f32
      linalg.yield %1 : f32
    } -> tensor<?x64x8xf32>
    nn.launch_yield %sums : tensor<?x64x8xf32>
  }
  %v = tensor.collapse_shape %h [[0], [1, 2]] : tensor<?x64x8xf32> into tensor<?x512xf32>
  %m = nn.launch @cut.layer_1 ins(%v : tensor<?x512xf32>) parameters(%w : tensor<512x1024xf32>) -> tensor<?x1024xf32> {
  ^bb0(%a: tensor<?x512xf32>, %b: tensor<512x1024xf32>):
    %zero = arith.constant 0.0 : f32
    %c0 = arith.constant 0 : index
    %rows = tensor.dim %a, %c0 : tensor<?x512xf32>
    %space = tensor.empty(%rows) : tensor<?x1024xf32>
    %init = linalg.fill ins(%zero : f32) outs(%space : tensor<?x1024xf32>) -> tensor<?x1024xf32>
    %0 = linalg.matmul ins(%a, %b : tensor<?x512xf32>, tensor<512x1024xf32>) outs(%init : tensor<?x1024xf32>) -> tensor<?x1024xf32>
    nn.launch_yield %0 : tensor<?x1024xf32>
  }
  %y = nn.launch @cut.layer_2 ins(%m, %z : tensor<?x1024xf32>, tensor<?x1024xf32>) -> tensor<?x1024xf32> {
  ^bb0(%a: tensor<?x1024xf32>, %b: tensor<?x1024xf32>):
    %c0 = arith.constant 0 : index
    %rows = tensor.dim %a, %c0 : tensor<?x1024xf32>
    %space = tensor.empty(%rows) : tensor<?x1024xf32>
    %sum = linalg.add ins(%a, %b : tensor<?x1024xf32>, tensor<?x1024xf32>) outs(%space : tensor<?x1024xf32>) -> tensor<?x1024xf32>
    nn.launch_yield %sum : tensor<?x1024xf32>
  }
  return %y : tensor<?x1024xf32>
}
