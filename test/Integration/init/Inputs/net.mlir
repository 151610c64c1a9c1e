// Every kind of initialiser, with widths that vectors divide and do not.
nn.sequential @net(%x: tensor<?x20xf32>) -> tensor<?x6xf32> {
  %0 = nn.dense %x, 64 : tensor<?x20xf32> -> tensor<?x64xf32>
  %1 = nn.dense %0, 33 init(#nn.normal<0.0, 0.01>) bias_init(#nn.zeros) : tensor<?x64xf32> -> tensor<?x33xf32>
  %2 = nn.dense %1, 17 name("block 0.fc") init(#nn.xavier_uniform) bias_init(#nn.ones) : tensor<?x33xf32> -> tensor<?x17xf32>
  %3 = nn.dense %2, 128 init(#nn.kaiming_normal<a = 0.1>) bias_init(#nn.constant<42.0>) : tensor<?x17xf32> -> tensor<?x128xf32>
  %4 = nn.dense %3, 300 init(#nn.xavier_normal<gain = 2.0>) bias_init(#nn.normal<-1.0, 3.0>) : tensor<?x128xf32> -> tensor<?x300xf32>
  %5 = nn.dense %4, 6 init(#nn.uniform<-0.07, 0.07>) bias_init(#nn.uniform<5.0, 7.5>) : tensor<?x300xf32> -> tensor<?x6xf32>
  nn.return %5 : tensor<?x6xf32>
}
