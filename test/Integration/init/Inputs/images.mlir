// Weights whose columns are stored places before channels: of convolutions, and of
// dense layers whose inputs are.
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
  %value = nn.normal_draw %mean, %std
  nn.yield %value
}
nn.sequential @net(%image: tensor<2x4x5x6xf32>, %signal: tensor<2x6x9xf32>,
                   %flat: tensor<2x36xf32, #nn.channels_last<9>>)
    -> (tensor<2x10x3x4xf32>, tensor<2x33x2x5xf32>, tensor<2x64x5x6xf32>,
        tensor<2x17x5xf32>, tensor<2x5x3x4xf32>, tensor<2x12x3x4xf32>,
        tensor<2x11x3x4xf32>, tensor<2x50x3x4xf32>, tensor<2x20xf32>,
        tensor<2x37xf32>, tensor<2x24xf32>, tensor<2x7xf32>) {
  %0 = nn.conv2d %image, 10 kernel(3, 3) : tensor<2x4x5x6xf32> -> tensor<2x10x3x4xf32>
  %1 = nn.conv2d %image, 33 kernel(4, 2) init(#nn.normal<0.0, 0.01>) : tensor<2x4x5x6xf32> -> tensor<2x33x2x5xf32>
  %2 = nn.conv2d %image, 64 kernel(1, 1) init(#nn.xavier_uniform) : tensor<2x4x5x6xf32> -> tensor<2x64x5x6xf32>
  %3 = nn.conv1d %signal, 17 kernel(5) init(@place) : tensor<2x6x9xf32> -> tensor<2x17x5xf32>
  %4 = nn.conv2d %image, 5 kernel(3, 3) init(#nn.dirac) : tensor<2x4x5x6xf32> -> tensor<2x5x3x4xf32>
  %5 = nn.conv2d %image, 12 kernel(3, 3) init(@far) : tensor<2x4x5x6xf32> -> tensor<2x12x3x4xf32>
  %6 = nn.conv2d %image, 11 kernel(3, 3) init(#nn.orthogonal<gain = 1.5>) : tensor<2x4x5x6xf32> -> tensor<2x11x3x4xf32>
  %7 = nn.conv2d %image, 50 kernel(3, 3) init(#nn.orthogonal) : tensor<2x4x5x6xf32> -> tensor<2x50x3x4xf32>
  %8 = nn.dense %flat, 20 init(#nn.sparse<sparsity = 0.3>) : tensor<2x36xf32, #nn.channels_last<9>> -> tensor<2x20xf32>
  %9 = nn.dense %flat, 37 init(#nn.identity) : tensor<2x36xf32, #nn.channels_last<9>> -> tensor<2x37xf32>
  %10 = nn.dense %flat, 24 init(#nn.truncated_normal<0.0, 1.0>) : tensor<2x36xf32, #nn.channels_last<9>> -> tensor<2x24xf32>
  %11 = nn.dense %flat, 7 init(#nn.constant<-2.0>) : tensor<2x36xf32, #nn.channels_last<9>> -> tensor<2x7xf32>
  nn.return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11
      : tensor<2x10x3x4xf32>, tensor<2x33x2x5xf32>, tensor<2x64x5x6xf32>,
        tensor<2x17x5xf32>, tensor<2x5x3x4xf32>, tensor<2x12x3x4xf32>,
        tensor<2x11x3x4xf32>, tensor<2x50x3x4xf32>, tensor<2x20xf32>,
        tensor<2x37xf32>, tensor<2x24xf32>, tensor<2x7xf32>
}
