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
