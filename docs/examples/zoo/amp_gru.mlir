// A smaller effect of RTNeural's: a GRU of 8 units on samples and a control, and a
// dense head.
nn.sequential @amp_gru(%x: tensor<?x?x2xf32>) -> tensor<?x?x1xf32> {
  %0 = nn.gru %x, 8 name("rec") : tensor<?x?x2xf32> -> tensor<?x?x8xf32>
  %1 = nn.dense %0, 1 name("lin") : tensor<?x?x8xf32> -> tensor<?x?x1xf32>
  nn.return %1 : tensor<?x?x1xf32>
}
