// The book's language model on characters, with a GRU: of each character, one-hot, how
// likely each is to be the next.
nn.sequential @gru_lm(%x: tensor<?x?x?xf32>) -> tensor<?x?x28xf32> {
  %0 = nn.gru %x, 32 name("rnn.rnn") : tensor<?x?x?xf32> -> tensor<?x?x32xf32>
  %1 = nn.dense %0, 28 name("linear") : tensor<?x?x32xf32> -> tensor<?x?x28xf32>
  nn.return %1 : tensor<?x?x28xf32>
}
