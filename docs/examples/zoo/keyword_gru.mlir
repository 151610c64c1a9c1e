// The small GRU of "Hello Edge: Keyword Spotting on Microcontrollers": frames of mel
// features, and after the last one which of twelve words it was.
nn.sequential @keyword_gru(%x: tensor<?x?x?xf32>) -> tensor<?x12xf32> {
  %0 = nn.gru %x, 154 last name("gru") : tensor<?x?x?xf32> -> tensor<?x154xf32>
  %1 = nn.dense %0, 12 name("fc") : tensor<?x154xf32> -> tensor<?x12xf32>
  nn.return %1 : tensor<?x12xf32>
}
