// RUN: nascent-opt %s --nn-materialize-parameters --nn-infer-shapes --split-input-file --verify-diagnostics

nn.sequential @some_states(%x: tensor<2x3x4xf32>, %h: tensor<2x1x5xf32>) {
  // expected-error @+1 {{layer '0' is given 1 state, expected none or 2, h and c}}
  %0 = nn.lstm %x, 5 state(%h) : tensor<2x3x4xf32>, tensor<2x1x5xf32> -> tensor<2x3x5xf32>
  nn.return
}

// -----

nn.sequential @many_states(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{layer '0' gives 2 states, expected none or 1, h}}
  %0, %1, %2 = nn.gru %x, 5 : tensor<2x3x4xf32> -> tensor<2x3x5xf32>, tensor<2x1x5xf32>, tensor<2x1x5xf32>
  nn.return
}

// -----

nn.sequential @rank_of_state(%x: tensor<2x3x4xf32>, %h: tensor<2x5xf32>) {
  // expected-error @+1 {{layer '0' expects 'state' of rank 3 (batch, layers·directions, units), got rank 2}}
  %0 = nn.gru %x, 5 state(%h) : tensor<2x3x4xf32>, tensor<2x5xf32> -> tensor<2x3x5xf32>
  nn.return
}

// -----

// expected-note @+1 {{1 comes from input 1 of network 'layers'}}
nn.sequential @layers(%x: tensor<2x3x4xf32>, %h: tensor<2x1x5xf32>) {
  // expected-error @+2 {{layer '0' expects dimension 1 of 'state' 4, got 1}}
  // expected-note @+1 {{4 comes from the layers and directions of layer '0'}}
  %0 = nn.gru %x, 5 layers(2) bidirectional state(%h) : tensor<2x3x4xf32>, tensor<2x1x5xf32> -> tensor<2x3x10xf32>
  nn.return
}

// -----

nn.sequential @units(%x: tensor<2x3x4xf32>) {
  // expected-error @+3 {{layer '0' expects dimension 2 of its last states 5, got 6}}
  // expected-note @+2 {{5 comes from the units of layer '0'}}
  // expected-note @+1 {{6 comes from}}
  %0, %1 = nn.gru %x, 5 : tensor<2x3x4xf32> -> tensor<2x3x5xf32>, tensor<2x1x6xf32>
  nn.return
}

// -----

// expected-note @+2 {{2 comes from input 0 of network 'batch'}}
// expected-note @+1 {{7 comes from input 1 of network 'batch'}}
nn.sequential @batch(%x: tensor<2x3x4xf32>, %h: tensor<7x1x5xf32>) {
  // expected-error @+1 {{layer '0' expects the batch of 'state' to be 2, got 7}}
  %0 = nn.gru %x, 5 state(%h) : tensor<2x3x4xf32>, tensor<7x1x5xf32> -> tensor<2x3x5xf32>
  nn.return
}

// -----

// expected-note @+2 {{2 comes from input 0 of network 'rows'}}
// expected-note @+1 {{7 comes from input 1 of network 'rows'}}
nn.sequential @rows(%x: tensor<2x3x4xf32>, %n: tensor<7xi32>) {
  // expected-error @+1 {{layer '0' expects the batch of 'lengths' to be 2, got 7}}
  %0 = nn.attention %x heads(2) lengths(%n) : tensor<2x3x4xf32>, tensor<7xi32>
  nn.return
}

// -----

nn.sequential @rank_of_lengths(%x: tensor<2x3x4xf32>, %n: tensor<2x3xi32>) {
  // expected-error @+1 {{layer '0' expects 'lengths' of rank 1 (batch), got rank 2}}
  %0 = nn.max_over %x dims(1) lengths(%n) : tensor<2x3x4xf32>, tensor<2x3xi32> -> tensor<2x4xf32>
  nn.return
}

// -----

nn.sequential @two_dims(%x: tensor<2x3x4x5xf32>, %n: tensor<2xi32>) {
  // expected-error @+1 {{layer '0' expects one dimension in 'dims', as it has 'lengths', got 2}}
  %0 = nn.mean_over %x dims(1, 2) lengths(%n) : tensor<2x3x4x5xf32>, tensor<2xi32> -> tensor<2x5xf32>
  nn.return
}

// -----

// expected-note @+1 {{'tensor<2xf32>' comes from input 1 of network 'floats'}}
nn.sequential @floats(%x: tensor<2x3x4xf32>, %n: tensor<2xf32>) {
  // expected-error @+1 {{layer '0' expects an input 1 of indices, i32, got 'tensor<2xf32>'}}
  %0 = nn.max_over %x dims(1) lengths(%n) : tensor<2x3x4xf32>, tensor<2xf32> -> tensor<2x4xf32>
  nn.return
}

// -----

nn.sequential @twice(%x: tensor<2x3x4xf32>, %n: tensor<2xi32>) {
  // expected-error @+1 {{clause 'lengths' is given twice}}
  %0 = nn.max_over %x dims(1) lengths(%n) lengths(%n) : tensor<2x3x4xf32>, tensor<2xi32> -> tensor<2x4xf32>
  nn.return
}

// -----

nn.sequential @types(%x: tensor<2x3x4xf32>, %n: tensor<2xi32>) {
  // expected-error @+1 {{expected a type for each of 2 operands, got 1}}
  %0 = nn.max_over %x dims(1) lengths(%n) : tensor<2x3x4xf32> -> tensor<2x4xf32>
  nn.return
}

// -----

nn.sequential @several_lengths(%x: tensor<2x3x4xf32>, %n: tensor<2xi32>) {
  // expected-error @+1 {{operand group starting at #1 requires 0 or 1 element, but found 2}}
  %0 = nn.max_over %x dims(1) lengths(%n, %n) : tensor<2x3x4xf32>, tensor<2xi32>, tensor<2xi32> -> tensor<2x4xf32>
  nn.return
}

// -----

nn.sequential @window(%x: tensor<2x3x4xf32>, %n: tensor<2xi32>) {
  // expected-error @+1 {{layer '0' has a window and lengths; drop the lengths, for what is behind one is seen by no place before it}}
  %0 = nn.attention %x heads(2) causal window(2) lengths(%n) : tensor<2x3x4xf32>, tensor<2xi32>
  nn.return
}

// -----

nn.sequential @scalar_rnn(%x: tensor<f32>, %n: tensor<?xi32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 3 (batch, length, features), got rank 0}}
  %0 = nn.rnn %x, 4 lengths(%n) : tensor<f32>, tensor<?xi32> -> tensor<?x?x4xf32>
  nn.return
}

// -----

nn.sequential @scalar_lstm(%x: tensor<f32>, %n: tensor<?xi32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 3 (batch, length, features), got rank 0}}
  %0 = nn.lstm %x, 4 lengths(%n) : tensor<f32>, tensor<?xi32> -> tensor<?x?x4xf32>
  nn.return
}

// -----

nn.sequential @scalar_gru(%x: tensor<f32>, %n: tensor<?xi32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 3 (batch, length, features), got rank 0}}
  %0 = nn.gru %x, 4 lengths(%n) : tensor<f32>, tensor<?xi32> -> tensor<?x?x4xf32>
  nn.return
}

// -----

nn.sequential @scalar_attention(%x: tensor<f32>, %n: tensor<?xi32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 3 (batch, length, width), got rank 0}}
  %0 = nn.attention %x heads(2) lengths(%n) : tensor<f32>, tensor<?xi32>
  nn.return
}

// -----

nn.sequential @scalar_mean(%x: tensor<f32>, %n: tensor<?xi32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 2 or more, got rank 0}}
  %0 = nn.mean_over %x dims(1) lengths(%n) : tensor<f32>, tensor<?xi32> -> tensor<f32>
  nn.return
}

// -----

nn.sequential @scalar_max(%x: tensor<f32>, %n: tensor<?xi32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 2 or more, got rank 0}}
  %0 = nn.max_over %x dims(1) lengths(%n) : tensor<f32>, tensor<?xi32> -> tensor<f32>
  nn.return
}
