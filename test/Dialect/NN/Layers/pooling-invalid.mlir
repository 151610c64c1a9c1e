// RUN: nascent-opt %s --split-input-file --verify-diagnostics

nn.sequential @no_kernel(%x: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{needs the clause 'kernel(…)'}}
  %0 = nn.max_pool2d %x : tensor<2x3x8x8xf32> -> tensor<2x3x4x4xf32>
  nn.return
}

// -----

nn.sequential @rank(%x: tensor<2x3x8xf32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 4 (batch, channels and 2 spatial dimensions), got rank 3}}
  %0 = nn.max_pool2d %x kernel(3) : tensor<2x3x8xf32> -> tensor<2x3x2xf32>
  nn.return
}

// -----

nn.sequential @rank_of_output(%x: tensor<2x3x8xf32>) {
  // expected-error @+1 {{layer '0' expects an output of rank 3 (batch, channels and 1 spatial dimension), got rank 2}}
  %0 = nn.adaptive_max_pool1d %x size(1) : tensor<2x3x8xf32> -> tensor<2x3xf32>
  nn.return
}

// -----

nn.sequential @no_dilation_of_means(%x: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{has no clause 'dilation'; it takes kernel, stride, padding, ceil, exclude_padding, name}}
  %0 = nn.avg_pool2d %x kernel(3) dilation(2) : tensor<2x3x8x8xf32> -> tensor<2x3x2x2xf32>
  nn.return
}

// -----

nn.sequential @zero_stride(%x: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{layer '0' expects each number of 'stride' to be from 1 to 2147483647, got 0}}
  %0 = nn.avg_pool2d %x kernel(3) stride(1, 0) : tensor<2x3x8x8xf32> -> tensor<2x3x6x6xf32>
  nn.return
}

// -----

nn.sequential @stride_numbers(%x: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{layer '0' expects 'stride' to have 1 number or 2, got 3}}
  %0 = nn.max_pool2d %x kernel(3) stride(1, 2, 3) : tensor<2x3x8x8xf32> -> tensor<2x3x6x6xf32>
  nn.return
}

// -----

nn.sequential @padding(%x: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{layer '0' has a padding of 2 in dimension 3, but at most half of the window's extent, which is 3, may be padding}}
  %0 = nn.avg_pool2d %x kernel(5, 3) padding(2) : tensor<2x3x8x8xf32> -> tensor<2x3x2x4xf32>
  nn.return
}

// -----

nn.sequential @padding_after(%x: tensor<2x3x8xf32>) {
  // expected-error @+1 {{layer '0' has a padding of 3 in dimension 2, but at most half of the window's extent, which is 5, may be padding}}
  %0 = nn.max_pool1d %x kernel(3) dilation(2) padding(2, 3) : tensor<2x3x8xf32> -> tensor<2x3x3xf32>
  nn.return
}

// -----

// expected-note @+1 {{4 comes from input 0 of network 'small_input'}}
nn.sequential @small_input(%x: tensor<2x3x4x9xf32>) {
  // expected-error @+1 {{layer '0' expects dimension 2 of its padded input to be at least 9, the window's extent, got 6}}
  %0 = nn.max_pool2d %x kernel(5, 3) padding(1) dilation(2) : tensor<2x3x4x9xf32> -> tensor<2x3x?x?xf32>
  nn.return
}

// -----

// expected-note @+1 {{4 comes from input 0 of network 'small_input_of_ceil'}}
nn.sequential @small_input_of_ceil(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{layer '0' expects dimension 2 of its padded input to be at least 5, the window's extent less its stride, plus 1, got 4}}
  %0 = nn.avg_pool1d %x kernel(6) stride(2) ceil : tensor<2x3x4xf32> -> tensor<2x3x?xf32>
  nn.return
}

// -----

// expected-note @+1 {{4 comes from input 0 of network 'output', by the window of layer '0'}}
nn.sequential @output(%x: tensor<2x3x8x8xf32>) {
  // expected-note @+2 {{3 comes from the type written for the result of layer '0'}}
  // expected-error @+1 {{layer '0' expects dimension 3 to be 4, got 3}}
  %0 = nn.max_pool2d %x kernel(2) : tensor<2x3x8x8xf32> -> tensor<2x3x4x3xf32>
  nn.return
}

// -----

// expected-note @+1 {{3 comes from input 0 of network 'channels'}}
nn.sequential @channels(%x: tensor<2x3x8x8xf32>) {
  // expected-note @+2 {{4 comes from the type written for the result of layer '0'}}
  // expected-error @+1 {{layer '0' expects dimension 1 to be 3, got 4}}
  %0 = nn.avg_pool2d %x kernel(2) : tensor<2x3x8x8xf32> -> tensor<2x4x4x4xf32>
  nn.return
}

// -----

nn.sequential @no_input(%x: tensor<2x3x?xf32>) {
  // expected-note @+2 {{1 comes from the type written for the result of layer '0'}}
  // expected-error @+1 {{layer '0' has no input for an output of size 1 in dimension 2}}
  %0 = nn.max_pool1d %x kernel(4) stride(1) padding(2, 2) ceil : tensor<2x3x?xf32> -> tensor<2x3x1xf32>
  nn.return
}

// -----

nn.sequential @no_size(%x: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{needs the clause 'size(…)'}}
  %0 = nn.adaptive_avg_pool2d %x : tensor<2x3x8x8xf32> -> tensor<2x3x1x1xf32>
  nn.return
}

// -----

nn.sequential @size_numbers(%x: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{layer '0' expects 'size' to have 1 number or 2, got 3}}
  %0 = nn.adaptive_avg_pool2d %x size(1, 2, 4) : tensor<2x3x8x8xf32> -> tensor<2x3x1x1xf32>
  nn.return
}

// -----

nn.sequential @zero_size(%x: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{layer '0' expects each number of 'size' to be at least 1, got 0}}
  %0 = nn.adaptive_max_pool2d %x size(1, 0) : tensor<2x3x8x8xf32> -> tensor<2x3x1x?xf32>
  nn.return
}

// -----

// expected-note @+1 {{10 comes from input 0 of network 'uneven_windows'}}
nn.sequential @uneven_windows(%x: tensor<2x3x8x10xf32>) {
  // expected-error @+1 {{layer '0' expects dimension 3 of its input to be a multiple of its size 4, as windows that overlap are not supported, got 10}}
  %0 = nn.adaptive_avg_pool2d %x size(4) : tensor<2x3x8x10xf32> -> tensor<2x3x4x4xf32>
  nn.return
}

// -----

nn.sequential @size_of_output(%x: tensor<2x3x8x8xf32>) {
  // expected-note @+3 {{4 comes from the size of layer '0'}}
  // expected-note @+2 {{2 comes from the type written for the result of layer '0'}}
  // expected-error @+1 {{layer '0' expects dimension 2 to be 4, got 2}}
  %0 = nn.adaptive_avg_pool2d %x size(4) : tensor<2x3x8x8xf32> -> tensor<2x3x2x2xf32>
  nn.return
}

// -----

nn.sequential @global_rank(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 3 or more (batch, channels and spatial dimensions), got rank 2}}
  %0 = nn.global_avg_pool %x : tensor<2x3xf32> -> tensor<2x3xf32>
  nn.return
}

// -----

nn.sequential @global_keeps_rank(%x: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{layer '0' expects an output of the input's rank 4, got rank 2}}
  %0 = nn.global_avg_pool %x : tensor<2x3x8x8xf32> -> tensor<2x3xf32>
  nn.return
}

// -----

nn.sequential @global_size(%x: tensor<2x3x8x8xf32>) {
  // expected-note @+3 {{1 comes from the mean of layer '0'}}
  // expected-note @+2 {{8 comes from the type written for the result of layer '0'}}
  // expected-error @+1 {{layer '0' expects dimension 2 to be 1, got 8}}
  %0 = nn.global_avg_pool %x : tensor<2x3x8x8xf32> -> tensor<2x3x8x8xf32>
  nn.return
}

// -----

nn.sequential @padded(%x: tensor<2x4x8x8xf32>) {
  // expected-error @+1 {{layer '0' padded input of shape (2, 4, 4294967300, 4294967300) needs 2^63 bytes or more}}
  %0 = nn.max_pool2d %x kernel(2147483647) stride(2147483647) padding(1073741823) ceil : tensor<2x4x8x8xf32> -> tensor<2x4x?x?xf32>
  nn.return
}

// -----

nn.sequential @over_batch(%x: tensor<?x?x4xf32>) {
  // expected-error @+1 {{layer '0' has the batch, dimension 0, as its axis; any other dimension will do}}
  %0 = nn.mean_over %x dims(0) : tensor<?x?x4xf32> -> tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @over_none(%x: tensor<?x?x4xf32>) {
  // expected-error @+1 {{layer '0' expects an axis from 1 to 2, or from -1 to -2, for values of rank 3, got 3}}
  %0 = nn.max_over %x dims(3) : tensor<?x?x4xf32> -> tensor<?x?xf32>
  nn.return
}

// -----

nn.sequential @over_twice(%x: tensor<?x?x4xf32>) {
  // expected-error @+1 {{layer '0' has dimension 2 twice in 'dims'}}
  %0 = nn.max_over %x dims(2, -1) : tensor<?x?x4xf32> -> tensor<?xf32>
  nn.return
}

// -----

nn.sequential @over_nothing(%x: tensor<?x?x4xf32>) {
  // expected-error @+1 {{layer 'm' expects 'dims' to have 1 number or more, got none}}
  %0 = "nn.mean_over"(%x) <{dims = array<i64>, name = "m"}> : (tensor<?x?x4xf32>) -> tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @over_rank(%x: tensor<?x?x4xf32>) {
  // expected-error @+1 {{layer '0' expects an output of rank 2, that of its input less 1, got rank 3}}
  %0 = nn.max_over %x dims(2) : tensor<?x?x4xf32> -> tensor<?x?x4xf32>
  nn.return
}

// -----

// expected-note @+1 {{4 comes from input 0 of network 'over_size'}}
nn.sequential @over_size(%x: tensor<?x?x4xf32>) {
  // expected-error @+2 {{layer '0' expects dimension 1 to be 4, got 5}}
  // expected-note @+1 {{5 comes from the type written for the result of layer '0'}}
  %0 = nn.mean_over %x dims(1) : tensor<?x?x4xf32> -> tensor<?x5xf32>
  nn.return
}
