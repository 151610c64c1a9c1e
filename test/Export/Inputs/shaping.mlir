// bind: (?x4x6xf32, ?x4x6xf32)
nn.sequential @net(%a: tensor<?x?x?xf32>, %b: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %0 = nn.concat %a, %b axis(1) : tensor<?x?x?xf32>, tensor<?x?x?xf32> -> tensor<?x?x?xf32>
  %1 = nn.slice %0 axis(1) start(1) end(-2) : tensor<?x?x?xf32> -> tensor<?x?x?xf32>
  %2 = nn.mul %a, %b : tensor<?x?x?xf32>
  %3 = nn.permute %2 dims(0, 2, 1) : tensor<?x?x?xf32> -> tensor<?x?x?xf32>
  %4 = nn.dense %a, 7 : tensor<?x?x?xf32> -> tensor<?x?x7xf32>
  %5 = nn.reshape %a shape(-1, 2, 3, -1) : tensor<?x?x?xf32> -> tensor<?x2x3x?xf32>
  %6 = nn.flatten %5 start(2) : tensor<?x2x3x?xf32> -> tensor<?x2x?xf32>
  %7 = nn.pad %a padding(2, 1) value(0.5) : tensor<?x?x?xf32> -> tensor<?x?x?xf32>
  %8 = nn.pad %a padding(1) mode(reflect) : tensor<?x?x?xf32> -> tensor<?x?x?xf32>
  %9 = nn.upsample %a scale(3) : tensor<?x?x?xf32> -> tensor<?x?x?xf32>
  %10 = nn.conv1d %9, 3 kernel(2) dilation(3) causal : tensor<?x?x?xf32> -> tensor<?x3x?xf32>
  %11 = nn.pad %a padding(1, 2) mode(replicate) : tensor<?x?x?xf32> -> tensor<?x?x?xf32>
  %12 = nn.concat %7, %11 axis(2) : tensor<?x?x?xf32>, tensor<?x?x?xf32> -> tensor<?x?x?xf32>
  nn.return %1, %3, %5, %4, %6, %8, %10, %12 : tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x2x3x?xf32>, tensor<?x?x7xf32>, tensor<?x2x?xf32>, tensor<?x?x?xf32>, tensor<?x3x?xf32>, tensor<?x?x?xf32>
}
