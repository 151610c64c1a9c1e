// RUN: nascent-opt %s --nn-materialize-parameters --nn-infer-shapes "--nn-add-loss=loss=mse" --nn-assign-layouts --convert-nn-to-linalg --split-input-file --verify-diagnostics

nn.sequential @state(%x: tensor<2x5x4xf32>, %h: tensor<2x1x3xf32>) -> tensor<2x3xf32> {
  // expected-error @+1 {{layer '0' has states as inputs or results, through which there is no gradient yet; leave them out of what is trained}}
  %0 = nn.gru %x, 3 last state(%h) : tensor<2x5x4xf32>, tensor<2x1x3xf32> -> tensor<2x3xf32>
  nn.return %0 : tensor<2x3xf32>
}
