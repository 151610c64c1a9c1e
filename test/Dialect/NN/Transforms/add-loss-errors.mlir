// RUN: nascent-opt %s --split-input-file --verify-diagnostics --nn-add-loss=loss=cross_entropy

// expected-error @+1 {{'two' has 2 outputs, but a loss is of one; train a network that returns what its loss is of, and behind it at most states of recurrent layers}}
nn.sequential @two(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %0 = nn.relu %x : tensor<2x4xf32>
  nn.return %0, %x : tensor<2x4xf32>, tensor<2x4xf32>
}

// -----

// expected-error @+1 {{'own' ends in a loss of its own, layer '0', but another one is asked for, 'cross_entropy'}}
nn.sequential @own(%x: tensor<2x4xf32>, %t: tensor<2x4xf32>) -> tensor<1xf32> {
  %0 = nn.mse %x, %t : tensor<2x4xf32>, tensor<2x4xf32> -> tensor<1xf32>
  nn.return %0 : tensor<1xf32>
}

// -----

// expected-error @+1 {{'behind' ends in a loss of its own, layer '1', but another one is asked for, 'cross_entropy'}}
nn.sequential @behind(%x: tensor<2x4x3xf32>, %h: tensor<2x1x5xf32>, %t: tensor<2x4x5xf32>) -> (tensor<1xf32>, tensor<2x1x5xf32>) {
  %0:2 = nn.gru %x, 5 state(%h) : tensor<2x4x3xf32>, tensor<2x1x5xf32> -> tensor<2x4x5xf32>, tensor<2x1x5xf32>
  %1 = nn.mse %0#0, %t : tensor<2x4x5xf32>, tensor<2x4x5xf32> -> tensor<1xf32>
  nn.return %1, %0#1 : tensor<1xf32>, tensor<2x1x5xf32>
}

// -----

// expected-error @+1 {{'flat' cannot have the loss 'cross_entropy': }}
nn.sequential @flat(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = nn.relu %x : tensor<4xf32>
  nn.return %0 : tensor<4xf32>
}

// -----

// expected-error @+1 {{'open' is to be trained, so that nothing of it can stay open but the batch; bind its input tensor<?x3x?x?xf32>, for example with 'open=?x3xNxMxf32', N being the size of dimension 2 and M being the size of dimension 3}}
nn.sequential @open(%x: tensor<?x3x?x?xf32>) -> tensor<?x3x?x?xf32> {
  %0 = nn.relu %x : tensor<?x3x?x?xf32>
  nn.return %0 : tensor<?x3x?x?xf32>
}

// -----

nn.parameter @batch.0.running_mean : tensor<4xf32> init(#nn.zeros) trainable(false)
nn.parameter @batch.0.running_var : tensor<4xf32> init(#nn.ones) trainable(false)
nn.sequential @batch(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error @+1 {{layer '0' mixes the rows of a batch while it is trained, so the batch must be bound}}
  %0 = nn.batch_norm %x no_affine running_mean(@batch.0.running_mean) running_var(@batch.0.running_var) : tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}
