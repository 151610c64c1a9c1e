// A residual block, a gate, and branches side by side. What is added or multiplied
// must have one width; the last layer's input is as wide as all that is
// concatenated.
nn.sequential @branches(%x: tensor<?x?xf32>) -> tensor<?x10xf32> {
  %stem = nn.dense %x, 32 name("stem") : tensor<?x?xf32> -> tensor<?x32xf32>
  %0 = nn.relu %stem name("relu") : tensor<?x32xf32>

  %1 = nn.dense %0, 32 name("residual") : tensor<?x32xf32> -> tensor<?x?xf32>
  %2 = nn.add %1, %0 name("sum") : tensor<?x?xf32>, tensor<?x32xf32> -> tensor<?x?xf32>

  %3 = nn.dense %2, 32 name("gate") : tensor<?x?xf32> -> tensor<?x?xf32>
  %4 = nn.sigmoid %3 name("sigmoid") : tensor<?x?xf32>
  %5 = nn.mul %4, %2 name("gated") : tensor<?x?xf32>

  %6 = nn.slice %5 axis(1) end(8) name("head") : tensor<?x?xf32> -> tensor<?x?xf32>
  %7 = nn.concat %5, %6, %x axis(1) name("all") : tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xf32>
  %8 = nn.dense %7, 10 name("last") : tensor<?x?xf32> -> tensor<?x10xf32>
  nn.return %8 : tensor<?x10xf32>
}
