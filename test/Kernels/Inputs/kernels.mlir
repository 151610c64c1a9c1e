// Dense layers with relu: few rows and many, sizes that tiles divide and do not.
nn.sequential @b64_784_256(%x: tensor<64x784xf32>) -> tensor<64x256xf32> {
  %0 = nn.dense %x, 256 : tensor<64x784xf32> -> tensor<64x256xf32>
  %1 = nn.relu %0 : tensor<64x256xf32>
  nn.return %1 : tensor<64x256xf32>
}
nn.sequential @b8_784_256(%x: tensor<8x784xf32>) -> tensor<8x256xf32> {
  %0 = nn.dense %x, 256 : tensor<8x784xf32> -> tensor<8x256xf32>
  %1 = nn.relu %0 : tensor<8x256xf32>
  nn.return %1 : tensor<8x256xf32>
}
nn.sequential @b2_784_256(%x: tensor<2x784xf32>) -> tensor<2x256xf32> {
  %0 = nn.dense %x, 256 : tensor<2x784xf32> -> tensor<2x256xf32>
  %1 = nn.relu %0 : tensor<2x256xf32>
  nn.return %1 : tensor<2x256xf32>
}
nn.sequential @b2_20_256(%x: tensor<2x20xf32>) -> tensor<2x256xf32> {
  %0 = nn.dense %x, 256 : tensor<2x20xf32> -> tensor<2x256xf32>
  %1 = nn.relu %0 : tensor<2x256xf32>
  nn.return %1 : tensor<2x256xf32>
}
nn.sequential @b2_256_10(%x: tensor<2x256xf32>) -> tensor<2x10xf32> {
  %0 = nn.dense %x, 10 : tensor<2x256xf32> -> tensor<2x10xf32>
  %1 = nn.relu %0 : tensor<2x10xf32>
  nn.return %1 : tensor<2x10xf32>
}
nn.sequential @b1_784_256(%x: tensor<1x784xf32>) -> tensor<1x256xf32> {
  %0 = nn.dense %x, 256 : tensor<1x784xf32> -> tensor<1x256xf32>
  %1 = nn.relu %0 : tensor<1x256xf32>
  nn.return %1 : tensor<1x256xf32>
}
nn.sequential @b1_1024_1000(%x: tensor<1x1024xf32>) -> tensor<1x1000xf32> {
  %0 = nn.dense %x, 1000 : tensor<1x1024xf32> -> tensor<1x1000xf32>
  %1 = nn.relu %0 : tensor<1x1000xf32>
  nn.return %1 : tensor<1x1000xf32>
}
nn.sequential @b64_1024_1024(%x: tensor<64x1024xf32>) -> tensor<64x1024xf32> {
  %0 = nn.dense %x, 1024 : tensor<64x1024xf32> -> tensor<64x1024xf32>
  %1 = nn.relu %0 : tensor<64x1024xf32>
  nn.return %1 : tensor<64x1024xf32>
}
nn.sequential @b200_300_77(%x: tensor<200x300xf32>) -> tensor<200x77xf32> {
  %0 = nn.dense %x, 77 : tensor<200x300xf32> -> tensor<200x77xf32>
  %1 = nn.relu %0 : tensor<200x77xf32>
  nn.return %1 : tensor<200x77xf32>
}
nn.sequential @b7_129_77(%x: tensor<7x129xf32>) -> tensor<7x77xf32> {
  %0 = nn.dense %x, 77 : tensor<7x129xf32> -> tensor<7x77xf32>
  %1 = nn.relu %0 : tensor<7x77xf32>
  nn.return %1 : tensor<7x77xf32>
}
nn.sequential @b13_61_33(%x: tensor<13x61xf32>) -> tensor<13x33xf32> {
  %0 = nn.dense %x, 33 : tensor<13x61xf32> -> tensor<13x33xf32>
  %1 = nn.relu %0 : tensor<13x33xf32>
  nn.return %1 : tensor<13x33xf32>
}
nn.sequential @b64_300_10(%x: tensor<64x300xf32>) -> tensor<64x10xf32> {
  %0 = nn.dense %x, 10 : tensor<64x300xf32> -> tensor<64x10xf32>
  %1 = nn.relu %0 : tensor<64x10xf32>
  nn.return %1 : tensor<64x10xf32>
}
nn.sequential @b5_99_1(%x: tensor<5x99xf32>) -> tensor<5x1xf32> {
  %0 = nn.dense %x, 1 : tensor<5x99xf32> -> tensor<5x1xf32>
  %1 = nn.relu %0 : tensor<5x1xf32>
  nn.return %1 : tensor<5x1xf32>
}
nn.sequential @b3_17_129(%x: tensor<3x17xf32>) -> tensor<3x129xf32> {
  %0 = nn.dense %x, 129 : tensor<3x17xf32> -> tensor<3x129xf32>
  %1 = nn.relu %0 : tensor<3x129xf32>
  nn.return %1 : tensor<3x129xf32>
}
// Short sums: the loop over the inputs must not be unrolled onto the stack.
nn.sequential @b16_4_256(%x: tensor<16x4xf32>) -> tensor<16x256xf32> {
  %0 = nn.dense %x, 256 : tensor<16x4xf32> -> tensor<16x256xf32>
  %1 = nn.relu %0 : tensor<16x256xf32>
  nn.return %1 : tensor<16x256xf32>
}
nn.sequential @b64_3_40(%x: tensor<64x3xf32>) -> tensor<64x40xf32> {
  %0 = nn.dense %x, 40 : tensor<64x3xf32> -> tensor<64x40xf32>
  %1 = nn.relu %0 : tensor<64x40xf32>
  nn.return %1 : tensor<64x40xf32>
}
