// passes: nascent-bind-and-infer,nascent-lower-to-llvm{strict=true triple=x86_64-linux-gnu cpu=x86-64-v3}
nn.sequential @net(%x: tensor<300x512xf32>) -> tensor<300x4xf32> {
  %0 = nn.dense %x, 12 init(#nn.orthogonal) : tensor<300x512xf32> -> tensor<300x12xf32>
  %1 = nn.gelu %0 : tensor<300x12xf32>
  %2 = nn.dense %1, 4 {nn.plan = #nn.plan<tile_rows = 2>} : tensor<300x12xf32> -> tensor<300x4xf32>
  nn.return %2 : tensor<300x4xf32>
}
