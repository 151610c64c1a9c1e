nn.sequential @mlp(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = nn.dense %x, 8 : tensor<?x?xf32> -> tensor<?x8xf32>
  %1 = nn.relu %0 : tensor<?x8xf32>
  %2 = nn.dense %1, 8 : tensor<?x8xf32> -> tensor<?x8xf32>
  %3 = nn.relu %2 : tensor<?x8xf32>
  %4 = nn.dense %3, 8 tie("2") : tensor<?x8xf32> -> tensor<?x8xf32>
  nn.return %4 : tensor<?x8xf32>
}
nn.sequential @two(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x3xf32>) {
  %0 = nn.add %a, %b : tensor<?x?xf32>
  %1 = nn.dense %0, 3 : tensor<?x?xf32> -> tensor<?x3xf32>
  nn.return %0, %1 : tensor<?x?xf32>, tensor<?x3xf32>
}
nn.sequential @words(%x: tensor<?x?xi32>) -> tensor<?x?x4xf32> {
  %0 = nn.embedding %x, 5, 4 : tensor<?x?xi32> -> tensor<?x?x4xf32>
  nn.return %0 : tensor<?x?x4xf32>
}
nn.sequential @forward(%x: tensor<2x6xf32>) -> tensor<2x6xf32> {
  %0 = nn.tanh %x name("no parameters") : tensor<2x6xf32>
  nn.return %0 : tensor<2x6xf32>
}
