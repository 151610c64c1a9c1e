// passes: nascent-bind-and-infer{init=fc.bias=#nn.zeros},nascent-lower-to-llvm{triple=x86_64-linux-gnu cpu=x86-64-v3}
nn.initializer @far {
  %low = arith.constant -1.0 : f32
  %high = arith.constant 1.0 : f32
  %u = nn.uniform_draw %low, %high
  nn.yield %u
}
nn.sequential private @half(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %0 = nn.dense %x, 8 name("fc") : tensor<?x8xf32> -> tensor<?x8xf32>
  %1 = nn.silu %0 : tensor<?x8xf32>
  nn.return %1 : tensor<?x8xf32>
}
nn.sequential @net(%x: tensor<6x1024xf32>, %y: tensor<6x8xf32>) -> (tensor<6x8xf32>, tensor<48xf32>) {
  %0 = nn.dense %x, 8 name("fc") init(@far) : tensor<6x1024xf32> -> tensor<6x8xf32>
  %1 = nn.relu %0 : tensor<6x8xf32>
  %2 = nn.block @half(%1) name("first") : tensor<6x8xf32> -> tensor<6x8xf32>
  %3 = nn.softmax %2 : tensor<6x8xf32>
  %4 = nn.block @half(%y) name("second") tie("first") : tensor<6x8xf32> -> tensor<6x8xf32>
  %5 = nn.flatten %4 start(0) : tensor<6x8xf32> -> tensor<48xf32>
  nn.return %3, %5 : tensor<6x8xf32>, tensor<48xf32>
}
