// The gradient of a convolution's weight is summed up in blocks of images, which stay in
// the second cache while all tiles read them: no window goes over two of them.
//
// RUN: nascent-opt %s --nascent-vectorize-kernels=remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// REMARK: 36 x 32768 times 32768 x 16 in tiles of 4 rows and 8 columns, 16384 terms at a time
// RUN: nascent-opt %s --nascent-vectorize-kernels --canonicalize | FileCheck %s

// CHECK-LABEL: func.func private @images(
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C4:.*]] = arith.constant 4 : index
// CHECK-DAG:     %[[C8:.*]] = arith.constant 8 : index
// CHECK:         scf.for %{{.*}} = %[[C0]] to %[[C4]] step %{{.*}} iter_args(
// CHECK:         vector.store {{.*}} : memref<3x12x16xf32, {{.*}}>, vector<4xf32>
// CHECK:         %[[SUM:.*]] = vector.load {{.*}} : memref<3x12x16xf32, {{.*}}>, vector<4xf32>
// CHECK:         scf.for %{{.*}} = %[[C4]] to %[[C8]] step %{{.*}} iter_args(%{{.*}} = %[[SUM]],
func.func private @images(%x: memref<8x66x66x4xf32>, %dy: memref<8x64x64x16xf32>, %dw: memref<3x3x4x16xf32>) attributes {nn.kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = bufferization.to_tensor %x restrict : memref<8x66x66x4xf32> to tensor<8x66x66x4xf32>
  %1 = bufferization.to_tensor %dy restrict : memref<8x64x64x16xf32> to tensor<8x64x64x16xf32>
  %2 = tensor.empty() : tensor<3x3x4x16xf32>
  %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<3x3x4x16xf32>) -> tensor<3x3x4x16xf32>
  %4 = linalg.generic {indexing_maps = [affine_map<(i, j, c, f, n, h, w) -> (n, h + i, w + j, c)>, affine_map<(i, j, c, f, n, h, w) -> (n, h, w, f)>, affine_map<(i, j, c, f, n, h, w) -> (i, j, c, f)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%0, %1 : tensor<8x66x66x4xf32>, tensor<8x64x64x16xf32>) outs(%3 : tensor<3x3x4x16xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<3x3x4x16xf32>
  bufferization.materialize_in_destination %4 in restrict writable %dw : (tensor<3x3x4x16xf32>, memref<3x3x4x16xf32>) -> ()
  return
}
