nn.sequential @slow(%x: tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32> {
  %0 = nn.max_pool2d %x kernel(31) stride(1) padding(15) : tensor<?x?x?x?xf32> -> tensor<?x?x?x?xf32>
  nn.return %0 : tensor<?x?x?x?xf32>
}
