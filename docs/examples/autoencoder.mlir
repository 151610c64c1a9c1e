// An autoencoder with named layers and chosen initialisers. The first layer
// states its input width, so every parameter's shape follows without a binding;
// the batch stays open.
nn.sequential @autoencoder(%x: tensor<?x?xf32>) -> tensor<?x784xf32> {
  %0 = nn.dense %x, 128 in(784) name("encoder") init(#nn.kaiming_normal)
    bias_init(#nn.zeros) : tensor<?x?xf32> -> tensor<?x128xf32>
  %1 = nn.relu %0 : tensor<?x128xf32>
  %2 = nn.dense %1, 16 name("code") : tensor<?x128xf32> -> tensor<?x16xf32>
  %3 = nn.tanh %2 : tensor<?x16xf32>
  %4 = nn.dense %3, 128 name("decoder") init(#nn.kaiming_normal)
    bias_init(#nn.zeros) : tensor<?x16xf32> -> tensor<?x128xf32>
  %5 = nn.relu %4 : tensor<?x128xf32>
  %6 = nn.dense %5, 784 name("picture") init(#nn.xavier_uniform)
    bias_init(#nn.zeros) : tensor<?x128xf32> -> tensor<?x784xf32>
  %7 = nn.sigmoid %6 : tensor<?x784xf32>
  nn.return %7 : tensor<?x784xf32>
}
