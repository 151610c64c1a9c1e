// RUN: nascent-opt %s --split-input-file --verify-diagnostics

nn.sequential @no_kernel(%x: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{needs the clause 'kernel(…)'}}
  %0 = nn.conv2d %x, 4 : tensor<2x3x8x8xf32> -> tensor<2x4x6x6xf32>
  nn.return
}

// -----

nn.sequential @rank(%x: tensor<2x3x8xf32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 4 (batch, channels and 2 spatial dimensions), got rank 3}}
  %0 = nn.conv2d %x, 4 kernel(3) : tensor<2x3x8xf32> -> tensor<2x4x6x6xf32>
  nn.return
}

// -----

nn.sequential @no_channels(%x: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{layer '0' needs at least 1 channel, got 0}}
  %0 = nn.conv2d %x, 0 kernel(3) : tensor<2x3x8x8xf32> -> tensor<2x?x6x6xf32>
  nn.return
}

// -----

nn.sequential @no_groups(%x: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{layer '0' needs at least 1 group, got 0}}
  %0 = nn.conv2d %x, 4 kernel(3) groups(0) : tensor<2x3x8x8xf32> -> tensor<2x4x6x6xf32>
  nn.return
}

// -----

nn.sequential @channels_of_groups(%x: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{layer '0' expects channels that are a multiple of its 3 groups, got 4}}
  %0 = nn.conv2d %x, 4 kernel(3) groups(3) : tensor<2x3x8x8xf32> -> tensor<2x4x6x6xf32>
  nn.return
}

// -----

nn.sequential @kernel_numbers(%x: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{layer '0' expects 'kernel' to have 1 number or 2, got 3}}
  %0 = nn.conv2d %x, 4 kernel(3, 3, 3) : tensor<2x3x8x8xf32> -> tensor<2x4x6x6xf32>
  nn.return
}

// -----

nn.sequential @zero_stride(%x: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{layer '0' expects each number of 'stride' to be from 1 to 2147483647, got 0}}
  %0 = nn.conv2d %x, 4 kernel(3) stride(0) : tensor<2x3x8x8xf32> -> tensor<2x4x6x6xf32>
  nn.return
}

// -----

nn.sequential @padding_numbers(%x: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{layer '0' expects 'padding' to have 1 number, 2 or, with those after each dimension, 4, got 3}}
  %0 = nn.conv2d %x, 4 kernel(3) padding(1, 1, 1) : tensor<2x3x8x8xf32> -> tensor<2x4x6x6xf32>
  nn.return
}

// -----

nn.sequential @same_with_stride(%x: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{layer '0' has 'padding(same)', which keeps sizes, but stride 2; state the padding in numbers}}
  %0 = nn.conv2d %x, 4 kernel(3) padding(same) stride(2) : tensor<2x3x8x8xf32> -> tensor<2x4x4x4xf32>
  nn.return
}

// -----

// expected-note @+1 {{6 comes from input 0 of network 'output', by the window of layer '0'}}
nn.sequential @output(%x: tensor<2x3x8x8xf32>) {
  // expected-note @+2 {{5 comes from the type written for the result of layer '0'}}
  // expected-error @+1 {{layer '0' expects dimension 2 to be 6, got 5}}
  %0 = nn.conv2d %x, 4 kernel(3) : tensor<2x3x8x8xf32> -> tensor<2x4x5x6xf32>
  nn.return
}

// -----

// expected-note @+1 {{3 comes from input 0 of network 'stated_channels'}}
nn.sequential @stated_channels(%x: tensor<2x3x8x8xf32>) {
  // expected-note @+2 {{5 comes from 'in(5)' of layer '0'}}
  // expected-error @+1 {{layer '0' expects input channels 5, got 3}}
  %0 = nn.conv2d %x, 4 kernel(3) in(5) : tensor<2x3x8x8xf32> -> tensor<2x4x6x6xf32>
  nn.return
}

// -----

// expected-note @+1 {{4 comes from input 0 of network 'small_input'}}
nn.sequential @small_input(%x: tensor<2x3x4x9xf32>) {
  // expected-error @+1 {{layer '0' expects dimension 2 of its padded input to be at least 7, the window's extent, got 6}}
  %0 = nn.conv2d %x, 4 kernel(4, 3) padding(1) dilation(2) : tensor<2x3x4x9xf32> -> tensor<2x4x?x?xf32>
  nn.return
}

// -----

// expected-note @+1 {{3 comes from input 0 of network 'grouped_input'}}
nn.sequential @grouped_input(%x: tensor<2x3x9x9xf32>) {
  // expected-error @+1 {{layer '0' expects input channels that are a multiple of its 2 groups, got 3}}
  %0 = nn.conv2d %x, 4 kernel(3) groups(2) : tensor<2x3x9x9xf32> -> tensor<2x4x?x?xf32>
  nn.return
}

// -----

nn.sequential @no_input(%x: tensor<2x3x?x9xf32>) {
  // expected-note @+2 {{1 comes from the type written for the result of layer '0'}}
  // expected-error @+1 {{layer '0' has no input for an output of size 1 in dimension 2}}
  %0 = nn.conv2d %x, 4 kernel(3) padding(2, 0) : tensor<2x3x?x9xf32> -> tensor<2x4x1x?xf32>
  nn.return
}

// -----

nn.sequential @transposed_same(%x: tensor<2x4x8xf32>) {
  // expected-error @+1 {{layer '0' is a transposed convolution, and has 'padding(same)'; state the padding in numbers}}
  %0 = nn.conv_transpose1d %x, 4 kernel(3) padding(same) : tensor<2x4x8xf32> -> tensor<2x4x8xf32>
  nn.return
}

// -----

nn.sequential @output_padding(%x: tensor<2x4x8xf32>) {
  // expected-error @+1 {{layer '0' expects 'output_padding' to be less than the stride or the dilation, at most 1, got 2}}
  %0 = nn.conv_transpose1d %x, 4 kernel(3) stride(2) output_padding(2) : tensor<2x4x8xf32> -> tensor<2x4x?xf32>
  nn.return
}

// -----

nn.sequential @output_padding_numbers(%x: tensor<2x4x8xf32>) {
  // expected-error @+1 {{layer '0' expects 'output_padding' to have 1 number, got 2}}
  %0 = nn.conv_transpose1d %x, 4 kernel(3) stride(2) output_padding(1, 1) : tensor<2x4x8xf32> -> tensor<2x4x?xf32>
  nn.return
}

// -----

nn.sequential @many_phases(%x: tensor<2x4x8x8xf32>) {
  // expected-error @+1 {{layer '0' has strides whose product is 10000, but a transposed convolution is computed in so many parts, at most 1024}}
  %0 = nn.conv_transpose2d %x, 4 kernel(3) stride(100) : tensor<2x4x8x8xf32> -> tensor<2x4x?x?xf32>
  nn.return
}

// -----

// expected-note @+1 {{1 comes from input 0 of network 'no_output'}}
nn.sequential @no_output(%x: tensor<2x4x1xf32>) {
  // expected-error @+1 {{layer '0' has an output of size -1 in dimension 2}}
  %0 = nn.conv_transpose1d %x, 4 kernel(3) padding(2) : tensor<2x4x1xf32> -> tensor<2x4x?xf32>
  nn.return
}

// -----

nn.sequential @no_input_of_stride(%x: tensor<2x4x?xf32>) {
  // expected-error @+2 {{layer '0' has no input for an output of size 8 in dimension 2}}
  // expected-note @+1 {{8 comes from the type written for the result of layer '0'}}
  %0 = nn.conv_transpose1d %x, 4 kernel(3) stride(2) : tensor<2x4x?xf32> -> tensor<2x4x8xf32>
  nn.return
}

// -----

// expected-note @+1 {{4 comes from input 0 of network 'transposed_groups'}}
nn.sequential @transposed_groups(%x: tensor<2x4x8xf32>) {
  // expected-error @+1 {{layer '0' expects input channels that are a multiple of its 3 groups, got 4}}
  %0 = nn.conv_transpose1d %x, 6 kernel(3) groups(3) : tensor<2x4x8xf32> -> tensor<2x6x?xf32>
  nn.return
}

// -----

nn.sequential @padded(%x: tensor<2x4x8x8xf32>) {
  // expected-error @+1 {{layer '0' padded input of shape (2, 4, 4294967302, 4294967302) needs 2^63 bytes or more}}
  %0 = nn.conv2d %x, 4 kernel(3) stride(2147483647) padding(2147483647) : tensor<2x4x8x8xf32> -> tensor<2x4x?x?xf32>
  nn.return
}

// -----

nn.sequential @padded_transposed(%x: tensor<2x4x8x8xf32>) {
  // expected-error @+1 {{layer '0' padded input of shape (2, 4, 2147483656, 2147483656) needs 2^63 bytes or more}}
  %0 = nn.conv_transpose2d %x, 4 kernel(2) stride(2) dilation(2147483647) padding(1073741824) : tensor<2x4x8x8xf32> -> tensor<2x4x?x?xf32>
  nn.return
}

// -----

nn.sequential @causal_padding(%x: tensor<?x4x?xf32>) {
  // expected-error @+1 {{layer '0' has 'causal', which says where padding is, and 'padding'; drop one}}
  %0 = nn.conv1d %x, 4 kernel(3) padding(2) causal : tensor<?x4x?xf32> -> tensor<?x4x?xf32>
  nn.return
}

// -----

nn.sequential @causal_image(%x: tensor<?x4x?x?xf32>) {
  // expected-error @+1 {{has no clause 'causal'}}
  %0 = nn.conv2d %x, 4 kernel(3) causal : tensor<?x4x?x?xf32> -> tensor<?x4x?x?xf32>
  nn.return
}
