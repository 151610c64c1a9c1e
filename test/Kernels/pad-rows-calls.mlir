// RUN: nascent-opt %s --nascent-pad-rows --verify-roundtrip | FileCheck %s

// Other functions see buffers as they are.
// CHECK-LABEL: func.func private @calls.forward(
// CHECK:         memref.alloc() : memref<4x6xf32>
func.func private @calls.forward(%x: memref<4x6xf32>, %y: memref<4x6xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = memref.alloc() : memref<4x6xf32>
  call @plain(%0, %y) : (memref<4x6xf32>, memref<4x6xf32>) -> ()
  return
}
func.func private @plain(%x: memref<4x6xf32>, %y: memref<4x6xf32>) {
  return
}

// A copy serves until what it is of is written again.
// CHECK-LABEL: func.func private @stale.forward(
// CHECK-SAME:    %[[H:[a-z0-9]+]]: memref<64x1024xf32>, %{{[a-z0-9]+}}: memref<64x16xf32>, %{{[a-z0-9]+}}: memref<64x16xf32>)
// CHECK:         call @stale.e1(%{{.*}}, %[[H]])
// CHECK:         call @stale.m1.pad(%[[H]], %[[FIRST:[a-z0-9_]+]])
// CHECK:         call @stale.m1(%[[FIRST]],
// CHECK:         call @stale.e2(%{{.*}}, %[[H]])
// CHECK:         call @stale.m2.pad(%[[H]], %[[SECOND:[a-z0-9_]+]])
// CHECK:         call @stale.m2(%[[SECOND]],
func.func private @stale.forward(%x: memref<64x1024xf32>, %w: memref<1x1024x16xf32>, %h: memref<64x1024xf32>, %y1: memref<64x16xf32>, %y2: memref<64x16xf32>) attributes {nn.network = "net", nn.parameter_bytes = 0 : i64} {
call @stale.e1(%x, %h) : (memref<64x1024xf32>, memref<64x1024xf32>) -> ()
call @stale.m1(%h, %w, %y1) : (memref<64x1024xf32>, memref<1x1024x16xf32>, memref<64x16xf32>) -> ()
call @stale.e2(%x, %h) : (memref<64x1024xf32>, memref<64x1024xf32>) -> ()
call @stale.m2(%h, %w, %y2) : (memref<64x1024xf32>, memref<1x1024x16xf32>, memref<64x16xf32>) -> ()
return
}
func.func private @stale.e1(%a: memref<64x1024xf32>, %b: memref<64x1024xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %a restrict : memref<64x1024xf32> to tensor<64x1024xf32>
  %1 = tensor.empty() : tensor<64x1024xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%0 : tensor<64x1024xf32>) outs(%1 : tensor<64x1024xf32>) {
  ^bb0(%x: f32, %y: f32):
    %z = math.exp %x : f32
    linalg.yield %z : f32
  } -> tensor<64x1024xf32>
  bufferization.materialize_in_destination %2 in restrict writable %b : (tensor<64x1024xf32>, memref<64x1024xf32>) -> ()
  return
}
func.func private @stale.e2(%a: memref<64x1024xf32>, %b: memref<64x1024xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %a restrict : memref<64x1024xf32> to tensor<64x1024xf32>
  %1 = tensor.empty() : tensor<64x1024xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%0 : tensor<64x1024xf32>) outs(%1 : tensor<64x1024xf32>) {
  ^bb0(%x: f32, %y: f32):
    %z = math.absf %x : f32
    linalg.yield %z : f32
  } -> tensor<64x1024xf32>
  bufferization.materialize_in_destination %2 in restrict writable %b : (tensor<64x1024xf32>, memref<64x1024xf32>) -> ()
  return
}
func.func private @stale.m1(%a: memref<64x1024xf32>, %w: memref<1x1024x16xf32>, %y: memref<64x16xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %a restrict : memref<64x1024xf32> to tensor<64x1024xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x1024x16xf32> to tensor<1x1024x16xf32>
  %4 = tensor.empty() : tensor<16x1024xf32>
  %5 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [16] into %4 : tensor<1x1024x16xf32> -> tensor<16x1024xf32>
  %6 = tensor.empty() : tensor<64x16xf32>
  %zero = arith.constant 0.0 : f32
  %7 = linalg.fill ins(%zero : f32) outs(%6 : tensor<64x16xf32>) -> tensor<64x16xf32>
  %8 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%0, %5 : tensor<64x1024xf32>, tensor<16x1024xf32>) outs(%7 : tensor<64x16xf32>) -> tensor<64x16xf32>
  bufferization.materialize_in_destination %8 in restrict writable %y : (tensor<64x16xf32>, memref<64x16xf32>) -> ()
  return
}
func.func private @stale.m2(%a: memref<64x1024xf32>, %w: memref<1x1024x16xf32>, %y: memref<64x16xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %a restrict : memref<64x1024xf32> to tensor<64x1024xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x1024x16xf32> to tensor<1x1024x16xf32>
  %4 = tensor.empty() : tensor<16x1024xf32>
  %5 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [16] into %4 : tensor<1x1024x16xf32> -> tensor<16x1024xf32>
  %6 = tensor.empty() : tensor<64x16xf32>
  %zero = arith.constant 0.0 : f32
  %7 = linalg.fill ins(%zero : f32) outs(%6 : tensor<64x16xf32>) -> tensor<64x16xf32>
  %8 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%0, %5 : tensor<64x1024xf32>, tensor<16x1024xf32>) outs(%7 : tensor<64x16xf32>) -> tensor<64x16xf32>
  bufferization.materialize_in_destination %8 in restrict writable %y : (tensor<64x16xf32>, memref<64x16xf32>) -> ()
  return
}
