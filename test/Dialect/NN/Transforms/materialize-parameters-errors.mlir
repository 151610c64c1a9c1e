// RUN: nascent-opt %s --nn-materialize-parameters --split-input-file --verify-diagnostics

// expected-error @+1 {{'empty' has no layers; give it at least one}}
nn.sequential @empty(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  nn.return %x : tensor<?x4xf32>
}

// -----

nn.sequential @no_such_layer(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error @+1 {{layer '0' is tied to layer '7', which this network does not have}}
  %0 = nn.dense %x, 4 tie("7") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}

// -----

// The end of a chain is where the layer is missing.
nn.sequential @no_such_layer_in_chain(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.dense %x, 4 tie("1") : tensor<?x4xf32> -> tensor<?x4xf32>
  // expected-error @+1 {{layer '1' is tied to layer '7', which this network does not have}}
  %1 = nn.dense %0, 4 tie("7") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %1 : tensor<?x4xf32>
}

// -----

nn.sequential @itself(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error @+1 {{layer '0' is tied to itself in a circle}}
  %0 = nn.dense %x, 4 tie("0") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}

// -----

nn.sequential @circle(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error @+1 {{layer '0' is tied to itself in a circle}}
  %0 = nn.dense %x, 4 tie("1") : tensor<?x4xf32> -> tensor<?x4xf32>
  %1 = nn.dense %0, 4 tie("0") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %1 : tensor<?x4xf32>
}

// -----

nn.sequential @other_op(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-note @+1 {{layer '0' is here}}
  %0 = nn.relu %x : tensor<?x4xf32>
  // expected-error @+1 {{layer '1' is tied to layer '0' but has other parameters}}
  %1 = nn.dense %0, 4 tie("0") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %1 : tensor<?x4xf32>
}

// -----

nn.sequential @other_bias(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-note @+1 {{layer '0' is here}}
  %0 = nn.dense %x, 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  // expected-error @+1 {{layer '1' is tied to layer '0' but has other parameters}}
  %1 = nn.dense %0, 4 no_bias tie("0") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %1 : tensor<?x4xf32>
}

// -----

nn.sequential @other_weight_init(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-note @+1 {{layer '0' is here}}
  %0 = nn.dense %x, 4 init(#nn.ones) : tensor<?x4xf32> -> tensor<?x4xf32>
  // expected-error @+1 {{layer '1' is tied to layer '0' but states another initialiser for its weight}}
  %1 = nn.dense %0, 4 tie("0") init(#nn.zeros) : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %1 : tensor<?x4xf32>
}

// -----

nn.sequential @other_bias_init(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-note @+1 {{layer '0' is here}}
  %0 = nn.dense %x, 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  // expected-error @+1 {{layer '1' is tied to layer '0' but states another initialiser for its bias}}
  %1 = nn.dense %0, 4 tie("0") bias_init(#nn.zeros) : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %1 : tensor<?x4xf32>
}

// -----

// Tied layers of different widths are found when their parameter is verified.
nn.sequential @other_units(%x: tensor<?x4xf32>) -> tensor<?x8xf32> {
  // expected-note @+1 {{4 comes from the type of parameter 'other_units.0.weight'}}
  %0 = nn.dense %x, 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  // expected-error @+2 {{layer '1' expects output width of its weight 8, got 4}}
  // expected-note @+1 {{8 comes from the units of layer '1'}}
  %1 = nn.dense %0, 8 tie("0") : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return %1 : tensor<?x8xf32>
}

// -----

// expected-note @+1 {{it is defined here}}
nn.parameter @taken.0.bias : tensor<4xf32> init(#nn.ones)
nn.sequential @taken(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error @+1 {{layer '0' needs the symbol 'taken.0.bias', which is taken}}
  %0 = nn.dense %x, 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}

// -----

// Two networks whose parameters would have one name.
nn.sequential @a(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-note @+1 {{it is defined here}}
  %0 = nn.dense %x, 4 name("b.c") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}
nn.sequential @a.b(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error @+1 {{layer 'c' needs the symbol 'a.b.c.weight', which is taken}}
  %0 = nn.dense %x, 4 name("c") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}

// -----

nn.parameter @v : tensor<4x4xf32> init(#nn.zeros)
nn.sequential @own_reference(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-note @+1 {{layer '0' is here}}
  %0 = nn.dense %x, 4 no_bias : tensor<?x4xf32> -> tensor<?x4xf32>
  // expected-error @+1 {{layer '1' is tied to layer '0' but refers to @v instead of @own_reference.0.weight}}
  %1 = nn.dense %0, 4 no_bias tie("0") weight(@v) : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %1 : tensor<?x4xf32>
}
