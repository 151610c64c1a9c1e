// TextCNN, a classifier of texts: two embeddings of words, side by side, convolutions
// of three widths over them, and the greatest answer of each channel at any place.
// Texts may have any length from 5 words on.
!words = tensor<?x?xi32>
!values = tensor<?x?x?xf32>
!matrix = tensor<?x?xf32>

nn.sequential @text_cnn(%i: !words) -> !matrix {
  %0 = nn.embedding %i, 2000, 50 name("embedding") : !words -> !values
  %1 = nn.embedding %i, 2000, 50 name("constant_embedding") : !words -> !values
  %2 = nn.concat %0, %1 axis(2) : !values, !values -> !values
  %3 = nn.permute %2 dims(0, 2, 1) : !values -> !values
  %4 = nn.conv1d %3, 100 kernel(3) name("convs.0") : !values -> !values
  %5 = nn.relu %4 : !values
  %6 = nn.max_over %5 dims(2) : !values -> !matrix
  %7 = nn.conv1d %3, 100 kernel(4) name("convs.1") : !values -> !values
  %8 = nn.relu %7 : !values
  %9 = nn.max_over %8 dims(2) : !values -> !matrix
  %10 = nn.conv1d %3, 100 kernel(5) name("convs.2") : !values -> !values
  %11 = nn.relu %10 : !values
  %12 = nn.max_over %11 dims(2) : !values -> !matrix
  %13 = nn.concat %6, %9, %12 axis(1) : !matrix, !matrix, !matrix -> !matrix
  %14 = nn.dropout %13 : !matrix
  %15 = nn.dense %14, 2 name("decoder") : !matrix -> !matrix
  nn.return %15 : !matrix
}
