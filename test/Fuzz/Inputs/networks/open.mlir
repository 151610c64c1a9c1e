// passes: nascent-bind-and-infer{bindings=net=?x4xf32,net:three=3x4xf32},nascent-lower-to-llvm{triple=aarch64-linux-gnu weights=bf16}
nn.sequential @net(%x: tensor<?x?xf32>) -> tensor<?x8xf32> {
  %0 = nn.dense %x, 8 : tensor<?x?xf32> -> tensor<?x8xf32>
  %1 = nn.dense %0, 8 no_bias : tensor<?x8xf32> -> tensor<?x8xf32>
  %2 = nn.dense %1, 8 tie("1") no_bias : tensor<?x8xf32> -> tensor<?x8xf32>
  %3 = nn.log_softmax %2 : tensor<?x8xf32>
  nn.return %3 : tensor<?x8xf32>
}
