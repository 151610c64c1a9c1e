// Widths that panels of no width divide, and some that they do.
nn.sequential @net(%x: tensor<?x?xf32>) -> tensor<?x3xf32> {
  %0 = nn.dense %x, 67 : tensor<?x?xf32> -> tensor<?x67xf32>
  %1 = nn.dense %0, 128 no_bias : tensor<?x67xf32> -> tensor<?x128xf32>
  %2 = nn.dense %1, 1 : tensor<?x128xf32> -> tensor<?x1xf32>
  %3 = nn.dense %2, 33 : tensor<?x1xf32> -> tensor<?x33xf32>
  %4 = nn.dense %3, 3 : tensor<?x33xf32> -> tensor<?x3xf32>
  nn.return %4 : tensor<?x3xf32>
}
