// RUN: nascent-opt %s --nascent-order-kernels --verify-diagnostics

func.func private @net.forward(%x: tensor<4xf32>) -> tensor<4xf32> attributes {nn.parameter_bytes = 0 : i64, nn.training = "loss"} {
  // expected-error @+1 {{does not belong into a network of kernels, which has parameters, views, parts and launches; run nascent-form-kernels first}}
  %space = tensor.empty() : tensor<4xf32>
  %y = linalg.copy ins(%x : tensor<4xf32>) outs(%space : tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
