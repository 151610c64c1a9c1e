// The book's deferred network: Sequential(Dense(256), relu, Dense(10)), with no
// input width anywhere. Every `?` is a -1 of the frameworks.
nn.sequential @mlp(%x: tensor<?x?xf32>) -> tensor<?x10xf32> {
  %0 = nn.dense %x, 256 : tensor<?x?xf32> -> tensor<?x256xf32>
  %1 = nn.relu %0 : tensor<?x256xf32>
  %2 = nn.dense %1, 10 : tensor<?x256xf32> -> tensor<?x10xf32>
  nn.return %2 : tensor<?x10xf32>
}
