// RUN: nascent-opt %s --verify-diagnostics --split-input-file --nascent-convert-to-llvm

// What the pass leaves out is an error, not a leftover.
func.func @loop(%n: index) {
  // expected-error @+1 {{failed to legalize operation 'scf.for'}}
  scf.for %i = %n to %n step %n {
  }
  return
}

// -----

// Tensors should be buffers by now.
// expected-error @+1 {{failed to legalize operation 'func.func'}}
func.func @tensors(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}

// -----

func.func @wide(%x: f32) {
  // expected-error @+1 {{has a vector of type 'vector<131072xf32>', of more than 65536 elements}}
  %0 = vector.broadcast %x : f32 to vector<131072xf32>
  return
}

// -----

func.func @planes(%v: vector<2x4xf32>) -> vector<2x4xf32> {
  // expected-error @+1 {{failed to legalize operation 'vector.fma'}}
  %f = vector.fma %v, %v, %v : vector<2x4xf32>
  return %f : vector<2x4xf32>
}
