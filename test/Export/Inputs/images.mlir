// bind: ?x4x12x10xf32
nn.sequential @net(%x: tensor<?x?x?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) {
  %0 = nn.conv2d %x, 8 kernel(3, 5) stride(2, 1) padding(1, 2, 0, 2) groups(2) : tensor<?x?x?x?xf32> -> tensor<?x8x?x?xf32>
  %1 = nn.batch_norm %0 : tensor<?x8x?x?xf32>
  %2 = nn.prelu %1 per_channel : tensor<?x8x?x?xf32>
  %3 = nn.conv2d %2, 8 kernel(3) padding(same) no_bias : tensor<?x8x?x?xf32> -> tensor<?x8x?x?xf32>
  %4 = nn.add %2, %3, %2 : tensor<?x8x?x?xf32>
  %5 = nn.max_pool2d %4 kernel(3) stride(2) padding(1) ceil : tensor<?x8x?x?xf32> -> tensor<?x8x?x?xf32>
  %6 = nn.adaptive_avg_pool2d %x size(3, 2) : tensor<?x?x?x?xf32> -> tensor<?x?x?x?xf32>
  %7 = nn.avg_pool2d %x kernel(2) padding(1) exclude_padding : tensor<?x?x?x?xf32> -> tensor<?x?x?x?xf32>
  %8 = nn.conv_transpose2d %x, 3 kernel(3) stride(2) padding(1) output_padding(1) : tensor<?x?x?x?xf32> -> tensor<?x3x?x?xf32>
  %9 = nn.global_avg_pool %5 : tensor<?x8x?x?xf32> -> tensor<?x8x1x1xf32>
  %10 = nn.flatten %9 : tensor<?x8x1x1xf32> -> tensor<?x?xf32>
  %11 = nn.dense %10, 5 no_bias : tensor<?x?xf32> -> tensor<?x5xf32>
  %12 = nn.mean_over %x dims(2, 3) : tensor<?x?x?x?xf32> -> tensor<?x?xf32>
  %13 = nn.max_over %x dims(2, 3) : tensor<?x?x?x?xf32> -> tensor<?x?xf32>
  %14 = nn.upsample %x scale(2, 3) mode(bilinear) : tensor<?x?x?x?xf32> -> tensor<?x?x?x?xf32>
  nn.return %11, %6, %7, %8, %14, %12, %13 : tensor<?x5xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x3x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>
}
