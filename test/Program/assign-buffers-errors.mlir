// RUN: nascent-opt %s --nascent-assign-buffers --split-input-file --verify-diagnostics

// expected-error @+1 {{has a value of type 'tensor<?x4xf32>', whose size is open; run nascent-walk-batch first}}
func.func private @open(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  return %x : tensor<?x4xf32>
}

// -----

func.func private @inside(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.launch @kernel ins(%x : tensor<2x4xf32>) -> tensor<2x4xf32> {
  ^bb0(%a: tensor<2x4xf32>):
    %c2 = arith.constant 2 : index
    // expected-error @+1 {{has a value of type 'tensor<?x4xf32>', whose size is open}}
    %1 = tensor.empty(%c2) : tensor<?x4xf32>
    nn.launch_yield %a : tensor<2x4xf32>
  }
  return %0 : tensor<2x4xf32>
}

// -----

func.func private @early(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{does not belong into a network of kernels, which has parameters, views, parts and launches; run nascent-form-kernels first}}
  %0 = tensor.empty() : tensor<2x4xf32>
  return %x : tensor<2x4xf32>
}

// -----

// expected-error @+1 {{has a value of type 'memref<2x4xf32>', but a network's function is on tensors}}
func.func private @late(%x: memref<2x4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  return
}
