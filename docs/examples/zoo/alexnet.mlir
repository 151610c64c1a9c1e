// AlexNet for ten classes.
!image = tensor<?x?x?x?xf32>
!matrix = tensor<?x?xf32>

nn.sequential @alexnet(%x: !image) -> !matrix {
  %0 = nn.conv2d %x, 96 kernel(11) stride(4) padding(1) : !image -> !image
  %1 = nn.relu %0 : !image
  %2 = nn.max_pool2d %1 kernel(3) stride(2) : !image -> !image
  %3 = nn.conv2d %2, 256 kernel(5) padding(2) : !image -> !image
  %4 = nn.relu %3 : !image
  %5 = nn.max_pool2d %4 kernel(3) stride(2) : !image -> !image
  %6 = nn.conv2d %5, 384 kernel(3) padding(1) : !image -> !image
  %7 = nn.relu %6 : !image
  %8 = nn.conv2d %7, 384 kernel(3) padding(1) : !image -> !image
  %9 = nn.relu %8 : !image
  %10 = nn.conv2d %9, 256 kernel(3) padding(1) : !image -> !image
  %11 = nn.relu %10 : !image
  %12 = nn.max_pool2d %11 kernel(3) stride(2) : !image -> !image
  %13 = nn.flatten %12 : !image -> !matrix
  %14 = nn.dense %13, 4096 : !matrix -> !matrix
  %15 = nn.relu %14 : !matrix
  %16 = nn.dropout %15 p(0.5) : !matrix
  %17 = nn.dense %16, 4096 : !matrix -> !matrix
  %18 = nn.relu %17 : !matrix
  %19 = nn.dropout %18 p(0.5) : !matrix
  %20 = nn.dense %19, 10 : !matrix -> !matrix
  nn.return %20 : !matrix
}
