// passes: nascent-bind-and-infer{bindings=net=3x4xf32},nascent-lower-to-llvm{triple=x86_64-linux-gnu}
nn.sequential @net(%x: tensor<?x?xf32>) -> (tensor<?x9xf32>, tensor<?x3xf32>) {
  %0 = nn.dense %x, 5 : tensor<?x?xf32> -> tensor<?x5xf32>
  %1 = nn.tanh %x : tensor<?x?xf32>
  %2 = nn.concat %0, %1 axis(1) : tensor<?x5xf32>, tensor<?x?xf32> -> tensor<?x9xf32>
  %3 = nn.slice %2 axis(1) start(2) end(5) : tensor<?x9xf32> -> tensor<?x3xf32>
  %4 = nn.dense %2, 3 : tensor<?x9xf32> -> tensor<?x3xf32>
  %5 = nn.mul %4, %3 : tensor<?x3xf32>
  nn.return %2, %5 : tensor<?x9xf32>, tensor<?x3xf32>
}
