// Every layer and initialiser, sizes large enough for loops that LLVM would like
// to turn into memset and memcpy, and a copy from the input to an output.
nn.initializer @ramp(%row: i32, %column: i32) {
  %sum = arith.addi %row, %column : i32
  %value = arith.sitofp %sum : i32 to f32
  nn.yield %value
}
nn.sequential @net(%x: tensor<?x?xf32>) -> (tensor<?x3xf32>, tensor<?x20xf32>, tensor<?x300xf32>, tensor<?x21x4x21xf32>) {
  %0 = nn.dense %x, 300 init(#nn.zeros) bias_init(#nn.ones) : tensor<?x?xf32> -> tensor<?x300xf32>
  %1 = nn.relu %0 : tensor<?x300xf32>
  %2 = nn.dense %1, 65 init(#nn.uniform<-0.5, 0.5>) bias_init(#nn.constant<1.5>) : tensor<?x300xf32> -> tensor<?x65xf32>
  %3 = nn.leaky_relu %2 slope(0.2) : tensor<?x65xf32>
  %4 = nn.dense %3, 64 init(#nn.normal<0.0, 0.01>) no_bias : tensor<?x65xf32> -> tensor<?x64xf32>
  %5 = nn.elu %4 : tensor<?x64xf32>
  %6 = nn.dense %5, 65 no_bias : tensor<?x64xf32> -> tensor<?x65xf32>
  %tied = nn.dense %6, 64 tie("4") no_bias name("tied") : tensor<?x65xf32> -> tensor<?x64xf32>
  %7 = nn.sigmoid %tied : tensor<?x64xf32>
  %8 = nn.tanh %7 : tensor<?x64xf32>
  %9 = nn.dense %8, 17 init(#nn.xavier_uniform) : tensor<?x64xf32> -> tensor<?x17xf32>
  %10 = nn.gelu %9 : tensor<?x17xf32>
  %11 = nn.gelu %10 tanh : tensor<?x17xf32>
  %batch = nn.batch_norm %11 name("batch") : tensor<?x17xf32>
  %layer = nn.layer_norm %batch name("layer") : tensor<?x17xf32>
  %group = nn.group_norm %layer, 1 name("group") : tensor<?x17xf32>
  %12 = nn.dense %group, 7 init(#nn.xavier_normal) : tensor<?x17xf32> -> tensor<?x7xf32>
  %13 = nn.silu %12 : tensor<?x7xf32>
  %14 = nn.softmax %13 : tensor<?x7xf32>
  %15 = nn.dense %14, 3 init(#nn.kaiming_normal) : tensor<?x7xf32> -> tensor<?x3xf32>
  %16 = nn.log_softmax %15 : tensor<?x3xf32>
  %17 = nn.dropout %16 : tensor<?x3xf32>
  %18 = nn.identity %17 : tensor<?x3xf32>
  // With a batch of one these are single panels, of 28 rows where vectors have
  // four lanes and of 7 where there are none.
  %19 = nn.dense %18, 28 init(#nn.orthogonal) bias_init(#nn.truncated_normal<0.0, 0.5>) : tensor<?x3xf32> -> tensor<?x28xf32>
  %20 = nn.dense %19, 28 init(#nn.sparse<sparsity = 0.4>) bias_init(@ramp) : tensor<?x28xf32> -> tensor<?x28xf32>
  %21 = nn.dense %20, 28 init(#nn.identity) no_bias : tensor<?x28xf32> -> tensor<?x28xf32>
  %22 = nn.dense %21, 28 init(#nn.variance_scaling) no_bias : tensor<?x28xf32> -> tensor<?x28xf32>
  %23 = nn.dense %22, 28 init(@ramp) no_bias : tensor<?x28xf32> -> tensor<?x28xf32>
  %24 = nn.dense %23, 7 init(#nn.orthogonal) no_bias : tensor<?x28xf32> -> tensor<?x7xf32>
  %25 = nn.dense %24, 3 init(#nn.kaiming_uniform) no_bias : tensor<?x7xf32> -> tensor<?x3xf32>
  %26 = nn.add %25, %18 : tensor<?x3xf32>
  %27 = nn.mul %26, %25 : tensor<?x3xf32>
  %28 = nn.concat %2, %27, %4 axis(1) : tensor<?x65xf32>, tensor<?x3xf32>, tensor<?x64xf32> -> tensor<?x132xf32>
  %29 = nn.slice %28 axis(1) start(60) : tensor<?x132xf32> -> tensor<?x72xf32>
  %30 = nn.reshape %29 shape(-1, 8, 3, 3) : tensor<?x72xf32> -> tensor<?x8x3x3xf32>
  %31 = nn.pad %30 padding(1) mode(reflect) : tensor<?x8x3x3xf32> -> tensor<?x8x5x5xf32>
  %32 = nn.upsample %31 scale(2) mode(bilinear) : tensor<?x8x5x5xf32> -> tensor<?x8x10x10xf32>
  %33 = nn.conv_transpose2d %32, 4 kernel(3) stride(2) : tensor<?x8x10x10xf32> -> tensor<?x4x21x21xf32>
  %34 = nn.prelu %33 per_channel : tensor<?x4x21x21xf32>
  %35 = nn.softmax %34 axis(1) : tensor<?x4x21x21xf32>
  %36 = nn.permute %35 dims(0, 2, 1, 3) : tensor<?x4x21x21xf32> -> tensor<?x21x4x21xf32>
  %37 = nn.log_softmax %36 axis(2) : tensor<?x21x4x21xf32>
  %38 = nn.selu %37 : tensor<?x21x4x21xf32>
  %39 = nn.celu %38 : tensor<?x21x4x21xf32>
  %40 = nn.hardtanh %39 : tensor<?x21x4x21xf32>
  %41 = nn.log_sigmoid %40 : tensor<?x21x4x21xf32>
  %42 = nn.hardsigmoid %41 : tensor<?x21x4x21xf32>
  %43 = nn.softplus %42 : tensor<?x21x4x21xf32>
  %44 = nn.softsign %43 : tensor<?x21x4x21xf32>
  %45 = nn.hardswish %44 : tensor<?x21x4x21xf32>
  %46 = nn.mish %45 : tensor<?x21x4x21xf32>
  %47 = nn.affine %46 scale(0.5) offset(1.0) : tensor<?x21x4x21xf32>
  %48 = nn.matmul %47, %46 transposed : tensor<?x21x4x21xf32>, tensor<?x21x4x21xf32> -> tensor<?x21x4x4xf32>
  %49 = nn.matmul %48, %47 : tensor<?x21x4x4xf32>, tensor<?x21x4x21xf32> -> tensor<?x21x4x21xf32>
  nn.return %25, %x, %1, %49 : tensor<?x3xf32>, tensor<?x?xf32>, tensor<?x300xf32>, tensor<?x21x4x21xf32>
}
