// A transformer encoder of two layers, for texts of up to 128 words. Parameters are
// called as in PyTorch's TransformerEncoderLayer.
!words = tensor<?x?xi32>
!values = tensor<?x?x?xf32>
!matrix = tensor<?x?xf32>

nn.sequential private @encoder_layer(%x: !values) -> !values {
  %0 = nn.attention %x heads(4) name("self_attn") : !values
  %1 = nn.add %x, %0 : !values
  %2 = nn.layer_norm %1 name("norm1") : !values
  %3 = nn.dense %2, 128 name("linear1") : !values -> !values
  %4 = nn.gelu %3 : !values
  %5 = nn.dense %4, 64 name("linear2") : !values -> !values
  %6 = nn.add %2, %5 : !values
  %7 = nn.layer_norm %6 name("norm2") : !values
  nn.return %7 : !values
}

nn.sequential private @layers(%x: !values) -> !values {
  %0 = nn.block @encoder_layer(%x) : !values -> !values
  %1 = nn.block @encoder_layer(%0) : !values -> !values
  nn.return %1 : !values
}

nn.sequential @transformer(%i: !words) -> !matrix {
  %0 = nn.embedding %i, 1000, 64 name("embedding") : !words -> !values
  %1 = nn.position %0 learned(128) name("position") : !values
  %2 = nn.block @layers(%1) name("layers") : !values -> !values
  %3 = nn.mean_over %2 dims(1) : !values -> !matrix
  %4 = nn.dense %3, 10 name("head") : !matrix -> !matrix
  nn.return %4 : !matrix
}
