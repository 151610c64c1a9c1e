// RUN: nascent-opt %s --nascent-emit-training --split-input-file --verify-diagnostics

// expected-error @+1 {{network 'mlp' is trained, but there is no function of it whose 'nn.training' is 'loss'; run nascent-build-gradients and nascent-plan-buffers first}}
module attributes {nn.losses = {mlp = [{target = tensor<2xi32>, labels = 4 : i64}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<2x3xf32>) -> tensor<2x4xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {
}

// -----

module attributes {nn.losses = {mlp = [{target = tensor<2xi32>, labels = 4 : i64}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<2x3xf32>) -> tensor<2x4xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {
// expected-error @+1 {{computes a loss, so that its one output must be one number}}
func.func private @mlp.loss.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<2xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "loss"}
}

// -----

module attributes {nn.losses = {mlp = [{target = tensor<?xi32>, labels = 4 : i64}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<?x3xf32>) -> tensor<?x4xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {
// expected-error @+1 {{is one of several of a batch, which must be of powers of two of rows, of which the least, and no other, divides any batch}}
func.func private @mlp.loss.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<2xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.network = "mlp", nn.rows = 2 : i64, nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "loss"}
}

// -----

module attributes {nn.losses = {mlp = [{target = tensor<2xi32>, labels = 4 : i64}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<2x3xf32>) -> tensor<2x4xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {
// expected-error @+1 {{has 64 bytes of parameters, and as many of gradients, but its buffer of these is 'memref<32xi8>'}}
func.func private @mlp.loss.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<32xi8> {nn.role = #nn.role<gradients>}, memref<1xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "loss"}
}

// -----

module attributes {
  nn.train_sgd,
  nn.losses = {mlp = [{target = tensor<?x4xf32>}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<?x3xf32>) -> tensor<?x4xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {
// expected-error @+1 {{is trained in one call, which needs 'mlp_step_sgd'; run nn-lower-optimizers for sgd first}}
func.func private @mlp.rows_1.loss.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<1x3xf32> {nn.role = #nn.role<input>}, memref<1x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.network = "mlp", nn.rows = 1 : i64, nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "loss"}
func.func private @mlp.rows_1.gradients.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<1x3xf32> {nn.role = #nn.role<input>}, memref<1x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<64xi8> {nn.role = #nn.role<gradients>}, memref<1xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.network = "mlp", nn.rows = 1 : i64, nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "gradients"}
}

// -----

// expected-error @+1 {{network 'mlp' is trained, but there is no function of it whose 'nn.training' is 'train_sgd'; run nascent-build-gradients and nascent-plan-buffers first}}
module attributes {nn.train_sgd, nn.losses = {mlp = [{target = tensor<2x4xf32>}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<2x3xf32>) -> tensor<2x4xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {
func.func private @mlp.loss.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<2x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>}) attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "loss"}
func.func private @mlp.gradients.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<2x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<64xi8> {nn.role = #nn.role<gradients>}, memref<1xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>}) attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "gradients"}
}

// -----

module attributes {nn.losses = {mlp = [{target = tensor<2x4xf32>}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<2x3xf32>) -> tensor<2x4xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {
func.func private @mlp.loss.forward(%p: memref<64xi8> {nn.role = #nn.role<parameters>}, %x: memref<2x3xf32> {nn.role = #nn.role<input>}, %t: memref<2x4xf32> {nn.role = #nn.role<input>}, %c: memref<1xf32> {nn.role = #nn.role<input>}, %l: memref<1xf32> {nn.role = #nn.role<output>}, %s: memref<64xi8> {nn.role = #nn.role<scratch>}) attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.steps = 0 : i64, nn.training = "loss"} {
  return
}
// expected-error @+1 {{must have a step for each kernel, but has 1 step and calls 0 kernels}}
func.func private @mlp.gradients.forward(%p: memref<64xi8> {nn.role = #nn.role<parameters>}, %x: memref<2x3xf32> {nn.role = #nn.role<input>}, %t: memref<2x4xf32> {nn.role = #nn.role<input>}, %c: memref<1xf32> {nn.role = #nn.role<input>}, %k: memref<1xf32> {nn.role = #nn.role<input>}, %g: memref<64xi8> {nn.role = #nn.role<gradients>}, %l: memref<1xf32> {nn.role = #nn.role<output>}, %s: memref<64xi8> {nn.role = #nn.role<scratch>}) attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.steps = 1 : i64, nn.training = "gradients"} {
  return
}
}

// -----

// Gradients that are always added to what is there.
module attributes {nn.losses = {mlp = [{target = tensor<2x4xf32>}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<2x3xf32>) -> tensor<2x4xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {
func.func private @mlp.loss.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<2x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>}) attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "loss"}
// expected-error @+1 {{must have 4 inputs, the last 2 of one number each, as nascent-build-gradients makes them, but is of type '(memref<64xi8>, memref<2x3xf32>, memref<2x4xf32>, memref<1xf32>, memref<64xi8>, memref<1xf32>, memref<64xi8>) -> ()'}}
func.func private @mlp.gradients.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<2x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<64xi8> {nn.role = #nn.role<gradients>}, memref<1xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>}) attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "gradients"}
}

// -----

module attributes {nn.losses = {mlp = [{target = tensor<2x4xf32>}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<2x3xf32>) -> tensor<2x4xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {
func.func private @mlp.loss.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<2x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>}) attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "loss"}
// expected-error @+1 {{must have an argument of the role gradients}}
func.func private @mlp.gradients.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<2x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>}) attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "gradients"}
}
