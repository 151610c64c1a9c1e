// RUN: nascent-opt %s --nn-lower-access --split-input-file --verify-diagnostics

nn.sequential @authored(%x: tensor<2x4xf32>) -> tensor<2x8xf32> {
  // expected-error @+1 {{layer '0' has no parameters yet; run nn-materialize-parameters first}}
  %0 = nn.dense %x, 8 : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

// -----

nn.parameter @w : tensor<8x4xf32> init(#nn.zeros)
// expected-error @+1 {{'no_layouts' has no layouts yet; run nn-assign-layouts first}}
nn.sequential @no_layouts(%x: tensor<2x4xf32>) -> tensor<2x8xf32> {
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

// -----

nn.parameter @w : tensor<8x4xf32> init(#nn.zeros)
// expected-error @+1 {{'no_offsets' has no layouts yet; run nn-assign-layouts first}}
nn.sequential @no_offsets(%x: tensor<2x4xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 128 : i64} {
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

// -----

nn.parameter @w : tensor<8x4xf32> init(#nn.zeros) offset(0)
func.func private @net_set()
// expected-error @+1 {{needs the symbol 'net_set' for its C interface, but it is taken}}
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 128 : i64} {
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}
