// RUN: nascent-opt %s --nn-fix-loss-rows --split-input-file --verify-diagnostics

nn.parameter @net.0.gamma : tensor<20xf32> init(#nn.ones)
nn.parameter @net.0.beta : tensor<20xf32> init(#nn.zeros)
nn.parameter @net.0.mean : tensor<20xf32> init(#nn.zeros)
nn.parameter @net.0.var : tensor<20xf32> init(#nn.ones)
nn.sequential @net(%x: tensor<?x20xf32>) -> tensor<?x20xf32> {
  nn.return %x : tensor<?x20xf32>
}
nn.sequential @net.loss(%x: tensor<?x20xf32>, %t: tensor<?xi32>) -> tensor<1xf32> attributes {base = @net, nn.training = "loss"} {
  // expected-error @+1 {{layer '0' is trained by statistics of the whole batch, so the batch must be bound}}
  %0 = nn.batch_norm %x weight(@net.0.gamma) bias(@net.0.beta) running_mean(@net.0.mean) running_var(@net.0.var) name("0") : tensor<?x20xf32>
  %1 = nn.cross_entropy %0, %t name("loss") : tensor<?x20xf32>, tensor<?xi32> -> tensor<1xf32>
  nn.return %1 : tensor<1xf32>
}
