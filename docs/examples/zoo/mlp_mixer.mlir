// An MLP-Mixer, small: dense layers mix the patches of a picture, then the channels
// of each patch. Patches are 4 × 4, and pictures of any proportions have 64 of them,
// for so wide are the layers that mix them. Parameters are called as in timm.
!image = tensor<?x?x?x?xf32>
!values = tensor<?x?x?xf32>
!matrix = tensor<?x?xf32>

nn.sequential private @stem(%x: !image) -> !values {
  %0 = nn.conv2d %x, 96 kernel(4) stride(4) name("proj") : !image -> !image
  %1 = nn.flatten %0 start(2) : !image -> !values
  %2 = nn.permute %1 dims(0, 2, 1) : !values -> !values
  nn.return %2 : !values
}

nn.sequential private @mlp_tokens(%x: !values) -> !values {
  %0 = nn.dense %x, 48 name("fc1") : !values -> !values
  %1 = nn.gelu %0 : !values
  %2 = nn.dense %1, 64 name("fc2") : !values -> !values
  nn.return %2 : !values
}

nn.sequential private @mlp_channels(%x: !values) -> !values {
  %0 = nn.dense %x, 384 name("fc1") : !values -> !values
  %1 = nn.gelu %0 : !values
  %2 = nn.dense %1, 96 name("fc2") : !values -> !values
  nn.return %2 : !values
}

nn.sequential private @mixer(%x: !values) -> !values {
  %0 = nn.layer_norm %x name("norm1") : !values
  %1 = nn.permute %0 dims(0, 2, 1) : !values -> !values
  %2 = nn.block @mlp_tokens(%1) name("mlp_tokens") : !values -> !values
  %3 = nn.permute %2 dims(0, 2, 1) : !values -> !values
  %4 = nn.add %x, %3 : !values
  %5 = nn.layer_norm %4 name("norm2") : !values
  %6 = nn.block @mlp_channels(%5) name("mlp_channels") : !values -> !values
  %7 = nn.add %4, %6 : !values
  nn.return %7 : !values
}

nn.sequential private @blocks(%x: !values) -> !values {
  %0 = nn.block @mixer(%x) : !values -> !values
  %1 = nn.block @mixer(%0) : !values -> !values
  %2 = nn.block @mixer(%1) : !values -> !values
  %3 = nn.block @mixer(%2) : !values -> !values
  %4 = nn.block @mixer(%3) : !values -> !values
  %5 = nn.block @mixer(%4) : !values -> !values
  nn.return %5 : !values
}

nn.sequential @mlp_mixer(%x: !image) -> !matrix {
  %0 = nn.block @stem(%x) name("stem") : !image -> !values
  %1 = nn.block @blocks(%0) name("blocks") : !values -> !values
  %2 = nn.layer_norm %1 name("norm") : !values
  %3 = nn.permute %2 dims(0, 2, 1) : !values -> !values
  %4 = nn.global_avg_pool %3 : !values -> !values
  %5 = nn.flatten %4 : !values -> !matrix
  %6 = nn.dense %5, 10 name("head") : !matrix -> !matrix
  nn.return %6 : !matrix
}
