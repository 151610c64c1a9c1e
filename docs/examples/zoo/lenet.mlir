// LeNet: convolutions, then dense layers. The width of the first dense
// layer's weight hangs on the input's height and width.
!image = tensor<?x?x?x?xf32>
!matrix = tensor<?x?xf32>

nn.sequential @lenet(%x: !image) -> !matrix {
  %0 = nn.conv2d %x, 6 kernel(5) padding(2) : !image -> !image
  %1 = nn.sigmoid %0 : !image
  %2 = nn.avg_pool2d %1 kernel(2) : !image -> !image
  %3 = nn.conv2d %2, 16 kernel(5) : !image -> !image
  %4 = nn.sigmoid %3 : !image
  %5 = nn.avg_pool2d %4 kernel(2) : !image -> !image
  %6 = nn.flatten %5 : !image -> !matrix
  %7 = nn.dense %6, 120 : !matrix -> !matrix
  %8 = nn.sigmoid %7 : !matrix
  %9 = nn.dense %8, 84 : !matrix -> !matrix
  %10 = nn.sigmoid %9 : !matrix
  %11 = nn.dense %10, 10 : !matrix -> !matrix
  nn.return %11 : !matrix
}
