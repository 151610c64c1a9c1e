// RUN: nascent-opt %s --split-input-file --verify-diagnostics

nn.sequential @pad_rank(%x: tensor<?x3xf32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 3 or more (batch, channels and spatial dimensions), got rank 2}}
  %0 = nn.pad %x padding(1) : tensor<?x3xf32> -> tensor<?x5xf32>
  nn.return
}

// -----

nn.sequential @pad_output_rank(%x: tensor<?x3x4xf32>) {
  // expected-error @+1 {{layer '0' expects an output of the input's rank 3, got rank 4}}
  %0 = nn.pad %x padding(1) : tensor<?x3x4xf32> -> tensor<?x3x6x6xf32>
  nn.return
}

// -----

// expected-note @+1 {{6 comes from input 0 of network 'pad_size', padded by layer '0'}}
nn.sequential @pad_size(%x: tensor<?x3x4xf32>) {
  // expected-error @+2 {{layer '0' expects dimension 2 to be 6, got 5}}
  // expected-note @+1 {{5 comes from the type written for the result of layer '0'}}
  %0 = nn.pad %x padding(1) : tensor<?x3x4xf32> -> tensor<?x3x5xf32>
  nn.return
}

// -----

nn.sequential @pad_numbers(%x: tensor<?x3x4x5xf32>) {
  // expected-error @+1 {{layer '0' expects 'padding' to have 1 number, 2 or, with those after each dimension, 4, got 3}}
  %0 = nn.pad %x padding(1, 2, 3) : tensor<?x3x4x5xf32> -> tensor<?x3x?x?xf32>
  nn.return
}

// -----

nn.sequential @pad_negative(%x: tensor<?x3x4xf32>) {
  // expected-error @+1 {{layer '0' expects each number of 'padding' to be from 0 to 2147483647, got -1}}
  %0 = nn.pad %x padding(-1) : tensor<?x3x4xf32> -> tensor<?x3x2xf32>
  nn.return
}

// -----

// expected-note @+1 {{4 comes from input 0 of network 'reflect_all'}}
nn.sequential @reflect_all(%x: tensor<?x3x4xf32>) {
  // expected-error @+1 {{layer '0' reflects 4 elements in dimension 2, and expects more in its input, got 4}}
  %0 = nn.pad %x padding(0, 4) mode(reflect) : tensor<?x3x4xf32> -> tensor<?x3x8xf32>
  nn.return
}

// -----

nn.sequential @value_of_mode(%x: tensor<?x3x4xf32>) {
  // expected-error @+1 {{layer '0' has a 'value', but 'mode(replicate)', which takes its input's; drop one}}
  %0 = nn.pad %x padding(1) mode(replicate) value(1.0) : tensor<?x3x4xf32> -> tensor<?x3x6xf32>
  nn.return
}

// -----

nn.sequential @unknown_mode(%x: tensor<?x3x4xf32>) {
  // expected-error @+1 {{attribute 'mode' failed to satisfy constraint: string attribute that is constant or reflect or replicate}}
  %0 = nn.pad %x padding(1) mode(circular) : tensor<?x3x4xf32> -> tensor<?x3x6xf32>
  nn.return
}

// -----

nn.sequential @no_padding(%x: tensor<?x3x4xf32>) {
  // expected-error @+1 {{needs the clause 'padding(…)'}}
  %0 = nn.pad %x : tensor<?x3x4xf32> -> tensor<?x3x6xf32>
  nn.return
}

// -----

nn.sequential @no_input(%x: tensor<?x3x?xf32>) {
  // expected-error @+2 {{layer '0' has no input for an output of size 2 in dimension 2}}
  // expected-note @+1 {{2 comes from the type written for the result of layer '0'}}
  %0 = nn.pad %x padding(1) : tensor<?x3x?xf32> -> tensor<?x3x2xf32>
  nn.return
}

// -----

nn.sequential @not_divisible(%x: tensor<?x3x?xf32>) {
  // expected-error @+2 {{layer '0' has no input for an output of size 5 in dimension 2}}
  // expected-note @+1 {{5 comes from the type written for the result of layer '0'}}
  %0 = nn.upsample %x scale(2) : tensor<?x3x?xf32> -> tensor<?x3x5xf32>
  nn.return
}

// -----

nn.sequential @scale_numbers(%x: tensor<?x3x4xf32>) {
  // expected-error @+1 {{layer '0' expects 'scale' to have 1 number, got 2}}
  %0 = nn.upsample %x scale(2, 2) : tensor<?x3x4xf32> -> tensor<?x3x8xf32>
  nn.return
}

// -----

nn.sequential @scale_zero(%x: tensor<?x3x4xf32>) {
  // expected-error @+1 {{layer '0' expects each number of 'scale' to be from 1 to 2147483647, got 0}}
  %0 = nn.upsample %x scale(0) : tensor<?x3x4xf32> -> tensor<?x3x?xf32>
  nn.return
}

// -----

nn.sequential @mode_rank(%x: tensor<?x3x4xf32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 4 for 'mode(bilinear)', got rank 3}}
  %0 = nn.upsample %x scale(2) mode(bilinear) : tensor<?x3x4xf32> -> tensor<?x3x8xf32>
  nn.return
}

// -----

nn.sequential @too_large(%x: tensor<1x1x1152921504606846976xf32>) {
  // expected-error @+1 {{layer '0' needs an output of 2^63 elements or more}}
  %0 = nn.upsample %x scale(16) : tensor<1x1x1152921504606846976xf32> -> tensor<1x1x?xf32>
  nn.return
}
