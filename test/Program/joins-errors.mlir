// RUN: nascent-opt %s --nascent-walk-batch --split-input-file --verify-diagnostics
// RUN: nascent-opt %s --nascent-assign-buffers --split-input-file --verify-diagnostics

func.func private @rows(%x: tensor<2x4xf32>) -> tensor<4x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{joins values along the batch, which kernels compute some rows of at a time}}
  %0 = tensor.concat dim(0) %x, %x : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}

// -----

func.func private @some_rows(%x: tensor<4x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{takes a part of a value that is not of the whole batch, not of one dimension, or not of neighbouring elements}}
  %0 = tensor.extract_slice %x[0, 0] [2, 4] [1, 1] : tensor<4x4xf32> to tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

func.func private @steps(%x: tensor<4x4xf32>) -> tensor<4x2xf32> attributes {nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{takes a part of a value that is not of the whole batch, not of one dimension, or not of neighbouring elements}}
  %0 = tensor.extract_slice %x[0, 0] [4, 2] [1, 2] : tensor<4x4xf32> to tensor<4x2xf32>
  return %0 : tensor<4x2xf32>
}

// -----

func.func private @somewhere(%x: tensor<4x4xf32>) -> tensor<4x2xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %c1 = arith.constant 1 : index
  // expected-error @+1 {{takes a part of a value that is not of the whole batch, not of one dimension, or not of neighbouring elements}}
  %0 = tensor.extract_slice %x[0, %c1] [4, 2] [1, 1] : tensor<4x4xf32> to tensor<4x2xf32>
  return %0 : tensor<4x2xf32>
}

// -----

func.func private @fewer_dimensions(%x: tensor<4x4xf32>) -> tensor<4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{takes a part of a value that is not of the whole batch, not of one dimension, or not of neighbouring elements}}
  %0 = tensor.extract_slice %x[0, 1] [4, 1] [1, 1] : tensor<4x4xf32> to tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func private @two_dimensions(%x: tensor<2x6x8xf32>) -> tensor<2x3x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{takes a part of a value that is not of the whole batch, not of one dimension, or not of neighbouring elements}}
  %0 = tensor.extract_slice %x[0, 1, 2] [2, 3, 4] [1, 1, 1] : tensor<2x6x8xf32> to tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}
