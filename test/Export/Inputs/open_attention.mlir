// bind: ?x?x8xf32
nn.sequential @net(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %0 = nn.position %x learned(9) : tensor<?x?x?xf32>
  %1 = nn.attention %0 heads(2) causal : tensor<?x?x?xf32>
  %2 = nn.attention %1 heads(2) causal window(2) : tensor<?x?x?xf32>
  nn.return %1, %2 : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}
