// RUN: nascent-opt %s --nn-verify-resolved --split-input-file --verify-diagnostics

// Before materialisation.
nn.sequential @authored(%x: tensor<2x20xf32>) -> tensor<2x8xf32> {
  // expected-error @+1 {{layer '0' has no parameters yet; run nn-materialize-parameters first}}
  %0 = nn.dense %x, 8 : tensor<2x20xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

// -----

// The book's error, at compile time: which parameter, its shape so far and the
// binding that would settle it.
// expected-error @+1 {{'0.weight' of network 'mlp' still has the shape (256, -1)}}
nn.parameter @mlp.0.weight : tensor<256x?xf32> init(#nn.zeros)
// expected-note @+1 {{bind its input tensor<?x?xf32>, for example with 'mlp=?xNxf32', N being the size of dimension 1}}
nn.sequential @mlp(%x: tensor<?x?xf32>) -> tensor<?x256xf32> {
  %0 = nn.dense %x, 256 no_bias weight(@mlp.0.weight) : tensor<?x?xf32> -> tensor<?x256xf32>
  nn.return %0 : tensor<?x256xf32>
}

// -----

// expected-error @+1 {{'fc.bias' of network 'bias' still has the shape (-1,)}}
nn.parameter @b : tensor<?xf32> init(#nn.zeros)
nn.parameter @w : tensor<4x2xf32> init(#nn.zeros)
// expected-note @+1 {{bind the batch of network 'bias'}}
nn.sequential @bias(%x: tensor<3x2xf32>) -> tensor<3x4xf32> {
  %0 = nn.dense %x, 4 name("fc") weight(@w) bias(@b) : tensor<3x2xf32> -> tensor<3x4xf32>
  nn.return %0 : tensor<3x4xf32>
}

// -----

// expected-error @+1 {{'1.weight' of network 'image' still has the shape (4, -1)}}
nn.parameter @w : tensor<4x?xf32> init(#nn.zeros)
// expected-note @+1 {{for example with 'image=?x3xNxMxf32'}}
nn.sequential @image(%x: tensor<?x3x?x?xf32>) -> tensor<?x4xf32> {
  %0 = nn.flatten %x : tensor<?x3x?x?xf32> -> tensor<?x?xf32>
  // expected-note @+1 {{layer '1' makes its dimension 1 3·height·width; bind what stands there}}
  %1 = nn.dense %0, 4 weight(@w) no_bias : tensor<?x?xf32> -> tensor<?x4xf32>
  nn.return %1 : tensor<?x4xf32>
}

// -----

// expected-note @+1 {{bind the batch of network 'value'}}
nn.sequential @value(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  // expected-error @+1 {{layer '0' has the open dimension 1 in 'tensor<?x?xf32>', which is not known to follow from open sizes of the inputs}}
  %0 = nn.relu %x : tensor<?x3xf32> -> tensor<?x?xf32>
  %1 = nn.relu %0 : tensor<?x?xf32> -> tensor<?x3xf32>
  nn.return %1 : tensor<?x3xf32>
}

// -----

// expected-note @+1 {{bind the batch of network 'rows'}}
nn.sequential @rows(%x: tensor<?x3xf32>) -> tensor<?xf32> {
  // expected-error @+1 {{layer '0' mixes the rows of a batch, so the batch of its network cannot stay open}}
  %0 = nn.flatten %x start(0) : tensor<?x3xf32> -> tensor<?xf32>
  nn.return %0 : tensor<?xf32>
}

// -----

// expected-note @+1 {{bind the batch of network 'loss'}}
nn.sequential @loss(%x: tensor<?x3xf32>, %t: tensor<?x3xf32>) -> tensor<1xf32> {
  // expected-error @+1 {{layer '0' is a loss in the network, one number for a batch, so the batch of its network cannot stay open}}
  %0 = nn.mse %x, %t : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<1xf32>
  nn.return %0 : tensor<1xf32>
}

// -----

// expected-note @+1 {{bind the batch of network 'vector'}}
nn.sequential @vector(%x: tensor<?xf32>) -> tensor<?xf32> {
  // expected-error @+1 {{layer '0' mixes the rows of a batch, so the batch of its network cannot stay open}}
  %0 = nn.softmax %x : tensor<?xf32>
  nn.return %0 : tensor<?xf32>
}

// -----

// expected-error @+2 {{'partly' has an open batch, but also an input or output 'tensor<4x3xf32>' without one; bind the batch}}
// expected-warning @+1 {{input 1 of network 'partly' is used by nothing}}
nn.sequential @partly(%x: tensor<?x3xf32>, %y: tensor<4x3xf32>) -> tensor<?x3xf32> {
  %0 = nn.relu %x : tensor<?x3xf32>
  nn.return %0 : tensor<?x3xf32>
}

// -----

nn.sequential @unused(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = nn.relu %x : tensor<2x3xf32>
  // expected-error @+1 {{layer '1' is used by nothing; remove it or return it}}
  %1 = nn.relu %0 : tensor<2x3xf32>
  nn.return %0 : tensor<2x3xf32>
}

// -----

// expected-warning @+1 {{input 1 of network 'branch' is used by nothing}}
nn.sequential @branch(%x: tensor<2x4xf32>, %y: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = nn.relu %x : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}
