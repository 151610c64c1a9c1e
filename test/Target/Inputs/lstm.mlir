nn.sequential @lstm(%x: tensor<1x100x1xf32>) -> tensor<1x100x16xf32> {
  %0 = nn.lstm %x, 16 : tensor<1x100x1xf32> -> tensor<1x100x16xf32>
  nn.return %0 : tensor<1x100x16xf32>
}
