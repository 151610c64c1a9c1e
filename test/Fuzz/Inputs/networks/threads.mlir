// passes: nascent-bind-and-infer,nascent-lower-to-llvm{threads=openmp triple=x86_64-linux-gnu}
nn.sequential @net(%x: tensor<64x200xf32>) -> tensor<64x200xf32> {
  %0 = nn.dense %x, 200 : tensor<64x200xf32> -> tensor<64x200xf32>
  %1 = nn.tanh %0 : tensor<64x200xf32>
  %2 = nn.dense %1, 200 no_bias : tensor<64x200xf32> -> tensor<64x200xf32>
  nn.return %2 : tensor<64x200xf32>
}
