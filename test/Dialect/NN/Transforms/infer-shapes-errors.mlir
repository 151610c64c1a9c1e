// RUN: nascent-opt %s --nn-materialize-parameters --nn-infer-shapes --split-input-file --verify-diagnostics

// Two layers that disagree: a width stated and the one that arrives.
nn.sequential @widths(%x: tensor<2x20xf32>) -> tensor<?x10xf32> {
  // expected-note @+1 {{256 comes from the units of layer '0'}}
  %0 = nn.dense %x, 256 : tensor<2x20xf32> -> tensor<?x?xf32>
  %1 = nn.relu %0 : tensor<?x?xf32>
  // expected-error @+2 {{layer '2' expects input width 128, got 256}}
  // expected-note @+1 {{128 comes from 'in(128)' of layer '2'}}
  %2 = nn.dense %1, 10 in(128) : tensor<?x?xf32> -> tensor<?x10xf32>
  nn.return %2 : tensor<?x10xf32>
}

// -----

// The binding is the origin where one settled the input.
// expected-note @+1 {{20 comes from binding 'bound=2x20xf32'}}
nn.sequential @bound(%x: tensor<2x20xf32> {nn.binding = "bound=2x20xf32"}) -> tensor<?x10xf32> {
  %0 = nn.relu %x : tensor<2x20xf32> -> tensor<?x?xf32>
  // expected-error @+2 {{layer '1' expects input width 30, got 20}}
  // expected-note @+1 {{30 comes from 'in(30)' of layer '1'}}
  %1 = nn.dense %0, 10 in(30) : tensor<?x?xf32> -> tensor<?x10xf32>
  nn.return %1 : tensor<?x10xf32>
}

// -----

// expected-note @+1 {{20 comes from input 0 of network 'stated'}}
nn.sequential @stated(%x: tensor<2x20xf32>) -> tensor<?x10xf32> {
  %0 = nn.relu %x : tensor<2x20xf32> -> tensor<?x?xf32>
  // expected-error @+2 {{layer '1' expects input width 30, got 20}}
  // expected-note @+1 {{30 comes from 'in(30)' of layer '1'}}
  %1 = nn.dense %0, 10 in(30) : tensor<?x?xf32> -> tensor<?x10xf32>
  nn.return %1 : tensor<?x10xf32>
}

// -----

// A parameter of known shape.
// expected-note @+1 {{6 comes from the type of parameter 'known'}}
nn.parameter @known : tensor<4x6xf32> init(#nn.zeros)
// expected-note @+1 {{20 comes from binding 'net=2x20xf32'}}
nn.sequential @net(%x: tensor<2x20xf32> {nn.binding = "net=2x20xf32"}) -> tensor<?x4xf32> {
  %0 = nn.relu %x : tensor<2x20xf32> -> tensor<?x?xf32>
  // expected-error @+1 {{layer '1' expects input width 6, got 20}}
  %1 = nn.dense %0, 4 no_bias weight(@known) : tensor<?x?xf32> -> tensor<?x4xf32>
  nn.return %1 : tensor<?x4xf32>
}

// -----

// Tied layers that are given two widths.
// expected-note @+2 {{20 comes from binding 'x'}}
// expected-note @+1 {{30 comes from binding 'y'}}
nn.sequential @tied(%x: tensor<2x20xf32> {nn.binding = "x"}, %y: tensor<2x30xf32> {nn.binding = "y"})
    -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %0 = nn.relu %x : tensor<2x20xf32> -> tensor<?x?xf32>
  %1 = nn.dense %0, 4 no_bias : tensor<?x?xf32> -> tensor<?x4xf32>
  %2 = nn.relu %y : tensor<2x30xf32> -> tensor<?x?xf32>
  // expected-error @+1 {{layer '3' expects input width 20, got 30}}
  %3 = nn.dense %2, 4 no_bias tie("1") : tensor<?x?xf32> -> tensor<?x4xf32>
  nn.return %1, %3 : tensor<?x4xf32>, tensor<?x4xf32>
}

// -----

// The two ends of a layer that keeps its shape, known from both sides.
// expected-note @+1 {{2 comes from input 0 of network 'batch'}}
nn.sequential @batch(%x: tensor<2x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.relu %x : tensor<2x4xf32> -> tensor<?x4xf32>
  // expected-error @+2 {{layer '1' expects dimension 0 to be 2, got 3}}
  // expected-note @+1 {{3 comes from the type written for the result of layer '1'}}
  %1 = nn.tanh %0 : tensor<?x4xf32> -> tensor<3x4xf32>
  nn.return %1 : tensor<3x4xf32>
}

// -----

// What the network promises to return.
// expected-note @+1 {{12 comes from output 1 of network 'result'}}
nn.sequential @result(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x12xf32>) {
  // expected-note @+1 {{10 comes from the units of layer '0'}}
  %0 = nn.dense %x, 10 : tensor<2x4xf32> -> tensor<2x?xf32>
  // expected-error @+1 {{output 1 expects dimension 1 to be 12, got 10}}
  nn.return %x, %0 : tensor<2x4xf32>, tensor<2x?xf32>
}

// -----

// One value returned under two contradicting types.
// expected-note @+2 {{2 comes from output 0 of network 'twice'}}
// expected-note @+1 {{3 comes from output 1 of network 'twice'}}
nn.sequential @twice(%x: tensor<?x4xf32>) -> (tensor<2x4xf32>, tensor<3x4xf32>) {
  %0 = nn.relu %x : tensor<?x4xf32>
  // expected-error @+1 {{output 1 expects dimension 0 to be 3, got 2}}
  nn.return %0, %0 : tensor<?x4xf32>, tensor<?x4xf32>
}

// -----

nn.sequential @flatten_product(%x: tensor<?x28x28xf32>) -> tensor<?x10xf32> {
  // expected-note @+1 {{784 comes from 28*28 flattened by layer '0'}}
  %0 = nn.flatten %x : tensor<?x28x28xf32> -> tensor<?x?xf32>
  // expected-error @+2 {{layer '1' expects input width 800, got 784}}
  // expected-note @+1 {{800 comes from 'in(800)' of layer '1'}}
  %1 = nn.dense %0, 10 in(800) : tensor<?x?xf32> -> tensor<?x10xf32>
  nn.return %1 : tensor<?x10xf32>
}

// -----

nn.sequential @flatten_multiple(%x: tensor<?x3x?xf32>) -> tensor<?x10xf32> {
  // expected-error @+1 {{layer '0' expects a flattened size that is a multiple of 3, got 85}}
  %0 = nn.flatten %x : tensor<?x3x?xf32> -> tensor<?x?xf32>
  // expected-note @+1 {{85 comes from 'in(85)' of layer '1'}}
  %1 = nn.dense %0, 10 in(85) : tensor<?x?xf32> -> tensor<?x10xf32>
  nn.return %1 : tensor<?x10xf32>
}

// -----

// Sizes that no machine has are an error at the layer that makes them.
nn.sequential @large_weight(%x: tensor<?x?xf32>) -> tensor<?x4294967296xf32> {
  %0 = nn.relu %x : tensor<?x?xf32>
  // expected-error @+1 {{layer '1' parameter of shape (4294967296, 4294967296) needs 2^63 bytes or more}}
  %1 = nn.dense %0, 4294967296 in(4294967296) : tensor<?x?xf32> -> tensor<?x4294967296xf32>
  nn.return %1 : tensor<?x4294967296xf32>
}

// -----

nn.sequential @large_scores(%x: tensor<1x2147483648x8xf32>) -> tensor<?x?x8xf32> {
  %0 = nn.relu %x : tensor<1x2147483648x8xf32> -> tensor<?x?x8xf32>
  // expected-error @+1 {{layer '1' its largest intermediate value of shape (1, 2, 2147483648, 2147483648) needs 2^63 bytes or more}}
  %1 = nn.attention %0 heads(2) : tensor<?x?x8xf32>
  nn.return %1 : tensor<?x?x8xf32>
}

// -----

nn.sequential @large_output(%x: tensor<4294967296x?xf32>) -> tensor<?x?xf32> {
  %0 = nn.relu %x : tensor<4294967296x?xf32> -> tensor<?x?xf32>
  // expected-error @+1 {{layer '1' its output of shape (4294967296, 4294967296) needs 2^63 bytes or more}}
  %1 = nn.dense %0, 4294967296 in(2) no_bias : tensor<?x?xf32> -> tensor<?x?xf32>
  nn.return %0 : tensor<?x?xf32>
}
