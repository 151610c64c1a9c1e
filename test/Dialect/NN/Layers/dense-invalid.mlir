// RUN: nascent-opt %s --split-input-file --verify-diagnostics

nn.sequential @no_units(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' needs at least 1 unit, got 0}}
  %0 = nn.dense %x, 0 : tensor<?x4xf32> -> tensor<?x?xf32>
  nn.return
}

// -----

nn.sequential @negative_units(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' needs at least 1 unit, got -9223372036854775808}}
  %0 = nn.dense %x, -9223372036854775808 : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @negative_in(%x: tensor<?x?xf32>) {
  // expected-error @+1 {{layer '0' needs an input width of at least 1, got -1}}
  %0 = nn.dense %x, 8 in(-1) : tensor<?x?xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

// expected-note @+1 {{30 comes from input 0 of network 'wrong_in'}}
nn.sequential @wrong_in(%x: tensor<?x30xf32>) {
  // expected-error @+2 {{layer 'fc1' expects input width 20, got 30}}
  // expected-note @+1 {{20 comes from 'in(20)' of layer 'fc1'}}
  %0 = nn.dense %x, 8 in(20) name("fc1") : tensor<?x30xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

// Where a size was stated, if not here.
// expected-note @unknown {{30 comes from input 0 of network 'block'}}
nn.sequential @wrong_origin(%x: tensor<2x30xf32> {nn.origins = [unit, loc("input 0 of network 'block'"(unknown))]}) {
  // expected-error @+2 {{layer '0' expects input width 20, got 30}}
  // expected-note @+1 {{20 comes from 'in(20)' of layer '0'}}
  %0 = nn.dense %x, 8 in(20) : tensor<2x30xf32> -> tensor<2x8xf32>
  nn.return
}

// -----

// expected-error @+1 {{attribute 'nn.origins' must be an array of a named location or 'unit' for each dimension, got "here"}}
nn.sequential @no_origins(%x: tensor<2x30xf32> {nn.origins = "here"}) {
  nn.return
}

// -----

nn.sequential @no_layer_origins(%x: tensor<2x30xf32>) {
  // expected-error @+1 {{attribute 'nn.origins' must be an array of a named location or 'unit' for each dimension, got [1]}}
  %0 = nn.relu %x {nn.origins = [1]} : tensor<2x30xf32>
  nn.return
}

// -----

// expected-note @+1 {{30 comes from binding 'net=2x30xf32'}}
nn.sequential @wrong_binding(%x: tensor<2x30xf32> {nn.binding = "net=2x30xf32"}) {
  // expected-error @+2 {{layer '0' expects input width 20, got 30}}
  // expected-note @+1 {{20 comes from 'in(20)' of layer '0'}}
  %0 = nn.dense %x, 8 in(20) : tensor<2x30xf32> -> tensor<2x8xf32>
  nn.return
}

// -----

nn.sequential @neighbours_disagree(%x: tensor<?x4xf32>) {
  // expected-note @+1 {{8 comes from the type written for the result of layer '0'}}
  %0 = nn.dense %x, 8 : tensor<?x4xf32> -> tensor<?x8xf32>
  // expected-error @+2 {{layer '1' expects input width 9, got 8}}
  // expected-note @+1 {{9 comes from 'in(9)' of layer '1'}}
  %1 = nn.dense %0, 2 in(9) : tensor<?x8xf32> -> tensor<?x2xf32>
  nn.return
}

// -----

nn.sequential @wrong_result(%x: tensor<?x4xf32>) {
  // expected-error @+3 {{layer '0' expects output width 8, got 9}}
  // expected-note @+2 {{8 comes from the units of layer '0'}}
  // expected-note @+1 {{9 comes from the type written for the result of layer '0'}}
  %0 = nn.dense %x, 8 : tensor<?x4xf32> -> tensor<?x9xf32>
  nn.return
}

// -----

// expected-note @+1 {{2 comes from input 0 of network 'wrong_batch'}}
nn.sequential @wrong_batch(%x: tensor<2x4xf32>) {
  // expected-error @+2 {{layer '0' expects dimension 0 to be 2, got 3}}
  // expected-note @+1 {{3 comes from the type written for the result of layer '0'}}
  %0 = nn.dense %x, 8 : tensor<2x4xf32> -> tensor<3x8xf32>
  nn.return
}

// -----

nn.sequential @vector_input(%x: tensor<4xf32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 2 or more (batch, width), got rank 1}}
  %0 = nn.dense %x, 8 : tensor<4xf32> -> tensor<8xf32>
  nn.return
}

// -----

nn.sequential @wrong_rank(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' expects an output of the input's rank 2, got rank 3}}
  %0 = nn.dense %x, 8 : tensor<?x4xf32> -> tensor<?x?x8xf32>
  nn.return
}

// -----

nn.sequential @bias_init_without_bias(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' has 'no_bias' and 'bias_init'; drop one}}
  %0 = nn.dense %x, 8 no_bias bias_init(#nn.zeros) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @bias_without_bias(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' has 'no_bias' and 'bias'; drop one}}
  %0 = nn.dense %x, 8 no_bias bias(@b) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @weight_only(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' refers to its weight, but not to its bias; it must refer to all of its parameters, or to none}}
  %0 = nn.dense %x, 8 weight(@w) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @bias_only(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' refers to its bias, but not to its weight; it must refer to all of its parameters, or to none}}
  %0 = nn.dense %x, 8 bias(@b) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @no_such_weight(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' refers to @w, which is not an nn.parameter}}
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.parameter @w : tensor<8x4xf32> init(#nn.zeros)
func.func private @b()
nn.sequential @bias_is_a_function(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' refers to @b, which is not an nn.parameter}}
  %0 = nn.dense %x, 8 weight(@w) bias(@b) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

// expected-note @+1 {{the parameter is declared here}}
nn.parameter @w : tensor<8xf32> init(#nn.zeros)
nn.sequential @weight_rank(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' expects @w to have rank 2, got 'tensor<8xf32>'}}
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

// expected-note @+1 {{5 comes from the type of parameter 'w'}}
nn.parameter @w : tensor<8x5xf32> init(#nn.zeros)
// expected-note @+1 {{4 comes from input 0 of network 'weight_in'}}
nn.sequential @weight_in(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' expects input width 5, got 4}}
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

// expected-note @+1 {{9 comes from the type of parameter 'w'}}
nn.parameter @w : tensor<9x4xf32> init(#nn.zeros)
nn.sequential @weight_out(%x: tensor<?x4xf32>) {
  // expected-error @+2 {{layer '0' expects output width of its weight 8, got 9}}
  // expected-note @+1 {{8 comes from the units of layer '0'}}
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.parameter @w : tensor<8x4xf32> init(#nn.zeros)
// expected-note @+1 {{9 comes from the type of parameter 'b'}}
nn.parameter @b : tensor<9xf32> init(#nn.zeros)
nn.sequential @bias_length(%x: tensor<?x4xf32>) {
  // expected-error @+2 {{layer '0' expects length of its bias 8, got 9}}
  // expected-note @+1 {{8 comes from the units of layer '0'}}
  %0 = nn.dense %x, 8 weight(@w) bias(@b) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}
