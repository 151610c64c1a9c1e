// RUN: nascent-opt %s --nascent-vectorize-kernels --split-input-file --verify-diagnostics

// What pads panels is read as weights are: as zeros.
func.func private @padded(%x: memref<5x3xf32>, %dy: memref<5x10xf32>, %dw: memref<2x3x8xf32>) attributes {nn.kernel} {
  %zero = arith.constant 1.0 : f32
  %none = arith.constant 0.0 : f32
  %0 = bufferization.to_tensor %x restrict : memref<5x3xf32> to tensor<5x3xf32>
  %1 = bufferization.to_tensor %dy restrict : memref<5x10xf32> to tensor<5x10xf32>
  %space = tensor.empty() : tensor<10x3xf32>
  %init = linalg.fill ins(%none : f32) outs(%space : tensor<10x3xf32>) -> tensor<10x3xf32>
  %2 = linalg.matmul indexing_maps = [affine_map<(k, n, m) -> (m, k)>, affine_map<(k, n, m) -> (m, n)>, affine_map<(k, n, m) -> (n, k)>] ins(%0, %1 : tensor<5x3xf32>, tensor<5x10xf32>) outs(%init : tensor<10x3xf32>) -> tensor<10x3xf32>
  %panels = tensor.empty() : tensor<2x3x8xf32>
  // expected-error @+1 {{must put what a contraction computes into panels of one dimension, padded with zeros, and be what its kernel stores}}
  %3 = linalg.pack %2 padding_value(%zero : f32) inner_dims_pos = [0] inner_tiles = [8] into %panels : tensor<10x3xf32> -> tensor<2x3x8xf32>
  bufferization.materialize_in_destination %3 in restrict writable %dw : (tensor<2x3x8xf32>, memref<2x3x8xf32>) -> ()
  return
}

// -----

// Rows of the contraction are no columns.
func.func private @rows(%x: memref<5x3xf32>, %dy: memref<5x10xf32>, %dw: memref<10x1x4xf32>) attributes {nn.kernel} {
  %zero = arith.constant 0.0 : f32
  %none = arith.constant 0.0 : f32
  %0 = bufferization.to_tensor %x restrict : memref<5x3xf32> to tensor<5x3xf32>
  %1 = bufferization.to_tensor %dy restrict : memref<5x10xf32> to tensor<5x10xf32>
  %space = tensor.empty() : tensor<10x3xf32>
  %init = linalg.fill ins(%none : f32) outs(%space : tensor<10x3xf32>) -> tensor<10x3xf32>
  %2 = linalg.matmul indexing_maps = [affine_map<(k, n, m) -> (m, k)>, affine_map<(k, n, m) -> (m, n)>, affine_map<(k, n, m) -> (n, k)>] ins(%0, %1 : tensor<5x3xf32>, tensor<5x10xf32>) outs(%init : tensor<10x3xf32>) -> tensor<10x3xf32>
  %panels = tensor.empty() : tensor<10x1x4xf32>
  // expected-error @+1 {{must put columns of the contraction, d1, side by side in panels, without a bias of each column}}
  %3 = linalg.pack %2 padding_value(%zero : f32) inner_dims_pos = [1] inner_tiles = [4] into %panels : tensor<10x3xf32> -> tensor<10x1x4xf32>
  bufferization.materialize_in_destination %3 in restrict writable %dw : (tensor<10x1x4xf32>, memref<10x1x4xf32>) -> ()
  return
}

// -----

// Neither is what is by column in the tensor by column in memory.
func.func private @by_column(%x: memref<5x3xf32>, %bias: memref<3xf32>, %dy: memref<5x10xf32>, %dw: memref<2x3x8xf32>) attributes {nn.kernel} {
  %zero = arith.constant 0.0 : f32
  %none = arith.constant 0.0 : f32
  %0 = bufferization.to_tensor %x restrict : memref<5x3xf32> to tensor<5x3xf32>
  %1 = bufferization.to_tensor %dy restrict : memref<5x10xf32> to tensor<5x10xf32>
  %space = tensor.empty() : tensor<10x3xf32>
  %init = linalg.fill ins(%none : f32) outs(%space : tensor<10x3xf32>) -> tensor<10x3xf32>
  %2 = linalg.matmul indexing_maps = [affine_map<(k, n, m) -> (m, k)>, affine_map<(k, n, m) -> (m, n)>, affine_map<(k, n, m) -> (n, k)>] ins(%0, %1 : tensor<5x3xf32>, tensor<5x10xf32>) outs(%init : tensor<10x3xf32>) -> tensor<10x3xf32>
  %b = bufferization.to_tensor %bias restrict : memref<3xf32> to tensor<3xf32>
  // expected-error @+1 {{is not elementwise, on what its kernel stores; before linalg.pack nothing else is}}
  %4 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%2, %b : tensor<10x3xf32>, tensor<3xf32>) outs(%space : tensor<10x3xf32>) {
  ^bb0(%p: f32, %q: f32, %out: f32):
    %r = arith.addf %p, %q : f32
    linalg.yield %r : f32
  } -> tensor<10x3xf32>
  %panels = tensor.empty() : tensor<2x3x8xf32>
  %3 = linalg.pack %4 padding_value(%zero : f32) inner_dims_pos = [0] inner_tiles = [8] into %panels : tensor<10x3xf32> -> tensor<2x3x8xf32>
  bufferization.materialize_in_destination %3 in restrict writable %dw : (tensor<2x3x8xf32>, memref<2x3x8xf32>) -> ()
  return
}

// -----

// One tile is of one panel of the weight, and of one of what is stored.
func.func private @widths(%x: memref<5x3xf32>, %w: memref<2x3x8xf32>, %y: memref<4x5x4xf32>) attributes {nn.kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = bufferization.to_tensor %x restrict : memref<5x3xf32> to tensor<5x3xf32>
  %1 = bufferization.to_tensor %w restrict : memref<2x3x8xf32> to tensor<2x3x8xf32>
  %whole = tensor.empty() : tensor<16x3xf32>
  %unpacked = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [8] into %whole : tensor<2x3x8xf32> -> tensor<16x3xf32>
  %space = tensor.empty() : tensor<5x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%space : tensor<5x16xf32>) -> tensor<5x16xf32>
  // expected-error @+1 {{stores panels of 4 columns, but its second operand has panels of 8; both must be of one width}}
  %2 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] ins(%0, %unpacked : tensor<5x3xf32>, tensor<16x3xf32>) outs(%init : tensor<5x16xf32>) -> tensor<5x16xf32>
  %panels = tensor.empty() : tensor<4x5x4xf32>
  %3 = linalg.pack %2 padding_value(%zero : f32) outer_dims_perm = [1, 0] inner_dims_pos = [1] inner_tiles = [4] into %panels : tensor<5x16xf32> -> tensor<4x5x4xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<4x5x4xf32>, memref<4x5x4xf32>) -> ()
  return
}

// -----

// What is read across panels is turned in an argument.
func.func private @across(%dy: memref<8x10xf32>, %w: memref<2x3x8xf32>, %dx: memref<8x3xf32>) attributes {nn.kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = bufferization.to_tensor %dy restrict : memref<8x10xf32> to tensor<8x10xf32>
  %1 = bufferization.to_tensor %w restrict : memref<2x3x8xf32> to tensor<2x3x8xf32>
  %whole = tensor.empty() : tensor<10x3xf32>
  %unpacked = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [8] into %whole : tensor<2x3x8xf32> -> tensor<10x3xf32>
  %space = tensor.empty() : tensor<8x3xf32>
  %init = linalg.fill ins(%zero : f32) outs(%space : tensor<8x3xf32>) -> tensor<8x3xf32>
  // expected-error @+1 {{reads its second operand across its panels, for which its kernel must have an argument of the role scratch, to turn them in: 'memref<16x16xf32>' for 16 columns at a time}}
  %2 = linalg.matmul ins(%0, %unpacked : tensor<8x10xf32>, tensor<10x3xf32>) outs(%init : tensor<8x3xf32>) -> tensor<8x3xf32>
  bufferization.materialize_in_destination %2 in restrict writable %dx : (tensor<8x3xf32>, memref<8x3xf32>) -> ()
  return
}

// -----

// Only what is trained is turned, which is f32.
func.func private @narrow(%dy: memref<8x10xf32>, %w: memref<2x3x8xbf16>, %dx: memref<8x3xf32>, %turned: memref<16x16xbf16> {nn.role = #nn.role<scratch>}) attributes {nn.kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = bufferization.to_tensor %dy restrict : memref<8x10xf32> to tensor<8x10xf32>
  %1 = bufferization.to_tensor %w restrict : memref<2x3x8xbf16> to tensor<2x3x8xbf16>
  %whole = tensor.empty() : tensor<10x3xbf16>
  %unpacked = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [8] into %whole : tensor<2x3x8xbf16> -> tensor<10x3xbf16>
  %space = tensor.empty() : tensor<8x3xf32>
  %init = linalg.fill ins(%zero : f32) outs(%space : tensor<8x3xf32>) -> tensor<8x3xf32>
  // expected-error @+1 {{reads its second operand across its panels, which must hold f32 for that, got 'tensor<2x3x8xbf16>'}}
  %2 = linalg.matmul ins(%0, %unpacked : tensor<8x10xf32>, tensor<10x3xbf16>) outs(%init : tensor<8x3xf32>) -> tensor<8x3xf32>
  bufferization.materialize_in_destination %2 in restrict writable %dx : (tensor<8x3xf32>, memref<8x3xf32>) -> ()
  return
}
