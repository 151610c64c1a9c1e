// The book's bidirectional LSTM for sentiment, behind its embedding: what is known at
// both ends of a text decides.
nn.sequential @sentiment_lstm(%x: tensor<?x?x?xf32>) -> tensor<?x2xf32> {
  %0 = nn.lstm %x, 100 layers(2) bidirectional name("encoder") : tensor<?x?x?xf32> -> tensor<?x?x200xf32>
  %1 = nn.slice %0 axis(1) end(1) : tensor<?x?x200xf32> -> tensor<?x1x200xf32>
  %2 = nn.flatten %1 : tensor<?x1x200xf32> -> tensor<?x200xf32>
  %3 = nn.slice %0 axis(1) start(-1) : tensor<?x?x200xf32> -> tensor<?x1x200xf32>
  %4 = nn.flatten %3 : tensor<?x1x200xf32> -> tensor<?x200xf32>
  %5 = nn.concat %2, %4 axis(1) : tensor<?x200xf32>, tensor<?x200xf32> -> tensor<?x400xf32>
  %6 = nn.dense %5, 2 name("decoder") : tensor<?x400xf32> -> tensor<?x2xf32>
  nn.return %6 : tensor<?x2xf32>
}
