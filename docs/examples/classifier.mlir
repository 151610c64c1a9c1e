// A classifier of pictures of any size: the binding's height and width decide
// how wide the first layer's weight is.
nn.sequential @classifier(%x: tensor<?x?x?xf32>) -> tensor<?x10xf32> {
  %0 = nn.flatten %x : tensor<?x?x?xf32> -> tensor<?x?xf32>
  %1 = nn.dense %0, 128 : tensor<?x?xf32> -> tensor<?x128xf32>
  %2 = nn.relu %1 : tensor<?x128xf32>
  %3 = nn.dropout %2 p(0.2) : tensor<?x128xf32>
  %4 = nn.dense %3, 10 : tensor<?x128xf32> -> tensor<?x10xf32>
  %5 = nn.softmax %4 : tensor<?x10xf32>
  nn.return %5 : tensor<?x10xf32>
}
