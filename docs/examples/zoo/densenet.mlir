// DenseNet for ten classes: each block of a stage reads what all before it have
// computed, and adds 32 channels.
!image = tensor<?x?x?x?xf32>
!matrix = tensor<?x?xf32>

nn.sequential private @stem(%x: !image) -> !image {
  %0 = nn.conv2d %x, 64 kernel(7) stride(2) padding(3) : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.relu %1 : !image
  %3 = nn.max_pool2d %2 kernel(3) stride(2) padding(1) : !image -> !image
  nn.return %3 : !image
}

nn.sequential private @conv_block(%x: !image) -> !image {
  %0 = nn.batch_norm %x : !image
  %1 = nn.relu %0 : !image
  %2 = nn.conv2d %1, 32 kernel(3) padding(1) : !image -> !image
  nn.return %2 : !image
}

nn.sequential private @dense_block(%x: !image) -> !image {
  %0 = nn.block @conv_block(%x) : !image -> !image
  %1 = nn.concat %x, %0 axis(1) name("cat0") : !image, !image -> !image
  %2 = nn.block @conv_block(%1) name("1") : !image -> !image
  %3 = nn.concat %1, %2 axis(1) name("cat1") : !image, !image -> !image
  %4 = nn.block @conv_block(%3) name("2") : !image -> !image
  %5 = nn.concat %3, %4 axis(1) name("cat2") : !image, !image -> !image
  %6 = nn.block @conv_block(%5) name("3") : !image -> !image
  %7 = nn.concat %5, %6 axis(1) name("cat3") : !image, !image -> !image
  nn.return %7 : !image
}

nn.sequential private @dense(%x: !image) -> !image {
  %0 = nn.block @dense_block(%x) name("net") : !image -> !image
  nn.return %0 : !image
}

nn.sequential private @transition96(%x: !image) -> !image {
  %0 = nn.batch_norm %x : !image
  %1 = nn.relu %0 : !image
  %2 = nn.conv2d %1, 96 kernel(1) : !image -> !image
  %3 = nn.avg_pool2d %2 kernel(2) : !image -> !image
  nn.return %3 : !image
}

nn.sequential private @transition112(%x: !image) -> !image {
  %0 = nn.batch_norm %x : !image
  %1 = nn.relu %0 : !image
  %2 = nn.conv2d %1, 112 kernel(1) : !image -> !image
  %3 = nn.avg_pool2d %2 kernel(2) : !image -> !image
  nn.return %3 : !image
}

nn.sequential private @transition120(%x: !image) -> !image {
  %0 = nn.batch_norm %x : !image
  %1 = nn.relu %0 : !image
  %2 = nn.conv2d %1, 120 kernel(1) : !image -> !image
  %3 = nn.avg_pool2d %2 kernel(2) : !image -> !image
  nn.return %3 : !image
}

nn.sequential private @last(%x: !image) -> !matrix {
  %0 = nn.batch_norm %x : !image
  %1 = nn.relu %0 : !image
  %2 = nn.global_avg_pool %1 : !image -> !image
  %3 = nn.flatten %2 : !image -> !matrix
  %4 = nn.dense %3, 10 : !matrix -> !matrix
  nn.return %4 : !matrix
}

nn.sequential @densenet(%x: !image) -> !matrix {
  %0 = nn.block @stem(%x) : !image -> !image
  %1 = nn.block @dense(%0) name("dense_blk1") : !image -> !image
  %2 = nn.block @transition96(%1) name("tran_blk1") : !image -> !image
  %3 = nn.block @dense(%2) name("dense_blk2") : !image -> !image
  %4 = nn.block @transition112(%3) name("tran_blk2") : !image -> !image
  %5 = nn.block @dense(%4) name("dense_blk3") : !image -> !image
  %6 = nn.block @transition120(%5) name("tran_blk3") : !image -> !image
  %7 = nn.block @dense(%6) name("dense_blk4") : !image -> !image
  %8 = nn.block @last(%7) name("last") : !image -> !matrix
  nn.return %8 : !matrix
}
