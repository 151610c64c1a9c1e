// RUN: nascent-opt %s --nascent-vectorize-kernels --split-input-file --verify-diagnostics

// A weight that no buffer holds has no kernel.
func.func private @no_buffer(%x: memref<2x4xf32>, %w: memref<8x4xf32>, %y: memref<2x8xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x4xf32> to tensor<2x4xf32>
  %1 = tensor.empty() : tensor<8x4xf32>
  %c = arith.constant 0.0 : f32
  %2 = tensor.empty() : tensor<2x8xf32>
  %3 = linalg.fill ins(%c : f32) outs(%2 : tensor<2x8xf32>) -> tensor<2x8xf32>
  // expected-error @+1 {{needs its second operand, by rows or in panels, from a buffer}}
  %4 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%0, %1 : tensor<2x4xf32>, tensor<8x4xf32>) outs(%3 : tensor<2x8xf32>) -> tensor<2x8xf32>
  bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<2x8xf32>, memref<2x8xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{must store one value and hold at most one contraction}}
func.func private @no_store(%x: memref<4xf32>) attributes {nn.kernel} {
  return
}

// -----

func.func private @unknown(%x: memref<4xf32>, %y: memref<4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4xf32> to tensor<4xf32>
  // expected-error @+1 {{is not something that kernels support}}
  %1 = tensor.cast %0 : tensor<4xf32> to tensor<4xf32>
  bufferization.materialize_in_destination %1 in restrict writable %y : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// A declaration is nothing to vectorise.
func.func private @declared(memref<4xf32>) attributes {nn.kernel}

// -----

// expected-error @+1 {{attribute 'nn.kernel' must be a unit attribute, got 1 : i64}}
func.func private @attribute(memref<4xf32>) attributes {nn.kernel = 1 : i64}

// -----

func.func private @panels_of_terms(%x: memref<4x4x1xf32>, %w: memref<1x1x4x4xf32>, %y: memref<4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4x1xf32> to tensor<4x4x1xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x1x4x4xf32> to tensor<1x1x4x4xf32>
  %2 = tensor.empty() : tensor<4x1x4xf32>
  %3 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [4] into %2 : tensor<1x1x4x4xf32> -> tensor<4x1x4xf32>
  %zero = arith.constant 0.0 : f32
  %space = tensor.empty() : tensor<4x4xf32>
  %4 = linalg.fill ins(%zero : f32) outs(%space : tensor<4x4xf32>) -> tensor<4x4xf32>
  // expected-error @+1 {{needs the panels of its second operand to be of its columns, d1, side by side}}
  %5 = linalg.contract indexing_maps = [affine_map<(m, n, k, l) -> (m, k, l)>, affine_map<(m, n, k, l) -> (k, l, n)>, affine_map<(m, n, k, l) -> (m, n)>] ins(%0, %3 : tensor<4x4x1xf32>, tensor<4x1x4xf32>) outs(%4 : tensor<4x4xf32>) -> tensor<4x4xf32>
  bufferization.materialize_in_destination %5 in restrict writable %y : (tensor<4x4xf32>, memref<4x4xf32>) -> ()
  return
}

// -----

func.func private @bias_by_column(%x: memref<4x4xf32>, %w: memref<1x4x4xf32>, %b: memref<4xf32>, %y: memref<4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4xf32> to tensor<4x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x4x4xf32> to tensor<1x4x4xf32>
  %2 = tensor.empty() : tensor<4x4xf32>
  %3 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [4] into %2 : tensor<1x4x4xf32> -> tensor<4x4xf32>
  %4 = bufferization.to_tensor %b restrict : memref<4xf32> to tensor<4xf32>
  %5 = linalg.broadcast ins(%4 : tensor<4xf32>) outs(%2 : tensor<4x4xf32>) dimensions = [1]
  // expected-error @+1 {{must accumulate onto a bias, a constant, or what its kernel stores into}}
  %6 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%0, %3 : tensor<4x4xf32>, tensor<4x4xf32>) outs(%5 : tensor<4x4xf32>) -> tensor<4x4xf32>
  bufferization.materialize_in_destination %6 in restrict writable %y : (tensor<4x4xf32>, memref<4x4xf32>) -> ()
  return
}

// -----

func.func private @not_neutral(%x: memref<4x4xf32>, %y: memref<4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4xf32> to tensor<4x4xf32>
  %five = arith.constant 5.0 : f32
  %1 = tensor.empty() : tensor<4xf32>
  %2 = linalg.fill ins(%five : f32) outs(%1 : tensor<4xf32>) -> tensor<4xf32>
  // expected-error @+1 {{must start from the neutral element of its reduction}}
  %3 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%0 : tensor<4x4xf32>) outs(%2 : tensor<4xf32>) {
    ^bb0(%a: f32, %b: f32):
      %sum = arith.addf %a, %b : f32
      linalg.yield %sum : f32
  } -> tensor<4xf32>
  %4 = tensor.empty() : tensor<4x4xf32>
  %5 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%0, %3 : tensor<4x4xf32>, tensor<4xf32>) outs(%4 : tensor<4x4xf32>) {
    ^bb0(%a: f32, %s: f32, %b: f32):
      %d = arith.divf %a, %s : f32
      linalg.yield %d : f32
  } -> tensor<4x4xf32>
  bufferization.materialize_in_destination %5 in restrict writable %y : (tensor<4x4xf32>, memref<4x4xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{is a kernel, whose arguments are buffers of f32, f16 or bf16 of known sizes that have addresses, and its part, but has 'i32'}}
func.func private @argument(%a: i32) attributes {nn.kernel} {
  return
}

// -----

// expected-error @+1 {{is a kernel, which is one block, but has 2}}
func.func private @blocks() attributes {nn.kernel} {
  cf.br ^later
^later:
  return
}

// -----

func.func private @rank_0(%x: memref<f32>, %y: memref<f32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<f32> to tensor<f32>
  // expected-error @+1 {{must store a tensor into an argument of its kernel, a contraction's with its columns side by side, got 'tensor<f32>' and 'memref<f32>'}}
  bufferization.materialize_in_destination %0 in restrict writable %y : (tensor<f32>, memref<f32>) -> ()
  return
}

// -----

// The sum would be one of new values and old ones.
func.func private @in_place(%x: memref<4x4xf32>) attributes {nn.kernel} {
  // expected-error @+1 {{must read an argument of its kernel that is not written, unless it is updated in place: element by element, or accumulated onto}}
  %0 = bufferization.to_tensor %x restrict : memref<4x4xf32> to tensor<4x4xf32>
  %zero = arith.constant 0.0 : f32
  %1 = tensor.empty() : tensor<4xf32>
  %2 = linalg.fill ins(%zero : f32) outs(%1 : tensor<4xf32>) -> tensor<4xf32>
  %3 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]} ins(%0 : tensor<4x4xf32>) outs(%2 : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %r = arith.addf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %4 = tensor.empty() : tensor<4x4xf32>
  %5 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%0, %3 : tensor<4x4xf32>, tensor<4xf32>) outs(%4 : tensor<4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %r = arith.subf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x4xf32>
  bufferization.materialize_in_destination %5 in restrict writable %x : (tensor<4x4xf32>, memref<4x4xf32>) -> ()
  return
}

// -----

func.func private @open(%x: memref<4xf32>, %y: memref<4xf32>) attributes {nn.kernel} {
  %c4 = arith.constant 4 : index
  // expected-error @+1 {{is on 'tensor<?xf32>', but kernels are on f32, f16 or bf16 of known sizes}}
  %0 = tensor.empty(%c4) : tensor<?xf32>
  %1 = bufferization.to_tensor %x restrict : memref<4xf32> to tensor<4xf32>
  bufferization.materialize_in_destination %1 in restrict writable %y : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

func.func private @narrow(%x: memref<4xbf16>, %y: memref<4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4xbf16> to tensor<4xbf16>
  %1 = tensor.empty() : tensor<4xf32>
  // expected-error @+1 {{computes with 'tensor<4xbf16>', but kernels compute with f32}}
  %2 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%0 : tensor<4xbf16>) outs(%1 : tensor<4xf32>) {
    ^bb0(%a: bf16, %b: f32):
      %c = arith.extf %a : bf16 to f32
      linalg.yield %c : f32
  } -> tensor<4xf32>
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

func.func private @no_vectors(%x: memref<4xf32>, %y: memref<4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4xf32> to tensor<4xf32>
  %1 = tensor.empty() : tensor<4xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%0 : tensor<4xf32>) outs(%1 : tensor<4xf32>) {
    ^bb0(%a: f32, %b: f32):
      // expected-error @+1 {{has no form on vectors, which kernels need}}
      %v = vector.broadcast %a : f32 to vector<2xf32>
      linalg.yield %a : f32
  } -> tensor<4xf32>
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

func.func private @accumulator(%x: memref<4xf32>, %y: memref<4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4xf32> to tensor<4xf32>
  %1 = tensor.empty() : tensor<4xf32>
  // expected-error @+1 {{reads its result before it is computed}}
  %2 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%0 : tensor<4xf32>) outs(%1 : tensor<4xf32>) {
    ^bb0(%a: f32, %b: f32):
      linalg.yield %b : f32
  } -> tensor<4xf32>
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// Lanes that are summed apart would each double what they have.
func.func private @doubled(%x: memref<4x4xf32>, %y: memref<4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4xf32> to tensor<4x4xf32>
  %zero = arith.constant 0.0 : f32
  %1 = tensor.empty() : tensor<4xf32>
  %2 = linalg.fill ins(%zero : f32) outs(%1 : tensor<4xf32>) -> tensor<4xf32>
  // expected-error @+1 {{must end in one binary operation on a constant}}
  %3 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%0 : tensor<4x4xf32>) outs(%2 : tensor<4xf32>) {
    ^bb0(%a: f32, %b: f32):
      %twice = arith.addf %b, %b : f32
      %sum = arith.addf %a, %twice : f32
      linalg.yield %sum : f32
  } -> tensor<4xf32>
  bufferization.materialize_in_destination %0 in restrict writable %y : (tensor<4x4xf32>, memref<4x4xf32>) -> ()
  return
}

// -----

func.func private @stored(%x: memref<4x4xf32>, %w: memref<1x4x4xf32>, %y: memref<4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4xf32> to tensor<4x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x4x4xf32> to tensor<1x4x4xf32>
  %2 = tensor.empty() : tensor<4x4xf32>
  %3 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [4] into %2 : tensor<1x4x4xf32> -> tensor<4x4xf32>
  // expected-error @+1 {{must multiply f32 and have the type 'tensor<4xf32>' of what its kernel stores}}
  %4 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%0, %3 : tensor<4x4xf32>, tensor<4x4xf32>) outs(%2 : tensor<4x4xf32>) -> tensor<4x4xf32>
  %5 = tensor.empty() : tensor<4xf32>
  bufferization.materialize_in_destination %5 in restrict writable %y : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

func.func private @wide(%w: memref<1x4x2048xf32>, %y: memref<4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %w restrict : memref<1x4x2048xf32> to tensor<1x4x2048xf32>
  %1 = tensor.empty() : tensor<2048x4xf32>
  // expected-error @+1 {{takes panels of 2048 columns apart, which are at most 1024 wide}}
  %2 = linalg.unpack %0 inner_dims_pos = [0] inner_tiles = [2048] into %1 : tensor<1x4x2048xf32> -> tensor<2048x4xf32>
  %3 = tensor.empty() : tensor<4xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{stores into argument 1, whose 'nn.padded' says that there is room behind its row; only parameters have that}}
func.func private @room(%x: memref<6xf32>, %y: memref<6xf32> {nn.padded}) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<6xf32> to tensor<6xf32>
  bufferization.materialize_in_destination %0 in restrict writable %y : (tensor<6xf32>, memref<6xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{computes a part of its work, but does not say which, or of how many}}
func.func private @half(%x: memref<4xf32>, %y: memref<4xf32>, %part: index {nn.role = #nn.role<part>}) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4xf32> to tensor<4xf32>
  bufferization.materialize_in_destination %0 in restrict writable %y : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{of known sizes that have addresses, and its part, but has 'memref<4x8xf32, strided<[9223372036854775807, 1], offset: 1>>'}}
func.func private @far(%x: memref<4x8xf32, strided<[9223372036854775807, 1], offset: 1>>, %y: memref<4x8xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x8xf32, strided<[9223372036854775807, 1], offset: 1>> to tensor<4x8xf32>
  bufferization.materialize_in_destination %0 in restrict writable %y : (tensor<4x8xf32>, memref<4x8xf32>) -> ()
  return
}

// -----

func.func private @overlap(%x: memref<4x8xf32>, %y: memref<4x8xf32, strided<[4, 1]>>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x8xf32> to tensor<4x8xf32>
  // expected-error @+1 {{stores into 'memref<4x8xf32, strided<[4, 1]>>', whose rows overlap each other}}
  bufferization.materialize_in_destination %0 in restrict writable %y : (tensor<4x8xf32>, memref<4x8xf32, strided<[4, 1]>>) -> ()
  return
}

// -----

// The sum of one element for all others: it is not known where they are computed.
func.func private @first_sum(%x: memref<2x4xf32>, %w: memref<8x4xf32>, %y: memref<2x8xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x4xf32> to tensor<2x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<8x4xf32> to tensor<8x4xf32>
  %c = arith.constant 0.0 : f32
  %2 = tensor.empty() : tensor<2x8xf32>
  %3 = linalg.fill ins(%c : f32) outs(%2 : tensor<2x8xf32>) -> tensor<2x8xf32>
  %4 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%0, %1 : tensor<2x4xf32>, tensor<8x4xf32>) outs(%3 : tensor<2x8xf32>) -> tensor<2x8xf32>
  // expected-error @+1 {{reads an operand in a way that kernels do not support}}
  %5 = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (0, 0)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]} ins(%4, %4 : tensor<2x8xf32>, tensor<2x8xf32>) outs(%2 : tensor<2x8xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %6 = arith.addf %a, %b : f32
    linalg.yield %6 : f32
  } -> tensor<2x8xf32>
  bufferization.materialize_in_destination %5 in restrict writable %y : (tensor<2x8xf32>, memref<2x8xf32>) -> ()
  return
}
