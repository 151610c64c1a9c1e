// RUN: nascent-opt %s --split-input-file --verify-diagnostics --nn-add-loss=loss=own

// expected-error @+1 {{'inside' ends in a loss of its own, layer '0', but another one is asked for, 'own'}}
nn.sequential @inside(%x: tensor<2x4xf32>, %t: tensor<2x4xf32>) -> tensor<1xf32> {
  %0 = nn.mse %x, %t : tensor<2x4xf32>, tensor<2x4xf32> -> tensor<1xf32>
  nn.return %0 : tensor<1xf32>
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
