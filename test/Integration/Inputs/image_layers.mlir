// Every layer of images, of 1, 2 and 3 dimensions, small; what a value is of is the
// same for every row, as `hash_forward.c` wants it.
nn.sequential @net(%x: tensor<?x?xf32>) -> (tensor<?x3xf32>, tensor<?x?xf32>, tensor<?x300xf32>) {
  %0 = nn.dense %x, 720 : tensor<?x?xf32> -> tensor<?x720xf32>
  %image = nn.reshape %0 shape(-1, 8, 9, 10) : tensor<?x720xf32> -> tensor<?x8x9x10xf32>
  %conv = nn.conv2d %image, 12 kernel(3, 2) stride(2) padding(1, 0, 1, 1) name("conv") : tensor<?x8x9x10xf32> -> tensor<?x12x5x5xf32>
  %relu = nn.relu %conv : tensor<?x12x5x5xf32>
  %hidden = nn.flatten %relu : tensor<?x12x5x5xf32> -> tensor<?x300xf32>
  %deep = nn.conv2d %relu, 12 kernel(3) padding(same) groups(12) name("depthwise") : tensor<?x12x5x5xf32> -> tensor<?x12x5x5xf32>
  %sum = nn.add %deep, %relu : tensor<?x12x5x5xf32>
  %group = nn.conv2d %sum, 8 kernel(3) padding(2) dilation(2) groups(2) no_bias name("grouped") : tensor<?x12x5x5xf32> -> tensor<?x8x5x5xf32>
  %batch = nn.batch_norm %group name("batch") : tensor<?x8x5x5xf32>
  %instance = nn.instance_norm %batch affine name("instance") : tensor<?x8x5x5xf32>
  %normal = nn.group_norm %instance, 2 name("group") : tensor<?x8x5x5xf32>
  %joined = nn.concat %normal, %sum axis(1) : tensor<?x8x5x5xf32>, tensor<?x12x5x5xf32> -> tensor<?x20x5x5xf32>
  %larger = nn.upsample %joined scale(2) mode(bilinear) : tensor<?x20x5x5xf32> -> tensor<?x20x10x10xf32>
  %padded = nn.pad %larger padding(1, 0, 0, 2) mode(reflect) : tensor<?x20x10x10xf32> -> tensor<?x20x11x12xf32>
  %back = nn.conv_transpose2d %padded, 6 kernel(3) stride(2) padding(1) groups(2) name("transposed") : tensor<?x20x11x12xf32> -> tensor<?x6x21x23xf32>
  %slopes = nn.prelu %back per_channel name("slopes") : tensor<?x6x21x23xf32>
  %most = nn.max_pool2d %slopes kernel(3) stride(2) padding(1) : tensor<?x6x21x23xf32> -> tensor<?x6x11x12xf32>
  %mean = nn.avg_pool2d %most kernel(3) stride(2) padding(1) exclude_padding ceil : tensor<?x6x11x12xf32> -> tensor<?x6x6x7xf32>
  %parts = nn.adaptive_max_pool2d %mean size(3, 7) : tensor<?x6x6x7xf32> -> tensor<?x6x3x7xf32>
  %layer = nn.layer_norm %parts dims(3) name("layer") : tensor<?x6x3x7xf32>
  %shares = nn.softmax %layer axis(1) : tensor<?x6x3x7xf32>
  %means = nn.adaptive_avg_pool2d %mean size(2, 1) : tensor<?x6x6x7xf32> -> tensor<?x6x2x1xf32>
  %half = nn.avg_pool2d %most kernel(2) : tensor<?x6x11x12xf32> -> tensor<?x6x5x6xf32>
  %again = nn.upsample %half scale(2, 1) : tensor<?x6x5x6xf32> -> tensor<?x6x10x6xf32>
  %turned = nn.permute %again dims(0, 2, 1, 3) : tensor<?x6x10x6xf32> -> tensor<?x10x6x6xf32>
  %part = nn.slice %turned axis(1) start(2) end(8) : tensor<?x10x6x6xf32> -> tensor<?x6x6x6xf32>
  %whole = nn.global_avg_pool %part : tensor<?x6x6x6xf32> -> tensor<?x6x1x1xf32>
  %line = nn.reshape %0 shape(-1, 8, 90) : tensor<?x720xf32> -> tensor<?x8x90xf32>
  %conv1 = nn.conv1d %line, 6 kernel(5) stride(3) name("conv1") : tensor<?x8x90xf32> -> tensor<?x6x29xf32>
  %most1 = nn.max_pool1d %conv1 kernel(3) : tensor<?x6x29xf32> -> tensor<?x6x9xf32>
  %back1 = nn.conv_transpose1d %most1, 4 kernel(2) stride(2) name("transposed1") : tensor<?x6x9xf32> -> tensor<?x4x18xf32>
  %mean1 = nn.avg_pool1d %back1 kernel(4) padding(2) : tensor<?x4x18xf32> -> tensor<?x4x5xf32>
  %volume = nn.reshape %0 shape(-1, 2, 6, 6, 10) : tensor<?x720xf32> -> tensor<?x2x6x6x10xf32>
  %conv3 = nn.conv3d %volume, 4 kernel(3) stride(2) padding(1) name("conv3") : tensor<?x2x6x6x10xf32> -> tensor<?x4x3x3x5xf32>
  %most3 = nn.max_pool3d %conv3 kernel(2) stride(1) : tensor<?x4x3x3x5xf32> -> tensor<?x4x2x2x4xf32>
  %back3 = nn.conv_transpose3d %most3, 3 kernel(2) name("transposed3") : tensor<?x4x2x2x4xf32> -> tensor<?x3x3x3x5xf32>
  %mean3 = nn.avg_pool3d %back3 kernel(3) : tensor<?x3x3x3x5xf32> -> tensor<?x3x1x1x1xf32>
  %f0 = nn.flatten %shares : tensor<?x6x3x7xf32> -> tensor<?x126xf32>
  %f1 = nn.flatten %means : tensor<?x6x2x1xf32> -> tensor<?x12xf32>
  %f2 = nn.flatten %whole : tensor<?x6x1x1xf32> -> tensor<?x6xf32>
  %f3 = nn.flatten %mean1 : tensor<?x4x5xf32> -> tensor<?x20xf32>
  %f4 = nn.flatten %mean3 : tensor<?x3x1x1x1xf32> -> tensor<?x3xf32>
  %all = nn.concat %f0, %f1, %f2, %f3, %f4 axis(1) : tensor<?x126xf32>, tensor<?x12xf32>, tensor<?x6xf32>, tensor<?x20xf32>, tensor<?x3xf32> -> tensor<?x167xf32>
  %y = nn.dense %all, 3 name("last") : tensor<?x167xf32> -> tensor<?x3xf32>
  nn.return %y, %x, %hidden : tensor<?x3xf32>, tensor<?x?xf32>, tensor<?x300xf32>
}
