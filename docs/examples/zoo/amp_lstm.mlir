// A guitar amplifier as plug-ins run it by RTNeural: an LSTM of 20 units on samples,
// a dense head, and the input added to it.
nn.sequential @amp_lstm(%x: tensor<?x?x1xf32>) -> tensor<?x?x1xf32> {
  %0 = nn.lstm %x, 20 name("rec") : tensor<?x?x1xf32> -> tensor<?x?x20xf32>
  %1 = nn.dense %0, 1 name("lin") : tensor<?x?x20xf32> -> tensor<?x?x1xf32>
  %2 = nn.add %1, %x : tensor<?x?x1xf32>
  nn.return %2 : tensor<?x?x1xf32>
}
