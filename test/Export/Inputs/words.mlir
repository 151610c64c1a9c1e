// bind: ?x5xi32
nn.sequential @net(%x: tensor<?x?xi32>) -> tensor<?x?xf32> {
  %0 = nn.embedding %x, 7, 4 : tensor<?x?xi32> -> tensor<?x?x4xf32>
  %1 = nn.dense %0, 4 name("shared") : tensor<?x?x4xf32> -> tensor<?x?x4xf32>
  %2 = nn.dense %1, 4 tie("shared") : tensor<?x?x4xf32> -> tensor<?x?x4xf32>
  %3 = nn.mean_over %2 dims(1) : tensor<?x?x4xf32> -> tensor<?x?xf32>
  nn.return %3 : tensor<?x?xf32>
}
