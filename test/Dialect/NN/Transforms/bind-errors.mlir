// RUN: nascent-opt %s --verify-diagnostics --split-input-file \
// RUN:   --nn-bind="bindings=mlp=2x20xf32"

// expected-error @+1 {{binding 'mlp=2x20xf32' has rank 2, but the network's input 'tensor<?x4x5xf32>' has rank 3}}
nn.sequential @mlp(%x: tensor<?x4x5xf32>) -> tensor<?x4x5xf32> {
  nn.return %x : tensor<?x4x5xf32>
}

// -----

// expected-error @+2 {{binding 'mlp=2x20xf32' gives dimension 1 of the input the size 20, but the network states 30}}
// expected-note @+1 {{30 comes from input 0 of network 'mlp'}}
nn.sequential @mlp(%x: tensor<?x30xf32>) -> tensor<?x30xf32> {
  nn.return %x : tensor<?x30xf32>
}

// -----

// expected-error @+1 {{binding 'mlp=2x20xf32' is for 1 input, but the network has 2; give the types of all of them, as in 'mlp=(2x20xf32, 2x5xf32)'}}
nn.sequential @mlp(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>) {
  nn.return
}

// -----

// expected-error @+1 {{binding 'mlp=2x20xf32' is for 1 input, but the network has 0}}
nn.sequential @mlp() {
  nn.return
}

// -----

// expected-error @+1 {{binding 'mlp=2x20xf32' is a second one, after 'mlp=?x20xf32'; give each further binding a label, as in 'mlp:b64=…'}}
nn.sequential @mlp(%x: tensor<?x20xf32> {nn.binding = "mlp=?x20xf32"}) {
  nn.return
}

// -----

// expected-error @below {{binding 'mlp=2x20xf32': there is no network 'mlp'}}
module {
  // expected-note @+1 {{there is network 'other'}}
  nn.sequential @other(%x: tensor<?x?xf32>) {
    nn.return
  }
  // expected-note @+1 {{there is network 'mlp2'}}
  nn.sequential @mlp2(%x: tensor<?x?xf32>) {
    nn.return
  }
}

// -----

// A symbol that is something else is no network.
// expected-error @below {{binding 'mlp=2x20xf32': there is no network 'mlp'}}
module {
  nn.parameter @mlp : tensor<2x20xf32> init(#nn.zeros)
}

// -----

// expected-error @below {{binding 'mlp=2x20xf32': there is no network 'mlp'}}
module {}

// -----

// Networks in modules inside are another compilation's.
// expected-error @below {{binding 'mlp=2x20xf32': there is no network 'mlp'}}
module {
  module @inside {
    nn.sequential @mlp(%x: tensor<?x?xf32>) {
      nn.return
    }
  }
}

// -----

// expected-error @+1 {{attribute 'nn.binding' must be a string, got 3 : i32}}
nn.sequential @mlp(%x: tensor<?x?xf32> {nn.binding = 3 : i32}) {
  nn.return
}
