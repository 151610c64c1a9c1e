// RUN: nascent-opt %s --nascent-form-kernels --split-input-file --verify-diagnostics

// expected-error @+1 {{has a value of type 'memref<2x4xf32>', but a network's function is on tensors of which at most the first dimension is open; run convert-nn-to-linalg first}}
func.func private @buffers(%x: memref<2x4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  return
}

// -----

// expected-error @+1 {{has a value of type 'tensor<2x?xf32>', but a network's function is on tensors of which at most the first dimension is open}}
func.func private @open_width(%x: tensor<2x?xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  return
}

// -----

// expected-error @+1 {{is a network's function, whose inputs are of f32, but has 'tensor<2x4xf16>'}}
func.func private @narrow(%x: tensor<2x4xf16>) attributes {nn.parameter_bytes = 0 : i64} {
  return
}

// -----

nn.parameter @w : tensor<4xf32> init(#nn.zeros) offset(0)
func.func private @twice() attributes {nn.parameter_bytes = 0 : i64} {
  // expected-note @+1 {{it is loaded here}}
  %0 = nn.load_parameter @w : tensor<4xf32>
  // expected-error @+1 {{loads @w again; a function loads a parameter once}}
  %1 = nn.load_parameter @w : tensor<4xf32>
  return
}

// -----

// What a kernel reads is a tensor of f32, or a parameter.
func.func private @scalar(%x: tensor<2x4xf32>, %y: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %c0 = arith.constant 0 : index
  // expected-error @+1 {{computes a value of type 'f32' for a kernel, which reads tensors of f32 and parameters}}
  %first = tensor.extract %y[%c0, %c0] : tensor<2x4xf32>
  // expected-note @+1 {{the kernel is formed here}}
  %0 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<2x4xf32>) outs(%x : tensor<2x4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %1 = arith.addf %in, %first : f32
    linalg.yield %1 : f32
  } -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

func.func private @memory() attributes {nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{has a value of type 'memref<2x4xf32>'}}
  %0 = memref.alloc() : memref<2x4xf32>
  return
}

// -----

nn.parameter @w : tensor<4xf32> init(#nn.zeros) offset(0)
func.func private @stored_twice(%x: tensor<4xf32>) attributes {nn.parameter_bytes = 64 : i64} {
  // expected-note @+1 {{it is stored here}}
  nn.store_parameter %x, @w : tensor<4xf32>
  // expected-error @+1 {{stores @w again; a function stores a parameter once}}
  nn.store_parameter %x, @w : tensor<4xf32>
  return
}

// -----

// What is loaded would be the old value or the new one, whichever comes first.
nn.parameter @w : tensor<4xf32> init(#nn.zeros) offset(0)
func.func private @loaded_late(%x: tensor<4xf32>) -> tensor<4xf32> attributes {nn.parameter_bytes = 64 : i64} {
  // expected-note @+1 {{it is stored here}}
  nn.store_parameter %x, @w : tensor<4xf32>
  // expected-error @+1 {{stands behind a parameter's new value; a function stores parameters and gradients at its end}}
  %0 = nn.load_parameter @w : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

nn.parameter @w : tensor<4xf32> init(#nn.zeros) offset(0)
func.func private @returned(%x: tensor<4xf32>) -> tensor<2x2xf32> attributes {nn.parameter_bytes = 64 : i64} {
  // expected-note @+1 {{it is loaded here}}
  %0 = nn.load_parameter @w : tensor<4xf32>
  %1 = tensor.expand_shape %0 [[0, 1]] output_shape [2, 2] : tensor<4xf32> into tensor<2x2xf32>
  nn.store_parameter %x, @w : tensor<4xf32>
  // expected-error @+1 {{returns @w as it is loaded, but it may have its new value by then; compute another value from it}}
  return %1 : tensor<2x2xf32>
}

// -----

// Two that change places.
nn.parameter @v : tensor<4xf32> init(#nn.zeros) offset(0)
nn.parameter @w : tensor<4xf32> init(#nn.zeros) offset(64)
func.func private @exchanged() attributes {nn.parameter_bytes = 128 : i64} {
  // expected-note @+1 {{it is loaded here}}
  %0 = nn.load_parameter @v : tensor<4xf32>
  %1 = nn.load_parameter @w : tensor<4xf32>
  // expected-error @+1 {{stores @v as it is loaded, but it may have its new value by then; compute another value from it}}
  nn.store_parameter %0, @w : tensor<4xf32>
  nn.store_parameter %1, @v : tensor<4xf32>
  return
}

// -----

nn.parameter @w : tensor<4xf32> init(#nn.zeros) offset(0)
func.func private @gradient_stored_twice(%x: tensor<4xf32>) attributes {nn.parameter_bytes = 64 : i64} {
  nn.store_parameter %x, @w : tensor<4xf32>
  // expected-note @+1 {{it is stored here}}
  nn.store_gradient %x, @w : tensor<4xf32>
  // expected-error @+1 {{stores the gradient of @w again; a function stores a gradient once}}
  nn.store_gradient %x, @w : tensor<4xf32>
  return
}

// -----

nn.parameter @w : tensor<4xf32> init(#nn.zeros) offset(0)
func.func private @gradient_loaded_twice() -> tensor<4xf32> attributes {nn.parameter_bytes = 64 : i64} {
  // expected-note @+1 {{it is loaded here}}
  %0 = nn.load_gradient @w : tensor<4xf32>
  // expected-error @+1 {{loads the gradient of @w again; a function loads a gradient once}}
  %1 = nn.load_gradient @w : tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

nn.parameter @w : tensor<4xf32> init(#nn.zeros) offset(0)
func.func private @gradient_returned(%x: tensor<4xf32>) -> tensor<4xf32> attributes {nn.parameter_bytes = 64 : i64} {
  // expected-note @+1 {{it is loaded here}}
  %0 = nn.load_gradient @w : tensor<4xf32>
  nn.store_gradient %x, @w : tensor<4xf32>
  // expected-error @+1 {{returns the gradient of @w as it is loaded, but it may have its new value by then; compute another value from it}}
  return %0 : tensor<4xf32>
}

// -----

// Panels are what sums are stored in.
func.func private @packed_elementwise(%x: tensor<8x4xf32>) -> tensor<1x4x8xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %space = tensor.empty() : tensor<1x4x8xf32>
  // expected-error @+1 {{stores in panels what is not the sums of a contraction, or elementwise of these, or what others read, too; kernels store only those so}}
  %0 = linalg.pack %x inner_dims_pos = [0] inner_tiles = [8] into %space : tensor<8x4xf32> -> tensor<1x4x8xf32>
  return %0 : tensor<1x4x8xf32>
}
