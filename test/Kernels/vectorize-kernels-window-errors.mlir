// RUN: nascent-opt %s --nascent-vectorize-kernels --split-input-file --verify-diagnostics

// Upstream looks at the first and the last index only.
func.func private @beyond(%x: memref<3x4x4xf32>, %y: memref<8x4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<3x4x4xf32> to tensor<3x4x4xf32>
  %1 = tensor.empty() : tensor<8x4x4xf32>
  // expected-error @+1 {{reads 'memref<3x4x4xf32>' by affine_map<(d0, d1, d2) -> (d0 mod 5, d1, d2)> of its kernel's loops, but index 0 must be known to lie in 0 to 2}}
  %2 = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i mod 5, j, k)>, affine_map<(i, j, k) -> (i, j, k)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%0 : tensor<3x4x4xf32>) outs(%1 : tensor<8x4x4xf32>) {
    ^bb0(%a: f32, %b: f32):
      linalg.yield %a : f32
  } -> tensor<8x4x4xf32>
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<8x4x4xf32>, memref<8x4x4xf32>) -> ()
  return
}

// -----

func.func private @open_distance(%x: memref<3x4x4xf32, strided<[?, 4, 1]>>, %y: memref<3x4x4xf32>) attributes {nn.kernel} {
  // expected-error @+1 {{is on a buffer of type 'memref<3x4x4xf32, strided<[?, 4, 1]>>', whose elements do not lie at known distances, forwards}}
  %0 = bufferization.to_tensor %x restrict : memref<3x4x4xf32, strided<[?, 4, 1]>> to tensor<3x4x4xf32>
  bufferization.materialize_in_destination %0 in restrict writable %y : (tensor<3x4x4xf32>, memref<3x4x4xf32>) -> ()
  return
}

// -----

// Channels are padded, but not reduced.
func.func private @padded_channels(%x: memref<4x4x2xf32>, %y: memref<2x4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4x2xf32> to tensor<4x4x2xf32>
  %zero = arith.constant 0.0 : f32
  %1 = tensor.pad %0 low[0, 0, 1] high[0, 0, 1] {
    ^bb0(%i: index, %j: index, %k: index):
      tensor.yield %zero : f32
  } : tensor<4x4x2xf32> to tensor<4x4x4xf32>
  %2 = tensor.empty() : tensor<2xf32>
  %3 = tensor.empty() : tensor<2x4x4xf32>
  %4 = linalg.fill ins(%zero : f32) outs(%3 : tensor<2x4x4xf32>) -> tensor<2x4x4xf32>
  // expected-error @+1 {{has an operand padded in dimension 2, which must be indexed by a sum that has one dimension that is reduced, and that is in no other padded index}}
  %5 = linalg.generic {indexing_maps = [affine_map<(h, w, c, k) -> (h + k * 2, w, c)>, affine_map<(h, w, c, k) -> (k)>, affine_map<(h, w, c, k) -> (h, w, c)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%1, %2 : tensor<4x4x4xf32>, tensor<2xf32>) outs(%4 : tensor<2x4x4xf32>) {
    ^bb0(%a: f32, %b: f32, %s: f32):
      %t = arith.addf %s, %a : f32
      linalg.yield %t : f32
  } -> tensor<2x4x4xf32>
  bufferization.materialize_in_destination %5 in restrict writable %y : (tensor<2x4x4xf32>, memref<2x4x4xf32>) -> ()
  return
}

// -----

// A maximum of what is not negative would see the zeros.
func.func private @padded_with_zeros(%x: memref<4x4x2xf32>, %y: memref<4x4x2xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4x2xf32> to tensor<4x4x2xf32>
  %zero = arith.constant 0.0 : f32
  // expected-error @+1 {{must pad by numbers that are known, with what changes nothing in the reduction that reads it: zeros for sums and products, the least value for a maximum}}
  %1 = tensor.pad %0 low[1, 0, 0] high[1, 0, 0] {
    ^bb0(%i: index, %j: index, %k: index):
      tensor.yield %zero : f32
  } : tensor<4x4x2xf32> to tensor<6x4x2xf32>
  %2 = tensor.empty() : tensor<3xf32>
  %3 = tensor.empty() : tensor<4x4x2xf32>
  %4 = linalg.fill ins(%zero : f32) outs(%3 : tensor<4x4x2xf32>) -> tensor<4x4x2xf32>
  %5 = linalg.generic {indexing_maps = [affine_map<(h, w, c, k) -> (h + k, w, c)>, affine_map<(h, w, c, k) -> (k)>, affine_map<(h, w, c, k) -> (h, w, c)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%1, %2 : tensor<6x4x2xf32>, tensor<3xf32>) outs(%4 : tensor<4x4x2xf32>) {
    ^bb0(%a: f32, %b: f32, %s: f32):
      %t = arith.maximumf %s, %a : f32
      linalg.yield %t : f32
  } -> tensor<4x4x2xf32>
  bufferization.materialize_in_destination %5 in restrict writable %y : (tensor<4x4x2xf32>, memref<4x4x2xf32>) -> ()
  return
}

// -----

func.func private @padded_copy(%x: memref<4x4x2xf32>, %y: memref<6x4x2xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4x2xf32> to tensor<4x4x2xf32>
  %zero = arith.constant 0.0 : f32
  // expected-error @+1 {{must be read by a reduction that pads its operand; nothing else is padded}}
  %1 = tensor.pad %0 low[1, 0, 0] high[1, 0, 0] {
    ^bb0(%i: index, %j: index, %k: index):
      tensor.yield %zero : f32
  } : tensor<4x4x2xf32> to tensor<6x4x2xf32>
  bufferization.materialize_in_destination %1 in restrict writable %y : (tensor<6x4x2xf32>, memref<6x4x2xf32>) -> ()
  return
}

// -----

func.func private @padded_twice(%x: memref<4x4x2xf32>, %y: memref<4x4x2xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4x2xf32> to tensor<4x4x2xf32>
  %zero = arith.constant 0.0 : f32
  %once = tensor.pad %0 low[1, 0, 0] high[0, 0, 0] {
    ^bb0(%i: index, %j: index, %k: index):
      tensor.yield %zero : f32
  } : tensor<4x4x2xf32> to tensor<5x4x2xf32>
  // expected-error @+1 {{must read a buffer of its kernel here}}
  %1 = tensor.pad %once low[0, 0, 0] high[1, 0, 0] {
    ^bb0(%i: index, %j: index, %k: index):
      tensor.yield %zero : f32
  } : tensor<5x4x2xf32> to tensor<6x4x2xf32>
  %2 = tensor.empty() : tensor<3xf32>
  %3 = tensor.empty() : tensor<4x4x2xf32>
  %4 = linalg.fill ins(%zero : f32) outs(%3 : tensor<4x4x2xf32>) -> tensor<4x4x2xf32>
  %5 = linalg.generic {indexing_maps = [affine_map<(h, w, c, k) -> (h + k, w, c)>, affine_map<(h, w, c, k) -> (k)>, affine_map<(h, w, c, k) -> (h, w, c)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%1, %2 : tensor<6x4x2xf32>, tensor<3xf32>) outs(%4 : tensor<4x4x2xf32>) {
    ^bb0(%a: f32, %b: f32, %s: f32):
      %t = arith.addf %s, %a : f32
      linalg.yield %t : f32
  } -> tensor<4x4x2xf32>
  bufferization.materialize_in_destination %5 in restrict writable %y : (tensor<4x4x2xf32>, memref<4x4x2xf32>) -> ()
  return
}

// -----

// An element would be read after it has been stored.
func.func private @in_place(%y: memref<4x4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %y restrict : memref<4x4x4xf32> to tensor<4x4x4xf32>
  %1 = tensor.empty() : tensor<4x4x4xf32>
  // expected-error @+1 {{reads what its kernel stores into, but not element by element, each for the one at its own place}}
  %2 = linalg.transpose ins(%0 : tensor<4x4x4xf32>) outs(%1 : tensor<4x4x4xf32>) permutation = [1, 0, 2]
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<4x4x4xf32>, memref<4x4x4xf32>) -> ()
  return
}

// -----

// What is stored is a part of what is read.
func.func private @overlapping(%y: memref<4x6x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %y restrict : memref<4x6x4xf32> to tensor<4x6x4xf32>
  %1 = tensor.empty() : tensor<4x3x4xf32>
  // expected-error @+1 {{reads what its kernel stores into, but not element by element, each for the one at its own place}}
  %2 = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j * 2, k)>, affine_map<(i, j, k) -> (i, j, k)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%0 : tensor<4x6x4xf32>) outs(%1 : tensor<4x3x4xf32>) {
    ^bb0(%a: f32, %b: f32):
      linalg.yield %a : f32
  } -> tensor<4x3x4xf32>
  %part = memref.subview %y[0, 1, 0] [4, 3, 4] [1, 1, 1] : memref<4x6x4xf32> to memref<4x3x4xf32, strided<[24, 4, 1], offset: 4>>
  bufferization.materialize_in_destination %2 in restrict writable %part : (tensor<4x3x4xf32>, memref<4x3x4xf32, strided<[24, 4, 1], offset: 4>>) -> ()
  return
}

// -----

func.func private @tiles(%x: memref<1x4x2x4x4xf32>, %y: memref<4x4x8xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x4x2x4x4xf32> to tensor<1x4x2x4x4xf32>
  %1 = tensor.empty() : tensor<4x4x8xf32>
  // expected-error @+1 {{takes panels of 2 dimensions apart, but must of one}}
  %2 = linalg.unpack %0 inner_dims_pos = [0, 2] inner_tiles = [4, 4] into %1 : tensor<1x4x2x4x4xf32> -> tensor<4x4x8xf32>
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<4x4x8xf32>, memref<4x4x8xf32>) -> ()
  return
}

// -----

func.func private @wide(%x: memref<1x4x2048xf32>, %y: memref<2048x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x4x2048xf32> to tensor<1x4x2048xf32>
  %1 = tensor.empty() : tensor<2048x4xf32>
  // expected-error @+1 {{takes panels of 2048 columns apart, which are at most 1024 wide}}
  %2 = linalg.unpack %0 inner_dims_pos = [0] inner_tiles = [2048] into %1 : tensor<1x4x2048xf32> -> tensor<2048x4xf32>
  %3 = linalg.transpose ins(%2 : tensor<2048x4xf32>) outs(%1 : tensor<2048x4xf32>) permutation = [0, 1]
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<2048x4xf32>, memref<2048x4xf32>) -> ()
  return
}

// -----

func.func private @every_other(%x: memref<2x4x4xf32>, %y: memref<4x4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x4x4xf32> to tensor<2x4x4xf32>
  %1 = tensor.empty() : tensor<4x4x4xf32>
  // expected-error @+1 {{must index its result by each of its dimensions once, but does by affine_map<(d0, d1, d2) -> (d0 * 2, d1, d2)>}}
  %2 = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (i * 2, j, k)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%0 : tensor<2x4x4xf32>) outs(%1 : tensor<4x4x4xf32>) {
    ^bb0(%a: f32, %b: f32):
      linalg.yield %a : f32
  } -> tensor<4x4x4xf32>
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<4x4x4xf32>, memref<4x4x4xf32>) -> ()
  return
}

// -----

func.func private @accumulator(%x: memref<4x4x4xf32>, %y: memref<4x4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4x4xf32> to tensor<4x4x4xf32>
  %1 = tensor.empty() : tensor<4x4x4xf32>
  // expected-error @+1 {{reads its result before it is computed}}
  %2 = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (i, j, k)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%0 : tensor<4x4x4xf32>) outs(%1 : tensor<4x4x4xf32>) {
    ^bb0(%a: f32, %b: f32):
      %s = arith.addf %a, %b : f32
      linalg.yield %s : f32
  } -> tensor<4x4x4xf32>
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<4x4x4xf32>, memref<4x4x4xf32>) -> ()
  return
}

// -----

func.func private @two_results(%x: memref<4x4x4xf32>, %y: memref<4x4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4x4xf32> to tensor<4x4x4xf32>
  %1 = tensor.empty() : tensor<4x4x4xf32>
  // expected-error @+1 {{must compute one tensor of f32}}
  %2:2 = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (i, j, k)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%0 : tensor<4x4x4xf32>) outs(%1, %1 : tensor<4x4x4xf32>, tensor<4x4x4xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      linalg.yield %a, %a : f32, f32
  } -> (tensor<4x4x4xf32>, tensor<4x4x4xf32>)
  bufferization.materialize_in_destination %2#0 in restrict writable %y : (tensor<4x4x4xf32>, memref<4x4x4xf32>) -> ()
  return
}

// -----

func.func private @narrow(%x: memref<4x4x4xf16>, %y: memref<4x4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4x4xf16> to tensor<4x4x4xf16>
  %1 = tensor.empty() : tensor<4x4x4xf32>
  // expected-error @+1 {{computes with 'f16', but kernels compute with f32}}
  %2 = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (i, j, k)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%0 : tensor<4x4x4xf16>) outs(%1 : tensor<4x4x4xf32>) {
    ^bb0(%a: f16, %b: f32):
      %s = arith.addf %a, %a : f16
      %t = arith.extf %s : f16 to f32
      linalg.yield %t : f32
  } -> tensor<4x4x4xf32>
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<4x4x4xf32>, memref<4x4x4xf32>) -> ()
  return
}

// -----

func.func private @no_vectors(%x: memref<4x4x4xf32>, %y: memref<4x4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4x4xf32> to tensor<4x4x4xf32>
  %1 = tensor.empty() : tensor<4x4x4xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (i, j, k)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%0 : tensor<4x4x4xf32>) outs(%1 : tensor<4x4x4xf32>) {
    ^bb0(%a: f32, %b: f32):
      // expected-error @+1 {{has no form on vectors, which kernels need}}
      %v = vector.broadcast %a : f32 to vector<2xf32>
      linalg.yield %a : f32
  } -> tensor<4x4x4xf32>
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<4x4x4xf32>, memref<4x4x4xf32>) -> ()
  return
}

// -----

// Two means, of which the second one is of the first.
func.func private @twice(%x: memref<2x3x4x5xf32>, %y: memref<2x5xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x3x4x5xf32> to tensor<2x3x4x5xf32>
  %zero = arith.constant 0.0 : f32
  %1 = tensor.empty() : tensor<2x4x5xf32>
  %2 = linalg.fill ins(%zero : f32) outs(%1 : tensor<2x4x5xf32>) -> tensor<2x4x5xf32>
  %3 = linalg.reduce { arith.addf } ins(%0 : tensor<2x3x4x5xf32>) outs(%2 : tensor<2x4x5xf32>) dimensions = [1]
  %4 = tensor.empty() : tensor<2x5xf32>
  %5 = linalg.fill ins(%zero : f32) outs(%4 : tensor<2x5xf32>) -> tensor<2x5xf32>
  // expected-error @+1 {{is a second reduction, but kernels have one}}
  %6 = linalg.reduce { arith.addf } ins(%3 : tensor<2x4x5xf32>) outs(%5 : tensor<2x5xf32>) dimensions = [1]
  bufferization.materialize_in_destination %6 in restrict writable %y : (tensor<2x5xf32>, memref<2x5xf32>) -> ()
  return
}

// -----

// Each sum would be computed for every element of its image.
func.func private @spread(%x: memref<2x3x4x5xf32>, %y: memref<2x3x4x5xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x3x4x5xf32> to tensor<2x3x4x5xf32>
  %zero = arith.constant 0.0 : f32
  %1 = tensor.empty() : tensor<2x5xf32>
  %2 = linalg.fill ins(%zero : f32) outs(%1 : tensor<2x5xf32>) -> tensor<2x5xf32>
  // expected-error @+1 {{must reduce to one element for each that its kernel stores}}
  %3 = linalg.reduce { arith.addf } ins(%0 : tensor<2x3x4x5xf32>) outs(%2 : tensor<2x5xf32>) dimensions = [1, 2]
  %4 = tensor.empty() : tensor<2x3x4x5xf32>
  %5 = linalg.broadcast ins(%3 : tensor<2x5xf32>) outs(%4 : tensor<2x3x4x5xf32>) dimensions = [1, 2]
  bufferization.materialize_in_destination %5 in restrict writable %y : (tensor<2x3x4x5xf32>, memref<2x3x4x5xf32>) -> ()
  return
}

// -----

// Each element would be stored three times.
func.func private @again(%x: memref<2x3x4x5xf32>, %y: memref<2x5xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x3x4x5xf32> to tensor<2x3x4x5xf32>
  %zero = arith.constant 0.0 : f32
  %1 = tensor.empty() : tensor<2x5xf32>
  %2 = linalg.fill ins(%zero : f32) outs(%1 : tensor<2x5xf32>) -> tensor<2x5xf32>
  // expected-error @+1 {{must have a result for each dimension that is not reduced, but indexes it by affine_map<(d0, d1, d2, d3) -> (d0, d3)>}}
  %3 = linalg.generic {indexing_maps = [affine_map<(n, h, w, c) -> (n, h, w, c)>, affine_map<(n, h, w, c) -> (n, c)>], iterator_types = ["parallel", "parallel", "reduction", "parallel"]}
      ins(%0 : tensor<2x3x4x5xf32>) outs(%2 : tensor<2x5xf32>) {
    ^bb0(%a: f32, %s: f32):
      %t = arith.addf %s, %a : f32
      linalg.yield %t : f32
  } -> tensor<2x5xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<2x5xf32>, memref<2x5xf32>) -> ()
  return
}

// -----

func.func private @nothing(%y: memref<4x4x4xf32>) attributes {nn.kernel} {
  // expected-error @+1 {{is not something that kernels support here}}
  %0 = tensor.empty() : tensor<4x4x4xf32>
  bufferization.materialize_in_destination %0 in restrict writable %y : (tensor<4x4x4xf32>, memref<4x4x4xf32>) -> ()
  return
}

// -----

func.func private @slice(%x: memref<4x4x4xf32>, %y: memref<2x4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4x4xf32> to tensor<4x4x4xf32>
  // expected-error @+1 {{is not something that kernels support}}
  %1 = tensor.extract_slice %0[0, 0, 0] [2, 4, 4] [1, 1, 1] : tensor<4x4x4xf32> to tensor<2x4x4xf32>
  bufferization.materialize_in_destination %1 in restrict writable %y : (tensor<2x4x4xf32>, memref<2x4x4xf32>) -> ()
  return
}

// -----

func.func private @endless(%x: memref<16x4xf32>, %y: memref<16x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<16x4xf32> to tensor<16x4xf32>
  %zero = arith.constant 0.0 : f32
  %1 = tensor.empty() : tensor<16x4xf32>
  %2 = linalg.fill ins(%zero : f32) outs(%1 : tensor<16x4xf32>) -> tensor<16x4xf32>
  %3 = tensor.empty() : tensor<1152921504606846976xf32>
  %4 = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j)>, affine_map<(i, j, k) -> (k)>, affine_map<(i, j, k) -> (i, j)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %3 : tensor<16x4xf32>, tensor<1152921504606846976xf32>) outs(%2 : tensor<16x4xf32>) {
    ^bb0(%a: f32, %b: f32, %s: f32):
      %t = arith.addf %s, %a : f32
      linalg.yield %t : f32
  } -> tensor<16x4xf32>
  // expected-error @+1 {{stores what is computed from more elements than 64 bits can count}}
  bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<16x4xf32>, memref<16x4xf32>) -> ()
  return
}
