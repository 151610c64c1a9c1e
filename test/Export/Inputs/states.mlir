// bind: (?x5x4xf32, ?x5x4xf32, ?x4x3xf32, ?xi32)
nn.sequential @net(%x: tensor<?x?x?xf32>, %z: tensor<?x?x?xf32>, %s: tensor<?x?x?xf32>, %n: tensor<?xi32>) -> (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %0:3 = nn.lstm %x, 3 layers(2) : tensor<?x?x?xf32> -> tensor<?x?x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>
  %1:3 = nn.lstm %z, 3 layers(2) last state(%0#1, %0#2) : tensor<?x?x?xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32> -> tensor<?x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>
  %2:2 = nn.gru %0#0, 3 layers(2) bidirectional no_bias lengths(%n) state(%s) : tensor<?x?x3xf32>, tensor<?xi32>, tensor<?x?x?xf32> -> tensor<?x?x6xf32>, tensor<?x4x3xf32>
  nn.return %2#0, %1#0, %1#2, %2#1 : tensor<?x?x6xf32>, tensor<?x3xf32>, tensor<?x2x3xf32>, tensor<?x4x3xf32>
}
