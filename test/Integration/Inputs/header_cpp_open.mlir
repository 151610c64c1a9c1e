nn.sequential @lines(%x: tensor<?x?x?xf32>) -> tensor<?x2x?xf32> {
  %0 = nn.conv1d %x, 2 kernel(3) : tensor<?x?x?xf32> -> tensor<?x2x?xf32>
  nn.return %0 : tensor<?x2x?xf32>
}
