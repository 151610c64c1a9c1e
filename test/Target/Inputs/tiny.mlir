// Little code, but for what code generators differ in: random numbers, square roots,
// divisions, exponential functions, tables of names.
nn.sequential @net(%x: tensor<2x3xf32>) -> tensor<2x5xf32> {
  %0 = nn.dense %x, 5 init(#nn.normal<0.0, 0.5>) no_bias : tensor<2x3xf32> -> tensor<2x5xf32>
  %1 = nn.softmax %0 : tensor<2x5xf32>
  nn.return %1 : tensor<2x5xf32>
}
