// RUN: nascent-opt %s --nascent-vectorize-kernels --split-input-file --verify-diagnostics

// A window that slides backwards.
func.func private @backwards(%x: memref<6xf32>, %w: memref<3x4xf32>, %y: memref<4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<6xf32> to tensor<6xf32>
  %1 = bufferization.to_tensor %w restrict : memref<3x4xf32> to tensor<3x4xf32>
  %2 = bufferization.to_tensor %y restrict : memref<4x4xf32> to tensor<4x4xf32>
  // expected-error @+1 {{has operand 0 by affine_map<(d0, d1, d2) -> (d0 - d2 + 2)>, but indices must be sums of dimensions times numbers that are not negative}}
  %3 = linalg.generic {indexing_maps = [affine_map<(w, f, k) -> (w + 2 - k)>, affine_map<(w, f, k) -> (k, f)>, affine_map<(w, f, k) -> (w, f)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<6xf32>, tensor<3x4xf32>) outs(%2 : tensor<4x4xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %p = arith.mulf %a, %b : f32
      %s = arith.addf %c, %p : f32
      linalg.yield %s : f32
  } -> tensor<4x4xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<4x4xf32>, memref<4x4xf32>) -> ()
  return
}

// -----

// Channels first: columns are not what lies side by side.
func.func private @channels_first(%x: memref<1x3x6x6xf32>, %w: memref<8x3x3x3xf32>, %y: memref<1x8x4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x3x6x6xf32> to tensor<1x3x6x6xf32>
  %1 = bufferization.to_tensor %w restrict : memref<8x3x3x3xf32> to tensor<8x3x3x3xf32>
  %2 = bufferization.to_tensor %y restrict : memref<1x8x4x4xf32> to tensor<1x8x4x4xf32>
  // expected-error @+1 {{is no contraction that kernels support: it must sum up, and its result be indexed by single dimensions, d1 last, but is by affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d2, d3)>}}
  %3 = linalg.conv_2d_nchw_fchw ins(%0, %1 : tensor<1x3x6x6xf32>, tensor<8x3x3x3xf32>) outs(%2 : tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<1x8x4x4xf32>, memref<1x8x4x4xf32>) -> ()
  return
}

// -----

// The square of an operand is not its product with another, and nor is what a
// function makes of one.
func.func private @function(%x: memref<2x3xf32>, %w: memref<3x4xf32>, %y: memref<2x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x3xf32> to tensor<2x3xf32>
  %1 = bufferization.to_tensor %w restrict : memref<3x4xf32> to tensor<3x4xf32>
  %2 = bufferization.to_tensor %y restrict : memref<2x4xf32> to tensor<2x4xf32>
  // expected-error @+1 {{is no contraction: it must add the product of its two operands}}
  %3 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<2x3xf32>, tensor<3x4xf32>) outs(%2 : tensor<2x4xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %n = arith.negf %a : f32
      %p = arith.mulf %n, %b : f32
      %s = arith.addf %c, %p : f32
      linalg.yield %s : f32
  } -> tensor<2x4xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<2x4xf32>, memref<2x4xf32>) -> ()
  return
}

// -----

func.func private @summed_alone(%x: memref<2x3x5xf32>, %w: memref<3x4xf32>, %y: memref<2x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x3x5xf32> to tensor<2x3x5xf32>
  %1 = bufferization.to_tensor %w restrict : memref<3x4xf32> to tensor<3x4xf32>
  %2 = bufferization.to_tensor %y restrict : memref<2x4xf32> to tensor<2x4xf32>
  // expected-error @+1 {{is no contraction: dimension d3 is summed over, but in the first operand only}}
  %3 = linalg.generic {indexing_maps = [affine_map<(m, n, k, l) -> (m, k, l)>, affine_map<(m, n, k, l) -> (k, n)>, affine_map<(m, n, k, l) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%0, %1 : tensor<2x3x5xf32>, tensor<3x4xf32>) outs(%2 : tensor<2x4xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %p = arith.mulf %a, %b : f32
      %s = arith.addf %c, %p : f32
      linalg.yield %s : f32
  } -> tensor<2x4xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<2x4xf32>, memref<2x4xf32>) -> ()
  return
}

// -----

func.func private @open_distance(%x: memref<2x3xf32, strided<[?, 1]>>, %w: memref<3x4xf32>, %y: memref<2x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x3xf32, strided<[?, 1]>> to tensor<2x3xf32>
  %1 = bufferization.to_tensor %w restrict : memref<3x4xf32> to tensor<3x4xf32>
  %2 = bufferization.to_tensor %y restrict : memref<2x4xf32> to tensor<2x4xf32>
  // expected-error @+1 {{is on a buffer of type 'memref<2x3xf32, strided<[?, 1]>>', whose elements do not lie at known distances, forwards}}
  %3 = linalg.matmul ins(%0, %1 : tensor<2x3xf32>, tensor<3x4xf32>) outs(%2 : tensor<2x4xf32>) -> tensor<2x4xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<2x4xf32>, memref<2x4xf32>) -> ()
  return
}

// -----

func.func private @far(%x: memref<1x1xf32, strided<[4611686018427387904, 4611686018427387904]>>, %w: memref<1x4xf32>, %y: memref<1x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x1xf32, strided<[4611686018427387904, 4611686018427387904]>> to tensor<1x1xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x4xf32> to tensor<1x4xf32>
  %2 = bufferization.to_tensor %y restrict : memref<1x4xf32> to tensor<1x4xf32>
  // expected-error @+1 {{at distances that are more than 64 bits can count}}
  %3 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, m + k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<1x1xf32>, tensor<1x4xf32>) outs(%2 : tensor<1x4xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %p = arith.mulf %a, %b : f32
      %s = arith.addf %c, %p : f32
      linalg.yield %s : f32
  } -> tensor<1x4xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<1x4xf32>, memref<1x4xf32>) -> ()
  return
}

// -----

func.func private @narrow_rows(%x: memref<2x3xf32>, %w: memref<3x4xbf16>, %y: memref<2x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x3xf32> to tensor<2x3xf32>
  %1 = bufferization.to_tensor %w restrict : memref<3x4xbf16> to tensor<3x4xbf16>
  %2 = bufferization.to_tensor %y restrict : memref<2x4xf32> to tensor<2x4xf32>
  // expected-error @+1 {{needs a second operand whose columns lie side by side to be of f32, but it is 'memref<3x4xbf16>'; store narrow weights in panels}}
  %3 = linalg.matmul ins(%0, %1 : tensor<2x3xf32>, tensor<3x4xbf16>) outs(%2 : tensor<2x4xf32>) -> tensor<2x4xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<2x4xf32>, memref<2x4xf32>) -> ()
  return
}

// -----

// What is added to must be where it is stored.
func.func private @elsewhere(%x: memref<2x3xf32>, %w: memref<3x4xf32>, %z: memref<2x4xf32>, %y: memref<2x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x3xf32> to tensor<2x3xf32>
  %1 = bufferization.to_tensor %w restrict : memref<3x4xf32> to tensor<3x4xf32>
  %2 = bufferization.to_tensor %z restrict : memref<2x4xf32> to tensor<2x4xf32>
  // expected-error @+1 {{must accumulate onto a bias, a constant, or what its kernel stores into}}
  %3 = linalg.matmul ins(%0, %1 : tensor<2x3xf32>, tensor<3x4xf32>) outs(%2 : tensor<2x4xf32>) -> tensor<2x4xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<2x4xf32>, memref<2x4xf32>) -> ()
  return
}

// -----

// A tile of an operand would see what another one has stored.
func.func private @aliased(%x: memref<4x4xf32>, %y: memref<4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4xf32> to tensor<4x4xf32>
  // expected-error @+1 {{must read an argument of its kernel that is not written, unless it is updated in place: element by element, or accumulated onto}}
  %1 = bufferization.to_tensor %y restrict : memref<4x4xf32> to tensor<4x4xf32>
  %2 = linalg.matmul ins(%0, %1 : tensor<4x4xf32>, tensor<4x4xf32>) outs(%1 : tensor<4x4xf32>) -> tensor<4x4xf32>
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<4x4xf32>, memref<4x4xf32>) -> ()
  return
}

// -----

func.func private @stored_apart(%x: memref<4x4xf32>, %w: memref<4x4xf32>, %y: memref<4x4xf32, strided<[8, 2]>>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4xf32> to tensor<4x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<4x4xf32> to tensor<4x4xf32>
  %2 = tensor.empty() : tensor<4x4xf32>
  %zero = arith.constant 0.0 : f32
  %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<4x4xf32>) -> tensor<4x4xf32>
  %4 = linalg.matmul ins(%0, %1 : tensor<4x4xf32>, tensor<4x4xf32>) outs(%3 : tensor<4x4xf32>) -> tensor<4x4xf32>
  // expected-error @+1 {{must store a tensor into an argument of its kernel, a contraction's with its columns side by side, got 'tensor<4x4xf32>' and 'memref<4x4xf32, strided<[8, 2]>>'}}
  bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<4x4xf32>, memref<4x4xf32, strided<[8, 2]>>) -> ()
  return
}

// -----

func.func private @read_apart(%x: memref<4x4xf32>, %w: memref<4x4xf32>, %z: memref<4x4xf32, strided<[8, 2]>>, %y: memref<4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4xf32> to tensor<4x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<4x4xf32> to tensor<4x4xf32>
  %2 = tensor.empty() : tensor<4x4xf32>
  %zero = arith.constant 0.0 : f32
  %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<4x4xf32>) -> tensor<4x4xf32>
  %4 = linalg.matmul ins(%0, %1 : tensor<4x4xf32>, tensor<4x4xf32>) outs(%3 : tensor<4x4xf32>) -> tensor<4x4xf32>
  // expected-error @+1 {{reads 'memref<4x4xf32, strided<[8, 2]>>', whose columns do not lie side by side}}
  %5 = bufferization.to_tensor %z restrict : memref<4x4xf32, strided<[8, 2]>> to tensor<4x4xf32>
  %6 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%4, %5 : tensor<4x4xf32>, tensor<4x4xf32>) outs(%2 : tensor<4x4xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %s = arith.addf %a, %b : f32
      linalg.yield %s : f32
  } -> tensor<4x4xf32>
  bufferization.materialize_in_destination %6 in restrict writable %y : (tensor<4x4xf32>, memref<4x4xf32>) -> ()
  return
}

// -----

func.func private @added_transposed(%x: memref<4x4xf32>, %w: memref<4x4xf32>, %z: memref<4x4xf32>, %y: memref<4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4xf32> to tensor<4x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<4x4xf32> to tensor<4x4xf32>
  %2 = tensor.empty() : tensor<4x4xf32>
  %zero = arith.constant 0.0 : f32
  %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<4x4xf32>) -> tensor<4x4xf32>
  %4 = linalg.matmul ins(%0, %1 : tensor<4x4xf32>, tensor<4x4xf32>) outs(%3 : tensor<4x4xf32>) -> tensor<4x4xf32>
  %5 = bufferization.to_tensor %z restrict : memref<4x4xf32> to tensor<4x4xf32>
  // expected-error @+1 {{is neither elementwise, on what its kernel stores, its rows or its columns, nor a reduction of rows}}
  %6 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%4, %5 : tensor<4x4xf32>, tensor<4x4xf32>) outs(%2 : tensor<4x4xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %s = arith.addf %a, %b : f32
      linalg.yield %s : f32
  } -> tensor<4x4xf32>
  bufferization.materialize_in_destination %6 in restrict writable %y : (tensor<4x4xf32>, memref<4x4xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{must store one value and hold at most one contraction}}
func.func private @two(%x: memref<4x4xf32>, %w: memref<4x4xf32>, %y: memref<4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4xf32> to tensor<4x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<4x4xf32> to tensor<4x4xf32>
  %2 = tensor.empty() : tensor<4x4xf32>
  %zero = arith.constant 0.0 : f32
  %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<4x4xf32>) -> tensor<4x4xf32>
  %4 = linalg.matmul ins(%0, %1 : tensor<4x4xf32>, tensor<4x4xf32>) outs(%3 : tensor<4x4xf32>) -> tensor<4x4xf32>
  %5 = linalg.matmul ins(%4, %1 : tensor<4x4xf32>, tensor<4x4xf32>) outs(%3 : tensor<4x4xf32>) -> tensor<4x4xf32>
  bufferization.materialize_in_destination %5 in restrict writable %y : (tensor<4x4xf32>, memref<4x4xf32>) -> ()
  return
}

// -----

// A constant in the index, which no padding explains.
func.func private @padded_shifted(%x: memref<4x4xf32>, %w: memref<3x8xf32>, %y: memref<2x4x8xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4xf32> to tensor<4x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<3x8xf32> to tensor<3x8xf32>
  %2 = bufferization.to_tensor %y restrict : memref<2x4x8xf32> to tensor<2x4x8xf32>
  %zero = arith.constant 0.0 : f32
  %padded = tensor.pad %0 low[1, 0] high[1, 0] {
    ^bb0(%i: index, %j: index):
      tensor.yield %zero : f32
  } : tensor<4x4xf32> to tensor<6x4xf32>
  // expected-error @+1 {{has its first operand padded in dimension 0, which must be indexed by a row and a depth, with any factors, that are in no other index; pad the others in the buffer}}
  %3 = linalg.generic {indexing_maps = [affine_map<(h, w, f, k) -> (h + k + 2, w)>, affine_map<(h, w, f, k) -> (k, f)>, affine_map<(h, w, f, k) -> (h, w, f)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%padded, %1 : tensor<6x4xf32>, tensor<3x8xf32>) outs(%2 : tensor<2x4x8xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %p = arith.mulf %a, %b : f32
      %s = arith.addf %c, %p : f32
      linalg.yield %s : f32
  } -> tensor<2x4x8xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<2x4x8xf32>, memref<2x4x8xf32>) -> ()
  return
}

// -----

func.func private @padded_with_ones(%x: memref<4x4xf32>, %w: memref<3x8xf32>, %y: memref<4x4x8xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4xf32> to tensor<4x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<3x8xf32> to tensor<3x8xf32>
  %2 = bufferization.to_tensor %y restrict : memref<4x4x8xf32> to tensor<4x4x8xf32>
  %one = arith.constant 1.0 : f32
  %padded = tensor.pad %0 low[1, 0] high[1, 0] {
    ^bb0(%i: index, %j: index):
      tensor.yield %one : f32
  } : tensor<4x4xf32> to tensor<6x4xf32>
  // expected-error @+1 {{needs its first operand to be padded with zeros, as many as are known, if at all}}
  %3 = linalg.generic {indexing_maps = [affine_map<(h, w, f, k) -> (h + k, w)>, affine_map<(h, w, f, k) -> (k, f)>, affine_map<(h, w, f, k) -> (h, w, f)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%padded, %1 : tensor<6x4xf32>, tensor<3x8xf32>) outs(%2 : tensor<4x4x8xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %p = arith.mulf %a, %b : f32
      %s = arith.addf %c, %p : f32
      linalg.yield %s : f32
  } -> tensor<4x4x8xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<4x4x8xf32>, memref<4x4x8xf32>) -> ()
  return
}

// -----

// Tiles leave out what pads a line by whole steps along it, of terms that lie side by
// side.
func.func private @padded_line(%x: memref<4x1xf32>, %w: memref<3x8xf32>, %y: memref<4x8xf32>) attributes {nn.kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = bufferization.to_tensor %x restrict : memref<4x1xf32> to tensor<4x1xf32>
  %1 = bufferization.to_tensor %w restrict : memref<3x8xf32> to tensor<3x8xf32>
  %empty = tensor.empty() : tensor<4x8xf32>
  %2 = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x8xf32>) -> tensor<4x8xf32>
  %padded = tensor.pad %0 low[1, 0] high[1, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : f32
  } : tensor<4x1xf32> to tensor<6x1xf32>
  // expected-error @+1 {{has a 'nn.line_halo' that is not in memory; tiles leave it out only where the innermost depth is of neighbours}}
  %3 = linalg.generic {indexing_maps = [affine_map<(w, f, j) -> (w + j, 0)>, affine_map<(w, f, j) -> (j, f)>, affine_map<(w, f, j) -> (w, f)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%padded, %1 : tensor<6x1xf32>, tensor<3x8xf32>) outs(%2 : tensor<4x8xf32>) attrs = {nn.line_halo = array<i64: 1, 1>} {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<4x8xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<4x8xf32>, memref<4x8xf32>) -> ()
  return
}

// -----

// A loop of one term is none.
func.func private @lone_terms(%x: memref<4x1xf32>, %w: memref<3x1x8xf32>, %y: memref<4x8xf32>) attributes {nn.kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = bufferization.to_tensor %x restrict : memref<4x1xf32> to tensor<4x1xf32>
  %1 = bufferization.to_tensor %w restrict : memref<3x1x8xf32> to tensor<3x1x8xf32>
  %empty = tensor.empty() : tensor<4x8xf32>
  %2 = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x8xf32>) -> tensor<4x8xf32>
  %padded = tensor.pad %0 low[1, 0] high[1, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : f32
  } : tensor<4x1xf32> to tensor<6x1xf32>
  // expected-error @+1 {{has a 'nn.line_halo' that is not in memory; tiles leave it out only where rows end with a line, and several terms follow each step along it}}
  %3 = linalg.generic {indexing_maps = [affine_map<(w, f, j, c) -> (w + j, c)>, affine_map<(w, f, j, c) -> (j, c, f)>, affine_map<(w, f, j, c) -> (w, f)>], iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%padded, %1 : tensor<6x1xf32>, tensor<3x1x8xf32>) outs(%2 : tensor<4x8xf32>) attrs = {nn.line_halo = array<i64: 1, 1>} {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<4x8xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<4x8xf32>, memref<4x8xf32>) -> ()
  return
}

// -----

// Rows that also move along something else do not end with a line.
func.func private @other_rows(%x: memref<4x4x2xf32>, %w: memref<3x3x2x8xf32>, %y: memref<4x8xf32>) attributes {nn.kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = bufferization.to_tensor %x restrict : memref<4x4x2xf32> to tensor<4x4x2xf32>
  %1 = bufferization.to_tensor %w restrict : memref<3x3x2x8xf32> to tensor<3x3x2x8xf32>
  %empty = tensor.empty() : tensor<4x8xf32>
  %2 = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x8xf32>) -> tensor<4x8xf32>
  %padded = tensor.pad %0 low[1, 1, 0] high[1, 1, 0] {
  ^bb0(%i: index, %j: index, %k: index):
    tensor.yield %zero : f32
  } : tensor<4x4x2xf32> to tensor<6x6x2xf32>
  // expected-error @+1 {{has a 'nn.line_halo' that is not in memory; tiles leave it out only where rows end with a line, and several terms follow each step along it}}
  %3 = linalg.generic {indexing_maps = [affine_map<(w, f, j, i, c) -> (w + j, w + i, c)>, affine_map<(w, f, j, i, c) -> (j, i, c, f)>, affine_map<(w, f, j, i, c) -> (w, f)>], iterator_types = ["parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%padded, %1 : tensor<6x6x2xf32>, tensor<3x3x2x8xf32>) outs(%2 : tensor<4x8xf32>) attrs = {nn.line_halo = array<i64: 1, 1>} {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<4x8xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<4x8xf32>, memref<4x8xf32>) -> ()
  return
}

// -----

// They leave out what there is.
func.func private @other_line(%x: memref<4x2xf32>, %w: memref<3x2x8xf32>, %y: memref<4x8xf32>) attributes {nn.kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = bufferization.to_tensor %x restrict : memref<4x2xf32> to tensor<4x2xf32>
  %1 = bufferization.to_tensor %w restrict : memref<3x2x8xf32> to tensor<3x2x8xf32>
  %empty = tensor.empty() : tensor<4x8xf32>
  %2 = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x8xf32>) -> tensor<4x8xf32>
  %padded = tensor.pad %0 low[1, 0] high[1, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : f32
  } : tensor<4x2xf32> to tensor<6x2xf32>
  // expected-error @+1 {{has a 'nn.line_halo' of array<i64: 0, 0>, but its first operand is padded by 1 and 1 in dimension 0}}
  %3 = linalg.generic {indexing_maps = [affine_map<(w, f, j, c) -> (w + j, c)>, affine_map<(w, f, j, c) -> (j, c, f)>, affine_map<(w, f, j, c) -> (w, f)>], iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%padded, %1 : tensor<6x2xf32>, tensor<3x2x8xf32>) outs(%2 : tensor<4x8xf32>) attrs = {nn.line_halo = array<i64: 0, 0>} {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<4x8xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<4x8xf32>, memref<4x8xf32>) -> ()
  return
}

// -----

// Both ends count.
func.func private @other_end(%x: memref<4x2xf32>, %w: memref<3x2x8xf32>, %y: memref<4x8xf32>) attributes {nn.kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = bufferization.to_tensor %x restrict : memref<4x2xf32> to tensor<4x2xf32>
  %1 = bufferization.to_tensor %w restrict : memref<3x2x8xf32> to tensor<3x2x8xf32>
  %empty = tensor.empty() : tensor<4x8xf32>
  %2 = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x8xf32>) -> tensor<4x8xf32>
  %padded = tensor.pad %0 low[1, 0] high[1, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : f32
  } : tensor<4x2xf32> to tensor<6x2xf32>
  // expected-error @+1 {{has a 'nn.line_halo' of array<i64: 1, 0>, but its first operand is padded by 1 and 1 in dimension 0}}
  %3 = linalg.generic {indexing_maps = [affine_map<(w, f, j, c) -> (w + j, c)>, affine_map<(w, f, j, c) -> (j, c, f)>, affine_map<(w, f, j, c) -> (w, f)>], iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%padded, %1 : tensor<6x2xf32>, tensor<3x2x8xf32>) outs(%2 : tensor<4x8xf32>) attrs = {nn.line_halo = array<i64: 1, 0>} {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<4x8xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<4x8xf32>, memref<4x8xf32>) -> ()
  return
}

// -----

// Elsewhere, padding is not followed.
func.func private @padded_elements(%x: memref<4xf32>, %y: memref<6xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4xf32> to tensor<4xf32>
  %zero = arith.constant 0.0 : f32
  // expected-error @+1 {{is not something that kernels support here}}
  %padded = tensor.pad %0 low[1] high[1] {
    ^bb0(%i: index):
      tensor.yield %zero : f32
  } : tensor<4xf32> to tensor<6xf32>
  bufferization.materialize_in_destination %padded in restrict writable %y : (tensor<6xf32>, memref<6xf32>) -> ()
  return
}
