nn.sequential @steps(%x: tensor<?x?x?xf32>) -> tensor<?x?x6xf32> {
  %0 = nn.gru %x, 6 : tensor<?x?x?xf32> -> tensor<?x?x6xf32>
  nn.return %0 : tensor<?x?x6xf32>
}
