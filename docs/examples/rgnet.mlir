// The book's nested network: a block of four blocks of two layers, then one
// more layer. A block is written once; each use has parameters of its own,
// called by their path, such as `0.block 3.2.weight`.
nn.sequential private @block1(%x: tensor<?x?xf32>) -> tensor<?x16xf32> {
  %0 = nn.dense %x, 32 : tensor<?x?xf32> -> tensor<?x32xf32>
  %1 = nn.relu %0 : tensor<?x32xf32>
  %2 = nn.dense %1, 16 : tensor<?x32xf32> -> tensor<?x16xf32>
  %3 = nn.relu %2 : tensor<?x16xf32>
  nn.return %3 : tensor<?x16xf32>
}

nn.sequential private @block2(%x: tensor<?x?xf32>) -> tensor<?x16xf32> {
  %0 = nn.block @block1(%x) name("block 0") : tensor<?x?xf32> -> tensor<?x16xf32>
  %1 = nn.block @block1(%0) name("block 1") : tensor<?x16xf32> -> tensor<?x16xf32>
  %2 = nn.block @block1(%1) name("block 2") : tensor<?x16xf32> -> tensor<?x16xf32>
  %3 = nn.block @block1(%2) name("block 3") : tensor<?x16xf32> -> tensor<?x16xf32>
  nn.return %3 : tensor<?x16xf32>
}

nn.sequential @rgnet(%x: tensor<?x?xf32>) -> tensor<?x10xf32> {
  %0 = nn.block @block2(%x) : tensor<?x?xf32> -> tensor<?x16xf32>
  %1 = nn.dense %0, 10 : tensor<?x16xf32> -> tensor<?x10xf32>
  nn.return %1 : tensor<?x10xf32>
}
