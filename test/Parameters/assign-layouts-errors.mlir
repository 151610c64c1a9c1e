// RUN: nascent-opt %s --nn-assign-layouts --split-input-file --verify-diagnostics

nn.sequential @authored(%x: tensor<2x4xf32>) -> tensor<2x8xf32> {
  // expected-error @+1 {{layer '0' has no parameters yet; run nn-materialize-parameters first}}
  %0 = nn.dense %x, 8 : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

// -----

// expected-error @+1 {{'0.weight' needs a static shape before it gets a layout, got 'tensor<8x?xf32>'}}
nn.parameter @w : tensor<8x?xf32> init(#nn.zeros)
nn.sequential @unresolved(%x: tensor<2x?xf32>) -> tensor<2x8xf32> {
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<2x?xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

// -----

// A parameter has one place, in one network's buffer.
nn.parameter @w : tensor<4x4xf32> init(#nn.zeros)
// expected-note @+1 {{the other network is here}}
nn.sequential @a(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = nn.dense %x, 4 no_bias weight(@w) : tensor<2x4xf32> -> tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}
nn.sequential @b(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error @+1 {{of network 'b' uses the parameter 'w' of another network; networks cannot share parameters}}
  %0 = nn.dense %x, 4 no_bias weight(@w) : tensor<2x4xf32> -> tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}

// -----

// Each parameter is possible, their sum is not.
nn.parameter @v : tensor<1073741824x1073741824xf32> init(#nn.zeros)
// expected-error @+1 {{'1.weight' of shape (1073741824, 1073741824) makes the parameters of network 'large' need}}
nn.parameter @w : tensor<1073741824x1073741824xf32> init(#nn.zeros)
nn.sequential @large(%x: tensor<1x1073741824xf32>) -> tensor<1x1073741824xf32> {
  %0 = nn.dense %x, 1073741824 no_bias weight(@v) : tensor<1x1073741824xf32> -> tensor<1x1073741824xf32>
  %1 = nn.dense %0, 1073741824 no_bias weight(@w) : tensor<1x1073741824xf32> -> tensor<1x1073741824xf32>
  nn.return %1 : tensor<1x1073741824xf32>
}

// -----

// A target that addresses less.
module attributes {llvm.data_layout = "e-p:32:32"} {
  // expected-error @+1 {{'0.weight' of shape (32768, 32768) makes the parameters of network 'small' need 2147483648 bytes or more, which the target cannot address}}
  nn.parameter @w : tensor<32768x32768xf32> init(#nn.zeros)
  nn.sequential @small(%x: tensor<1x32768xf32>) -> tensor<1x32768xf32> {
    %0 = nn.dense %x, 32768 no_bias weight(@w) : tensor<1x32768xf32> -> tensor<1x32768xf32>
    nn.return %0 : tensor<1x32768xf32>
  }
}

// -----

// expected-error @+1 {{attribute 'nn.target' must be a #nn.target, got "x86-64"}}
module attributes {nn.target = "x86-64"} {}

// -----

// expected-error @+1 {{vector bits must be a power of two between 32 and 2048, got 96}}
module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 96, registers = 16, fma = true>} {}

// -----

// expected-error @+1 {{at least 1 register is needed, got 0}}
module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 128, registers = 0, fma = true>} {}

// -----

nn.parameter @w : tensor<8x4xf32> init(#nn.zeros)
nn.parameter @other : tensor<8x4xf32> init(#nn.zeros)
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x8xf32> {
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}
nn.sequential @net.b(%x: tensor<2x4xf32>) -> tensor<2x8xf32> attributes {base = @net, entry = "b"} {
  // expected-error @+1 {{of network 'net.b' uses the parameter 'other', which its base 'net' does not have}}
  %0 = nn.dense %x, 8 no_bias weight(@other) : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

// -----

// The baseline has no instructions for f16.
// expected-error @+1 {{'0.weight' cannot be stored as f16: the target has no instructions that convert it; store bf16, or choose a processor that has them: x86 with F16C, such as x86-64-v3, or AArch64}}
nn.parameter @w : tensor<8x4xf32> init(#nn.zeros) layout(#nn.panels<4, f16>)
nn.sequential @half(%x: tensor<2x4xf32>) -> tensor<2x8xf32> {
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}
