// MLPerf Tiny's ResNet-8, which sorts pictures into ten classes. Padding is
// TensorFlow's, for sizes that are multiples of 4.
!image = tensor<?x?x?x?xf32>
!matrix = tensor<?x?xf32>

nn.sequential private @stack16(%x: !image) -> !image {
  %0 = nn.conv2d %x, 16 kernel(3) padding(same) name("conv1") : !image -> !image
  %1 = nn.batch_norm %0 name("bn1") : !image
  %2 = nn.relu %1 : !image
  %3 = nn.conv2d %2, 16 kernel(3) padding(same) name("conv2") : !image -> !image
  %4 = nn.batch_norm %3 name("bn2") : !image
  %5 = nn.add %4, %x : !image, !image -> !image
  %6 = nn.relu %5 : !image
  nn.return %6 : !image
}

nn.sequential private @stack32(%x: !image) -> !image {
  %0 = nn.conv2d %x, 32 kernel(3) stride(2) padding(0, 0, 1, 1) name("conv1") : !image -> !image
  %1 = nn.batch_norm %0 name("bn1") : !image
  %2 = nn.relu %1 : !image
  %3 = nn.conv2d %2, 32 kernel(3) padding(same) name("conv2") : !image -> !image
  %4 = nn.batch_norm %3 name("bn2") : !image
  %5 = nn.conv2d %x, 32 kernel(1) stride(2) name("conv3") : !image -> !image
  %6 = nn.add %4, %5 : !image, !image -> !image
  %7 = nn.relu %6 : !image
  nn.return %7 : !image
}

nn.sequential private @stack64(%x: !image) -> !image {
  %0 = nn.conv2d %x, 64 kernel(3) stride(2) padding(0, 0, 1, 1) name("conv1") : !image -> !image
  %1 = nn.batch_norm %0 name("bn1") : !image
  %2 = nn.relu %1 : !image
  %3 = nn.conv2d %2, 64 kernel(3) padding(same) name("conv2") : !image -> !image
  %4 = nn.batch_norm %3 name("bn2") : !image
  %5 = nn.conv2d %x, 64 kernel(1) stride(2) name("conv3") : !image -> !image
  %6 = nn.add %4, %5 : !image, !image -> !image
  %7 = nn.relu %6 : !image
  nn.return %7 : !image
}

nn.sequential @resnet8(%x: !image) -> !matrix {
  %0 = nn.conv2d %x, 16 kernel(3) padding(same) : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.relu %1 : !image
  %3 = nn.block @stack16(%2) : !image -> !image
  %4 = nn.block @stack32(%3) : !image -> !image
  %5 = nn.block @stack64(%4) : !image -> !image
  %6 = nn.global_avg_pool %5 : !image -> !image
  %7 = nn.flatten %6 : !image -> !matrix
  %8 = nn.dense %7, 10 : !matrix -> !matrix
  %9 = nn.softmax %8 : !matrix
  nn.return %9 : !matrix
}
