// Every kind of initialiser, with widths that vectors divide and do not.
nn.initializer @far {
  %low = arith.constant -10.0 : f32
  %high = arith.constant 10.0 : f32
  %u = nn.uniform_draw %low, %high
  %least = arith.constant 5.0 : f32
  %zero = arith.constant 0.0 : f32
  %magnitude = math.absf %u : f32
  %keep = arith.cmpf oge, %magnitude, %least : f32
  %value = arith.select %keep, %u, %zero : f32
  nn.yield %value
}
nn.initializer @place(%row: i32, %column: i32) {
  %mean = arith.sitofp %row : i32 to f32
  %five = arith.constant 5 : i32
  %shifted = arith.addi %column, %five : i32
  %std = arith.sitofp %shifted : i32 to f32
  %z = nn.normal_draw %mean, %std
  %half = arith.constant 0.5 : f32
  %u = nn.uniform_draw %half, %std
  %root = math.sqrt %u : f32
  %value = arith.divf %z, %root : f32
  nn.yield %value
}
nn.sequential @net(%x: tensor<?x20xf32>) -> tensor<?x6xf32> {
  %0 = nn.dense %x, 64 : tensor<?x20xf32> -> tensor<?x64xf32>
  %1 = nn.dense %0, 33 init(#nn.normal<0.0, 0.01>) bias_init(#nn.zeros) : tensor<?x64xf32> -> tensor<?x33xf32>
  %2 = nn.dense %1, 17 name("block 0.fc") init(#nn.xavier_uniform) bias_init(#nn.ones) : tensor<?x33xf32> -> tensor<?x17xf32>
  %3 = nn.dense %2, 128 init(#nn.kaiming_normal<a = 0.1>) bias_init(#nn.constant<42.0>) : tensor<?x17xf32> -> tensor<?x128xf32>
  %4 = nn.dense %3, 300 init(#nn.xavier_normal<gain = 2.0>) bias_init(#nn.normal<-1.0, 3.0>) : tensor<?x128xf32> -> tensor<?x300xf32>
  %5 = nn.dense %4, 6 init(#nn.uniform<-0.07, 0.07>) bias_init(#nn.uniform<5.0, 7.5>) : tensor<?x300xf32> -> tensor<?x6xf32>
  %6 = nn.dense %5, 21 init(#nn.orthogonal<gain = 1.5>) bias_init(#nn.truncated_normal<1.0, 2.0>) : tensor<?x6xf32> -> tensor<?x21xf32>
  %7 = nn.dense %6, 9 init(#nn.orthogonal) bias_init(#nn.lecun_normal) : tensor<?x21xf32> -> tensor<?x9xf32>
  %8 = nn.dense %7, 40 init(#nn.sparse<sparsity = 0.3>) bias_init(@place) : tensor<?x9xf32> -> tensor<?x40xf32>
  %9 = nn.dense %8, 37 init(#nn.identity) bias_init(@far) : tensor<?x40xf32> -> tensor<?x37xf32>
  %10 = nn.dense %9, 24 init(@place) bias_init(#nn.variance_scaling<distribution = normal>) : tensor<?x37xf32> -> tensor<?x24xf32>
  %11 = nn.dense %10, 6 init(@far) bias_init(#nn.lecun_uniform) : tensor<?x24xf32> -> tensor<?x6xf32>
  nn.return %11 : tensor<?x6xf32>
}
