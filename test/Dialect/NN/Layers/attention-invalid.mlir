// RUN: nascent-opt %s --split-input-file --verify-diagnostics

nn.sequential @rank(%x: tensor<?x64xf32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 3 (batch, length, width), got rank 2}}
  %0 = nn.attention %x heads(8) : tensor<?x64xf32>
  nn.return
}

// -----

nn.sequential @heads(%x: tensor<?x?x64xf32>) {
  // expected-error @+1 {{layer '0' needs at least 1 head, got 0}}
  %0 = nn.attention %x heads(0) : tensor<?x?x64xf32>
  nn.return
}

// -----

nn.sequential @window(%x: tensor<?x?x64xf32>) {
  // expected-error @+1 {{layer '0' expects a window of 1 to 2^31 - 1 places, got 0}}
  %0 = nn.attention %x heads(8) causal window(0) : tensor<?x?x64xf32>
  nn.return
}

// -----

nn.sequential @ahead(%x: tensor<?x?x64xf32>) {
  // expected-error @+1 {{layer '0' has a window of 16 places, which is of what comes before each one; add 'causal'}}
  %0 = nn.attention %x heads(8) window(16) : tensor<?x?x64xf32>
  nn.return
}

// -----

// expected-note @+1 {{60 comes from input 0 of network 'share'}}
nn.sequential @share(%x: tensor<?x?x60xf32>) {
  // expected-error @+1 {{layer '0' expects a width that is a multiple of its 8 heads, got 60}}
  %0 = nn.attention %x heads(8) : tensor<?x?x60xf32>
  nn.return
}

// -----

// Every place of a sequence looks at every other.
nn.sequential @scores(%x: tensor<?x2147483648x8xf32>) {
  // expected-error @+1 {{layer '0' its largest intermediate value of shape (-1, 2, 2147483648, 2147483648) needs 2^63 bytes or more}}
  %0 = nn.attention %x heads(2) : tensor<?x2147483648x8xf32>
  nn.return
}

// -----

nn.sequential @lacking(%x: tensor<?x?x64xf32>) {
  // expected-error @+1 {{needs the clause 'heads(…)'}}
  %0 = nn.attention %x causal : tensor<?x?x64xf32>
  nn.return
}

// -----

nn.sequential @biases(%x: tensor<?x?x64xf32>) {
  // expected-error @+1 {{layer '0' has 'no_bias' and 'out_bias_init'; drop one}}
  %0 = nn.attention %x heads(8) no_bias out_bias_init(#nn.zeros) : tensor<?x?x64xf32>
  nn.return
}

// -----

nn.parameter @in : tensor<192x64xf32> init(#nn.zeros)
nn.sequential @some(%x: tensor<?x?x64xf32>) {
  // expected-error @+1 {{layer '0' refers to its in_proj_weight, but not to its out_proj.weight; it must refer to all of its parameters, or to none}}
  %0 = nn.attention %x heads(8) no_bias in_proj_weight(@in) : tensor<?x?x64xf32>
  nn.return
}

// -----

// expected-note @+1 {{100 comes from the type of parameter 'in'}}
nn.parameter @in : tensor<100x64xf32> init(#nn.zeros)
nn.parameter @out : tensor<64x64xf32> init(#nn.zeros)
// expected-note @+1 {{192 comes from input 0 of network 'thirds'}}
nn.sequential @thirds(%x: tensor<?x?x64xf32>) {
  // expected-error @+1 {{layer '0' expects rows of in_proj_weight 192, got 100}}
  %0 = nn.attention %x heads(8) no_bias in_proj_weight(@in) out_proj_weight(@out) : tensor<?x?x64xf32>
  nn.return
}
