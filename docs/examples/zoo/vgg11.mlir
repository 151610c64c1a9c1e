// VGG-11 for ten classes. The last two blocks are one network, used twice: what
// it reads has 256 channels first, then 512.
!image = tensor<?x?x?x?xf32>
!matrix = tensor<?x?xf32>

nn.sequential private @block64(%x: !image) -> !image {
  %0 = nn.conv2d %x, 64 kernel(3) padding(1) : !image -> !image
  %1 = nn.relu %0 : !image
  %2 = nn.max_pool2d %1 kernel(2) : !image -> !image
  nn.return %2 : !image
}

nn.sequential private @block128(%x: !image) -> !image {
  %0 = nn.conv2d %x, 128 kernel(3) padding(1) : !image -> !image
  %1 = nn.relu %0 : !image
  %2 = nn.max_pool2d %1 kernel(2) : !image -> !image
  nn.return %2 : !image
}

nn.sequential private @block256(%x: !image) -> !image {
  %0 = nn.conv2d %x, 256 kernel(3) padding(1) : !image -> !image
  %1 = nn.relu %0 : !image
  %2 = nn.conv2d %1, 256 kernel(3) padding(1) : !image -> !image
  %3 = nn.relu %2 : !image
  %4 = nn.max_pool2d %3 kernel(2) : !image -> !image
  nn.return %4 : !image
}

nn.sequential private @block512(%x: !image) -> !image {
  %0 = nn.conv2d %x, 512 kernel(3) padding(1) : !image -> !image
  %1 = nn.relu %0 : !image
  %2 = nn.conv2d %1, 512 kernel(3) padding(1) : !image -> !image
  %3 = nn.relu %2 : !image
  %4 = nn.max_pool2d %3 kernel(2) : !image -> !image
  nn.return %4 : !image
}

nn.sequential @vgg11(%x: !image) -> !matrix {
  %0 = nn.block @block64(%x) : !image -> !image
  %1 = nn.block @block128(%0) : !image -> !image
  %2 = nn.block @block256(%1) : !image -> !image
  %3 = nn.block @block512(%2) : !image -> !image
  %4 = nn.block @block512(%3) : !image -> !image
  %5 = nn.flatten %4 : !image -> !matrix
  %6 = nn.dense %5, 4096 : !matrix -> !matrix
  %7 = nn.relu %6 : !matrix
  %8 = nn.dropout %7 p(0.5) : !matrix
  %9 = nn.dense %8, 4096 : !matrix -> !matrix
  %10 = nn.relu %9 : !matrix
  %11 = nn.dropout %10 p(0.5) : !matrix
  %12 = nn.dense %11, 10 : !matrix -> !matrix
  nn.return %12 : !matrix
}
