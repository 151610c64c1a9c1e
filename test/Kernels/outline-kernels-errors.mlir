// RUN: nascent-opt %s --nascent-outline-kernels --split-input-file --verify-diagnostics

// expected-error @+1 {{has a value of type 'tensor<2x4xf32>', but a network's function is on buffers of known sizes; run nascent-assign-buffers first}}
func.func private @tensors(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  return %x : tensor<2x4xf32>
}

// -----

// expected-error @+1 {{returns values; its outputs are buffers}}
func.func private @returns(%x: memref<2x4xf32>) -> memref<2x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  return %x : memref<2x4xf32>
}

// -----

func.func private @size(%x: memref<2x4xf32>, %y: memref<2x4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  nn.launch @kernel ins(%x : memref<2x4xf32>) outs(%y : memref<2x4xf32>) {
  ^bb0(%a: tensor<2x4xf32>):
    // expected-error @+1 {{is left in a kernel, whose sizes are known; run nascent-walk-batch first}}
    %c0 = arith.constant 0 : index
    nn.launch_yield %a : tensor<2x4xf32>
  }
  return
}

// -----

// expected-error @+1 {{is a network's function, which is one block, but has 2}}
func.func private @blocks() attributes {nn.parameter_bytes = 0 : i64} {
  cf.br ^next
^next:
  return
}

// -----

nn.parameter @w : tensor<4xf32> init(#nn.zeros) offset(0)
func.func private @twice() attributes {nn.parameter_bytes = 0 : i64} {
  // expected-note @+1 {{it is loaded here}}
  %0 = nn.load_parameter @w : memref<4xf32>
  // expected-error @+1 {{loads @w again; a function loads a parameter once}}
  %1 = nn.load_parameter @w : memref<4xf32>
  return
}
