// bind: ?x5x8xf32
nn.sequential @net(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %0 = nn.position %x learned(9) : tensor<?x?x?xf32>
  %1 = nn.attention %0 heads(2) name("all") : tensor<?x?x?xf32>
  %2 = nn.position %1 sinusoidal : tensor<?x?x?xf32>
  %3 = nn.attention %2 heads(4) causal no_bias : tensor<?x?x?xf32>
  %4 = nn.attention %2 heads(1) causal window(2) : tensor<?x?x?xf32>
  %5 = nn.affine %4 scale(0.5) offset(-0.25) : tensor<?x?x?xf32>
  %6 = nn.matmul %3, %5 transposed : tensor<?x?x?xf32>, tensor<?x?x?xf32> -> tensor<?x?x?xf32>
  %7 = nn.matmul %6, %x : tensor<?x?x?xf32>, tensor<?x?x?xf32> -> tensor<?x?x?xf32>
  nn.return %1, %3, %5, %7 : tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>
}
