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
