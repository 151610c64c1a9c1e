// RUN: nascent-opt %s --nascent-vectorize-kernels=remarks -o /dev/null 2>&1 | FileCheck %s

module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 128, registers = 16, fma = true>} {

// Pixels share weights: tiles have as many of them as there are registers for.
// CHECK: remark: 36864 elements of 9 each in tiles of 6 rows and 1 vectors of 4
func.func private @near(%x: memref<1x10x98x48xf32>, %w: memref<1x3x3x1x48xf32>, %y: memref<1x8x96x48xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x10x98x48xf32> to tensor<1x10x98x48xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x3x3x1x48xf32> to tensor<1x3x3x1x48xf32>
  %2 = tensor.empty() : tensor<48x3x3x1xf32>
  %3 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [48] into %2 : tensor<1x3x3x1x48xf32> -> tensor<48x3x3x1xf32>
  %zero = arith.constant 0.0 : f32
  %4 = tensor.empty() : tensor<1x8x96x48xf32>
  %5 = linalg.fill ins(%zero : f32) outs(%4 : tensor<1x8x96x48xf32>) -> tensor<1x8x96x48xf32>
  %6 = linalg.generic {indexing_maps = [affine_map<(n, h, w, c, kh, kw) -> (n, h + kh, w + kw, c)>, affine_map<(n, h, w, c, kh, kw) -> (c, kh, kw, 0)>, affine_map<(n, h, w, c, kh, kw) -> (n, h, w, c)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%0, %3 : tensor<1x10x98x48xf32>, tensor<48x3x3x1xf32>) outs(%5 : tensor<1x8x96x48xf32>) {
    ^bb0(%a: f32, %f: f32, %s: f32):
      %p = arith.mulf %a, %f : f32
      %t = arith.addf %s, %p : f32
      linalg.yield %t : f32
  } -> tensor<1x8x96x48xf32>
  bufferization.materialize_in_destination %6 in restrict writable %y : (tensor<1x8x96x48xf32>, memref<1x8x96x48xf32>) -> ()
  return
}

// The input is larger than half of the second-level cache: two vectors of each pixel
// and fewer pixels, so that lines are read more nearly from end to end.
// CHECK: remark: 294912 elements of 9 each in tiles of 3 rows and 2 vectors of 4
func.func private @far(%x: memref<1x66x98x48xf32>, %w: memref<1x3x3x1x48xf32>, %y: memref<1x64x96x48xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x66x98x48xf32> to tensor<1x66x98x48xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x3x3x1x48xf32> to tensor<1x3x3x1x48xf32>
  %2 = tensor.empty() : tensor<48x3x3x1xf32>
  %3 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [48] into %2 : tensor<1x3x3x1x48xf32> -> tensor<48x3x3x1xf32>
  %zero = arith.constant 0.0 : f32
  %4 = tensor.empty() : tensor<1x64x96x48xf32>
  %5 = linalg.fill ins(%zero : f32) outs(%4 : tensor<1x64x96x48xf32>) -> tensor<1x64x96x48xf32>
  %6 = linalg.generic {indexing_maps = [affine_map<(n, h, w, c, kh, kw) -> (n, h + kh, w + kw, c)>, affine_map<(n, h, w, c, kh, kw) -> (c, kh, kw, 0)>, affine_map<(n, h, w, c, kh, kw) -> (n, h, w, c)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%0, %3 : tensor<1x66x98x48xf32>, tensor<48x3x3x1xf32>) outs(%5 : tensor<1x64x96x48xf32>) {
    ^bb0(%a: f32, %f: f32, %s: f32):
      %p = arith.mulf %a, %f : f32
      %t = arith.addf %s, %p : f32
      linalg.yield %t : f32
  } -> tensor<1x64x96x48xf32>
  bufferization.materialize_in_destination %6 in restrict writable %y : (tensor<1x64x96x48xf32>, memref<1x64x96x48xf32>) -> ()
  return
}

// Channels for one vector only: as many pixels as there are registers for.
// CHECK: remark: 96 elements of 4 each in tiles of 6 rows and 1 vectors of 4
func.func private @narrow(%x: memref<1x4x24x4xf32>, %y: memref<1x2x12x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x4x24x4xf32> to tensor<1x4x24x4xf32>
  %least = arith.constant 0xFF800000 : f32
  %1 = tensor.empty() : tensor<2x2xf32>
  %2 = tensor.empty() : tensor<1x2x12x4xf32>
  %3 = linalg.fill ins(%least : f32) outs(%2 : tensor<1x2x12x4xf32>) -> tensor<1x2x12x4xf32>
  %4 = linalg.pooling_nhwc_max {strides = dense<2> : tensor<2xi64>} ins(%0, %1 : tensor<1x4x24x4xf32>, tensor<2x2xf32>) outs(%3 : tensor<1x2x12x4xf32>) -> tensor<1x2x12x4xf32>
  bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<1x2x12x4xf32>, memref<1x2x12x4xf32>) -> ()
  return
}
}
