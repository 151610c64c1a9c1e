// bind: ?x6x4x5xf32
nn.sequential @net(%x: tensor<?x?x?x?xf32>) -> (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) {
  %0 = nn.batch_norm %x no_affine eps(0.1) : tensor<?x?x?x?xf32>
  %1 = nn.layer_norm %x dims(2) : tensor<?x?x?x?xf32>
  %2 = nn.layer_norm %x no_affine : tensor<?x?x?x?xf32>
  %3 = nn.layer_norm %x no_bias init(#nn.normal<0.0, 1.0>) : tensor<?x?x?x?xf32>
  %4 = nn.instance_norm %x : tensor<?x?x?x?xf32>
  %5 = nn.instance_norm %x affine init(#nn.normal<0.0, 1.0>) bias_init(#nn.normal<0.0, 1.0>) : tensor<?x?x?x?xf32>
  nn.return %0, %1, %2, %3, %4, %5 : tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>
}
