// passes: nascent-bind-and-infer,nascent-lower-to-llvm{triple=x86_64-linux-gnu}
nn.sequential @net(%x: tensor<3x4xf32>) -> (tensor<3x8xf32>, tensor<3x4xf32>) {
  %0 = nn.dense %x, 8 : tensor<3x4xf32> -> tensor<3x8xf32>
  %1 = nn.relu %0 : tensor<3x8xf32>
  %2 = nn.log_softmax %1 : tensor<3x8xf32>
  %3 = nn.tanh %x : tensor<3x4xf32>
  nn.return %2, %3 : tensor<3x8xf32>, tensor<3x4xf32>
}
