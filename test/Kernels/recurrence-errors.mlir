// RUN: nascent-opt %s --nascent-vectorize-kernels --split-input-file --verify-diagnostics

func.func private @not_stored(%x: memref<2x9x4xf32>, %w: memref<4x4xf32>, %h: memref<2x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x9x4xf32> to tensor<2x9x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<4x4xf32> to tensor<4x4xf32>
  // expected-error @+1 {{has 2 results, of which its kernel stores 1; it must store all of them}}
  %2:2 = nn.recurrence steps(%0 : tensor<2x9x4xf32>) weight(%1 : tensor<4x4xf32>) last -> tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %sum : f32
  }
  bufferization.materialize_in_destination %2#0 in restrict writable %h : (tensor<2x4xf32>, memref<2x4xf32>) -> ()
  return
}

// -----

func.func private @one_buffer(%x: memref<2x9x4xf32>, %w: memref<4x4xf32>, %h: memref<2x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x9x4xf32> to tensor<2x9x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<4x4xf32> to tensor<4x4xf32>
  %2:2 = nn.recurrence steps(%0 : tensor<2x9x4xf32>) weight(%1 : tensor<4x4xf32>) last -> tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %sum : f32
  }
  bufferization.materialize_in_destination %2#0 in restrict writable %h : (tensor<2x4xf32>, memref<2x4xf32>) -> ()
  // expected-error @+1 {{must store a result of the kernel's recurrence, each into an argument of its own, with its columns side by side}}
  bufferization.materialize_in_destination %2#1 in restrict writable %h : (tensor<2x4xf32>, memref<2x4xf32>) -> ()
  return
}

// -----

func.func private @written(%x: memref<2x9x2xf32>, %w: memref<2x2xf32>, %h: memref<2x2xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x9x2xf32> to tensor<2x9x2xf32>
  %1 = bufferization.to_tensor %w restrict : memref<2x2xf32> to tensor<2x2xf32>
  // expected-error @+1 {{must read arguments of its kernel that are not written, with their columns side by side}}
  %2:2 = nn.recurrence steps(%0 : tensor<2x9x2xf32>) weight(%1 : tensor<2x2xf32>) last -> tensor<2x2xf32>, tensor<2x2xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %sum : f32
  }
  bufferization.materialize_in_destination %2#0 in restrict writable %h : (tensor<2x2xf32>, memref<2x2xf32>) -> ()
  bufferization.materialize_in_destination %2#1 in restrict writable %w : (tensor<2x2xf32>, memref<2x2xf32>) -> ()
  return
}

// -----

func.func private @no_vectors(%x: memref<2x9x4xf32>, %w: memref<4x4xf32>, %h: memref<2x4xf32>, %s: memref<2x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x9x4xf32> to tensor<2x9x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<4x4xf32> to tensor<4x4xf32>
  %2:2 = nn.recurrence steps(%0 : tensor<2x9x4xf32>) weight(%1 : tensor<4x4xf32>) last -> tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    // expected-error @+1 {{has no form on vectors, which kernels need}}
    %3 = func.call @f(%sum) : (f32) -> f32
    nn.recurrence_yield %3 : f32
  }
  bufferization.materialize_in_destination %2#0 in restrict writable %h : (tensor<2x4xf32>, memref<2x4xf32>) -> ()
  bufferization.materialize_in_destination %2#1 in restrict writable %s : (tensor<2x4xf32>, memref<2x4xf32>) -> ()
  return
}
func.func private @f(f32) -> f32

// -----

func.func private @more(%x: memref<2x9x4xf32>, %w: memref<4x4xf32>, %h: memref<2x4xf32>, %s: memref<2x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x9x4xf32> to tensor<2x9x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<4x4xf32> to tensor<4x4xf32>
  %2:2 = nn.recurrence steps(%0 : tensor<2x9x4xf32>) weight(%1 : tensor<4x4xf32>) last -> tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %sum : f32
  }
  // expected-error @+1 {{is not something that kernels with a recurrence support}}
  %3 = math.exp %0 : tensor<2x9x4xf32>
  bufferization.materialize_in_destination %2#0 in restrict writable %h : (tensor<2x4xf32>, memref<2x4xf32>) -> ()
  bufferization.materialize_in_destination %2#1 in restrict writable %s : (tensor<2x4xf32>, memref<2x4xf32>) -> ()
  return
}

// -----

func.func private @unpacked_steps(%x: memref<2x3x4x3xf32>, %w: memref<4x4xf32>, %h: memref<2x4xf32>, %s: memref<2x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x3x4x3xf32> to tensor<2x3x4x3xf32>
  %1 = bufferization.to_tensor %w restrict : memref<4x4xf32> to tensor<4x4xf32>
  %2 = tensor.empty() : tensor<2x9x4xf32>
  %3 = linalg.unpack %0 inner_dims_pos = [1] inner_tiles = [3] into %2 : tensor<2x3x4x3xf32> -> tensor<2x9x4xf32>
  // expected-error @+1 {{must read arguments of its kernel that are not written, with their columns side by side}}
  %4:2 = nn.recurrence steps(%3 : tensor<2x9x4xf32>) weight(%1 : tensor<4x4xf32>) last -> tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %sum : f32
  }
  bufferization.materialize_in_destination %4#0 in restrict writable %h : (tensor<2x4xf32>, memref<2x4xf32>) -> ()
  bufferization.materialize_in_destination %4#1 in restrict writable %s : (tensor<2x4xf32>, memref<2x4xf32>) -> ()
  return
}

// -----

func.func private @open(%x: memref<2x9x4xf32>, %w: memref<4x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x9x4xf32> to tensor<2x9x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<4x4xf32> to tensor<4x4xf32>
  %rows = arith.constant 2 : index
  // expected-error @+1 {{is on 'tensor<?x4xf32>', but kernels are on known sizes}}
  %2 = tensor.empty(%rows) : tensor<?x4xf32>
  %3:2 = nn.recurrence steps(%0 : tensor<2x9x4xf32>) weight(%1 : tensor<4x4xf32>) last -> tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %sum : f32
  }
  return
}

// -----

func.func private @two_rows(%x: memref<18x3xf32>, %v: memref<1x3x4xf32>, %w: memref<4x4xf32>, %h: memref<2x4xf32>, %s: memref<2x4xf32>) attributes {nn.kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = bufferization.to_tensor %x restrict : memref<18x3xf32> to tensor<18x3xf32>
  %1 = bufferization.to_tensor %v restrict : memref<1x3x4xf32> to tensor<1x3x4xf32>
  %2 = bufferization.to_tensor %w restrict : memref<4x4xf32> to tensor<4x4xf32>
  %3 = tensor.empty() : tensor<4x3xf32>
  %4 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [4] into %3 : tensor<1x3x4xf32> -> tensor<4x3xf32>
  %5 = tensor.empty() : tensor<18x4xf32>
  %6 = linalg.fill ins(%zero : f32) outs(%5 : tensor<18x4xf32>) -> tensor<18x4xf32>
  // expected-error @+1 {{is in a recurrence's kernel, but not the product of one row's steps with panels, onto a bias}}
  %7 = linalg.generic {indexing_maps = [affine_map<(r, c, k) -> (r, k)>, affine_map<(r, c, k) -> (c, k)>, affine_map<(r, c, k) -> (r, c)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %4 : tensor<18x3xf32>, tensor<4x3xf32>) outs(%6 : tensor<18x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %10 = arith.mulf %a, %b : f32
    %11 = arith.addf %c, %10 : f32
    linalg.yield %11 : f32
  } -> tensor<18x4xf32>
  %8 = tensor.expand_shape %7 [[0, 1], [2]] output_shape [2, 9, 4] : tensor<18x4xf32> into tensor<2x9x4xf32>
  %9:2 = nn.recurrence steps(%8 : tensor<2x9x4xf32>) weight(%2 : tensor<4x4xf32>) last -> tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %sum : f32
  }
  bufferization.materialize_in_destination %9#0 in restrict writable %h : (tensor<2x4xf32>, memref<2x4xf32>) -> ()
  bufferization.materialize_in_destination %9#1 in restrict writable %s : (tensor<2x4xf32>, memref<2x4xf32>) -> ()
  return
}
