nn.sequential @sequences(%x: tensor<?x?x?xf32>) -> tensor<?x4xf32> {
  %0 = nn.lstm %x, 8 layers(2) bidirectional no_bias : tensor<?x?x?xf32> -> tensor<?x?x16xf32>
  %1 = nn.rnn %0, 6 relu init(#nn.ones) : tensor<?x?x16xf32> -> tensor<?x?x6xf32>
  %2 = nn.rnn %1, 6 bias_init(#nn.zeros) : tensor<?x?x6xf32> -> tensor<?x?x6xf32>
  %3 = nn.gru %2, 6 reset_before hardsigmoid(0.2) : tensor<?x?x6xf32> -> tensor<?x?x6xf32>
  %4 = nn.lstm %3, 6 hardsigmoid(0.25) : tensor<?x?x6xf32> -> tensor<?x?x6xf32>
  %5 = nn.gru %4, 4 last : tensor<?x?x6xf32> -> tensor<?x4xf32>
  nn.return %5 : tensor<?x4xf32>
}
