// Layers tied and not, and shapes that no other parameter has.
nn.sequential @net(%x: tensor<?x3xf32>) -> tensor<?x5xf32> {
  %0 = nn.dense %x, 5 : tensor<?x3xf32> -> tensor<?x5xf32>
  %1 = nn.dense %0, 5 : tensor<?x5xf32> -> tensor<?x5xf32>
  %2 = nn.dense %1, 5 tie("1") : tensor<?x5xf32> -> tensor<?x5xf32>
  nn.return %2 : tensor<?x5xf32>
}
