// RUN: nascent-opt %s --nn-materialize-parameters --nn-infer-shapes --split-input-file --verify-diagnostics

nn.sequential @rank(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 3 (batch, length, features), got rank 2}}
  %0 = nn.lstm %x, 4 : tensor<2x3xf32> -> tensor<2x3x4xf32>
  nn.return
}

// -----

nn.sequential @rank_of_all(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{layer '0' expects an output of rank 3 (batch, length, units), got rank 2}}
  %0 = nn.gru %x, 4 : tensor<2x3x4xf32> -> tensor<2x4xf32>
  nn.return
}

// -----

nn.sequential @rank_of_last(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{layer '0' expects an output of rank 2 (batch, units), as it has 'last', got rank 3}}
  %0 = nn.gru %x, 4 last : tensor<2x3x4xf32> -> tensor<2x3x4xf32>
  nn.return
}

// -----

nn.sequential @no_units(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{layer '0' needs at least 1 unit, got 0}}
  %0 = nn.rnn %x, 0 : tensor<2x3x4xf32> -> tensor<2x3x?xf32>
  nn.return
}

// -----

nn.sequential @no_layers(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{layer '0' needs from 1 to 1000 layers, got 0}}
  %0 = nn.rnn %x, 2 layers(0) : tensor<2x3x4xf32> -> tensor<2x3x?xf32>
  nn.return
}

// -----

nn.sequential @many_layers(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{layer '0' needs from 1 to 1000 layers, got 9000000000000000000}}
  %0 = nn.rnn %x, 2 layers(9000000000000000000) : tensor<2x3x4xf32> -> tensor<2x3x?xf32>
  nn.return
}

// -----

nn.sequential @no_features(%x: tensor<2x3x?xf32>) {
  // expected-error @+1 {{layer '0' needs at least 1 input feature, got 0}}
  %0 = nn.rnn %x, 2 in(0) : tensor<2x3x?xf32> -> tensor<2x3x?xf32>
  nn.return
}

// -----

// expected-note @+1 {{4 comes from input 0 of network 'features'}}
nn.sequential @features(%x: tensor<2x3x4xf32>) {
  // expected-error @+2 {{layer '0' expects input features 5, got 4}}
  // expected-note @+1 {{5 comes from 'in(5)' of layer '0'}}
  %0 = nn.lstm %x, 2 in(5) : tensor<2x3x4xf32> -> tensor<2x3x2xf32>
  nn.return
}

// -----

nn.sequential @width(%x: tensor<2x3x4xf32>) {
  // expected-error @+3 {{layer '0' expects output width 4, got 2}}
  // expected-note @+2 {{4 comes from 2 directions of the units of layer '0'}}
  // expected-note @+1 {{2 comes from}}
  %0 = nn.lstm %x, 2 bidirectional : tensor<2x3x4xf32> -> tensor<2x3x2xf32>
  nn.return
}

// -----

// expected-note @+1 {{3 comes from input 0 of network 'length'}}
nn.sequential @length(%x: tensor<2x3x4xf32>) {
  // expected-error @+2 {{layer '0' expects dimension 1 to be 3, got 5}}
  // expected-note @+1 {{5 comes from}}
  %0 = nn.lstm %x, 2 : tensor<2x3x4xf32> -> tensor<2x5x2xf32>
  nn.return
}

// -----

nn.sequential @too_many_units(%x: tensor<2x3x4xf32>) {
  // expected-error @+2 {{layer '0' expects}}
  // expected-note @+1 {{}}
  %0 = nn.lstm %x, 4611686018427387904 : tensor<2x3x4xf32> -> tensor<2x3x?xf32>
  nn.return
}

// -----

nn.sequential @no_bias(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{layer '0' has 'no_bias' and 'bias_init'; drop one}}
  %0 = nn.lstm %x, 2 no_bias bias_init(#nn.zeros) : tensor<2x3x4xf32> -> tensor<2x3x2xf32>
  nn.return
}

// -----

nn.parameter @w : tensor<4x4xf32> init(#nn.ones)
nn.sequential @some_symbols(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{layer '0' refers to 1 parameters by 'symbols', but it has 2; it must refer to all of its parameters, or to none}}
  %0 = nn.rnn %x, 4 no_bias symbols(@w) : tensor<2x3x4xf32> -> tensor<2x3x4xf32>
  nn.return
}

// -----

// expected-note @+1 {{4 comes from}}
nn.parameter @w : tensor<4x4xf32> init(#nn.ones)
nn.parameter @u : tensor<5x5xf32> init(#nn.ones)
nn.sequential @parameter(%x: tensor<2x3x4xf32>) {
  // expected-error @+2 {{layer '0' expects rows of its parameters 5, got 4}}
  // expected-note @+1 {{5 comes from the units of layer '0'}}
  %0 = nn.rnn %x, 5 no_bias symbols(@w, @u) : tensor<2x3x4xf32> -> tensor<2x3x5xf32>
  nn.return
}

// -----

nn.sequential @tied(%x: tensor<2x3x4xf32>) {
  // expected-note @+1 {{layer '0' is here}}
  %0 = nn.rnn %x, 4 no_bias : tensor<2x3x4xf32> -> tensor<2x3x4xf32>
  // expected-error @+1 {{layer '1' is tied to layer '0' but has other parameters}}
  %1 = nn.rnn %0, 4 tie("0") : tensor<2x3x4xf32> -> tensor<2x3x4xf32>
  nn.return
}
