// bind: ?x5x4xf32
nn.sequential @net(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?xf32>) {
  %0 = nn.lstm %x, 6 layers(2) bidirectional : tensor<?x?x?xf32> -> tensor<?x?x12xf32>
  %1 = nn.gru %x, 3 bidirectional last : tensor<?x?x?xf32> -> tensor<?x6xf32>
  %2 = nn.rnn %x, 5 relu no_bias : tensor<?x?x?xf32> -> tensor<?x?x5xf32>
  %3 = nn.lstm %x, 3 last : tensor<?x?x?xf32> -> tensor<?x3xf32>
  %4 = nn.gru %x, 5 reset_before bidirectional : tensor<?x?x?xf32> -> tensor<?x?x10xf32>
  %5 = nn.gru %x, 4 reset_before hardsigmoid(0.2) layers(2) : tensor<?x?x?xf32> -> tensor<?x?x4xf32>
  %6 = nn.lstm %x, 4 hardsigmoid(0.16666667) bidirectional last : tensor<?x?x?xf32> -> tensor<?x8xf32>
  nn.return %0, %1, %2, %3, %4, %5, %6 : tensor<?x?x12xf32>, tensor<?x6xf32>, tensor<?x?x5xf32>, tensor<?x3xf32>, tensor<?x?x10xf32>, tensor<?x?x4xf32>, tensor<?x8xf32>
}
