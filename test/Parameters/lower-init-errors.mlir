// RUN: nascent-opt %s --nn-lower-init --split-input-file --verify-diagnostics

nn.sequential @authored(%x: tensor<2x4xf32>) -> tensor<2x8xf32> {
  // expected-error @+1 {{layer '0' has no parameters yet; run nn-materialize-parameters first}}
  %0 = nn.dense %x, 8 : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

// -----

// expected-error @+1 {{'no_layouts' has no layouts yet; run nn-assign-layouts first}}
nn.sequential @no_layouts(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = nn.relu %x : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}

// -----

nn.parameter @w : tensor<8x4xf32> init(#nn.zeros)
// expected-error @+1 {{'no_offsets' has no layouts yet; run nn-assign-layouts first}}
nn.sequential @no_offsets(%x: tensor<2x4xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 128 : i64} {
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

// -----

// Two networks whose names are one in C.
nn.sequential @a.b(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.relu %x : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}
// expected-error @+1 {{needs the symbol 'a_b_init' for its C interface, but it is taken}}
nn.sequential @a_b(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.relu %x : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}

// -----

func.func private @net_init()
// expected-error @+1 {{needs the symbol 'net_init' for its C interface, but it is taken}}
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.relu %x : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}

// -----

nn.parameter @w : tensor<8x4xf32> init(#nn.zeros) offset(0)
func.func private @net_init_rows()
// expected-error @+1 {{needs the symbol 'net_init_rows' for its C interface, but it is taken}}
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 128 : i64} {
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

// -----

nn.parameter @w : tensor<8x4xf32> init(#nn.zeros) offset(0)
nn.parameter @b : tensor<8xf32> init(#nn.orthogonal) offset(128)
nn.sequential @vector(%x: tensor<2x4xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 192 : i64} {
  // expected-error @+1 {{initialiser #nn.orthogonal of '0.bias' needs at least 2 dimensions, got rank 1}}
  %0 = nn.dense %x, 8 weight(@w) bias(@b) : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

// -----

nn.parameter @w : tensor<8x4xf32> init(#nn.zeros) offset(0)
nn.parameter @b : tensor<8xf32> init(#nn.sparse<sparsity = 0.5>) offset(128)
nn.sequential @not_a_matrix(%x: tensor<2x4xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 192 : i64} {
  // expected-error @+1 {{initialiser #nn.sparse<sparsity = 0.5> of '0.bias' needs a matrix, got rank 1}}
  %0 = nn.dense %x, 8 weight(@w) bias(@b) : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

// -----

nn.parameter @w : tensor<8x4xf32> init(#nn.dirac) offset(0)
nn.sequential @not_a_convolution(%x: tensor<2x4xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 128 : i64} {
  // expected-error @+1 {{initialiser #nn.dirac of '0.weight' needs the weight of a convolution, of rank 3 to 5, got rank 2}}
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

// -----

// What is not element-wise reads its elements back.
nn.parameter @w : tensor<8x4xf32> init(#nn.orthogonal) layout(#nn.panels<4, bf16>) offset(0)
nn.sequential @narrow(%x: tensor<2x4xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 64 : i64} {
  // expected-error @+1 {{initialiser #nn.orthogonal of '0.weight' computes with the stored elements, which are 'bf16'; store this network's weights as f32, or give the parameter another initialiser}}
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

// -----

// Places that were written by hand.
// expected-error @+1 {{'0.weight' at offset 64 does not end within the 128 bytes of parameters of network 'past'}}
nn.parameter @past.w : tensor<8x4xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(64)
nn.sequential @past(%x: tensor<2x4xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 128 : i64} {
  %0 = nn.dense %x, 8 no_bias weight(@past.w) : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

// -----

// expected-note @+1 {{'0.weight' is declared here}}
nn.parameter @over.w : tensor<8x4xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
// expected-error @+1 {{'0.bias' has offset 64, but '0.weight' takes the bytes up to 128}}
nn.parameter @over.b : tensor<8xf32> init(#nn.zeros) offset(64)
nn.sequential @over(%x: tensor<2x4xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 192 : i64} {
  %0 = nn.dense %x, 8 weight(@over.w) bias(@over.b) : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}
