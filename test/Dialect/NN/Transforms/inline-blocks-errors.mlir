// RUN: nascent-opt %s --nn-inline-blocks --split-input-file --verify-diagnostics

// A network inside itself, by way of another.
// expected-note @+1 {{by way of network 'a'}}
nn.sequential @a(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.block @b(%x) : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}
// expected-note @+1 {{by way of network 'b'}}
nn.sequential private @b(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error @+1 {{layer '0' would hold itself: network 'a' leads back to its own block}}
  %0 = nn.block @a(%x) : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}

// -----

// The two sides of a block's input and output disagree.
// expected-note @+1 {{20 comes from input 0 of network 'wide'}}
nn.sequential private @wide(%x: tensor<?x20xf32>) -> tensor<?x20xf32> {
  %0 = nn.relu %x : tensor<?x20xf32>
  nn.return %0 : tensor<?x20xf32>
}
// expected-note @+1 {{30 comes from input 0 of network 'net'}}
nn.sequential @net(%x: tensor<?x30xf32>) -> tensor<?x20xf32> {
  // expected-error @+1 {{layer '0' expects dimension 1 of its input 0 to be 20, got 30}}
  %0 = nn.block @wide(%x) : tensor<?x30xf32> -> tensor<?x20xf32>
  nn.return %0 : tensor<?x20xf32>
}

// -----

// expected-note @+1 {{20 comes from output 0 of network 'wide'}}
nn.sequential private @wide(%x: tensor<?x?xf32>) -> tensor<?x20xf32> {
  %0 = nn.dense %x, 20 : tensor<?x?xf32> -> tensor<?x20xf32>
  nn.return %0 : tensor<?x20xf32>
}
nn.sequential @net(%x: tensor<?x30xf32>) -> tensor<?x10xf32> {
  // expected-error @+2 {{layer '0' expects dimension 1 of its output 0 to be 20, got 10}}
  // expected-note @+1 {{10 comes from the type written for the result of layer '0'}}
  %0 = nn.block @wide(%x) : tensor<?x30xf32> -> tensor<?x10xf32>
  nn.return %0 : tensor<?x10xf32>
}

// -----

// Ties lead to blocks of the same network only.
nn.sequential private @one(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.dense %x, 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}
nn.sequential @net(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.dense %x, 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  // expected-error @+1 {{layer '1' is tied to block '0', which this network does not have}}
  %1 = nn.block @one(%0) tie("0") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %1 : tensor<?x4xf32>
}

// -----

nn.sequential private @one(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.dense %x, 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}
// expected-note @+1 {{network 'other' is here}}
nn.sequential private @other(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.dense %x, 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}
nn.sequential @net(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.block @other(%x) : tensor<?x4xf32> -> tensor<?x4xf32>
  // expected-error @+1 {{layer '1' stands for network 'one', but the block '0' that it is tied to for 'other'}}
  %1 = nn.block @one(%0) tie("0") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %1 : tensor<?x4xf32>
}

// -----

nn.sequential @net(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error @+1 {{layer '0' refers to @absent, which is not a network}}
  %0 = nn.block @absent(%x) : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}

// -----

// expected-note @+1 {{network @one is here}}
nn.sequential private @one(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  nn.return %x : tensor<?x4xf32>
}
nn.sequential @net(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error @+1 {{layer '0' has 2 inputs, but network @one has 1}}
  %0 = nn.block @one(%x, %x) : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}

// -----

// expected-note @+1 {{network @words is here}}
nn.sequential private @words(%x: tensor<?x?xi32>) -> tensor<?x?x4xf32> {
  %0 = nn.embedding %x, 9, 4 : tensor<?x?xi32> -> tensor<?x?x4xf32>
  nn.return %0 : tensor<?x?x4xf32>
}
nn.sequential @net(%x: tensor<?x?xf32>) -> tensor<?x?x4xf32> {
  // expected-error @+1 {{layer '0' has an input 0 of type 'tensor<?x?xf32>', but network @words states 'tensor<?x?xi32>'}}
  %0 = nn.block @words(%x) : tensor<?x?xf32> -> tensor<?x?x4xf32>
  nn.return %0 : tensor<?x?x4xf32>
}

// -----

// expected-note @+1 {{network @one is here}}
nn.sequential private @one(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  nn.return %x : tensor<?x4xf32>
}
nn.sequential @net(%x: tensor<?x4xf32>) -> tensor<?x4x4xf32> {
  // expected-error @+1 {{layer '0' has an output 0 of rank 3, but network @one states rank 2}}
  %0 = nn.block @one(%x) : tensor<?x4xf32> -> tensor<?x4x4xf32>
  nn.return %0 : tensor<?x4x4xf32>
}

// -----

nn.sequential @net(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error @+1 {{clause 'tie' is given twice}}
  %0 = nn.block @net(%x) tie("1") name("a") tie("2") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}

// -----

nn.sequential @net(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error @+1 {{expected a name that is not empty}}
  %0 = nn.block @net(%x) name("") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}

// -----

// expected-note @+1 {{network 'one' is here}}
nn.sequential private @one(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {nn.default_init = #nn.zeros} {
  %0 = nn.dense %x, 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}
nn.sequential @net(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error @+1 {{layer '0' stands for network 'one', whose 'nn.default_init' would be lost; give the initialisers to its layers, or to the network that uses it}}
  %0 = nn.block @one(%x) : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}

// -----

// A size that came into a network by a block is told of where it was stated.
// expected-note @+1 {{20 comes from input 0 of network 'inner'}}
nn.sequential private @inner(%x: tensor<?x20xf32>) -> tensor<?x8xf32> {
  %0 = nn.dense %x, 8 : tensor<?x20xf32> -> tensor<?x8xf32>
  nn.return %0 : tensor<?x8xf32>
}
nn.sequential @middle(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  // expected-error @+1 {{layer '0.0' expects dimension 1 of its input 0 to be 20, got 30}}
  %0 = nn.block @inner(%x) : tensor<?x?xf32> -> tensor<?x?xf32>
  nn.return %0 : tensor<?x?xf32>
}
// expected-note @+1 {{30 comes from input 0 of network 'outer'}}
nn.sequential @outer(%x: tensor<?x30xf32>) -> tensor<?x?xf32> {
  %0 = nn.block @middle(%x) : tensor<?x30xf32> -> tensor<?x?xf32>
  nn.return %0 : tensor<?x?xf32>
}
