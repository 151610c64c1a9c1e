// GoogLeNet for ten classes. Each inception block has four branches, computed
// at their places in the result.
!image = tensor<?x?x?x?xf32>
!matrix = tensor<?x?xf32>

nn.sequential private @b1(%x: !image) -> !image {
  %0 = nn.conv2d %x, 64 kernel(7) stride(2) padding(3) : !image -> !image
  %1 = nn.relu %0 : !image
  %2 = nn.max_pool2d %1 kernel(3) stride(2) padding(1) : !image -> !image
  nn.return %2 : !image
}

nn.sequential private @b2(%x: !image) -> !image {
  %0 = nn.conv2d %x, 64 kernel(1) : !image -> !image
  %1 = nn.relu %0 : !image
  %2 = nn.conv2d %1, 192 kernel(3) padding(1) : !image -> !image
  %3 = nn.relu %2 : !image
  %4 = nn.max_pool2d %3 kernel(3) stride(2) padding(1) : !image -> !image
  nn.return %4 : !image
}

nn.sequential private @inception1(%x: !image) -> !image {
  %0 = nn.conv2d %x, 64 kernel(1) name("b1_1") : !image -> !image
  %1 = nn.relu %0 : !image
  %2 = nn.conv2d %x, 96 kernel(1) name("b2_1") : !image -> !image
  %3 = nn.relu %2 : !image
  %4 = nn.conv2d %3, 128 kernel(3) padding(1) name("b2_2") : !image -> !image
  %5 = nn.relu %4 : !image
  %6 = nn.conv2d %x, 16 kernel(1) name("b3_1") : !image -> !image
  %7 = nn.relu %6 : !image
  %8 = nn.conv2d %7, 32 kernel(5) padding(2) name("b3_2") : !image -> !image
  %9 = nn.relu %8 : !image
  %10 = nn.max_pool2d %x kernel(3) stride(1) padding(1) name("b4_1") : !image -> !image
  %11 = nn.conv2d %10, 32 kernel(1) name("b4_2") : !image -> !image
  %12 = nn.relu %11 : !image
  %13 = nn.concat %1, %5, %9, %12 axis(1) : !image, !image, !image, !image -> !image
  nn.return %13 : !image
}

nn.sequential private @inception2(%x: !image) -> !image {
  %0 = nn.conv2d %x, 128 kernel(1) name("b1_1") : !image -> !image
  %1 = nn.relu %0 : !image
  %2 = nn.conv2d %x, 128 kernel(1) name("b2_1") : !image -> !image
  %3 = nn.relu %2 : !image
  %4 = nn.conv2d %3, 192 kernel(3) padding(1) name("b2_2") : !image -> !image
  %5 = nn.relu %4 : !image
  %6 = nn.conv2d %x, 32 kernel(1) name("b3_1") : !image -> !image
  %7 = nn.relu %6 : !image
  %8 = nn.conv2d %7, 96 kernel(5) padding(2) name("b3_2") : !image -> !image
  %9 = nn.relu %8 : !image
  %10 = nn.max_pool2d %x kernel(3) stride(1) padding(1) name("b4_1") : !image -> !image
  %11 = nn.conv2d %10, 64 kernel(1) name("b4_2") : !image -> !image
  %12 = nn.relu %11 : !image
  %13 = nn.concat %1, %5, %9, %12 axis(1) : !image, !image, !image, !image -> !image
  nn.return %13 : !image
}

nn.sequential private @inception3(%x: !image) -> !image {
  %0 = nn.conv2d %x, 192 kernel(1) name("b1_1") : !image -> !image
  %1 = nn.relu %0 : !image
  %2 = nn.conv2d %x, 96 kernel(1) name("b2_1") : !image -> !image
  %3 = nn.relu %2 : !image
  %4 = nn.conv2d %3, 208 kernel(3) padding(1) name("b2_2") : !image -> !image
  %5 = nn.relu %4 : !image
  %6 = nn.conv2d %x, 16 kernel(1) name("b3_1") : !image -> !image
  %7 = nn.relu %6 : !image
  %8 = nn.conv2d %7, 48 kernel(5) padding(2) name("b3_2") : !image -> !image
  %9 = nn.relu %8 : !image
  %10 = nn.max_pool2d %x kernel(3) stride(1) padding(1) name("b4_1") : !image -> !image
  %11 = nn.conv2d %10, 64 kernel(1) name("b4_2") : !image -> !image
  %12 = nn.relu %11 : !image
  %13 = nn.concat %1, %5, %9, %12 axis(1) : !image, !image, !image, !image -> !image
  nn.return %13 : !image
}

nn.sequential private @inception4(%x: !image) -> !image {
  %0 = nn.conv2d %x, 160 kernel(1) name("b1_1") : !image -> !image
  %1 = nn.relu %0 : !image
  %2 = nn.conv2d %x, 112 kernel(1) name("b2_1") : !image -> !image
  %3 = nn.relu %2 : !image
  %4 = nn.conv2d %3, 224 kernel(3) padding(1) name("b2_2") : !image -> !image
  %5 = nn.relu %4 : !image
  %6 = nn.conv2d %x, 24 kernel(1) name("b3_1") : !image -> !image
  %7 = nn.relu %6 : !image
  %8 = nn.conv2d %7, 64 kernel(5) padding(2) name("b3_2") : !image -> !image
  %9 = nn.relu %8 : !image
  %10 = nn.max_pool2d %x kernel(3) stride(1) padding(1) name("b4_1") : !image -> !image
  %11 = nn.conv2d %10, 64 kernel(1) name("b4_2") : !image -> !image
  %12 = nn.relu %11 : !image
  %13 = nn.concat %1, %5, %9, %12 axis(1) : !image, !image, !image, !image -> !image
  nn.return %13 : !image
}

nn.sequential private @inception5(%x: !image) -> !image {
  %0 = nn.conv2d %x, 128 kernel(1) name("b1_1") : !image -> !image
  %1 = nn.relu %0 : !image
  %2 = nn.conv2d %x, 128 kernel(1) name("b2_1") : !image -> !image
  %3 = nn.relu %2 : !image
  %4 = nn.conv2d %3, 256 kernel(3) padding(1) name("b2_2") : !image -> !image
  %5 = nn.relu %4 : !image
  %6 = nn.conv2d %x, 24 kernel(1) name("b3_1") : !image -> !image
  %7 = nn.relu %6 : !image
  %8 = nn.conv2d %7, 64 kernel(5) padding(2) name("b3_2") : !image -> !image
  %9 = nn.relu %8 : !image
  %10 = nn.max_pool2d %x kernel(3) stride(1) padding(1) name("b4_1") : !image -> !image
  %11 = nn.conv2d %10, 64 kernel(1) name("b4_2") : !image -> !image
  %12 = nn.relu %11 : !image
  %13 = nn.concat %1, %5, %9, %12 axis(1) : !image, !image, !image, !image -> !image
  nn.return %13 : !image
}

nn.sequential private @inception6(%x: !image) -> !image {
  %0 = nn.conv2d %x, 112 kernel(1) name("b1_1") : !image -> !image
  %1 = nn.relu %0 : !image
  %2 = nn.conv2d %x, 144 kernel(1) name("b2_1") : !image -> !image
  %3 = nn.relu %2 : !image
  %4 = nn.conv2d %3, 288 kernel(3) padding(1) name("b2_2") : !image -> !image
  %5 = nn.relu %4 : !image
  %6 = nn.conv2d %x, 32 kernel(1) name("b3_1") : !image -> !image
  %7 = nn.relu %6 : !image
  %8 = nn.conv2d %7, 64 kernel(5) padding(2) name("b3_2") : !image -> !image
  %9 = nn.relu %8 : !image
  %10 = nn.max_pool2d %x kernel(3) stride(1) padding(1) name("b4_1") : !image -> !image
  %11 = nn.conv2d %10, 64 kernel(1) name("b4_2") : !image -> !image
  %12 = nn.relu %11 : !image
  %13 = nn.concat %1, %5, %9, %12 axis(1) : !image, !image, !image, !image -> !image
  nn.return %13 : !image
}

nn.sequential private @inception7(%x: !image) -> !image {
  %0 = nn.conv2d %x, 256 kernel(1) name("b1_1") : !image -> !image
  %1 = nn.relu %0 : !image
  %2 = nn.conv2d %x, 160 kernel(1) name("b2_1") : !image -> !image
  %3 = nn.relu %2 : !image
  %4 = nn.conv2d %3, 320 kernel(3) padding(1) name("b2_2") : !image -> !image
  %5 = nn.relu %4 : !image
  %6 = nn.conv2d %x, 32 kernel(1) name("b3_1") : !image -> !image
  %7 = nn.relu %6 : !image
  %8 = nn.conv2d %7, 128 kernel(5) padding(2) name("b3_2") : !image -> !image
  %9 = nn.relu %8 : !image
  %10 = nn.max_pool2d %x kernel(3) stride(1) padding(1) name("b4_1") : !image -> !image
  %11 = nn.conv2d %10, 128 kernel(1) name("b4_2") : !image -> !image
  %12 = nn.relu %11 : !image
  %13 = nn.concat %1, %5, %9, %12 axis(1) : !image, !image, !image, !image -> !image
  nn.return %13 : !image
}

nn.sequential private @inception8(%x: !image) -> !image {
  %0 = nn.conv2d %x, 384 kernel(1) name("b1_1") : !image -> !image
  %1 = nn.relu %0 : !image
  %2 = nn.conv2d %x, 192 kernel(1) name("b2_1") : !image -> !image
  %3 = nn.relu %2 : !image
  %4 = nn.conv2d %3, 384 kernel(3) padding(1) name("b2_2") : !image -> !image
  %5 = nn.relu %4 : !image
  %6 = nn.conv2d %x, 48 kernel(1) name("b3_1") : !image -> !image
  %7 = nn.relu %6 : !image
  %8 = nn.conv2d %7, 128 kernel(5) padding(2) name("b3_2") : !image -> !image
  %9 = nn.relu %8 : !image
  %10 = nn.max_pool2d %x kernel(3) stride(1) padding(1) name("b4_1") : !image -> !image
  %11 = nn.conv2d %10, 128 kernel(1) name("b4_2") : !image -> !image
  %12 = nn.relu %11 : !image
  %13 = nn.concat %1, %5, %9, %12 axis(1) : !image, !image, !image, !image -> !image
  nn.return %13 : !image
}

nn.sequential private @b3(%x: !image) -> !image {
  %0 = nn.block @inception1(%x) : !image -> !image
  %1 = nn.block @inception2(%0) : !image -> !image
  %2 = nn.max_pool2d %1 kernel(3) stride(2) padding(1) : !image -> !image
  nn.return %2 : !image
}

nn.sequential private @b4(%x: !image) -> !image {
  %0 = nn.block @inception3(%x) : !image -> !image
  %1 = nn.block @inception4(%0) : !image -> !image
  %2 = nn.block @inception5(%1) : !image -> !image
  %3 = nn.block @inception6(%2) : !image -> !image
  %4 = nn.block @inception7(%3) : !image -> !image
  %5 = nn.max_pool2d %4 kernel(3) stride(2) padding(1) : !image -> !image
  nn.return %5 : !image
}

nn.sequential private @b5(%x: !image) -> !matrix {
  %0 = nn.block @inception7(%x) : !image -> !image
  %1 = nn.block @inception8(%0) : !image -> !image
  %2 = nn.global_avg_pool %1 : !image -> !image
  %3 = nn.flatten %2 : !image -> !matrix
  nn.return %3 : !matrix
}

nn.sequential @googlenet(%x: !image) -> !matrix {
  %0 = nn.block @b1(%x) : !image -> !image
  %1 = nn.block @b2(%0) : !image -> !image
  %2 = nn.block @b3(%1) : !image -> !image
  %3 = nn.block @b4(%2) : !image -> !image
  %4 = nn.block @b5(%3) : !image -> !matrix
  %5 = nn.dense %4, 10 : !matrix -> !matrix
  nn.return %5 : !matrix
}
