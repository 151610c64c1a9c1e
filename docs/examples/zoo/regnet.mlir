// RegNetX-32 for ten classes: two stages of 4 and 6 blocks, convolutions in
// groups of 16 channels.
!image = tensor<?x?x?x?xf32>
!matrix = tensor<?x?xf32>

nn.sequential private @stem(%x: !image) -> !image {
  %0 = nn.conv2d %x, 32 kernel(3) stride(2) padding(1) : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.relu %1 : !image
  nn.return %2 : !image
}

nn.sequential private @down32(%x: !image) -> !image {
  %0 = nn.conv2d %x, 32 kernel(1) name("conv1") : !image -> !image
  %1 = nn.batch_norm %0 name("bn1") : !image
  %2 = nn.relu %1 : !image
  %3 = nn.conv2d %2, 32 kernel(3) stride(2) padding(1) groups(2) name("conv2") : !image -> !image
  %4 = nn.batch_norm %3 name("bn2") : !image
  %5 = nn.relu %4 : !image
  %6 = nn.conv2d %5, 32 kernel(1) name("conv3") : !image -> !image
  %7 = nn.batch_norm %6 name("bn3") : !image
  %8 = nn.conv2d %x, 32 kernel(1) stride(2) name("conv4") : !image -> !image
  %9 = nn.batch_norm %8 name("bn4") : !image
  %10 = nn.add %7, %9 : !image, !image -> !image
  %11 = nn.relu %10 : !image
  nn.return %11 : !image
}

nn.sequential private @block32(%x: !image) -> !image {
  %0 = nn.conv2d %x, 32 kernel(1) name("conv1") : !image -> !image
  %1 = nn.batch_norm %0 name("bn1") : !image
  %2 = nn.relu %1 : !image
  %3 = nn.conv2d %2, 32 kernel(3) padding(1) groups(2) name("conv2") : !image -> !image
  %4 = nn.batch_norm %3 name("bn2") : !image
  %5 = nn.relu %4 : !image
  %6 = nn.conv2d %5, 32 kernel(1) name("conv3") : !image -> !image
  %7 = nn.batch_norm %6 name("bn3") : !image
  %8 = nn.add %7, %x : !image, !image -> !image
  %9 = nn.relu %8 : !image
  nn.return %9 : !image
}

nn.sequential private @stage32(%x: !image) -> !image {
  %0 = nn.block @down32(%x) : !image -> !image
  %1 = nn.block @block32(%0) : !image -> !image
  %2 = nn.block @block32(%1) : !image -> !image
  %3 = nn.block @block32(%2) : !image -> !image
  nn.return %3 : !image
}

nn.sequential private @down80(%x: !image) -> !image {
  %0 = nn.conv2d %x, 80 kernel(1) name("conv1") : !image -> !image
  %1 = nn.batch_norm %0 name("bn1") : !image
  %2 = nn.relu %1 : !image
  %3 = nn.conv2d %2, 80 kernel(3) stride(2) padding(1) groups(5) name("conv2") : !image -> !image
  %4 = nn.batch_norm %3 name("bn2") : !image
  %5 = nn.relu %4 : !image
  %6 = nn.conv2d %5, 80 kernel(1) name("conv3") : !image -> !image
  %7 = nn.batch_norm %6 name("bn3") : !image
  %8 = nn.conv2d %x, 80 kernel(1) stride(2) name("conv4") : !image -> !image
  %9 = nn.batch_norm %8 name("bn4") : !image
  %10 = nn.add %7, %9 : !image, !image -> !image
  %11 = nn.relu %10 : !image
  nn.return %11 : !image
}

nn.sequential private @block80(%x: !image) -> !image {
  %0 = nn.conv2d %x, 80 kernel(1) name("conv1") : !image -> !image
  %1 = nn.batch_norm %0 name("bn1") : !image
  %2 = nn.relu %1 : !image
  %3 = nn.conv2d %2, 80 kernel(3) padding(1) groups(5) name("conv2") : !image -> !image
  %4 = nn.batch_norm %3 name("bn2") : !image
  %5 = nn.relu %4 : !image
  %6 = nn.conv2d %5, 80 kernel(1) name("conv3") : !image -> !image
  %7 = nn.batch_norm %6 name("bn3") : !image
  %8 = nn.add %7, %x : !image, !image -> !image
  %9 = nn.relu %8 : !image
  nn.return %9 : !image
}

nn.sequential private @stage80(%x: !image) -> !image {
  %0 = nn.block @down80(%x) : !image -> !image
  %1 = nn.block @block80(%0) : !image -> !image
  %2 = nn.block @block80(%1) : !image -> !image
  %3 = nn.block @block80(%2) : !image -> !image
  %4 = nn.block @block80(%3) : !image -> !image
  %5 = nn.block @block80(%4) : !image -> !image
  nn.return %5 : !image
}

nn.sequential private @last(%x: !image) -> !matrix {
  %0 = nn.global_avg_pool %x : !image -> !image
  %1 = nn.flatten %0 : !image -> !matrix
  %2 = nn.dense %1, 10 : !matrix -> !matrix
  nn.return %2 : !matrix
}

nn.sequential @regnet(%x: !image) -> !matrix {
  %0 = nn.block @stem(%x) : !image -> !image
  %1 = nn.block @stage32(%0) name("stage1") : !image -> !image
  %2 = nn.block @stage80(%1) name("stage2") : !image -> !image
  %3 = nn.block @last(%2) name("last") : !image -> !matrix
  nn.return %3 : !matrix
}
