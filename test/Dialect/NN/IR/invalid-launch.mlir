// RUN: nascent-opt %s --split-input-file --verify-diagnostics

func.func @mixed(%x: tensor<2xf32>, %y: memref<2xf32>) {
  // expected-error @+1 {{has some operands on buffers, but also one of type 'tensor<2xf32>'}}
  nn.launch @kernel ins(%x : tensor<2xf32>) outs(%y : memref<2xf32>) {
  ^bb0(%a: tensor<2xf32>):
    nn.launch_yield %a : tensor<2xf32>
  }
  return
}

// -----

func.func @results(%x: memref<2xf32>) {
  // expected-error @+1 {{stores into buffers, so that it has no results, but has one of type 'tensor<2xf32>'}}
  %0 = nn.launch @kernel ins(%x : memref<2xf32>) -> tensor<2xf32> {
  ^bb0(%a: tensor<2xf32>):
    nn.launch_yield %a : tensor<2xf32>
  }
  return
}

// -----

func.func @arguments(%x: tensor<2xf32>) {
  // expected-error @+1 {{has a body with 0 arguments, expected 1}}
  nn.launch @kernel ins(%x : tensor<2xf32>) {
    nn.launch_yield
  }
  return
}

// -----

func.func @argument(%x: tensor<2xf32>) {
  // expected-error @+1 {{has a body whose arguments 0 is of type 'tensor<3xf32>', expected 'tensor<2xf32>'}}
  nn.launch @kernel ins(%x : tensor<2xf32>) {
  ^bb0(%a: tensor<3xf32>):
    nn.launch_yield
  }
  return
}

// -----

func.func @yielded(%x: memref<2xf32>, %y: memref<3xf32>) {
  // expected-error @+1 {{has a body whose results 0 is of type 'tensor<2xf32>', expected 'tensor<3xf32>'}}
  nn.launch @kernel ins(%x : memref<2xf32>) outs(%y : memref<3xf32>) {
  ^bb0(%a: tensor<2xf32>):
    nn.launch_yield %a : tensor<2xf32>
  }
  return
}

// -----

func.func @terminator() {
  // expected-error @+1 {{must end with nn.launch_yield}}
  "nn.launch"() <{kernel = "kernel", operandSegmentSizes = array<i32: 0, 0, 0>}> ({
    "llvm.unreachable"() : () -> ()
  }) : () -> ()
  return
}

// -----

func.func @outside() {
  // expected-error @+1 {{'nn.launch_yield' op expects parent op 'nn.launch'}}
  nn.launch_yield
}

// -----

func.func @above(%x: tensor<2xf32>) {
  // expected-note @+1 {{required by region isolation constraints}}
  %0 = nn.launch @kernel -> tensor<2xf32> {
    // expected-error @+1 {{using value defined outside the region}}
    nn.launch_yield %x : tensor<2xf32>
  }
  return
}

// -----

// expected-note @+1 {{the parameter is declared here}}
nn.parameter @w : tensor<8x4xf32> init(#nn.zeros) layout(#nn.panels<4>)
func.func @stored() {
  // expected-error @+1 {{must have the parameter's storage type 'tensor<2x4x4xf32>', got 'tensor<8x4xf32>'}}
  %0 = nn.load_parameter @w : tensor<8x4xf32>
  return
}

// -----

// expected-error @+1 {{attribute 'nn.layer' must be a string, got 3 : i64}}
func.func private @f() attributes {nn.layer = 3 : i64}

// -----

func.func @no_such_parameter(%value: tensor<4xf32>) {
  // expected-error @+1 {{refers to @w, which is not an nn.parameter}}
  nn.store_parameter %value, @w : tensor<4xf32>
  return
}

// -----

// expected-note @+1 {{the parameter is declared here}}
nn.parameter @w : tensor<10x4xf32> init(#nn.zeros) layout(#nn.panels<8>)
func.func @not_the_storage_type(%value: tensor<10x4xf32>) {
  // expected-error @+1 {{must have the parameter's storage type 'tensor<2x4x8xf32>', got 'tensor<10x4xf32>'}}
  nn.store_parameter %value, @w : tensor<10x4xf32>
  return
}

// -----

// Narrow weights are rounded, and would be with each update.
// expected-note @+1 {{the parameter is declared here}}
nn.parameter @narrow : tensor<8x4xf32> init(#nn.zeros) layout(#nn.panels<8, f16>)
func.func @narrow_weights(%value: tensor<1x4x8xf32>) {
  // expected-error @+1 {{must have the parameter's storage type 'tensor<1x4x8xf16>', got 'tensor<1x4x8xf32>'}}
  nn.store_parameter %value, @narrow : tensor<1x4x8xf32>
  return
}

// -----

func.func @gradient_of_nothing() {
  // expected-error @+1 {{refers to @w, which is not an nn.parameter}}
  %0 = nn.load_gradient @w : tensor<4xf32>
  return
}

// -----

// expected-note @+1 {{the parameter is declared here}}
nn.parameter @w : tensor<10x4xf32> init(#nn.zeros) layout(#nn.panels<8>)
func.func @gradient_not_as_stored(%value: tensor<10x4xf32>) {
  // expected-error @+1 {{must have the parameter's storage type 'tensor<2x4x8xf32>', got 'tensor<10x4xf32>'}}
  nn.store_gradient %value, @w : tensor<10x4xf32>
  return
}
