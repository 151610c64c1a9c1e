// RUN: rm -rf %t && mkdir %t && split-file %s %t
// DEFINE: %{declare} = nascent-opt --nn-assign-layouts --nascent-declare-interface=optimizers=sgd --verify-diagnostics
// RUN: %{declare} --nn-lower-optimizers=no-decay=[ %t/malformed.mlir
// RUN: %{declare} --nn-lower-optimizers=no-decay=*.gamma %t/unmatched.mlir
// RUN: %{declare} --nn-lower-optimizers %t/taken.mlir
// RUN: nascent-opt --nn-assign-layouts=weights=bf16 --nascent-declare-interface=optimizers=sgd --nn-lower-optimizers --verify-diagnostics %t/narrow.mlir
// RUN: nascent-opt --nn-lower-optimizers --verify-diagnostics %t/gone.mlir
// RUN: nascent-opt --nn-lower-optimizers --verify-diagnostics %t/bytes.mlir
// RUN: nascent-opt --nascent-declare-interface=optimizers=sgd --verify-diagnostics %t/order.mlir
// RUN: nascent-opt --nn-assign-layouts --nascent-declare-interface=optimizers=lion --verify-diagnostics %t/unknown.mlir
// RUN: nascent-opt --nn-assign-layouts "--nascent-declare-interface=optimizers=adam<beta1=2.0>" --verify-diagnostics %t/beta.mlir

//--- malformed.mlir
// expected-error @+1 {{no decay of '[': the pattern is malformed: }}
module {
  nn.parameter @w : tensor<8x4xf32> init(#nn.zeros)
  nn.parameter @b : tensor<8xf32> init(#nn.zeros)
  nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x8xf32> {
    %0 = nn.dense %x, 8 weight(@w) bias(@b) : tensor<2x4xf32> -> tensor<2x8xf32>
    nn.return %0 : tensor<2x8xf32>
  }
}

//--- unmatched.mlir
// expected-error @+1 {{no decay of '*.gamma' matches no trainable parameter; there are '0.weight', '0.bias'}}
module {
  nn.parameter @w : tensor<8x4xf32> init(#nn.zeros)
  nn.parameter @b : tensor<8xf32> init(#nn.zeros)
  nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x8xf32> {
    %0 = nn.dense %x, 8 weight(@w) bias(@b) : tensor<2x4xf32> -> tensor<2x8xf32>
    nn.return %0 : tensor<2x8xf32>
  }
}

//--- taken.mlir
nn.parameter @w : tensor<8x4xf32> init(#nn.zeros)
func.func private @net_step_sgd()
// expected-error @+1 {{needs the symbol 'net_step_sgd' for its C interface, but it is taken}}
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x8xf32> {
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

//--- narrow.mlir
// expected-error @+1 {{'0.weight' is stored as 'bf16', in which the change of a step would be lost; train it stored as f32, and store what training gives as 'bf16'}}
nn.parameter @w : tensor<8x4xf32> init(#nn.zeros)
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x8xf32> {
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

//--- gone.mlir
#net = #nn.interface<"net", parameter_bytes = 64, parameters = [], entries = [], gradient_bytes = 64, optimizers = [#nn.sgd]>
// expected-error @+1 {{there is no network 'net' any more, whose interface has optimisers; run nn-lower-optimizers before convert-nn-to-linalg}}
module attributes {nn.interfaces = [#net]} {}

//--- bytes.mlir
#net = #nn.interface<"net", parameter_bytes = 128, parameters = [], entries = [], gradient_bytes = 64, optimizers = [#nn.sgd]>
module attributes {nn.interfaces = [#net]} {
  nn.parameter @w : tensor<8x4xf32> init(#nn.zeros) offset(0)
  // expected-error @+1 {{'net' has 128 bytes of gradients, but its interface says 64}}
  nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 128 : i64} {
    %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<2x4xf32> -> tensor<2x8xf32>
    nn.return %0 : tensor<2x8xf32>
  }
}

//--- order.mlir
// Gradients are of a range, which begins with the buffer.
nn.parameter @w : tensor<4xf32> init(#nn.ones) offset(0)
// expected-error @+1 {{'0.running_mean' has offset 64, but training does not change it, and parameters that it changes take the bytes up to 192; run nn-assign-layouts}}
nn.parameter @m : tensor<4xf32> init(#nn.zeros) offset(64)
nn.parameter @b : tensor<4xf32> init(#nn.zeros) offset(128)
nn.parameter @v : tensor<4xf32> init(#nn.ones) offset(192)
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 256 : i64} {
  %0 = nn.batch_norm %x weight(@w) bias(@b) running_mean(@m) running_var(@v) : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}

//--- unknown.mlir
// expected-error @+1 {{expected an optimiser, sgd, adam, adamw, rmsprop, adagrad, such as adam<learning_rate = 0.01>; got 'lion'}}
module {}

//--- beta.mlir
// expected-error @+1 {{got 'adam<beta1=2.0>': beta1 must be 0 or more, and below 1, got 2.000000e+00}}
module {}
