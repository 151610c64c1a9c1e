// RUN: nascent-opt %s --split-input-file --verify-diagnostics

// expected-note @+1 {{'tensor<?x?xf32>' comes from input 0 of network 'floats'}}
nn.sequential @floats(%x: tensor<?x?xf32>) {
  // expected-error @+1 {{layer '0' expects an input 0 of indices, i32, got 'tensor<?x?xf32>'}}
  %0 = nn.embedding %x, 10, 4 : tensor<?x?xf32> -> tensor<?x?x4xf32>
  nn.return
}

// -----

// expected-note @+1 {{'tensor<?x?xi32>' comes from input 0 of network 'indices'}}
nn.sequential @indices(%x: tensor<?x?xi32>) {
  // expected-error @+1 {{layer '0' expects an input 0 of f32, got 'tensor<?x?xi32>'; nn.embedding makes f32 of indices}}
  %0 = nn.dense %x, 4 : tensor<?x?xi32> -> tensor<?x4xf32>
  nn.return
}

// -----

// expected-note @+1 {{the network states its types here}}
nn.sequential @returned_otherwise(%x: tensor<?x?xi32>) -> tensor<?x?xf32> {
  // expected-error @+1 {{must return the network's types ('tensor<?x?xf32>'), got ('tensor<?x?xi32>')}}
  nn.return %x : tensor<?x?xi32>
}

// -----

// expected-error @+1 {{output 0 must be a ranked tensor of f32, got 'tensor<?x?xi32>'}}
nn.sequential @returned(%x: tensor<?x?xi32>) -> tensor<?x?xi32> {
  nn.return %x : tensor<?x?xi32>
}

// -----

nn.sequential @lacking(%x: tensor<?x?xi32>) {
  // expected-error @+1 {{needs its width, as in 'nn.embedding %x, 256'}}
  %0 = nn.embedding %x, 10 : tensor<?x?xi32> -> tensor<?x?x4xf32>
  nn.return
}

// -----

nn.sequential @rank(%x: tensor<?x?xi32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 1 or more and an output of one more, got ranks 2 and 2}}
  %0 = nn.embedding %x, 10, 4 : tensor<?x?xi32> -> tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @entries(%x: tensor<?x?xi32>) {
  // expected-error @+1 {{layer '0' needs from 1 to 2147483647 entries, which indices of 32 bits tell apart, got 0}}
  %0 = nn.embedding %x, 0, 4 : tensor<?x?xi32> -> tensor<?x?x4xf32>
  nn.return
}

// -----

nn.sequential @width(%x: tensor<?x?xi32>) {
  // expected-error @+1 {{layer '0' needs a width of at least 1, got 0}}
  %0 = nn.embedding %x, 10, 0 : tensor<?x?xi32> -> tensor<?x?x?xf32>
  nn.return
}

// -----

nn.sequential @padding(%x: tensor<?x?xi32>) {
  // expected-error @+1 {{layer '0' expects 'padding_index' to be from -10 to 9, got 10}}
  %0 = nn.embedding %x, 10, 4 padding_index(10) : tensor<?x?xi32> -> tensor<?x?x4xf32>
  nn.return
}

// -----

nn.sequential @padding_from_the_end(%x: tensor<?x?xi32>) {
  // expected-error @+1 {{layer '0' expects 'padding_index' to be from -10 to 9, got -11}}
  %0 = nn.embedding %x, 10, 4 padding_index(-11) : tensor<?x?xi32> -> tensor<?x?x4xf32>
  nn.return
}

// -----

nn.sequential @result(%x: tensor<?x?xi32>) {
  // expected-error @+3 {{layer '0' expects output width 4, got 5}}
  // expected-note @+2 {{4 comes from the width of layer '0'}}
  // expected-note @+1 {{5 comes from the type written for the result of layer '0'}}
  %0 = nn.embedding %x, 10, 4 : tensor<?x?xi32> -> tensor<?x?x5xf32>
  nn.return
}

// -----

nn.sequential @neither(%x: tensor<?x?x4xf32>) {
  // expected-error @+1 {{layer '0' needs one of 'learned(…)' and 'sinusoidal', got neither}}
  %0 = nn.position %x : tensor<?x?x4xf32>
  nn.return
}

// -----

nn.sequential @both(%x: tensor<?x?x4xf32>) {
  // expected-error @+1 {{layer '0' needs one of 'learned(…)' and 'sinusoidal', got both}}
  %0 = nn.position %x learned(5) sinusoidal : tensor<?x?x4xf32>
  nn.return
}

// -----

nn.sequential @places(%x: tensor<?x?x4xf32>) {
  // expected-error @+1 {{layer '0' needs at least 1 place in 'learned', got 0}}
  %0 = nn.position %x learned(0) : tensor<?x?x4xf32>
  nn.return
}

// -----

nn.sequential @matrix(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 3 (batch, length, width), got rank 2}}
  %0 = nn.position %x sinusoidal : tensor<?x4xf32>
  nn.return
}

// -----

// expected-note @+1 {{9 comes from input 0 of network 'long'}}
nn.sequential @long(%x: tensor<?x9x4xf32>) {
  // expected-error @+2 {{layer '0' expects a length of at most 8, the places of its weight, got 9}}
  // expected-note @+1 {{8 comes from 'learned(8)' of layer '0'}}
  %0 = nn.position %x learned(8) : tensor<?x9x4xf32>
  nn.return
}
