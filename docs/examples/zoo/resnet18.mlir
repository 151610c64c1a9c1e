// ResNet-18 for ten classes. A first block of a stage halves height and width,
// and its shortcut with them.
!image = tensor<?x?x?x?xf32>
!matrix = tensor<?x?xf32>

nn.sequential private @stem(%x: !image) -> !image {
  %0 = nn.conv2d %x, 64 kernel(7) stride(2) padding(3) : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.relu %1 : !image
  %3 = nn.max_pool2d %2 kernel(3) stride(2) padding(1) : !image -> !image
  nn.return %3 : !image
}

nn.sequential private @residual64(%x: !image) -> !image {
  %0 = nn.conv2d %x, 64 kernel(3) padding(1) name("conv1") : !image -> !image
  %1 = nn.batch_norm %0 name("bn1") : !image
  %2 = nn.relu %1 : !image
  %3 = nn.conv2d %2, 64 kernel(3) padding(1) name("conv2") : !image -> !image
  %4 = nn.batch_norm %3 name("bn2") : !image
  %5 = nn.add %4, %x : !image, !image -> !image
  %6 = nn.relu %5 : !image
  nn.return %6 : !image
}

nn.sequential private @stage64(%x: !image) -> !image {
  %0 = nn.block @residual64(%x) : !image -> !image
  %1 = nn.block @residual64(%0) : !image -> !image
  nn.return %1 : !image
}

nn.sequential private @down128(%x: !image) -> !image {
  %0 = nn.conv2d %x, 128 kernel(3) stride(2) padding(1) name("conv1") : !image -> !image
  %1 = nn.batch_norm %0 name("bn1") : !image
  %2 = nn.relu %1 : !image
  %3 = nn.conv2d %2, 128 kernel(3) padding(1) name("conv2") : !image -> !image
  %4 = nn.batch_norm %3 name("bn2") : !image
  %5 = nn.conv2d %x, 128 kernel(1) stride(2) name("conv3") : !image -> !image
  %6 = nn.add %4, %5 : !image, !image -> !image
  %7 = nn.relu %6 : !image
  nn.return %7 : !image
}

nn.sequential private @residual128(%x: !image) -> !image {
  %0 = nn.conv2d %x, 128 kernel(3) padding(1) name("conv1") : !image -> !image
  %1 = nn.batch_norm %0 name("bn1") : !image
  %2 = nn.relu %1 : !image
  %3 = nn.conv2d %2, 128 kernel(3) padding(1) name("conv2") : !image -> !image
  %4 = nn.batch_norm %3 name("bn2") : !image
  %5 = nn.add %4, %x : !image, !image -> !image
  %6 = nn.relu %5 : !image
  nn.return %6 : !image
}

nn.sequential private @stage128(%x: !image) -> !image {
  %0 = nn.block @down128(%x) : !image -> !image
  %1 = nn.block @residual128(%0) : !image -> !image
  nn.return %1 : !image
}

nn.sequential private @down256(%x: !image) -> !image {
  %0 = nn.conv2d %x, 256 kernel(3) stride(2) padding(1) name("conv1") : !image -> !image
  %1 = nn.batch_norm %0 name("bn1") : !image
  %2 = nn.relu %1 : !image
  %3 = nn.conv2d %2, 256 kernel(3) padding(1) name("conv2") : !image -> !image
  %4 = nn.batch_norm %3 name("bn2") : !image
  %5 = nn.conv2d %x, 256 kernel(1) stride(2) name("conv3") : !image -> !image
  %6 = nn.add %4, %5 : !image, !image -> !image
  %7 = nn.relu %6 : !image
  nn.return %7 : !image
}

nn.sequential private @residual256(%x: !image) -> !image {
  %0 = nn.conv2d %x, 256 kernel(3) padding(1) name("conv1") : !image -> !image
  %1 = nn.batch_norm %0 name("bn1") : !image
  %2 = nn.relu %1 : !image
  %3 = nn.conv2d %2, 256 kernel(3) padding(1) name("conv2") : !image -> !image
  %4 = nn.batch_norm %3 name("bn2") : !image
  %5 = nn.add %4, %x : !image, !image -> !image
  %6 = nn.relu %5 : !image
  nn.return %6 : !image
}

nn.sequential private @stage256(%x: !image) -> !image {
  %0 = nn.block @down256(%x) : !image -> !image
  %1 = nn.block @residual256(%0) : !image -> !image
  nn.return %1 : !image
}

nn.sequential private @down512(%x: !image) -> !image {
  %0 = nn.conv2d %x, 512 kernel(3) stride(2) padding(1) name("conv1") : !image -> !image
  %1 = nn.batch_norm %0 name("bn1") : !image
  %2 = nn.relu %1 : !image
  %3 = nn.conv2d %2, 512 kernel(3) padding(1) name("conv2") : !image -> !image
  %4 = nn.batch_norm %3 name("bn2") : !image
  %5 = nn.conv2d %x, 512 kernel(1) stride(2) name("conv3") : !image -> !image
  %6 = nn.add %4, %5 : !image, !image -> !image
  %7 = nn.relu %6 : !image
  nn.return %7 : !image
}

nn.sequential private @residual512(%x: !image) -> !image {
  %0 = nn.conv2d %x, 512 kernel(3) padding(1) name("conv1") : !image -> !image
  %1 = nn.batch_norm %0 name("bn1") : !image
  %2 = nn.relu %1 : !image
  %3 = nn.conv2d %2, 512 kernel(3) padding(1) name("conv2") : !image -> !image
  %4 = nn.batch_norm %3 name("bn2") : !image
  %5 = nn.add %4, %x : !image, !image -> !image
  %6 = nn.relu %5 : !image
  nn.return %6 : !image
}

nn.sequential private @stage512(%x: !image) -> !image {
  %0 = nn.block @down512(%x) : !image -> !image
  %1 = nn.block @residual512(%0) : !image -> !image
  nn.return %1 : !image
}

nn.sequential private @last(%x: !image) -> !matrix {
  %0 = nn.global_avg_pool %x : !image -> !image
  %1 = nn.flatten %0 : !image -> !matrix
  %2 = nn.dense %1, 10 : !matrix -> !matrix
  nn.return %2 : !matrix
}

nn.sequential @resnet18(%x: !image) -> !matrix {
  %0 = nn.block @stem(%x) : !image -> !image
  %1 = nn.block @stage64(%0) name("b2") : !image -> !image
  %2 = nn.block @stage128(%1) name("b3") : !image -> !image
  %3 = nn.block @stage256(%2) name("b4") : !image -> !image
  %4 = nn.block @stage512(%3) name("b5") : !image -> !image
  %5 = nn.block @last(%4) name("last") : !image -> !matrix
  nn.return %5 : !matrix
}
