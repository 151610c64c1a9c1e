// RUN: nascent-opt %s --split-input-file --verify-diagnostics

nn.sequential @relu_rank(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{layer '0' expects an output of the input's rank 2, got rank 1}}
  %0 = nn.relu %x : tensor<2x3xf32> -> tensor<2xf32>
  nn.return
}

// -----

// expected-note @+1 {{3 comes from input 0 of network 'relu_size'}}
nn.sequential @relu_size(%x: tensor<?x3xf32>) {
  // expected-error @+2 {{layer '0' expects dimension 1 to be 3, got 4}}
  // expected-note @+1 {{4 comes from the type written for the result of layer '0'}}
  %0 = nn.relu %x : tensor<?x3xf32> -> tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @softmax_of_scalar(%x: tensor<f32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 1 or more, got rank 0}}
  %0 = nn.softmax %x : tensor<f32>
  nn.return
}

// -----

nn.sequential @log_softmax_of_scalar(%x: tensor<f32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 1 or more, got rank 0}}
  %0 = nn.log_softmax %x : tensor<f32>
  nn.return
}

// -----

nn.sequential @infinite_slope(%x: tensor<?x3xf32>) {
  // expected-error @+1 {{attribute 'slope' failed to satisfy constraint: a number of f64 that is finite in f32}}
  %0 = nn.leaky_relu %x {slope = 0x7FF0000000000000 : f64} : tensor<?x3xf32>
  nn.return
}

// -----

nn.sequential @nan_alpha(%x: tensor<?x3xf32>) {
  // expected-error @+1 {{attribute 'alpha' failed to satisfy constraint: a number of f64 that is finite in f32}}
  %0 = nn.elu %x {alpha = 0x7FF8000000000000 : f64} : tensor<?x3xf32>
  nn.return
}

// -----

nn.sequential @probability(%x: tensor<?x3xf32>) {
  // expected-error @+1 {{layer '0' needs a probability between 0 and 1, got 1.500000e+00}}
  %0 = nn.dropout %x p(1.5) : tensor<?x3xf32>
  nn.return
}

// -----

nn.sequential @negative_probability(%x: tensor<?x3xf32>) {
  // expected-error @+1 {{layer '0' needs a probability between 0 and 1, got -1.000000e-01}}
  %0 = nn.dropout %x p(-0.1) : tensor<?x3xf32>
  nn.return
}

// -----

nn.sequential @empty_range(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' needs a min up to its max, got 2.000000e+00 and 1.000000e+00}}
  %0 = nn.hardtanh %x min(2.0) : tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @zero_alpha(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' needs an alpha other than 0, which it divides by}}
  %0 = nn.celu %x alpha(0.0) : tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @zero_beta(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' needs a beta other than 0, which it divides by}}
  %0 = nn.softplus %x beta(0.0) : tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @softmax_of_batch(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' has the batch, dimension 0, as its axis; any other dimension will do}}
  %0 = nn.softmax %x axis(0) : tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @softmax_axis(%x: tensor<?x4x5xf32>) {
  // expected-error @+1 {{layer '0' expects an axis from 1 to 2, or from -1 to -2, for values of rank 3, got 3}}
  %0 = nn.log_softmax %x axis(3) : tensor<?x4x5xf32>
  nn.return
}

// -----

nn.sequential @softmax_of_vector(%x: tensor<4xf32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 2 or more, got rank 1}}
  %0 = nn.softmax %x axis(1) : tensor<4xf32>
  nn.return
}

// -----

nn.sequential @slopes_of_vector(%x: tensor<4xf32>) {
  // expected-error @+1 {{layer '0' has a slope per channel, dimension 1, and expects an input of rank 2 or more, got rank 1}}
  %0 = nn.prelu %x per_channel : tensor<4xf32>
  nn.return
}

// -----

// expected-note @+1 {{5 comes from the type of parameter 'slopes'}}
nn.parameter @slopes : tensor<5xf32> init(#nn.zeros)
// expected-note @+1 {{4 comes from input 0 of network 'other_channels'}}
nn.sequential @other_channels(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' expects channels 5, got 4}}
  %0 = nn.prelu %x per_channel weight(@slopes) : tensor<?x4xf32>
  nn.return
}

// -----

// expected-note @+1 {{4 comes from the type of parameter 'slopes'}}
nn.parameter @slopes : tensor<4xf32> init(#nn.zeros)
nn.sequential @several_slopes(%x: tensor<?x4xf32>) {
  // expected-error @+2 {{layer '0' expects length of its weight 1, got 4}}
  // expected-note @+1 {{1 comes from the one slope of layer '0'}}
  %0 = nn.prelu %x weight(@slopes) : tensor<?x4xf32>
  nn.return
}
