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

// -----

func.func private @cast(%x: memref<1xf32>, %y: memref<1xf32>, %n: index) attributes {nn.open_kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = memref.reinterpret_cast %x to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32, strided<[1]>>
  %1 = bufferization.to_tensor %0 restrict : memref<?xf32, strided<[1]>> to tensor<?xf32>
  %2 = memref.reinterpret_cast %y to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32, strided<[1]>>
  %3 = tensor.empty(%n) : tensor<?xf32>
  // expected-error @+1 {{is not something that kernels with open sizes support}}
  %4 = tensor.cast %1 : tensor<?xf32> to tensor<?xf32>
  %9 = linalg.generic {indexing_maps = [affine_map<(i) -> ((2 * i) mod 8)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%4 : tensor<?xf32>) outs(%3 : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32):
    linalg.yield %a : f32
  } -> tensor<?xf32>
  bufferization.materialize_in_destination %9 in restrict writable %2 : (tensor<?xf32>, memref<?xf32, strided<[1]>>) -> ()
  return
}

// -----

func.func private @outs(%x: memref<1xf32>, %y: memref<1xf32>, %n: index) attributes {nn.open_kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = memref.reinterpret_cast %x to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32, strided<[1]>>
  %1 = bufferization.to_tensor %0 restrict : memref<?xf32, strided<[1]>> to tensor<?xf32>
  %2 = memref.reinterpret_cast %y to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32, strided<[1]>>
  %3 = tensor.empty(%n) : tensor<?xf32>
  // expected-error @+1 {{reads what it writes to, which has no value}}
  %9 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%1 : tensor<?xf32>) outs(%3 : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32):
    linalg.yield %b : f32
  } -> tensor<?xf32>
  bufferization.materialize_in_destination %9 in restrict writable %2 : (tensor<?xf32>, memref<?xf32, strided<[1]>>) -> ()
  return
}

// -----

func.func private @reversed(%x: memref<1xf32>, %y: memref<1xf32>, %n: index) attributes {nn.open_kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = memref.reinterpret_cast %x to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32, strided<[1]>>
  %1 = bufferization.to_tensor %0 restrict : memref<?xf32, strided<[1]>> to tensor<?xf32>
  %2 = memref.reinterpret_cast %y to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32, strided<[1]>>
  %3 = tensor.empty(%n) : tensor<?xf32>
  // expected-error @+1 {{reads by the map affine_map<(d0) -> ((-d0 + 7) floordiv 2)>, but kernels with open sizes add, and multiply and divide by constants only}}
  %9 = linalg.generic {indexing_maps = [affine_map<(i) -> ((7 - i) floordiv 2)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%1 : tensor<?xf32>) outs(%3 : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32):
    linalg.yield %a : f32
  } -> tensor<?xf32>
  bufferization.materialize_in_destination %9 in restrict writable %2 : (tensor<?xf32>, memref<?xf32, strided<[1]>>) -> ()
  return
}

// -----

func.func private @apart(%x: memref<1xf32>, %y: memref<1xf32>, %n: index) attributes {nn.open_kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = memref.reinterpret_cast %x to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32, strided<[1]>>
  %1 = bufferization.to_tensor %0 restrict : memref<?xf32, strided<[1]>> to tensor<?xf32>
  %2 = memref.reinterpret_cast %y to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32, strided<[1]>>
  %3 = tensor.empty(%n) : tensor<?xf32>
  // expected-error @+1 {{must take neighbours, of as many dimensions as there are}}
  %4 = tensor.extract_slice %1[0] [%n] [2] : tensor<?xf32> to tensor<?xf32>
  bufferization.materialize_in_destination %4 in restrict writable %2 : (tensor<?xf32>, memref<?xf32, strided<[1]>>) -> ()
  return
}

// -----

func.func private @margin(%x: memref<1xf32>, %y: memref<1xf32>, %n: index) attributes {nn.open_kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = memref.reinterpret_cast %x to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32, strided<[1]>>
  %1 = bufferization.to_tensor %0 restrict : memref<?xf32, strided<[1]>> to tensor<?xf32>
  %2 = memref.reinterpret_cast %y to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32, strided<[1]>>
  %3 = tensor.empty(%n) : tensor<?xf32>
  // expected-error @+1 {{must be read by a reduction, which leaves out what is padded}}
  %4 = tensor.pad %1 low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %zero : f32
  } : tensor<?xf32> to tensor<?xf32>
  %9 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%4 : tensor<?xf32>) outs(%3 : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32):
    linalg.yield %a : f32
  } -> tensor<?xf32>
  bufferization.materialize_in_destination %9 in restrict writable %2 : (tensor<?xf32>, memref<?xf32, strided<[1]>>) -> ()
  return
}

// -----

func.func private @open_margin(%x: memref<1xf32>, %y: memref<1xf32>, %n: index) attributes {nn.open_kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = memref.reinterpret_cast %x to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32, strided<[1]>>
  %1 = bufferization.to_tensor %0 restrict : memref<?xf32, strided<[1]>> to tensor<?xf32>
  %2 = memref.reinterpret_cast %y to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32, strided<[1]>>
  %3 = tensor.empty(%n) : tensor<?xf32>
  // expected-error @+1 {{must pad by constants}}
  %4 = tensor.pad %1 low[%n] high[1] {
  ^bb0(%i: index):
    tensor.yield %zero : f32
  } : tensor<?xf32> to tensor<?xf32>
  bufferization.materialize_in_destination %4 in restrict writable %2 : (tensor<?xf32>, memref<?xf32, strided<[1]>>) -> ()
  return
}

// -----

func.func private @divided(%x: memref<1xf32>, %y: memref<1xf32>, %n: index) attributes {nn.open_kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = memref.reinterpret_cast %x to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32, strided<[1]>>
  %1 = bufferization.to_tensor %0 restrict : memref<?xf32, strided<[1]>> to tensor<?xf32>
  %2 = memref.reinterpret_cast %y to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32, strided<[1]>>
  %3 = tensor.empty(%n) : tensor<?xf32>
  // expected-error @+1 {{must be read by a window in each dimension that it pads: by the sum of one loop that is reduced, and of at most one other, times what is positive}}
  %4 = tensor.pad %1 low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %zero : f32
  } : tensor<?xf32> to tensor<?xf32>
  %5 = tensor.empty() : tensor<3xf32>
  %6 = linalg.fill ins(%zero : f32) outs(%3 : tensor<?xf32>) -> tensor<?xf32>
  %9 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i + j floordiv 2)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%4, %5 : tensor<?xf32>, tensor<3xf32>) outs(%6 : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %t = arith.addf %s, %a : f32
    linalg.yield %t : f32
  } -> tensor<?xf32>
  bufferization.materialize_in_destination %9 in restrict writable %2 : (tensor<?xf32>, memref<?xf32, strided<[1]>>) -> ()
  return
}

// -----

func.func private @both(%x: memref<1xf32>, %y: memref<1xf32>, %n: index) attributes {nn.open_kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = memref.reinterpret_cast %x to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32, strided<[1]>>
  %1 = bufferization.to_tensor %0 restrict : memref<?xf32, strided<[1]>> to tensor<?xf32>
  %2 = memref.reinterpret_cast %y to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32, strided<[1]>>
  %3 = tensor.empty(%n) : tensor<?xf32>
  %4 = tensor.pad %1 low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %zero : f32
  } : tensor<?xf32> to tensor<?xf32>
  // expected-error @+1 {{pads two dimensions that are read by the same loop}}
  %5 = tensor.pad %1 low[2] high[2] {
  ^bb0(%i: index):
    tensor.yield %zero : f32
  } : tensor<?xf32> to tensor<?xf32>
  %6 = linalg.fill ins(%zero : f32) outs(%3 : tensor<?xf32>) -> tensor<?xf32>
  %7 = tensor.empty() : tensor<3xf32>
  %9 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i + j)>, affine_map<(i, j) -> (i + j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%4, %5, %7 : tensor<?xf32>, tensor<?xf32>, tensor<3xf32>) outs(%6 : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %s: f32):
    %t = arith.addf %s, %a : f32
    linalg.yield %t : f32
  } -> tensor<?xf32>
  bufferization.materialize_in_destination %9 in restrict writable %2 : (tensor<?xf32>, memref<?xf32, strided<[1]>>) -> ()
  return
}

// -----

// expected-error @+1 {{kernels read buffers, not tensors that are arguments}}
func.func private @argument(%x: tensor<8xf32>, %y: memref<1xf32>, %n: index) attributes {nn.open_kernel} {
  %0 = tensor.expand_shape %x [[0, 1]] output_shape [2, 4] : tensor<8xf32> into tensor<2x4xf32>
  %1 = memref.reinterpret_cast %y to offset: [0], sizes: [2, 4], strides: [4, 1] : memref<1xf32> to memref<2x4xf32, strided<[4, 1]>>
  bufferization.materialize_in_destination %0 in restrict writable %1 : (tensor<2x4xf32>, memref<2x4xf32, strided<[4, 1]>>) -> ()
  return
}

// -----

func.func private @diagonal(%x: memref<1xf32>, %y: memref<1xf32>, %n: index) attributes {nn.open_kernel} {
  %0 = memref.reinterpret_cast %x to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32, strided<[1]>>
  %1 = bufferization.to_tensor %0 restrict : memref<?xf32, strided<[1]>> to tensor<?xf32>
  %2 = memref.reinterpret_cast %y to offset: [0], sizes: [%n, %n], strides: [%n, 1] : memref<1xf32> to memref<?x?xf32, strided<[?, 1]>>
  %3 = tensor.empty(%n, %n) : tensor<?x?xf32>
  // expected-error @+1 {{must write each element once, by a loop for each of its dimensions}}
  %4 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i, i)>], iterator_types = ["parallel"]}
      ins(%1 : tensor<?xf32>) outs(%3 : tensor<?x?xf32>) {
  ^bb0(%a: f32, %b: f32):
    linalg.yield %a : f32
  } -> tensor<?x?xf32>
  bufferization.materialize_in_destination %4 in restrict writable %2 : (tensor<?x?xf32>, memref<?x?xf32, strided<[?, 1]>>) -> ()
  return
}
