// MobileNetV2 for a thousand classes: blocks expand channels, convolve each alone,
// and contract them. Parameters are called as in PyTorch's torchvision.
!image = tensor<?x?x?x?xf32>
!matrix = tensor<?x?xf32>

nn.sequential private @stem(%x: !image) -> !image {
  %0 = nn.conv2d %x, 32 kernel(3) stride(2) padding(1) no_bias : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.hardtanh %1 min(0.0) max(6.0) : !image
  nn.return %2 : !image
}

nn.sequential private @depthwise32(%x: !image) -> !image {
  %0 = nn.conv2d %x, 32 kernel(3) padding(1) groups(32) no_bias : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.hardtanh %1 min(0.0) max(6.0) : !image
  nn.return %2 : !image
}

nn.sequential private @first16_conv(%x: !image) -> !image {
  %0 = nn.block @depthwise32(%x) : !image -> !image
  %1 = nn.conv2d %0, 16 kernel(1) no_bias : !image -> !image
  %2 = nn.batch_norm %1 : !image
  nn.return %2 : !image
}

nn.sequential private @first16(%x: !image) -> !image {
  %0 = nn.block @first16_conv(%x) name("conv") : !image -> !image
  nn.return %0 : !image
}

nn.sequential private @expand96(%x: !image) -> !image {
  %0 = nn.conv2d %x, 96 kernel(1) no_bias : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.hardtanh %1 min(0.0) max(6.0) : !image
  nn.return %2 : !image
}

nn.sequential private @depthwise96_half(%x: !image) -> !image {
  %0 = nn.conv2d %x, 96 kernel(3) stride(2) padding(1) groups(96) no_bias : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.hardtanh %1 min(0.0) max(6.0) : !image
  nn.return %2 : !image
}

nn.sequential private @first24_conv(%x: !image) -> !image {
  %0 = nn.block @expand96(%x) : !image -> !image
  %1 = nn.block @depthwise96_half(%0) : !image -> !image
  %2 = nn.conv2d %1, 24 kernel(1) no_bias : !image -> !image
  %3 = nn.batch_norm %2 : !image
  nn.return %3 : !image
}

nn.sequential private @first24(%x: !image) -> !image {
  %0 = nn.block @first24_conv(%x) name("conv") : !image -> !image
  nn.return %0 : !image
}

nn.sequential private @expand144(%x: !image) -> !image {
  %0 = nn.conv2d %x, 144 kernel(1) no_bias : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.hardtanh %1 min(0.0) max(6.0) : !image
  nn.return %2 : !image
}

nn.sequential private @depthwise144(%x: !image) -> !image {
  %0 = nn.conv2d %x, 144 kernel(3) padding(1) groups(144) no_bias : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.hardtanh %1 min(0.0) max(6.0) : !image
  nn.return %2 : !image
}

nn.sequential private @next24_conv(%x: !image) -> !image {
  %0 = nn.block @expand144(%x) : !image -> !image
  %1 = nn.block @depthwise144(%0) : !image -> !image
  %2 = nn.conv2d %1, 24 kernel(1) no_bias : !image -> !image
  %3 = nn.batch_norm %2 : !image
  nn.return %3 : !image
}

nn.sequential private @next24(%x: !image) -> !image {
  %0 = nn.block @next24_conv(%x) name("conv") : !image -> !image
  %1 = nn.add %x, %0 : !image, !image -> !image
  nn.return %1 : !image
}

nn.sequential private @depthwise144_half(%x: !image) -> !image {
  %0 = nn.conv2d %x, 144 kernel(3) stride(2) padding(1) groups(144) no_bias : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.hardtanh %1 min(0.0) max(6.0) : !image
  nn.return %2 : !image
}

nn.sequential private @first32_conv(%x: !image) -> !image {
  %0 = nn.block @expand144(%x) : !image -> !image
  %1 = nn.block @depthwise144_half(%0) : !image -> !image
  %2 = nn.conv2d %1, 32 kernel(1) no_bias : !image -> !image
  %3 = nn.batch_norm %2 : !image
  nn.return %3 : !image
}

nn.sequential private @first32(%x: !image) -> !image {
  %0 = nn.block @first32_conv(%x) name("conv") : !image -> !image
  nn.return %0 : !image
}

nn.sequential private @expand192(%x: !image) -> !image {
  %0 = nn.conv2d %x, 192 kernel(1) no_bias : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.hardtanh %1 min(0.0) max(6.0) : !image
  nn.return %2 : !image
}

nn.sequential private @depthwise192(%x: !image) -> !image {
  %0 = nn.conv2d %x, 192 kernel(3) padding(1) groups(192) no_bias : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.hardtanh %1 min(0.0) max(6.0) : !image
  nn.return %2 : !image
}

nn.sequential private @next32_conv(%x: !image) -> !image {
  %0 = nn.block @expand192(%x) : !image -> !image
  %1 = nn.block @depthwise192(%0) : !image -> !image
  %2 = nn.conv2d %1, 32 kernel(1) no_bias : !image -> !image
  %3 = nn.batch_norm %2 : !image
  nn.return %3 : !image
}

nn.sequential private @next32(%x: !image) -> !image {
  %0 = nn.block @next32_conv(%x) name("conv") : !image -> !image
  %1 = nn.add %x, %0 : !image, !image -> !image
  nn.return %1 : !image
}

nn.sequential private @depthwise192_half(%x: !image) -> !image {
  %0 = nn.conv2d %x, 192 kernel(3) stride(2) padding(1) groups(192) no_bias : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.hardtanh %1 min(0.0) max(6.0) : !image
  nn.return %2 : !image
}

nn.sequential private @first64_conv(%x: !image) -> !image {
  %0 = nn.block @expand192(%x) : !image -> !image
  %1 = nn.block @depthwise192_half(%0) : !image -> !image
  %2 = nn.conv2d %1, 64 kernel(1) no_bias : !image -> !image
  %3 = nn.batch_norm %2 : !image
  nn.return %3 : !image
}

nn.sequential private @first64(%x: !image) -> !image {
  %0 = nn.block @first64_conv(%x) name("conv") : !image -> !image
  nn.return %0 : !image
}

nn.sequential private @expand384(%x: !image) -> !image {
  %0 = nn.conv2d %x, 384 kernel(1) no_bias : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.hardtanh %1 min(0.0) max(6.0) : !image
  nn.return %2 : !image
}

nn.sequential private @depthwise384(%x: !image) -> !image {
  %0 = nn.conv2d %x, 384 kernel(3) padding(1) groups(384) no_bias : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.hardtanh %1 min(0.0) max(6.0) : !image
  nn.return %2 : !image
}

nn.sequential private @next64_conv(%x: !image) -> !image {
  %0 = nn.block @expand384(%x) : !image -> !image
  %1 = nn.block @depthwise384(%0) : !image -> !image
  %2 = nn.conv2d %1, 64 kernel(1) no_bias : !image -> !image
  %3 = nn.batch_norm %2 : !image
  nn.return %3 : !image
}

nn.sequential private @next64(%x: !image) -> !image {
  %0 = nn.block @next64_conv(%x) name("conv") : !image -> !image
  %1 = nn.add %x, %0 : !image, !image -> !image
  nn.return %1 : !image
}

nn.sequential private @first96_conv(%x: !image) -> !image {
  %0 = nn.block @expand384(%x) : !image -> !image
  %1 = nn.block @depthwise384(%0) : !image -> !image
  %2 = nn.conv2d %1, 96 kernel(1) no_bias : !image -> !image
  %3 = nn.batch_norm %2 : !image
  nn.return %3 : !image
}

nn.sequential private @first96(%x: !image) -> !image {
  %0 = nn.block @first96_conv(%x) name("conv") : !image -> !image
  nn.return %0 : !image
}

nn.sequential private @expand576(%x: !image) -> !image {
  %0 = nn.conv2d %x, 576 kernel(1) no_bias : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.hardtanh %1 min(0.0) max(6.0) : !image
  nn.return %2 : !image
}

nn.sequential private @depthwise576(%x: !image) -> !image {
  %0 = nn.conv2d %x, 576 kernel(3) padding(1) groups(576) no_bias : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.hardtanh %1 min(0.0) max(6.0) : !image
  nn.return %2 : !image
}

nn.sequential private @next96_conv(%x: !image) -> !image {
  %0 = nn.block @expand576(%x) : !image -> !image
  %1 = nn.block @depthwise576(%0) : !image -> !image
  %2 = nn.conv2d %1, 96 kernel(1) no_bias : !image -> !image
  %3 = nn.batch_norm %2 : !image
  nn.return %3 : !image
}

nn.sequential private @next96(%x: !image) -> !image {
  %0 = nn.block @next96_conv(%x) name("conv") : !image -> !image
  %1 = nn.add %x, %0 : !image, !image -> !image
  nn.return %1 : !image
}

nn.sequential private @depthwise576_half(%x: !image) -> !image {
  %0 = nn.conv2d %x, 576 kernel(3) stride(2) padding(1) groups(576) no_bias : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.hardtanh %1 min(0.0) max(6.0) : !image
  nn.return %2 : !image
}

nn.sequential private @first160_conv(%x: !image) -> !image {
  %0 = nn.block @expand576(%x) : !image -> !image
  %1 = nn.block @depthwise576_half(%0) : !image -> !image
  %2 = nn.conv2d %1, 160 kernel(1) no_bias : !image -> !image
  %3 = nn.batch_norm %2 : !image
  nn.return %3 : !image
}

nn.sequential private @first160(%x: !image) -> !image {
  %0 = nn.block @first160_conv(%x) name("conv") : !image -> !image
  nn.return %0 : !image
}

nn.sequential private @expand960(%x: !image) -> !image {
  %0 = nn.conv2d %x, 960 kernel(1) no_bias : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.hardtanh %1 min(0.0) max(6.0) : !image
  nn.return %2 : !image
}

nn.sequential private @depthwise960(%x: !image) -> !image {
  %0 = nn.conv2d %x, 960 kernel(3) padding(1) groups(960) no_bias : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.hardtanh %1 min(0.0) max(6.0) : !image
  nn.return %2 : !image
}

nn.sequential private @next160_conv(%x: !image) -> !image {
  %0 = nn.block @expand960(%x) : !image -> !image
  %1 = nn.block @depthwise960(%0) : !image -> !image
  %2 = nn.conv2d %1, 160 kernel(1) no_bias : !image -> !image
  %3 = nn.batch_norm %2 : !image
  nn.return %3 : !image
}

nn.sequential private @next160(%x: !image) -> !image {
  %0 = nn.block @next160_conv(%x) name("conv") : !image -> !image
  %1 = nn.add %x, %0 : !image, !image -> !image
  nn.return %1 : !image
}

nn.sequential private @first320_conv(%x: !image) -> !image {
  %0 = nn.block @expand960(%x) : !image -> !image
  %1 = nn.block @depthwise960(%0) : !image -> !image
  %2 = nn.conv2d %1, 320 kernel(1) no_bias : !image -> !image
  %3 = nn.batch_norm %2 : !image
  nn.return %3 : !image
}

nn.sequential private @first320(%x: !image) -> !image {
  %0 = nn.block @first320_conv(%x) name("conv") : !image -> !image
  nn.return %0 : !image
}

nn.sequential private @expand1280(%x: !image) -> !image {
  %0 = nn.conv2d %x, 1280 kernel(1) no_bias : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.hardtanh %1 min(0.0) max(6.0) : !image
  nn.return %2 : !image
}

nn.sequential private @features(%x: !image) -> !image {
  %0 = nn.block @stem(%x) : !image -> !image
  %1 = nn.block @first16(%0) : !image -> !image
  %2 = nn.block @first24(%1) : !image -> !image
  %3 = nn.block @next24(%2) : !image -> !image
  %4 = nn.block @first32(%3) : !image -> !image
  %5 = nn.block @next32(%4) : !image -> !image
  %6 = nn.block @next32(%5) : !image -> !image
  %7 = nn.block @first64(%6) : !image -> !image
  %8 = nn.block @next64(%7) : !image -> !image
  %9 = nn.block @next64(%8) : !image -> !image
  %10 = nn.block @next64(%9) : !image -> !image
  %11 = nn.block @first96(%10) : !image -> !image
  %12 = nn.block @next96(%11) : !image -> !image
  %13 = nn.block @next96(%12) : !image -> !image
  %14 = nn.block @first160(%13) : !image -> !image
  %15 = nn.block @next160(%14) : !image -> !image
  %16 = nn.block @next160(%15) : !image -> !image
  %17 = nn.block @first320(%16) : !image -> !image
  %18 = nn.block @expand1280(%17) : !image -> !image
  nn.return %18 : !image
}

nn.sequential private @classifier(%x: !matrix) -> !matrix {
  %0 = nn.dropout %x p(0.2) : !matrix
  %1 = nn.dense %0, 1000 : !matrix -> !matrix
  nn.return %1 : !matrix
}

nn.sequential @mobilenet_v2(%x: !image) -> !matrix {
  %0 = nn.block @features(%x) name("features") : !image -> !image
  %1 = nn.global_avg_pool %0 : !image -> !image
  %2 = nn.flatten %1 : !image -> !matrix
  %3 = nn.block @classifier(%2) name("classifier") : !matrix -> !matrix
  nn.return %3 : !matrix
}
