// RUN: nascent-opt %s --nascent-emit-backward --split-input-file --verify-diagnostics

// expected-error @+1 {{network 'mlp' is trained, but there is no function of it whose 'nn.training' is 'backward'; run nascent-build-gradients first}}
module attributes {nn.losses = {mlp = [{}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<2x3xf32>) -> tensor<2x4xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {
}

// -----

module attributes {nn.losses = {mlp = [{}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<2x3xf32>) -> tensor<2x4xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {
// expected-error @+1 {{is not a forward function with its buffers planned; run nascent-outline-kernels and nascent-plan-buffers first}}
func.func private @mlp.backward.forward(memref<2x3xf32>, memref<2x4xf32>)
    attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.training = "backward"}
}

// -----

// Of an open batch rows would be left.
module attributes {nn.losses = {mlp = [{}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<?x3xf32>) -> tensor<?x4xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {
// expected-error @+1 {{is one of several of a batch, which must be of powers of two of rows, of which the least, and no other, divides any batch}}
func.func private @mlp.rows_4.backward.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<4x3xf32> {nn.role = #nn.role<input>}, memref<4x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<64xi8> {nn.role = #nn.role<gradients>}, memref<4x4xf32> {nn.role = #nn.role<output>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>}) attributes {nn.network = "mlp", nn.rows = 4 : i64, nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "backward"}
}

// -----

module attributes {nn.losses = {mlp = [{}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<?x3xf32>) -> tensor<?x4xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {
// expected-error @+1 {{must compute some rows of an open batch, or all of another}}
func.func private @mlp.backward.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<2x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<64xi8> {nn.role = #nn.role<gradients>}, memref<2x4xf32> {nn.role = #nn.role<output>}, memref<2x3xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>}) attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "backward"}
func.func private @mlp.rows_1.backward.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<1x3xf32> {nn.role = #nn.role<input>}, memref<1x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<64xi8> {nn.role = #nn.role<gradients>}, memref<1x4xf32> {nn.role = #nn.role<output>}, memref<1x3xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>}) attributes {nn.network = "mlp", nn.rows = 1 : i64, nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "backward"}
}

// -----

module attributes {nn.losses = {mlp = [{}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<2x3xf32>) -> tensor<2x4xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {
// expected-error @+1 {{must compute some rows of an open batch, or all of another}}
func.func private @mlp.rows_1.backward.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<1x3xf32> {nn.role = #nn.role<input>}, memref<1x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<64xi8> {nn.role = #nn.role<gradients>}, memref<1x4xf32> {nn.role = #nn.role<output>}, memref<1x3xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>}) attributes {nn.network = "mlp", nn.rows = 1 : i64, nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "backward"}
}

// -----

// Gradients that are always added to what is there.
module attributes {nn.losses = {mlp = [{}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<2x3xf32>) -> tensor<2x4xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {
// expected-error @+1 {{must have 3 inputs, the last 1 of one number each, as nascent-build-gradients makes them}}
func.func private @mlp.backward.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<2x4xf32> {nn.role = #nn.role<input>}, memref<64xi8> {nn.role = #nn.role<gradients>}, memref<2x4xf32> {nn.role = #nn.role<output>}, memref<2x3xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>}) attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "backward"}
}

// -----

module attributes {nn.losses = {mlp = [{}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<2x3xf32>) -> tensor<2x4xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {
// expected-error @+1 {{must compute the outputs of its entry}}
func.func private @mlp.backward.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<2x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<64xi8> {nn.role = #nn.role<gradients>}, memref<64xi8> {nn.role = #nn.role<scratch>}) attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "backward"}
}

// -----

// An output that would be computed with the gradients.
module attributes {nn.losses = {mlp = [{}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<2x4xf32>) -> tensor<2x4xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {
func.func private @mlp.backward.forward(%p: memref<64xi8> {nn.role = #nn.role<parameters>}, %x: memref<2x4xf32> {nn.role = #nn.role<input>}, %dy: memref<2x4xf32> {nn.role = #nn.role<input>}, %k: memref<1xf32> {nn.role = #nn.role<input>}, %g: memref<64xi8> {nn.role = #nn.role<gradients>}, %y: memref<2x4xf32> {nn.role = #nn.role<output>}, %dx: memref<2x4xf32> {nn.role = #nn.role<output>}, %s: memref<64xi8> {nn.role = #nn.role<scratch>}) attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "backward"} {
  call @copy(%dy, %dx) : (memref<2x4xf32>, memref<2x4xf32>) -> ()
  // expected-error @+1 {{writes an output behind what reads the gradient of one or writes one of a parameter; outputs are computed first}}
  call @copy(%x, %y) : (memref<2x4xf32>, memref<2x4xf32>) -> ()
  return
}
func.func private @copy(%from: memref<2x4xf32>, %to: memref<2x4xf32>) attributes {nn.kernel} {
  %c0 = arith.constant 0 : index
  %0 = memref.load %from[%c0, %c0] : memref<2x4xf32>
  memref.store %0, %to[%c0, %c0] : memref<2x4xf32>
  return
}
}
