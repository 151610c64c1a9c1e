// Network in network: 1×1 convolutions instead of dense layers, so that no
// parameter hangs on the picture's size.
!image = tensor<?x?x?x?xf32>
!matrix = tensor<?x?xf32>

nn.sequential private @block96(%x: !image) -> !image {
  %0 = nn.conv2d %x, 96 kernel(11) stride(4) : !image -> !image
  %1 = nn.relu %0 : !image
  %2 = nn.conv2d %1, 96 kernel(1) : !image -> !image
  %3 = nn.relu %2 : !image
  %4 = nn.conv2d %3, 96 kernel(1) : !image -> !image
  %5 = nn.relu %4 : !image
  nn.return %5 : !image
}

nn.sequential private @block256(%x: !image) -> !image {
  %0 = nn.conv2d %x, 256 kernel(5) padding(2) : !image -> !image
  %1 = nn.relu %0 : !image
  %2 = nn.conv2d %1, 256 kernel(1) : !image -> !image
  %3 = nn.relu %2 : !image
  %4 = nn.conv2d %3, 256 kernel(1) : !image -> !image
  %5 = nn.relu %4 : !image
  nn.return %5 : !image
}

nn.sequential private @block384(%x: !image) -> !image {
  %0 = nn.conv2d %x, 384 kernel(3) padding(1) : !image -> !image
  %1 = nn.relu %0 : !image
  %2 = nn.conv2d %1, 384 kernel(1) : !image -> !image
  %3 = nn.relu %2 : !image
  %4 = nn.conv2d %3, 384 kernel(1) : !image -> !image
  %5 = nn.relu %4 : !image
  nn.return %5 : !image
}

nn.sequential private @block10(%x: !image) -> !image {
  %0 = nn.conv2d %x, 10 kernel(3) padding(1) : !image -> !image
  %1 = nn.relu %0 : !image
  %2 = nn.conv2d %1, 10 kernel(1) : !image -> !image
  %3 = nn.relu %2 : !image
  %4 = nn.conv2d %3, 10 kernel(1) : !image -> !image
  %5 = nn.relu %4 : !image
  nn.return %5 : !image
}

nn.sequential @nin(%x: !image) -> !matrix {
  %0 = nn.block @block96(%x) : !image -> !image
  %1 = nn.max_pool2d %0 kernel(3) stride(2) : !image -> !image
  %2 = nn.block @block256(%1) : !image -> !image
  %3 = nn.max_pool2d %2 kernel(3) stride(2) : !image -> !image
  %4 = nn.block @block384(%3) : !image -> !image
  %5 = nn.max_pool2d %4 kernel(3) stride(2) : !image -> !image
  %6 = nn.dropout %5 p(0.5) : !image
  %7 = nn.block @block10(%6) : !image -> !image
  %8 = nn.global_avg_pool %7 : !image -> !image
  %9 = nn.flatten %8 : !image -> !matrix
  nn.return %9 : !matrix
}
