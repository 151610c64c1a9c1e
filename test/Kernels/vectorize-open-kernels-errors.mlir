// RUN: nascent-opt %s --nascent-vectorize-open-kernels --split-input-file --verify-diagnostics

// expected-error @+1 {{must store one value}}
func.func private @nothing(%x: memref<1xf32>) attributes {nn.open_kernel} {
  return
}

// -----

func.func private @fixed(%x: memref<4xf32>, %y: memref<4xf32>) attributes {nn.open_kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4xf32> to tensor<4xf32>
  // expected-error @+1 {{must store into what is seen of an argument by the sizes}}
  bufferization.materialize_in_destination %0 in restrict writable %y : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

func.func private @twice(%x: memref<1xf32>, %y: memref<1xf32>, %n: index, %m: index) attributes {nn.open_kernel} {
  %c1 = arith.constant 1 : index
  %0 = memref.reinterpret_cast %x to offset: [0], sizes: [%n, %m], strides: [%m, 1] : memref<1xf32> to memref<?x?xf32, strided<[?, 1]>>
  %1 = bufferization.to_tensor %0 restrict : memref<?x?xf32, strided<[?, 1]>> to tensor<?x?xf32>
  %2 = memref.reinterpret_cast %y to offset: [0], sizes: [1], strides: [1] : memref<1xf32> to memref<1xf32, strided<[1]>>
  %3 = tensor.empty(%n) : tensor<?xf32>
  %zero = arith.constant 0.0 : f32
  %4 = linalg.fill ins(%zero : f32) outs(%3 : tensor<?xf32>) -> tensor<?xf32>
  // expected-error @+1 {{is a second reduction, but kernels have one}}
  %5 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%1 : tensor<?x?xf32>) outs(%4 : tensor<?xf32>) {
  ^bb0(%a: f32, %s: f32):
    %t = arith.addf %s, %a : f32
    linalg.yield %t : f32
  } -> tensor<?xf32>
  %6 = tensor.empty() : tensor<1xf32>
  %7 = linalg.fill ins(%zero : f32) outs(%6 : tensor<1xf32>) -> tensor<1xf32>
  %8 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%5 : tensor<?xf32>) outs(%7 : tensor<1xf32>) {
  ^bb0(%a: f32, %s: f32):
    %t = arith.addf %s, %a : f32
    linalg.yield %t : f32
  } -> tensor<1xf32>
  bufferization.materialize_in_destination %8 in restrict writable %2 : (tensor<1xf32>, memref<1xf32, strided<[1]>>) -> ()
  return
}

// -----

func.func private @padding(%x: memref<1xf32>, %y: memref<1xf32>, %n: index) attributes {nn.open_kernel} {
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0.0 : f32
  %0 = memref.reinterpret_cast %x to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32, strided<[1]>>
  %1 = bufferization.to_tensor %0 restrict : memref<?xf32, strided<[1]>> to tensor<?xf32>
  %2 = memref.reinterpret_cast %y to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32, strided<[1]>>
  // expected-error @+1 {{must pad with what changes nothing in the reduction that reads it}}
  %3 = tensor.pad %1 low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %one : f32
  } : tensor<?xf32> to tensor<?xf32>
  %4 = tensor.empty(%n) : tensor<?xf32>
  %5 = linalg.fill ins(%zero : f32) outs(%4 : tensor<?xf32>) -> tensor<?xf32>
  %6 = tensor.empty() : tensor<3xf32>
  %7 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i + j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%3, %6 : tensor<?xf32>, tensor<3xf32>) outs(%5 : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %t = arith.addf %s, %a : f32
    linalg.yield %t : f32
  } -> tensor<?xf32>
  bufferization.materialize_in_destination %7 in restrict writable %2 : (tensor<?xf32>, memref<?xf32, strided<[1]>>) -> ()
  return
}
