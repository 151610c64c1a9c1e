nn.sequential @small(%x: tensor<1x4xf32>) -> tensor<1x1xf32> {
  %0 = nn.dense %x, 8 : tensor<1x4xf32> -> tensor<1x8xf32>
  %1 = nn.relu %0 : tensor<1x8xf32>
  %2 = nn.dense %1, 8 : tensor<1x8xf32> -> tensor<1x8xf32>
  %3 = nn.relu %2 : tensor<1x8xf32>
  %4 = nn.dense %3, 1 : tensor<1x8xf32> -> tensor<1x1xf32>
  nn.return %4 : tensor<1x1xf32>
}
