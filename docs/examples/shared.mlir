// The book's network with a shared layer: layer 4 uses layer 2's parameters,
// which exist once and are known by both names.
nn.sequential @shared(%x: tensor<?x?xf32>) -> tensor<?x1xf32> {
  %0 = nn.dense %x, 8 : tensor<?x?xf32> -> tensor<?x8xf32>
  %1 = nn.relu %0 : tensor<?x8xf32>
  %2 = nn.dense %1, 8 : tensor<?x8xf32> -> tensor<?x8xf32>
  %3 = nn.relu %2 : tensor<?x8xf32>
  %4 = nn.dense %3, 8 tie("2") : tensor<?x8xf32> -> tensor<?x8xf32>
  %5 = nn.relu %4 : tensor<?x8xf32>
  %6 = nn.dense %5, 1 : tensor<?x8xf32> -> tensor<?x1xf32>
  nn.return %6 : tensor<?x1xf32>
}
