// RUN: nascent-opt %s --split-input-file --verify-diagnostics --nascent-bind-and-infer --nn-set-target=triple=x86_64-linux-gnu --nn-assign-orders --nn-assign-layouts --convert-nn-to-linalg --nascent-keep-states

// What does not come to the same block by block, as users write it.

module attributes {nn.stream} {
nn.sequential @net(%x: tensor<1x?x4xf32>) -> tensor<1x?x6xf32> {
  // expected-error@below {{layer 'rec' cannot be computed block by block: it begins at the sequence's end, which has not come; leave out 'bidirectional'}}
  %0 = nn.lstm %x, 3 bidirectional name("rec") : tensor<1x?x4xf32> -> tensor<1x?x6xf32>
  nn.return %0 : tensor<1x?x6xf32>
}
}

// -----

module attributes {nn.stream} {
nn.sequential @net(%x: tensor<1x4x?xf32>) -> tensor<1x4x?xf32> {
  // expected-error@below {{layer '0' cannot be computed block by block: it pads the sequence's end, which has not come; all padding must be before the sequence, as with 'causal'}}
  %0 = nn.conv1d %x, 4 kernel(3) padding(1) : tensor<1x4x?xf32> -> tensor<1x4x?xf32>
  nn.return %0 : tensor<1x4x?xf32>
}
}

// -----

module attributes {nn.stream} {
nn.sequential @net(%x: tensor<1x4x?xf32>) -> tensor<1x4x?xf32> {
  // expected-error@below {{layer '0' cannot be computed block by block: it reads 2 steps ahead of the one that it computes; all padding must be before the sequence, as with 'causal'}}
  %0 = nn.conv1d %x, 4 kernel(2) dilation(2) : tensor<1x4x?xf32> -> tensor<1x4x?xf32>
  nn.return %0 : tensor<1x4x?xf32>
}
}

// -----

module attributes {nn.stream} {
nn.sequential @net(%x: tensor<1x4x?xf32>) -> tensor<1x4x?xf32> {
  // expected-error@below {{layer '0' cannot be computed block by block: it has a stride of 2 along the sequence, so that not every step has an output}}
  %0 = nn.conv1d %x, 4 kernel(3) stride(2) causal : tensor<1x4x?xf32> -> tensor<1x4x?xf32>
  nn.return %0 : tensor<1x4x?xf32>
}
}

// -----

module attributes {nn.stream} {
nn.sequential @net(%x: tensor<1x4x?xf32>) -> tensor<1x4x?xf32> {
  // expected-error@below {{layer '0' cannot be computed block by block: it has a stride of 2 along the sequence, so that not every step has an output}}
  %0 = nn.max_pool1d %x kernel(2) : tensor<1x4x?xf32> -> tensor<1x4x?xf32>
  nn.return %0 : tensor<1x4x?xf32>
}
}

// -----

module attributes {nn.stream} {
nn.sequential @net(%x: tensor<1x?x4xf32>) -> tensor<1x4xf32> {
  %0 = nn.gru %x, 4 : tensor<1x?x4xf32> -> tensor<1x?x4xf32>
  // expected-error@below {{layer '1' cannot be computed block by block: it computes one value of all steps, also of those that have not come}}
  %1 = nn.mean_over %0 dims(1) : tensor<1x?x4xf32> -> tensor<1x4xf32>
  nn.return %1 : tensor<1x4xf32>
}
}

// -----

module attributes {nn.stream} {
nn.sequential @net(%x: tensor<1x?x4xf32>) -> tensor<1x?x4xf32> {
  // expected-error@below {{layer '0' cannot be computed block by block: it relates each step to others without a limit, or to those that have not come; attention of a stream states how far it looks back, as in 'causal window(64)'}}
  %0 = nn.attention %x heads(2) : tensor<1x?x4xf32>
  nn.return %0 : tensor<1x?x4xf32>
}
}

// -----

module attributes {nn.stream} {
nn.sequential @net(%x: tensor<1x?x4xf32>) -> tensor<1x1x4xf32> {
  %0 = nn.gru %x, 4 : tensor<1x?x4xf32> -> tensor<1x?x4xf32>
  // expected-error@below {{cannot be computed block by block: it takes some of the steps; what is left after the last one is a recurrent layer's 'last'}}
  %1 = nn.slice %0 axis(1) start(-1) : tensor<1x?x4xf32> -> tensor<1x1x4xf32>
  nn.return %1 : tensor<1x1x4xf32>
}
}

// -----

module attributes {nn.stream} {
nn.sequential @net(%x: tensor<1x?x4xf32>) -> tensor<1x?x4xf32> {
  %0 = nn.gru %x, 4 : tensor<1x?x4xf32> -> tensor<1x?x4xf32>
  // expected-error@below {{cannot be computed block by block: it puts steps behind others}}
  %1 = nn.concat %0, %x axis(1) : tensor<1x?x4xf32>, tensor<1x?x4xf32> -> tensor<1x?x4xf32>
  nn.return %1 : tensor<1x?x4xf32>
}
}

// -----

module attributes {nn.stream} {
nn.sequential @net(%x: tensor<1x4x?xf32>) -> tensor<1x4x?xf32> {
  // expected-error@below {{layer '0' cannot be computed block by block: it reads steps in another order than they come in}}
  %0 = nn.pad %x padding(2, 0) value(1.0) : tensor<1x4x?xf32> -> tensor<1x4x?xf32>
  %1 = nn.conv1d %0, 4 kernel(3) : tensor<1x4x?xf32> -> tensor<1x4x?xf32>
  nn.return %1 : tensor<1x4x?xf32>
}
}

// -----

module attributes {nn.stream} {
// expected-error@below {{the network has no layer that keeps anything from one step to the next, such as a recurrent one or a causal convolution; compile it without --stream}}
nn.sequential @net(%x: tensor<1x?x4xf32>) -> tensor<1x?x4xf32> {
  %0 = nn.dense %x, 4 : tensor<1x?x4xf32> -> tensor<1x?x4xf32>
  nn.return %0 : tensor<1x?x4xf32>
}
}

// -----

module attributes {nn.stream} {
// expected-error@below {{has several sizes that are open, but a stream is given one, how many steps a block has; bind the others}}
nn.sequential @net(%x: tensor<1x1x?x?xf32>) -> tensor<1x1x?x?xf32> {
  %0 = nn.conv2d %x, 1 kernel(3) padding(1) : tensor<1x1x?x?xf32> -> tensor<1x1x?x?xf32>
  nn.return %0 : tensor<1x1x?x?xf32>
}
}

// -----

// What is left after the last step is another number for each block.
module attributes {nn.stream} {
nn.sequential @net(%x: tensor<1x8x4xf32>) -> tensor<1x8x4xf32> {
  %0 = nn.gru %x, 32 last : tensor<1x8x4xf32> -> tensor<1x32xf32>
  %1 = nn.reshape %0 shape(1, 8, 4) : tensor<1x32xf32> -> tensor<1x8x4xf32>
  // expected-error@below {{layer '2' cannot be computed block by block: it joins what is left after the last step with all steps}}
  %2 = nn.add %1, %x : tensor<1x8x4xf32>
  nn.return %2 : tensor<1x8x4xf32>
}
}

// -----

// A second recurrence across what the first one goes along.
module attributes {nn.stream} {
nn.sequential @net(%x: tensor<1x8x4xf32>) -> tensor<1x4x3xf32> {
  %0 = nn.gru %x, 4 : tensor<1x8x4xf32> -> tensor<1x8x4xf32>
  %1 = nn.permute %0 dims(0, 2, 1) : tensor<1x8x4xf32> -> tensor<1x4x8xf32>
  // expected-error@below {{layer '2' cannot be computed block by block}}
  %2 = nn.gru %1, 3 : tensor<1x4x8xf32> -> tensor<1x4x3xf32>
  nn.return %2 : tensor<1x4x3xf32>
}
}

// -----

module attributes {nn.stream} {
nn.sequential @net(%x: tensor<1x?x4xf32>, %h: tensor<1x1x3xf32>) -> tensor<1x?x3xf32> {
  // expected-error@below {{layer '0' cannot be computed block by block: it begins with states that it is given, while a stream keeps them by itself; leave out 'state'}}
  %0 = nn.gru %x, 3 state(%h) : tensor<1x?x4xf32>, tensor<1x1x3xf32> -> tensor<1x?x3xf32>
  nn.return %0 : tensor<1x?x3xf32>
}
}

// -----

module attributes {nn.stream} {
nn.sequential @net(%x: tensor<1x?x4xf32>, %n: tensor<1xi32>) -> tensor<1x?x3xf32> {
  // expected-error@below {{layer '0' cannot be computed block by block: it has lengths of whole sequences, of which a stream has the next steps; leave out 'lengths'}}
  %0 = nn.gru %x, 3 lengths(%n) : tensor<1x?x4xf32>, tensor<1xi32> -> tensor<1x?x3xf32>
  nn.return %0 : tensor<1x?x3xf32>
}
}
