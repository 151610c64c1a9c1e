// RUN: nascent-opt %s --nn-infer-shapes --nn-name-sizes --split-input-file --verify-diagnostics

// expected-note @+1 {{width comes from input 0 of network 'sum'}}
nn.sequential @sum(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  // expected-note @+1 {{width - 1 comes from the part taken by layer 'rest'}}
  %0 = nn.slice %x axis(1) start(1) name("rest") : tensor<?x?xf32> -> tensor<?x?xf32>
  // expected-error @+1 {{layer 'sum' expects dimension 1 of its 2nd input to be width, got width - 1}}
  %1 = nn.add %x, %0 name("sum") : tensor<?x?xf32>
  nn.return %1 : tensor<?x?xf32>
}

// -----

// Two times a width is no odd number.
nn.sequential @odd(%x: tensor<?x?xf32>) -> tensor<?x7xf32> {
  // expected-error @+3 {{layer 'twice' expects concatenated size 2·width, got 7}}
  // expected-note @+2 {{2·width comes from width + width concatenated by layer 'twice'}}
  // expected-note @+1 {{7 comes from the type written for the result of layer 'twice'}}
  %0 = nn.concat %x, %x axis(1) name("twice") : tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x7xf32>
  nn.return %0 : tensor<?x7xf32>
}

// -----

// expected-note @+1 {{batch comes from input 1 of network 'rows'}}
nn.sequential @rows(%x: tensor<?x4xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  // expected-note @+1 {{4·batch comes from batch*4 flattened by layer 'flat'}}
  %0 = nn.flatten %x start(0) name("flat") : tensor<?x4xf32> -> tensor<?xf32>
  // expected-error @+1 {{layer 'sum' expects dimension 0 of its 2nd input to be 4·batch, got batch}}
  %1 = nn.add %0, %y name("sum") : tensor<?xf32>
  nn.return %1 : tensor<?xf32>
}

// -----

nn.sequential @none(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  // expected-error @+2 {{layer '0' has a dimension of 1 - width, which is never positive}}
  // expected-note @+1 {{it comes from the part taken by layer '0'}}
  %0 = nn.slice %x axis(1) start(-1) end(0) : tensor<?x?xf32> -> tensor<?x?xf32>
  nn.return %0 : tensor<?x?xf32>
}

// -----

nn.sequential @beyond(%x: tensor<?x?xf32>) -> tensor<?x8xf32> {
  %0 = nn.slice %x axis(1) start(-3) end(5) name("odd") : tensor<?x?xf32> -> tensor<?x?xf32>
  // expected-error @+1 {{layer 'head' needs width ≤ 0, which is never so}}
  %1 = nn.slice %0 axis(1) end(8) name("head") : tensor<?x?xf32> -> tensor<?x8xf32>
  nn.return %1 : tensor<?x8xf32>
}

// -----

// A branch that lacks its padding, before anyone has bound a resolution.
// expected-note @+2 {{height comes from input 0 of network 'residual', by the window of layer '0'}}
// expected-note @+1 {{height - 2 comes from input 0 of network 'residual', by the window of layer '0', by the window of layer '1'}}
nn.sequential @residual(%x: tensor<?x3x?x?xf32>) -> tensor<?x8x?x?xf32> {
  %0 = nn.conv2d %x, 8 kernel(3) padding(1) : tensor<?x3x?x?xf32> -> tensor<?x8x?x?xf32>
  %1 = nn.conv2d %0, 8 kernel(3) : tensor<?x8x?x?xf32> -> tensor<?x8x?x?xf32>
  // expected-error @+1 {{layer '2' expects dimension 2 of its 2nd input to be height, got height - 2}}
  %2 = nn.add %0, %1 : tensor<?x8x?x?xf32>
  nn.return %2 : tensor<?x8x?x?xf32>
}
