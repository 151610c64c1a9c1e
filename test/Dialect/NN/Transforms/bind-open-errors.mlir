// A binding leaves no size open that the network states, wherever it is.
//
// RUN: nascent-opt %s --verify-diagnostics --split-input-file \
// RUN:   --nn-bind="bindings=mlp=?x20xf32"

// expected-error @+2 {{binding 'mlp=?x20xf32' leaves dimension 0 of the input open, but the network states 8; bind it to 8, or write ? in the network}}
// expected-note @+1 {{8 comes from input 0 of network 'mlp'}}
nn.sequential @mlp(%x: tensor<8x20xf32>) -> tensor<8x20xf32> {
  nn.return %x : tensor<8x20xf32>
}

// -----

// What both leave open stays so.
nn.sequential @mlp(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  nn.return %x : tensor<?x?xf32>
}
