// Losses of the network's own that nothing would be trained by.
//
// RUN: nascent-opt %s --split-input-file --verify-diagnostics --nn-add-loss

// expected-error @+1 {{'behind' computes a loss, layer '1', but returns another value first, so that nothing would be trained; return one loss, and behind it at most states of recurrent layers, or name the loss by --loss}}
nn.sequential @behind(%x: tensor<2x4xf32>, %t: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<1xf32>) {
  %0 = nn.relu %x : tensor<2x4xf32>
  %1 = nn.mse %0, %t : tensor<2x4xf32>, tensor<2x4xf32> -> tensor<1xf32>
  nn.return %0, %1 : tensor<2x4xf32>, tensor<1xf32>
}

// -----

// expected-error @+1 {{'sum' computes a loss, layer '0', but returns another value first}}
nn.sequential @sum(%x: tensor<2x4xf32>, %t: tensor<2x4xf32>) -> tensor<1xf32> {
  %0 = nn.mse %x, %t : tensor<2x4xf32>, tensor<2x4xf32> -> tensor<1xf32>
  %1 = nn.l1 %x, %t : tensor<2x4xf32>, tensor<2x4xf32> -> tensor<1xf32>
  %2 = nn.add %0, %1 : tensor<1xf32>, tensor<1xf32> -> tensor<1xf32>
  nn.return %2 : tensor<1xf32>
}

// -----

// expected-error @+1 {{'two' has 2 outputs, but a loss is of one}}
nn.sequential @two(%x: tensor<2x4xf32>, %t: tensor<2x4xf32>) -> (tensor<1xf32>, tensor<2x4xf32>) {
  %0 = nn.relu %x : tensor<2x4xf32>
  %1 = nn.mse %0, %t : tensor<2x4xf32>, tensor<2x4xf32> -> tensor<1xf32>
  nn.return %1, %0 : tensor<1xf32>, tensor<2x4xf32>
}

// -----

nn.parameter @states.0.weight_ih : tensor<15x3xf32> init(#nn.zeros)
nn.parameter @states.0.weight_hh : tensor<15x5xf32> init(#nn.zeros)
// expected-error @+1 {{'states' has a loss that depends on no parameter that is trained, so that nothing would be trained}}
nn.sequential @states(%x: tensor<2x4x3xf32>, %h: tensor<2x1x5xf32>, %t: tensor<2x4x3xf32>) -> (tensor<1xf32>, tensor<2x1x5xf32>) {
  %0:2 = nn.gru %x, 5 state(%h) no_bias : tensor<2x4x3xf32>, tensor<2x1x5xf32> -> tensor<2x4x5xf32>, tensor<2x1x5xf32>
  %1 = nn.mse %x, %t : tensor<2x4x3xf32>, tensor<2x4x3xf32> -> tensor<1xf32>
  nn.return %1, %0#1 : tensor<1xf32>, tensor<2x1x5xf32>
}
