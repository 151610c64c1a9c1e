// LeNet with batch normalisation behind every layer but the last.
!image = tensor<?x?x?x?xf32>
!matrix = tensor<?x?xf32>

nn.sequential @bn_lenet(%x: !image) -> !matrix {
  %0 = nn.conv2d %x, 6 kernel(5) : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.sigmoid %1 : !image
  %3 = nn.avg_pool2d %2 kernel(2) : !image -> !image
  %4 = nn.conv2d %3, 16 kernel(5) : !image -> !image
  %5 = nn.batch_norm %4 : !image
  %6 = nn.sigmoid %5 : !image
  %7 = nn.avg_pool2d %6 kernel(2) : !image -> !image
  %8 = nn.flatten %7 : !image -> !matrix
  %9 = nn.dense %8, 120 : !matrix -> !matrix
  %10 = nn.batch_norm %9 : !matrix
  %11 = nn.sigmoid %10 : !matrix
  %12 = nn.dense %11, 84 : !matrix -> !matrix
  %13 = nn.batch_norm %12 : !matrix
  %14 = nn.sigmoid %13 : !matrix
  %15 = nn.dense %14, 10 : !matrix -> !matrix
  nn.return %15 : !matrix
}
