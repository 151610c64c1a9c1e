// A vision transformer, small: patches of 4 × 4 pixels, up to 128 of them, attend to
// each other in four layers; their mean is classified.
!image = tensor<?x?x?x?xf32>
!values = tensor<?x?x?xf32>
!matrix = tensor<?x?xf32>

nn.sequential private @mlp(%x: !values) -> !values {
  %0 = nn.dense %x, 192 name("fc1") : !values -> !values
  %1 = nn.gelu %0 : !values
  %2 = nn.dense %1, 48 name("fc2") : !values -> !values
  nn.return %2 : !values
}

nn.sequential private @vit_block(%x: !values) -> !values {
  %0 = nn.layer_norm %x name("norm1") : !values
  %1 = nn.attention %0 heads(3) name("attn") : !values
  %2 = nn.add %x, %1 : !values
  %3 = nn.layer_norm %2 name("norm2") : !values
  %4 = nn.block @mlp(%3) name("mlp") : !values -> !values
  %5 = nn.add %2, %4 : !values
  nn.return %5 : !values
}

nn.sequential private @vit_blocks(%x: !values) -> !values {
  %0 = nn.block @vit_block(%x) : !values -> !values
  %1 = nn.block @vit_block(%0) : !values -> !values
  %2 = nn.block @vit_block(%1) : !values -> !values
  %3 = nn.block @vit_block(%2) : !values -> !values
  nn.return %3 : !values
}

nn.sequential @vit(%x: !image) -> !matrix {
  %0 = nn.conv2d %x, 48 kernel(4) stride(4) name("patches") : !image -> !image
  %1 = nn.flatten %0 start(2) : !image -> !values
  %2 = nn.permute %1 dims(0, 2, 1) : !values -> !values
  %3 = nn.position %2 learned(128) name("position") : !values
  %4 = nn.block @vit_blocks(%3) name("blocks") : !values -> !values
  %5 = nn.layer_norm %4 name("norm") : !values
  %6 = nn.mean_over %5 dims(1) : !values -> !matrix
  %7 = nn.dense %6, 10 name("head") : !matrix -> !matrix
  nn.return %7 : !matrix
}
