// RUN: nascent-opt %s --nascent-walk-batch --split-input-file --verify-diagnostics

// An operation that mixes rows needs all of them.
func.func private @mixes(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.launch @kernel ins(%x : tensor<?x4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<?x4xf32>):
    %zero = arith.constant 0.0 : f32
    %space = tensor.empty() : tensor<4xf32>
    %init = linalg.fill ins(%zero : f32) outs(%space : tensor<4xf32>) -> tensor<4xf32>
    // expected-error @+1 {{mixes the rows of a batch, so the batch cannot stay open}}
    %1 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%a : tensor<?x4xf32>) outs(%init : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %2 = arith.addf %in, %out : f32
      linalg.yield %2 : f32
    } -> tensor<4xf32>
    nn.launch_yield %1 : tensor<4xf32>
  }
  return %x : tensor<?x4xf32>
}

// -----

// A vector through softmax is one row.
func.func private @row(%x: tensor<?xf32>) -> tensor<?xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %c0 = arith.constant 0 : index
  %size = tensor.dim %x, %c0 : tensor<?xf32>
  // expected-error @+1 {{has a value of type 'tensor<1x?xf32>', but a network's function is on tensors of which at most the first dimension is open}}
  %0 = tensor.expand_shape %x [[0, 1]] output_shape [1, %size] : tensor<?xf32> into tensor<1x?xf32>
  return %x : tensor<?xf32>
}

// -----

func.func private @turned(%x: tensor<?x4xf32>, %y: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.launch @kernel ins(%x, %y : tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32> {
  ^bb0(%a: tensor<?x4xf32>, %b: tensor<?x4xf32>):
    %c0 = arith.constant 0 : index
    %rows = tensor.dim %a, %c0 : tensor<?x4xf32>
    %space = tensor.empty(%rows) : tensor<?x4xf32>
    // expected-error @+1 {{reads the rows of a batch in different orders, so the batch cannot stay open}}
    %1 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%a, %b : tensor<?x4xf32>, tensor<?x4xf32>) outs(%space : tensor<?x4xf32>) {
    ^bb0(%in: f32, %other: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<?x4xf32>
    nn.launch_yield %1 : tensor<?x4xf32>
  }
  return %0 : tensor<?x4xf32>
}

// -----

func.func private @place(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.launch @kernel ins(%x : tensor<?x4xf32>) -> tensor<?x4xf32> {
  ^bb0(%a: tensor<?x4xf32>):
    // expected-error @+1 {{asks for the place of a row in the batch, so the batch cannot stay open}}
    %1 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%a : tensor<?x4xf32>) outs(%a : tensor<?x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %2 = linalg.index 0 : index
      linalg.yield %in : f32
    } -> tensor<?x4xf32>
    nn.launch_yield %1 : tensor<?x4xf32>
  }
  return %0 : tensor<?x4xf32>
}

// -----

func.func private @merged(%x: tensor<?x3xf32>) -> tensor<?xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = tensor.collapse_shape %x [[0, 1]] : tensor<?x3xf32> into tensor<?xf32>
  // expected-error @+1 {{returns a value that does not have the batch, so the batch cannot stay open}}
  return %0 : tensor<?xf32>
}

// -----

// expected-error @+1 {{has an input without the batch of the first one, so the batch cannot stay open}}
func.func private @inputs(%x: tensor<?x4xf32>, %y: tensor<2x4xf32>) -> tensor<?x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  return %x : tensor<?x4xf32>
}

// -----

// Nothing says how many rows these are.
func.func private @unknown(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{reads a batch, but has no rows of it, so the batch cannot stay open}}
  %0 = nn.launch @kernel ins(%x : tensor<?x4xf32>) -> tensor<?x4xf32> {
  ^bb0(%a: tensor<?x4xf32>):
    %c0 = arith.constant 0 : index
    %rows = tensor.dim %a, %c0 : tensor<?x4xf32>
    %1 = tensor.empty(%rows) : tensor<?x4xf32>
    nn.launch_yield %1 : tensor<?x4xf32>
  }
  return %x : tensor<?x4xf32>
}

// -----

func.func private @unused(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.launch @kernel ins(%x : tensor<?x4xf32>) -> tensor<?x4xf32> {
  ^bb0(%a: tensor<?x4xf32>):
    %c7 = arith.constant 7 : index
    // expected-error @+1 {{has a value of type 'tensor<?x4xf32>', whose size does not follow from the batch}}
    %1 = tensor.empty(%c7) : tensor<?x4xf32>
    nn.launch_yield %a : tensor<?x4xf32>
  }
  return %0 : tensor<?x4xf32>
}

// -----

// Sizes for all rows fit, sixteen times one row does not.
// expected-error @+1 {{a block of rows}}
func.func private @large(%x: tensor<?x1152921504606846976xf32>) -> tensor<?x1152921504606846976xf32> attributes {nn.parameter_bytes = 0 : i64} {
  return %x : tensor<?x1152921504606846976xf32>
}

// -----

func.func private @early(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{does not belong into a network of kernels, which has parameters, views, parts and launches; run nascent-form-kernels first}}
  %0 = tensor.empty() : tensor<2x4xf32>
  return %x : tensor<2x4xf32>
}

// -----

func.func private @foreign(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.launch @kernel ins(%x : tensor<2x4xf32>) -> tensor<2x4xf32> {
  ^bb0(%a: tensor<2x4xf32>):
    // expected-error @+1 {{is not something that kernels support}}
    %1 = tensor.cast %a : tensor<2x4xf32> to tensor<?x4xf32>
    %2 = tensor.cast %1 : tensor<?x4xf32> to tensor<2x4xf32>
    nn.launch_yield %2 : tensor<2x4xf32>
  }
  return %0 : tensor<2x4xf32>
}

// -----

// How many rows there are is asked of what has them.
func.func private @seven(%x: tensor<?x8xf32>) -> tensor<?x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %d = arith.constant 7 : index
  // expected-error @+1 {{takes a part of the batch, so the batch cannot stay open}}
  %0 = tensor.extract_slice %x[0, 2] [%d, 4] [1, 1] : tensor<?x8xf32> to tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// -----

func.func private @two(%x: tensor<?x8xf32>) -> tensor<?x2x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %d = arith.constant 2 : index
  // expected-error @+1 {{has another batch than what it reads, so the batch cannot stay open}}
  %0 = tensor.expand_shape %x [[0], [1, 2]] output_shape [%d, 2, 4] : tensor<?x8xf32> into tensor<?x2x4xf32>
  return %0 : tensor<?x2x4xf32>
}

// -----

func.func private @fixed(%x: tensor<?x8xf32>) -> tensor<2x16xf32> attributes {nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{has another batch than what it reads, so the batch cannot stay open}}
  %0 = tensor.concat dim(1) %x, %x : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// -----

// With some rows at a time, it would become so small again and again.
nn.parameter @w : tensor<4xf32> init(#nn.zeros) offset(0)
func.func private @decay.forward(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {nn.parameter_bytes = 64 : i64} {
  %w = nn.load_parameter @w : tensor<4xf32>
  %0 = nn.launch @decay.layer_0 ins(%w : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>):
    nn.launch_yield %a : tensor<4xf32>
  }
  // expected-error @+1 {{stores a parameter, so the batch cannot stay open}}
  nn.store_parameter %0, @w : tensor<4xf32>
  return %x : tensor<?x4xf32>
}

// -----

// One row of the batch is a sequence of one, and two of the other.
func.func private @rows(%x: tensor<?x9x4xf32>, %y: tensor<?x2x9x4xf32>) -> tensor<?x9x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %c = tensor.collapse_shape %y [[0, 1], [2], [3]] : tensor<?x2x9x4xf32> into tensor<?x9x4xf32>
  %0:3 = nn.launch @kernel ins(%x, %c : tensor<?x9x4xf32>, tensor<?x9x4xf32>) -> tensor<?x9x4xf32>, tensor<?x4xf32>, tensor<?x4xf32> {
  ^bb0(%a: tensor<?x9x4xf32>, %b: tensor<?x9x4xf32>):
    %w = arith.constant dense<0.0> : tensor<4x4xf32>
    // expected-error @+1 {{has steps of different rows}}
    %1:3 = nn.recurrence steps(%a, %b : tensor<?x9x4xf32>, tensor<?x9x4xf32>) weight(%w : tensor<4x4xf32>) -> tensor<?x9x4xf32>, tensor<?x4xf32>, tensor<?x4xf32> {
    ^bb0(%in: f32, %in1: f32, %sum: f32, %state: f32):
      nn.recurrence_yield %sum : f32
    }
    nn.launch_yield %1#0, %1#1, %1#2 : tensor<?x9x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
  }
  return %0#0 : tensor<?x9x4xf32>
}
