// A line of a listing for each layer that has one input.
nn.sequential @lines(%x: tensor<?x4x?x?xf32>) -> tensor<?x3xf32> {
  %0 = nn.conv2d %x, 8 kernel(3, 2) stride(2, 1) padding(1, 0) : tensor<?x4x?x?xf32> -> tensor<?x8x?x?xf32>
  %1 = nn.conv2d %0, 8 kernel(3) padding(1) groups(4) no_bias name("group wise") init(#nn.normal<0.0, 1.0e-05>) : tensor<?x8x?x?xf32> -> tensor<?x8x?x?xf32>
  %2 = nn.batch_norm %1 eps(1.0e-03) momentum(0.3) init(#nn.constant<0.5>) : tensor<?x8x?x?xf32>
  %3 = nn.conv_transpose2d %2, 8 kernel(3) stride(2) padding(1) output_padding(1) : tensor<?x8x?x?xf32> -> tensor<?x8x?x?xf32>
  %4 = nn.max_pool2d %3 kernel(3) stride(2) padding(1) ceil : tensor<?x8x?x?xf32> -> tensor<?x8x?x?xf32>
  %5 = nn.avg_pool2d %4 kernel(2) : tensor<?x8x?x?xf32> -> tensor<?x8x?x?xf32>
  %6 = nn.instance_norm %5 affine : tensor<?x8x?x?xf32>
  %7 = nn.group_norm %6, 4 : tensor<?x8x?x?xf32>
  %8 = nn.prelu %7 per_channel : tensor<?x8x?x?xf32>
  %9 = nn.pad %8 padding(1, 2, 0, 3) mode(reflect) : tensor<?x8x?x?xf32> -> tensor<?x8x?x?xf32>
  %10 = nn.pad %9 padding(1) value(0.5) : tensor<?x8x?x?xf32> -> tensor<?x8x?x?xf32>
  %11 = nn.upsample %10 scale(2) mode(bilinear) : tensor<?x8x?x?xf32> -> tensor<?x8x?x?xf32>
  %12 = nn.adaptive_max_pool2d %11 size(2, 1) : tensor<?x8x?x?xf32> -> tensor<?x8x2x1xf32>
  %13 = nn.permute %12 dims(0, 2, 1, 3) : tensor<?x8x2x1xf32> -> tensor<?x2x8x1xf32>
  %14 = nn.slice %13 axis(1) start(1) : tensor<?x2x8x1xf32> -> tensor<?x1x8x1xf32>
  %15 = nn.reshape %14 shape(-1, 2, 4) : tensor<?x1x8x1xf32> -> tensor<?x2x4xf32>
  %16 = nn.layer_norm %15 dims(2) eps(1.0e-06) : tensor<?x2x4xf32>
  %17 = nn.softmax %16 axis(1) : tensor<?x2x4xf32>
  %18 = nn.flatten %17 start(1) : tensor<?x2x4xf32> -> tensor<?x8xf32>
  %19 = nn.dense %18, 3 no_bias init(#nn.kaiming_uniform<nonlinearity = relu>) : tensor<?x8xf32> -> tensor<?x3xf32>
  %20 = nn.gelu %19 tanh : tensor<?x3xf32>
  %21 = nn.hardtanh %20 min(0.0) max(6.0) : tensor<?x3xf32>
  %22 = nn.softplus %21 beta(2.0) : tensor<?x3xf32>
  %23 = nn.leaky_relu %22 slope(0.3) : tensor<?x3xf32>
  %24 = nn.dropout %23 p(0.2) : tensor<?x3xf32>
  %25 = nn.log_softmax %24 : tensor<?x3xf32>
  nn.return %25 : tensor<?x3xf32>
}
