// RUN: nascent-opt %s --nascent-vectorize-kernels=remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: nascent-opt %s --nascent-vectorize-kernels --canonicalize --cse | FileCheck %s --check-prefix=ORDER

module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 512, registers = 32, fma = true>} {

// Windows that share nothing are read in the order of memory: all vectors of a
// pixel, and pixels along a line.
// CHECK: remark: 4096 elements of 4 each in tiles of 1 rows and 4 vectors of 16
// ORDER-LABEL: func.func private @apart(
// ORDER-DAG:     %[[ONE:.*]] = arith.constant 1 : index
// ORDER-DAG:     %[[NONE:.*]] = arith.constant 0 : index
// ORDER:         scf.for %[[LINE:.*]] = %[[NONE]] to %{{.*}} step %[[ONE]] {
// ORDER-NEXT:      scf.for %[[PIXEL:.*]] = %[[NONE]] to %{{.*}} step %[[ONE]] {
// ORDER:             vector.load %{{.*}}[%[[LINE]], %[[PIXEL]], %[[NONE]], %[[NONE]],
func.func private @apart(%x: memref<1x16x16x64xf32>, %y: memref<1x8x8x64xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x16x16x64xf32> to tensor<1x16x16x64xf32>
  %low = arith.constant 0xFF800000 : f32
  %window = tensor.empty() : tensor<2x2xf32>
  %1 = tensor.empty() : tensor<1x8x8x64xf32>
  %2 = linalg.fill ins(%low : f32) outs(%1 : tensor<1x8x8x64xf32>) -> tensor<1x8x8x64xf32>
  %3 = linalg.generic {indexing_maps = [affine_map<(n, h, w, c, kh, kw) -> (n, h * 2 + kh, w * 2 + kw, c)>, affine_map<(n, h, w, c, kh, kw) -> (kh, kw)>, affine_map<(n, h, w, c, kh, kw) -> (n, h, w, c)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%0, %window : tensor<1x16x16x64xf32>, tensor<2x2xf32>) outs(%2 : tensor<1x8x8x64xf32>) {
    ^bb0(%a: f32, %unused: f32, %m: f32):
      %t = arith.maximumf %m, %a : f32
      linalg.yield %t : f32
  } -> tensor<1x8x8x64xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<1x8x8x64xf32>, memref<1x8x8x64xf32>) -> ()
  return
}

// Those that do are read down the lines, several pixels at a time.
// CHECK: remark: 4096 elements of 4 each in tiles of 4 rows and 2 vectors of 16
func.func private @sharing(%x: memref<1x9x9x64xf32>, %y: memref<1x8x8x64xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x9x9x64xf32> to tensor<1x9x9x64xf32>
  %low = arith.constant 0xFF800000 : f32
  %window = tensor.empty() : tensor<2x2xf32>
  %1 = tensor.empty() : tensor<1x8x8x64xf32>
  %2 = linalg.fill ins(%low : f32) outs(%1 : tensor<1x8x8x64xf32>) -> tensor<1x8x8x64xf32>
  %3 = linalg.generic {indexing_maps = [affine_map<(n, h, w, c, kh, kw) -> (n, h + kh, w + kw, c)>, affine_map<(n, h, w, c, kh, kw) -> (kh, kw)>, affine_map<(n, h, w, c, kh, kw) -> (n, h, w, c)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%0, %window : tensor<1x9x9x64xf32>, tensor<2x2xf32>) outs(%2 : tensor<1x8x8x64xf32>) {
    ^bb0(%a: f32, %unused: f32, %m: f32):
      %t = arith.maximumf %m, %a : f32
      linalg.yield %t : f32
  } -> tensor<1x8x8x64xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<1x8x8x64xf32>, memref<1x8x8x64xf32>) -> ()
  return
}

// Lines share what windows of three lines read, though each pixel of a line is read
// once, and lines follow each other as the pixels of one do.
// CHECK: remark: 4096 elements of 6 each in tiles of 7 rows and 2 vectors of 16
func.func private @lines(%x: memref<1x10x16x64xf32>, %y: memref<1x8x8x64xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x10x16x64xf32> to tensor<1x10x16x64xf32>
  %low = arith.constant 0xFF800000 : f32
  %window = tensor.empty() : tensor<3x2xf32>
  %1 = tensor.empty() : tensor<1x8x8x64xf32>
  %2 = linalg.fill ins(%low : f32) outs(%1 : tensor<1x8x8x64xf32>) -> tensor<1x8x8x64xf32>
  %3 = linalg.generic {indexing_maps = [affine_map<(n, h, w, c, kh, kw) -> (n, h + kh, w * 2 + kw, c)>, affine_map<(n, h, w, c, kh, kw) -> (kh, kw)>, affine_map<(n, h, w, c, kh, kw) -> (n, h, w, c)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%0, %window : tensor<1x10x16x64xf32>, tensor<3x2xf32>) outs(%2 : tensor<1x8x8x64xf32>) {
    ^bb0(%a: f32, %unused: f32, %m: f32):
      %t = arith.maximumf %m, %a : f32
      linalg.yield %t : f32
  } -> tensor<1x8x8x64xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<1x8x8x64xf32>, memref<1x8x8x64xf32>) -> ()
  return
}
}
