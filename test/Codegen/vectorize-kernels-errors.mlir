// RUN: nascent-opt %s --nascent-vectorize-kernels --split-input-file --verify-diagnostics

// A weight that no buffer holds has no kernel.
func.func private @no_buffer(%x: memref<2x4xf32>, %w: memref<8x4xf32>, %y: memref<2x8xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x4xf32> to tensor<2x4xf32>
  %1 = tensor.empty() : tensor<8x4xf32>
  %c = arith.constant 0.0 : f32
  %2 = tensor.empty() : tensor<2x8xf32>
  %3 = linalg.fill ins(%c : f32) outs(%2 : tensor<2x8xf32>) -> tensor<2x8xf32>
  // expected-error @+1 {{needs its input and its weight, by rows or in panels, from buffers}}
  %4 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%0, %1 : tensor<2x4xf32>, tensor<8x4xf32>) outs(%3 : tensor<2x8xf32>) -> tensor<2x8xf32>
  bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<2x8xf32>, memref<2x8xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{must store one value and hold at most one matmul}}
func.func private @no_store(%x: memref<4xf32>) attributes {nn.kernel} {
  return
}

// -----

func.func private @unknown(%x: memref<4xf32>, %y: memref<4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4xf32> to tensor<4xf32>
  // expected-error @+1 {{is not something that kernels support here}}
  %1 = tensor.cast %0 : tensor<4xf32> to tensor<4xf32>
  bufferization.materialize_in_destination %1 in restrict writable %y : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

func.func private @transposed(%x: memref<4x4xf32>, %y: memref<4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4xf32> to tensor<4x4xf32>
  %1 = tensor.empty() : tensor<4x4xf32>
  // expected-error @+1 {{reads an operand in a way that kernels do not support}}
  %2 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<4x4xf32>) outs(%1 : tensor<4x4xf32>) {
    ^bb0(%a: f32, %b: f32):
      linalg.yield %a : f32
  } -> tensor<4x4xf32>
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<4x4xf32>, memref<4x4xf32>) -> ()
  return
}

// -----

// A declaration is nothing to vectorise.
func.func private @declared(memref<4xf32>) attributes {nn.kernel}

// -----

// expected-error @+1 {{attribute 'nn.kernel' must be a unit attribute, got 1 : i64}}
func.func private @attribute(memref<4xf32>) attributes {nn.kernel = 1 : i64}

// -----

func.func private @plain_matmul(%x: memref<4x4xf32>, %w: memref<1x4x4xf32>, %y: memref<4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4xf32> to tensor<4x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x4x4xf32> to tensor<1x4x4xf32>
  %2 = tensor.empty() : tensor<4x4xf32>
  %3 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [4] into %2 : tensor<1x4x4xf32> -> tensor<4x4xf32>
  %zero = arith.constant 0.0 : f32
  %4 = linalg.fill ins(%zero : f32) outs(%2 : tensor<4x4xf32>) -> tensor<4x4xf32>
  // expected-error @+1 {{must multiply by a transposed weight}}
  %5 = linalg.matmul ins(%0, %3 : tensor<4x4xf32>, tensor<4x4xf32>) outs(%4 : tensor<4x4xf32>) -> tensor<4x4xf32>
  bufferization.materialize_in_destination %5 in restrict writable %y : (tensor<4x4xf32>, memref<4x4xf32>) -> ()
  return
}

// -----

func.func private @bias_by_column(%x: memref<4x4xf32>, %w: memref<1x4x4xf32>, %b: memref<4xf32>, %y: memref<4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4xf32> to tensor<4x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x4x4xf32> to tensor<1x4x4xf32>
  %2 = tensor.empty() : tensor<4x4xf32>
  %3 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [4] into %2 : tensor<1x4x4xf32> -> tensor<4x4xf32>
  %4 = bufferization.to_tensor %b restrict : memref<4xf32> to tensor<4xf32>
  %5 = linalg.broadcast ins(%4 : tensor<4xf32>) outs(%2 : tensor<4x4xf32>) dimensions = [1]
  // expected-error @+1 {{must accumulate onto a bias or a constant}}
  %6 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%0, %3 : tensor<4x4xf32>, tensor<4x4xf32>) outs(%5 : tensor<4x4xf32>) -> tensor<4x4xf32>
  bufferization.materialize_in_destination %6 in restrict writable %y : (tensor<4x4xf32>, memref<4x4xf32>) -> ()
  return
}

// -----

func.func private @not_neutral(%x: memref<4x4xf32>, %y: memref<4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4xf32> to tensor<4x4xf32>
  %five = arith.constant 5.0 : f32
  %1 = tensor.empty() : tensor<4xf32>
  %2 = linalg.fill ins(%five : f32) outs(%1 : tensor<4xf32>) -> tensor<4xf32>
  // expected-error @+1 {{must start from the neutral element of its reduction}}
  %3 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%0 : tensor<4x4xf32>) outs(%2 : tensor<4xf32>) {
    ^bb0(%a: f32, %b: f32):
      %sum = arith.addf %a, %b : f32
      linalg.yield %sum : f32
  } -> tensor<4xf32>
  %4 = tensor.empty() : tensor<4x4xf32>
  %5 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%0, %3 : tensor<4x4xf32>, tensor<4xf32>) outs(%4 : tensor<4x4xf32>) {
    ^bb0(%a: f32, %s: f32, %b: f32):
      %d = arith.divf %a, %s : f32
      linalg.yield %d : f32
  } -> tensor<4x4xf32>
  bufferization.materialize_in_destination %5 in restrict writable %y : (tensor<4x4xf32>, memref<4x4xf32>) -> ()
  return
}
