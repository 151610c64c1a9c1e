// passes: nn-set-target{triple=x86_64-linux-gnu cpu=x86-64-v3},nascent-vectorize-kernels,nascent-flatten-kernels,func.func(nascent-expand-math),convert-scf-to-cf,nascent-convert-to-llvm,nascent-finalize-llvm
func.func private @convolution(%x: memref<1x9x11x3xf32>, %w: memref<1x3x3x3x8xf32>, %b: memref<8xf32>, %y: memref<1x4x5x8xf32, strided<[480, 120, 24, 1], offset: 8>>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x9x11x3xf32> to tensor<1x9x11x3xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x3x3x3x8xf32> to tensor<1x3x3x3x8xf32>
  %2 = bufferization.to_tensor %b restrict : memref<8xf32> to tensor<8xf32>
  %3 = tensor.empty() : tensor<3x3x3x8xf32>
  %4 = linalg.unpack %1 outer_dims_perm = [3, 0, 1, 2] inner_dims_pos = [3] inner_tiles = [8] into %3 : tensor<1x3x3x3x8xf32> -> tensor<3x3x3x8xf32>
  %5 = tensor.empty() : tensor<1x4x5x8xf32>
  %6 = linalg.broadcast ins(%2 : tensor<8xf32>) outs(%5 : tensor<1x4x5x8xf32>) dimensions = [0, 1, 2]
  %7 = linalg.conv_2d_nhwc_hwcf {strides = dense<2> : tensor<2xi64>} ins(%0, %4 : tensor<1x9x11x3xf32>, tensor<3x3x3x8xf32>) outs(%6 : tensor<1x4x5x8xf32>) -> tensor<1x4x5x8xf32>
  bufferization.materialize_in_destination %7 in restrict writable %y : (tensor<1x4x5x8xf32>, memref<1x4x5x8xf32, strided<[480, 120, 24, 1], offset: 8>>) -> ()
  return
}
func.func private @gradient(%dy: memref<9x3xf32>, %x: memref<9x6xf32>, %dw: memref<3x6xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %dy restrict : memref<9x3xf32> to tensor<9x3xf32>
  %1 = bufferization.to_tensor %x restrict : memref<9x6xf32> to tensor<9x6xf32>
  %2 = bufferization.to_tensor %dw restrict : memref<3x6xf32> to tensor<3x6xf32>
  %3 = linalg.matmul indexing_maps = [affine_map<(n, k, r) -> (r, n)>, affine_map<(n, k, r) -> (r, k)>, affine_map<(n, k, r) -> (n, k)>]
      ins(%0, %1 : tensor<9x3xf32>, tensor<9x6xf32>) outs(%2 : tensor<3x6xf32>) -> tensor<3x6xf32>
  bufferization.materialize_in_destination %3 in restrict writable %dw : (tensor<3x6xf32>, memref<3x6xf32>) -> ()
  return
}
func.func private @operands(%x: memref<2x3xf32>, %w: memref<1x3x4xf32>, %s: memref<4xf32>, %m: memref<2xf32>, %y: memref<2x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x3xf32> to tensor<2x3xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x3x4xf32> to tensor<1x3x4xf32>
  %2 = bufferization.to_tensor %s restrict : memref<4xf32> to tensor<4xf32>
  %3 = bufferization.to_tensor %m restrict : memref<2xf32> to tensor<2xf32>
  %4 = tensor.empty() : tensor<4x3xf32>
  %5 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [4] into %4 : tensor<1x3x4xf32> -> tensor<4x3xf32>
  %6 = tensor.empty() : tensor<2x4xf32>
  %zero = arith.constant 0.0 : f32
  %7 = linalg.fill ins(%zero : f32) outs(%6 : tensor<2x4xf32>) -> tensor<2x4xf32>
  %8 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%0, %5 : tensor<2x3xf32>, tensor<4x3xf32>) outs(%7 : tensor<2x4xf32>) -> tensor<2x4xf32>
  %9 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%8, %2, %3 : tensor<2x4xf32>, tensor<4xf32>, tensor<2xf32>) outs(%6 : tensor<2x4xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32, %d: f32):
      %e = arith.mulf %a, %b : f32
      %f = arith.mulf %e, %c : f32
      linalg.yield %f : f32
  } -> tensor<2x4xf32>
  bufferization.materialize_in_destination %9 in restrict writable %y : (tensor<2x4xf32>, memref<2x4xf32>) -> ()
  return
}
func.func @groups(%x: memref<1x6x8x3x4xf32>, %w: memref<3x1x2x3x4x16xf32>, %y: memref<1x5x6x3x10xf32>, %part: index {nn.role = #nn.role<part>}, %parts: index {nn.role = #nn.role<parts>}) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x6x8x3x4xf32> to tensor<1x6x8x3x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<3x1x2x3x4x16xf32> to tensor<3x1x2x3x4x16xf32>
  %2 = tensor.empty() : tensor<3x10x2x3x4xf32>
  %3 = linalg.unpack %1 inner_dims_pos = [1] inner_tiles = [16] into %2 : tensor<3x1x2x3x4x16xf32> -> tensor<3x10x2x3x4xf32>
  %4 = tensor.empty() : tensor<1x5x6x3x10xf32>
  %one = arith.constant 1.0 : f32
  %5 = linalg.fill ins(%one : f32) outs(%4 : tensor<1x5x6x3x10xf32>) -> tensor<1x5x6x3x10xf32>
  %6 = linalg.generic {indexing_maps = [affine_map<(n, h, w, g, f, kh, kw, c) -> (n, h + kh, w + kw, g, c)>, affine_map<(n, h, w, g, f, kh, kw, c) -> (g, f, kh, kw, c)>, affine_map<(n, h, w, g, f, kh, kw, c) -> (n, h, w, g, f)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%0, %3 : tensor<1x6x8x3x4xf32>, tensor<3x10x2x3x4xf32>) outs(%5 : tensor<1x5x6x3x10xf32>) {
    ^bb0(%a: f32, %b: f32, %sum: f32):
      %product = arith.mulf %a, %b : f32
      %next = arith.addf %sum, %product : f32
      linalg.yield %next : f32
  } -> tensor<1x5x6x3x10xf32>
  bufferization.materialize_in_destination %6 in restrict writable %y : (tensor<1x5x6x3x10xf32>, memref<1x5x6x3x10xf32>) -> ()
  return
}
func.func private @padded(%x: memref<1x6x5x4xf32>, %w: memref<1x3x3x4x8xf32>, %y: memref<1x3x3x8xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x6x5x4xf32> to tensor<1x6x5x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x3x3x4x8xf32> to tensor<1x3x3x4x8xf32>
  %2 = tensor.empty() : tensor<8x3x3x4xf32>
  %3 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [8] into %2 : tensor<1x3x3x4x8xf32> -> tensor<8x3x3x4xf32>
  %4 = bufferization.to_tensor %y restrict : memref<1x3x3x8xf32> to tensor<1x3x3x8xf32>
  %zero = arith.constant 0.0 : f32
  %padded = tensor.pad %0 low[0, 1, 0, 0] high[0, 0, 0, 0] {
    ^bb0(%n: index, %h: index, %v: index, %c: index):
      tensor.yield %zero : f32
  } : tensor<1x6x5x4xf32> to tensor<1x7x5x4xf32>
  %5 = linalg.generic {indexing_maps = [affine_map<(n, h, w, f, kh, kw, c) -> (n, h * 2 + kh, w + kw, c)>, affine_map<(n, h, w, f, kh, kw, c) -> (f, kh, kw, c)>, affine_map<(n, h, w, f, kh, kw, c) -> (n, h, w, f)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%padded, %3 : tensor<1x7x5x4xf32>, tensor<8x3x3x4xf32>) outs(%4 : tensor<1x3x3x8xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %p = arith.mulf %a, %b : f32
      %s = arith.addf %c, %p : f32
      linalg.yield %s : f32
  } -> tensor<1x3x3x8xf32>
  bufferization.materialize_in_destination %5 in restrict writable %y : (tensor<1x3x3x8xf32>, memref<1x3x3x8xf32>) -> ()
  return
}
