// MLPerf Tiny's DS-CNN, which spots twelve keywords in a spectrogram: convolutions
// of single channels, each followed by one of 1×1. The first layer's padding is what
// TensorFlow adds to 49 × 10.
!image = tensor<?x?x?x?xf32>
!matrix = tensor<?x?xf32>

nn.sequential private @separable(%x: !image) -> !image {
  %0 = nn.conv2d %x, 64 kernel(3) padding(same) groups(64) : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.relu %1 : !image
  %3 = nn.conv2d %2, 64 kernel(1) : !image -> !image
  %4 = nn.batch_norm %3 : !image
  %5 = nn.relu %4 : !image
  nn.return %5 : !image
}

nn.sequential @ds_cnn(%x: !image) -> !matrix {
  %0 = nn.conv2d %x, 64 kernel(10, 4) stride(2) padding(4, 1, 5, 1) : !image -> !image
  %1 = nn.batch_norm %0 : !image
  %2 = nn.relu %1 : !image
  %3 = nn.dropout %2 p(0.2) : !image
  %4 = nn.block @separable(%3) : !image -> !image
  %5 = nn.block @separable(%4) : !image -> !image
  %6 = nn.block @separable(%5) : !image -> !image
  %7 = nn.block @separable(%6) : !image -> !image
  %8 = nn.dropout %7 p(0.4) : !image
  %9 = nn.global_avg_pool %8 : !image -> !image
  %10 = nn.flatten %9 : !image -> !matrix
  %11 = nn.dense %10, 12 : !matrix -> !matrix
  %12 = nn.softmax %11 : !matrix
  nn.return %12 : !matrix
}
