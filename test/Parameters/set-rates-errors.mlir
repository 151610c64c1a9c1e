// RUN: rm -rf %t && mkdir %t && split-file %s %t
// DEFINE: %{opt} = nascent-opt --verify-diagnostics
// RUN: %{opt} --nn-set-rates=rates=*.bias %t/rate.mlir
// RUN: %{opt} --nn-set-rates=rates=*.bias=-1 %t/negative.mlir
// RUN: %{opt} --nn-set-rates=rates=*.bias=1e- %t/exponent.mlir
// RUN: %{opt} --nn-set-rates=rates==1 %t/pattern.mlir
// RUN: %{opt} --nn-set-rates=rates=mlp:*.bias=1 %t/network.mlir
// RUN: %{opt} --nn-set-rates=rates=*.running_mean=0 %t/statistics.mlir
// RUN: %{opt} --nn-set-rates=rates=*=0 %t/frozen.mlir
// RUN: %{opt} --nn-set-rates=rates=*=1 %t/unmaterialised.mlir

//--- rate.mlir
// expected-error @+1 {{rate '*.bias': expected [NETWORK:]PATTERN=RATE, a factor of the learning rate of 0 or more, such as '*.bias=0'}}
module {}

//--- negative.mlir
// expected-error @+1 {{rate '*.bias=-1': expected [NETWORK:]PATTERN=RATE, a factor}}
module {}

//--- exponent.mlir
// expected-error @+1 {{rate '*.bias=1e-': expected [NETWORK:]PATTERN=RATE, a factor}}
module {}

//--- pattern.mlir
// expected-error @+1 {{rate of '': expected a pattern of names, such as '*.bias' or 'mlp:*.bias'}}
module {}

//--- network.mlir
// expected-error @+1 {{rate of 'mlp:*.bias': there is no network 'mlp'}}
module {}

//--- statistics.mlir
// What training does not change has no rate.
// expected-error @+1 {{rate of '*.running_mean' matches no trainable parameter; there are '0.weight', '0.bias'}}
module {
  nn.parameter @w : tensor<4xf32> init(#nn.ones)
  nn.parameter @b : tensor<4xf32> init(#nn.zeros)
  nn.parameter @m : tensor<4xf32> init(#nn.zeros)
  nn.parameter @v : tensor<4xf32> init(#nn.ones)
  nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
    %0 = nn.batch_norm %x weight(@w) bias(@b) running_mean(@m) running_var(@v) : tensor<2x4xf32>
    nn.return %0 : tensor<2x4xf32>
  }
}

//--- frozen.mlir
nn.parameter @w : tensor<8x4xf32> init(#nn.zeros)
// expected-error @+1 {{'net' has rate 0 for all of its parameters; nothing is trained}}
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x8xf32> {
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

//--- unmaterialised.mlir
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x8xf32> {
  // expected-error @+1 {{layer '0' has no parameters yet; run nn-materialize-parameters first}}
  %0 = nn.dense %x, 8 : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}
