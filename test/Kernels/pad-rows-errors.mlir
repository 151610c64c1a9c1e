// RUN: nascent-opt %s --nascent-pad-rows --split-input-file --verify-diagnostics

// Merging equal kernels comes later.
func.func private @twice.forward(%x: memref<8x1024xf32>, %w: memref<1x1024x16xf32>, %y: memref<8x16xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  call @twice.layer(%x, %w, %y) : (memref<8x1024xf32>, memref<1x1024x16xf32>, memref<8x16xf32>) -> ()
  call @twice.layer(%x, %w, %y) : (memref<8x1024xf32>, memref<1x1024x16xf32>, memref<8x16xf32>) -> ()
  return
}
// expected-error @+1 {{is called more than once, so that its input cannot change; pad rows before merging equal kernels}}
func.func private @twice.layer(%x: memref<8x1024xf32>, %w: memref<1x1024x16xf32>, %y: memref<8x16xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<8x1024xf32> to tensor<8x1024xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x1024x16xf32> to tensor<1x1024x16xf32>
  %2 = tensor.empty() : tensor<16x1024xf32>
  %3 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [16] into %2 : tensor<1x1024x16xf32> -> tensor<16x1024xf32>
  %4 = tensor.empty() : tensor<8x16xf32>
  %5 = linalg.matmul indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>] ins(%0, %3 : tensor<8x1024xf32>, tensor<16x1024xf32>) outs(%4 : tensor<8x16xf32>) -> tensor<8x16xf32>
  bufferization.materialize_in_destination %5 in restrict writable %y : (tensor<8x16xf32>, memref<8x16xf32>) -> ()
  return
}

// -----

// What takes a buffer with room must be a kernel that passes know.
func.func private @reshapes.forward(%x: memref<4x6xf32>, %y: memref<4x6xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = memref.alloc() : memref<4x6xf32>
  call @reshapes.layer(%0, %y) : (memref<4x6xf32>, memref<4x6xf32>) -> ()
  return
}
func.func private @reshapes.layer(%x: memref<4x6xf32>, %y: memref<4x6xf32>) attributes {nn.kernel} {
  // expected-error @+1 {{is not something that kernels support}}
  %0 = memref.collapse_shape %x [[0, 1]] : memref<4x6xf32> into memref<24xf32>
  %1 = bufferization.to_tensor %x restrict : memref<4x6xf32> to tensor<4x6xf32>
  bufferization.materialize_in_destination %1 in restrict writable %y : (tensor<4x6xf32>, memref<4x6xf32>) -> ()
  return
}
