// bind: ?x6x4x5xf32
nn.sequential @net(%x: tensor<?x?x?x?xf32>) -> (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) {
  %0 = nn.group_norm %x, 3 init(#nn.normal<0.0, 1.0>) bias_init(#nn.normal<0.0, 1.0>) : tensor<?x?x?x?xf32>
  %1 = nn.group_norm %x, 2 no_affine : tensor<?x?x?x?xf32>
  nn.return %0, %1 : tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>
}
