// RUN: nascent-opt %s --nn-materialize-parameters --nn-infer-shapes "--nn-add-loss=loss=mse" --nn-assign-layouts --convert-nn-to-linalg --nascent-build-gradients --split-input-file --verify-diagnostics

// States that are trained, too, would have a gradient.
nn.sequential @handed(%x: tensor<2x5x4xf32>) -> tensor<2x5x3xf32> {
  %0:2 = nn.gru %x, 3 : tensor<2x5x4xf32> -> tensor<2x5x3xf32>, tensor<2x1x3xf32>
  // expected-error @+1 {{layer '1' has no gradient: the states that it begins with would need one, too; give them as an input, and name a loss}}
  %1 = nn.gru %0#0, 3 state(%0#1) : tensor<2x5x3xf32>, tensor<2x1x3xf32> -> tensor<2x5x3xf32>
  nn.return %1 : tensor<2x5x3xf32>
}

// -----

nn.sequential @used(%x: tensor<2x5x4xf32>) -> tensor<2x3xf32> {
  // expected-error @+1 {{layer '0' has no gradient: what its loss is of uses the states after its last step; have that use its output}}
  %0:2 = nn.gru %x, 3 : tensor<2x5x4xf32> -> tensor<2x5x3xf32>, tensor<2x1x3xf32>
  %1 = nn.flatten %0#1 : tensor<2x1x3xf32> -> tensor<2x3xf32>
  nn.return %1 : tensor<2x3xf32>
}

// -----

nn.sequential @reverse(%x: tensor<2x5x4xf32>, %n: tensor<2xi32>, %h: tensor<2x2x3xf32>) -> tensor<2x5x6xf32> {
  // expected-error @+1 {{layer '0' has no gradient: where rows have lengths, what runs backwards begins with zeros; leave out 'state' or 'lengths'}}
  %0 = nn.gru %x, 3 bidirectional lengths(%n) state(%h) : tensor<2x5x4xf32>, tensor<2xi32>, tensor<2x2x3xf32> -> tensor<2x5x6xf32>
  nn.return %0 : tensor<2x5x6xf32>
}
