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
