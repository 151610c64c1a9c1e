// RUN: nascent-opt %s --nascent-lower-open-networks --split-input-file --verify-diagnostics

// What has open sizes behind the batch has no stores.
nn.parameter @w : tensor<4xf32> init(#nn.zeros) offset(0)
func.func private @net.forward(%x: tensor<?x?xf32> {nn.sizes = ["batch", "length"]}, %g: tensor<4xf32> {nn.sizes = ["4"]}) -> tensor<?x?xf32> attributes {nn.fits = @net.fits, nn.network = "net", nn.parameter_bytes = 64 : i64, nn.sizes = ["batch", "length"]} {
  // expected-error @+1 {{stores a parameter or a gradient, which a function with open sizes behind the batch cannot; bind them}}
  nn.store_parameter %g, @w : tensor<4xf32>
  return %x : tensor<?x?xf32>
}
