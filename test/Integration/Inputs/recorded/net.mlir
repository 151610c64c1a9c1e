// Its activations are those that compute what they did when this was recorded.
nn.sequential @net(%x: tensor<?x?xf32>) -> (tensor<?x3xf32>, tensor<?x?xf32>, tensor<?x300xf32>) {
  %0 = nn.dense %x, 300 : tensor<?x?xf32> -> tensor<?x300xf32>
  %1 = nn.relu %0 : tensor<?x300xf32>
  %2 = nn.dense %1, 65 : tensor<?x300xf32> -> tensor<?x65xf32>
  %3 = nn.gelu %2 : tensor<?x65xf32>
  %4 = nn.log_softmax %3 : tensor<?x65xf32>
  %5 = nn.dense %4, 64 no_bias : tensor<?x65xf32> -> tensor<?x64xf32>
  %6 = nn.elu %5 : tensor<?x64xf32>
  %7 = nn.dense %6, 17 : tensor<?x64xf32> -> tensor<?x17xf32>
  %8 = nn.relu %7 : tensor<?x17xf32>
  %9 = nn.relu %8 : tensor<?x17xf32>
  %10 = nn.dense %9, 1024 : tensor<?x17xf32> -> tensor<?x1024xf32>
  %11 = nn.dense %10, 8 : tensor<?x1024xf32> -> tensor<?x8xf32>
  %12 = nn.relu %11 : tensor<?x8xf32>
  %13 = nn.dense %12, 7 : tensor<?x8xf32> -> tensor<?x7xf32>
  %14 = nn.softmax %13 : tensor<?x7xf32>
  %15 = nn.dense %14, 3 : tensor<?x7xf32> -> tensor<?x3xf32>
  nn.return %15, %x, %1 : tensor<?x3xf32>, tensor<?x?xf32>, tensor<?x300xf32>
}
