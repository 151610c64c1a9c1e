// RUN: nascent-opt %s --nascent-pad-rows | FileCheck %s --check-prefix=PAD
// RUN: nascent-opt %s --nascent-split-kernels | FileCheck %s --check-prefix=SPLIT
// RUN: nascent-opt %s --nascent-split-kernels --nascent-vectorize-kernels=remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// What passes know of kernels, they know by their contraction: whatever its
// arguments' order is, and its dimensions are. The matrix of rows is the second
// argument; 8 · 1024 · 16 multiply-adds.
// PAD-LABEL:    func.func private @dense.forward(
// PAD:            %[[COPY:.*]] = memref.alloc() : memref<8x1024xf32, strided<[1040, 1]>>
// PAD-NEXT:       call @dense.layer_0.pad(%[[X:[a-z0-9]+]], %[[COPY]])
// PAD-NEXT:       call @dense.layer_0(%{{.*}}, %[[COPY]], %{{.*}})
// SPLIT-LABEL:  func.func private @dense.forward(
// SPLIT-SAME:     nn.multiply_adds = 131072 : i64
func.func private @dense.forward(%x: memref<8x1024xf32>, %w: memref<1024x16xf32>, %y: memref<8x16xf32>) attributes {nn.network = "dense", nn.parameter_bytes = 0 : i64} {
  call @dense.layer_0(%w, %x, %y) : (memref<1024x16xf32>, memref<8x1024xf32>, memref<8x16xf32>) -> ()
  return
}
func.func private @dense.layer_0(%w: memref<1024x16xf32>, %x: memref<8x1024xf32>, %y: memref<8x16xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<8x1024xf32> to tensor<8x1024xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1024x16xf32> to tensor<1024x16xf32>
  %2 = bufferization.to_tensor %y restrict : memref<8x16xf32> to tensor<8x16xf32>
  %3 = linalg.matmul ins(%0, %1 : tensor<8x1024xf32>, tensor<1024x16xf32>) outs(%2 : tensor<8x16xf32>) -> tensor<8x16xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<8x16xf32>, memref<8x16xf32>) -> ()
  return
}

// Columns of a first operand are no rows to be moved apart. Of a convolution's
// lines, each part has every n-th: 4 · 5 · 8 · 27 multiply-adds.
// PAD-LABEL:    func.func private @other.forward(
// PAD-NOT:        memref.alloc
// SPLIT-LABEL:  func.func private @other.forward(
// SPLIT-SAME:     nn.multiply_adds = 135392 : i64
// REMARK: 8 x 1024 times 1024 x 16
// REMARK: 1024 x 8 times 8 x 16 in tiles of {{.*}}, rows shared by threads
// REMARK: 20 x 27 times 27 x 8 in tiles of {{.*}}, rows shared by threads
func.func private @other.forward(%x: memref<8x1024xf32>, %dy: memref<8x16xf32>, %image: memref<1x9x11x3xf32>, %filter: memref<3x3x3x8xf32>, %dw: memref<1024x16xf32>, %y: memref<1x4x5x8xf32>) attributes {nn.network = "other", nn.parameter_bytes = 0 : i64} {
  call @other.gradient(%x, %dy, %dw) : (memref<8x1024xf32>, memref<8x16xf32>, memref<1024x16xf32>) -> ()
  call @other.convolution(%image, %filter, %y) : (memref<1x9x11x3xf32>, memref<3x3x3x8xf32>, memref<1x4x5x8xf32>) -> ()
  return
}
func.func private @other.gradient(%x: memref<8x1024xf32>, %dy: memref<8x16xf32>, %dw: memref<1024x16xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<8x1024xf32> to tensor<8x1024xf32>
  %1 = bufferization.to_tensor %dy restrict : memref<8x16xf32> to tensor<8x16xf32>
  %2 = bufferization.to_tensor %dw restrict : memref<1024x16xf32> to tensor<1024x16xf32>
  %3 = linalg.matmul indexing_maps = [affine_map<(k, n, r) -> (r, k)>, affine_map<(k, n, r) -> (r, n)>, affine_map<(k, n, r) -> (k, n)>]
      ins(%0, %1 : tensor<8x1024xf32>, tensor<8x16xf32>) outs(%2 : tensor<1024x16xf32>) -> tensor<1024x16xf32>
  bufferization.materialize_in_destination %3 in restrict writable %dw : (tensor<1024x16xf32>, memref<1024x16xf32>) -> ()
  return
}
func.func private @other.convolution(%x: memref<1x9x11x3xf32>, %w: memref<3x3x3x8xf32>, %y: memref<1x4x5x8xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x9x11x3xf32> to tensor<1x9x11x3xf32>
  %1 = bufferization.to_tensor %w restrict : memref<3x3x3x8xf32> to tensor<3x3x3x8xf32>
  %2 = bufferization.to_tensor %y restrict : memref<1x4x5x8xf32> to tensor<1x4x5x8xf32>
  %3 = linalg.conv_2d_nhwc_hwcf {strides = dense<2> : tensor<2xi64>} ins(%0, %1 : tensor<1x9x11x3xf32>, tensor<3x3x3x8xf32>) outs(%2 : tensor<1x4x5x8xf32>) -> tensor<1x4x5x8xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<1x4x5x8xf32>, memref<1x4x5x8xf32>) -> ()
  return
}
