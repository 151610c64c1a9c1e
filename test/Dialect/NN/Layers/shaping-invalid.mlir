// RUN: nascent-opt %s --split-input-file --verify-diagnostics

nn.sequential @start_too_large(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{layer '0' expects 'start' between 0 and 1 for an input of rank 2, got 2}}
  %0 = nn.flatten %x start(2) : tensor<2x3xf32> -> tensor<6xf32>
  nn.return
}

// -----

nn.sequential @start_negative(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{layer '0' expects 'start' between 0 and 1 for an input of rank 2, got -1}}
  %0 = nn.flatten %x start(-1) : tensor<2x3xf32> -> tensor<6xf32>
  nn.return
}

// -----

nn.sequential @flatten_scalar(%x: tensor<f32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 1 or more, got rank 0}}
  %0 = nn.flatten %x start(0) : tensor<f32> -> tensor<1xf32>
  nn.return
}

// -----

nn.sequential @flatten_rank(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{layer '0' expects an output of rank 2, got rank 1}}
  %0 = nn.flatten %x : tensor<2x3x4xf32> -> tensor<12xf32>
  nn.return
}

// -----

nn.sequential @flatten_size(%x: tensor<?x3x4xf32>) {
  // expected-error @+3 {{layer 'flat' expects flattened size 12, got 13}}
  // expected-note @+2 {{12 comes from 3*4 flattened by layer 'flat'}}
  // expected-note @+1 {{13 comes from the type written for the result of layer 'flat'}}
  %0 = nn.flatten %x name("flat") : tensor<?x3x4xf32> -> tensor<?x13xf32>
  nn.return
}

// -----

// expected-note @+1 {{2 comes from input 0 of network 'flatten_batch'}}
nn.sequential @flatten_batch(%x: tensor<2x3x4xf32>) {
  // expected-error @+2 {{layer '0' expects dimension 0 to be 2, got 3}}
  // expected-note @+1 {{3 comes from the type written for the result of layer '0'}}
  %0 = nn.flatten %x : tensor<2x3x4xf32> -> tensor<3x12xf32>
  nn.return
}

// -----

nn.sequential @flatten_multiple(%x: tensor<2x3x?xf32>) {
  // expected-error @+2 {{layer '0' expects a flattened size that is a multiple of 3, got 10}}
  // expected-note @+1 {{10 comes from the type written for the result of layer '0'}}
  %0 = nn.flatten %x : tensor<2x3x?xf32> -> tensor<2x10xf32>
  nn.return
}

// -----

nn.sequential @row_too_large(%x: tensor<2x?xf32>) {
  // expected-error @+1 {{layer '0' has 2^63 elements or more in a row}}
  %0 = nn.reshape %x shape(-1, 4294967296, 4294967296) : tensor<2x?xf32> -> tensor<2x?x?xf32>
  nn.return
}

// -----

nn.sequential @reshape_size(%x: tensor<?x3x4xf32>) {
  // expected-error @+3 {{layer '0' expects row size 12, got 10}}
  // expected-note @+2 {{12 comes from 3*4 reshaped by layer '0'}}
  // expected-note @+1 {{10 comes from 2*5 reshaped by layer '0'}}
  %0 = nn.reshape %x shape(-1, 2, 5) : tensor<?x3x4xf32> -> tensor<?x2x5xf32>
  nn.return
}

// -----

nn.sequential @reshape_multiple(%x: tensor<?x3x4xf32>) {
  // expected-error @+2 {{layer '0' expects a row size that is a multiple of 5, got 12}}
  // expected-note @+1 {{12 comes from 3*4 reshaped by layer '0'}}
  %0 = nn.reshape %x shape(-1, 5, -1) : tensor<?x3x4xf32> -> tensor<?x5x?xf32>
  nn.return
}

// -----

nn.sequential @reshape_input_multiple(%x: tensor<?x5x?xf32>) {
  // expected-error @+2 {{layer '0' expects a row size that is a multiple of 5, got 12}}
  // expected-note @+1 {{12 comes from the type written for the result of layer '0'}}
  %0 = nn.reshape %x shape(-1, 12) : tensor<?x5x?xf32> -> tensor<?x12xf32>
  nn.return
}

// -----

nn.sequential @reshape_two_unknown(%x: tensor<?x12xf32>) {
  // expected-error @+1 {{layer '0' expects at most one -1 behind the batch in 'shape', got 2}}
  %0 = nn.reshape %x shape(-1, -1, -1) : tensor<?x12xf32> -> tensor<?x?x?xf32>
  nn.return
}

// -----

nn.sequential @reshape_zero(%x: tensor<?x12xf32>) {
  // expected-error @+1 {{layer '0' expects sizes of 'shape' that are positive, or -1, got 0}}
  %0 = nn.reshape %x shape(-1, 0) : tensor<?x12xf32> -> tensor<?x?xf32>
  nn.return
}

// -----

nn.sequential @reshape_rank(%x: tensor<?x12xf32>) {
  // expected-error @+1 {{layer '0' expects an output of rank 3, as 'shape' says, got rank 2}}
  %0 = nn.reshape %x shape(-1, 3, 4) : tensor<?x12xf32> -> tensor<?x12xf32>
  nn.return
}

// -----

nn.sequential @reshape_scalar(%x: tensor<f32>) {
  // expected-error @+1 {{layer '0' expects the batch as the first dimension of its input and of 'shape', got ranks 0 and 1}}
  %0 = nn.reshape %x shape(1) : tensor<f32> -> tensor<1xf32>
  nn.return
}

// -----

// expected-note @+1 {{3 comes from input 0 of network 'reshape_batch'}}
nn.sequential @reshape_batch(%x: tensor<3x4xf32>) {
  // expected-error @+2 {{layer '0' expects dimension 0 to be 3, got 2}}
  // expected-note @+1 {{2 comes from the shape of layer '0'}}
  %0 = nn.reshape %x shape(2, 6) : tensor<3x4xf32> -> tensor<?x6xf32>
  nn.return
}

// -----

nn.sequential @permute_twice(%x: tensor<?x3x4xf32>) {
  // expected-error @+1 {{layer '0' expects 'dims' to be the numbers from 0 to 2 in any order that begins with 0, the batch, got (0, 1, 1)}}
  %0 = nn.permute %x dims(0, 1, 1) : tensor<?x3x4xf32> -> tensor<?x3x3xf32>
  nn.return
}

// -----

nn.sequential @permute_batch(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{layer '0' expects 'dims' to be the numbers from 0 to 1 in any order that begins with 0, the batch, got (1, 0)}}
  %0 = nn.permute %x dims(1, 0) : tensor<2x3xf32> -> tensor<3x2xf32>
  nn.return
}

// -----

nn.sequential @permute_rank(%x: tensor<?x3x4xf32>) {
  // expected-error @+1 {{layer '0' expects an input and an output of rank 2, as many as 'dims' has, got ranks 3 and 2}}
  %0 = nn.permute %x dims(0, 1) : tensor<?x3x4xf32> -> tensor<?x3xf32>
  nn.return
}

// -----

// expected-note @+1 {{4 comes from input 0 of network 'permute_size'}}
nn.sequential @permute_size(%x: tensor<?x3x4xf32>) {
  // expected-error @+2 {{layer '0' expects dimension 1 to be 4, got 5}}
  // expected-note @+1 {{5 comes from the type written for the result of layer '0'}}
  %0 = nn.permute %x dims(0, 2, 1) : tensor<?x3x4xf32> -> tensor<?x5x3xf32>
  nn.return
}
