// bind: ?x5xf32
nn.sequential @net(%x: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) {
  %0 = nn.relu %x : tensor<?x?xf32>
  %1 = nn.leaky_relu %x slope(0.2) : tensor<?x?xf32>
  %2 = nn.elu %x alpha(0.7) : tensor<?x?xf32>
  %3 = nn.selu %x : tensor<?x?xf32>
  %4 = nn.celu %x alpha(0.5) : tensor<?x?xf32>
  %5 = nn.prelu %x per_channel : tensor<?x?xf32>
  %6 = nn.hardtanh %x min(-0.5) max(0.75) : tensor<?x?xf32>
  %7 = nn.sigmoid %x : tensor<?x?xf32>
  %8 = nn.log_sigmoid %x : tensor<?x?xf32>
  %9 = nn.hardsigmoid %x : tensor<?x?xf32>
  %10 = nn.softplus %x : tensor<?x?xf32>
  %11 = nn.softsign %x : tensor<?x?xf32>
  %12 = nn.tanh %x : tensor<?x?xf32>
  %13 = nn.gelu %x : tensor<?x?xf32>
  %14 = nn.gelu %x tanh : tensor<?x?xf32>
  %15 = nn.silu %x : tensor<?x?xf32>
  %16 = nn.hardswish %x : tensor<?x?xf32>
  %17 = nn.mish %x : tensor<?x?xf32>
  %18 = nn.softmax %x : tensor<?x?xf32>
  %19 = nn.log_softmax %x axis(1) : tensor<?x?xf32>
  %20 = nn.softplus %x beta(2.0) : tensor<?x?xf32>
  %21 = nn.dropout %x : tensor<?x?xf32>
  %22 = nn.identity %21 : tensor<?x?xf32>
  nn.return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, %20, %22 : tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>
}
