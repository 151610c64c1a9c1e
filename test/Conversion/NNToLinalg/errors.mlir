// RUN: nascent-opt %s --convert-nn-to-linalg --split-input-file --verify-diagnostics

// Before materialisation.
nn.sequential @authored(%x: tensor<2x4xf32>) -> tensor<2x8xf32> {
  // expected-error @+1 {{layer '0' has no parameters yet; run nn-materialize-parameters first}}
  %0 = nn.dense %x, 8 : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

// -----

// Before layouts.
// expected-error @+1 {{'no_layouts' has no layouts yet; run nn-assign-layouts first}}
nn.sequential @no_layouts(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = nn.relu %x : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}

// -----

nn.parameter @w : tensor<8x4xf32> init(#nn.zeros)
// expected-error @+1 {{'no_offsets' has no layouts yet; run nn-assign-layouts first}}
nn.sequential @no_offsets(%x: tensor<2x4xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 128 : i64} {
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

// -----

// Before inference, or where it left something open.
// expected-note @+1 {{for example with 'open_width=?xNx3xf32'}}
nn.sequential @open_width(%x: tensor<?x?x3xf32>) -> tensor<?x?x3xf32> attributes {nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{layer '0' has the open dimension 2 in 'tensor<?x?x?xf32>', which is not known to follow from open sizes of the inputs}}
  %0 = nn.relu %x : tensor<?x?x3xf32> -> tensor<?x?x?xf32>
  %1 = nn.relu %0 : tensor<?x?x?xf32> -> tensor<?x?x3xf32>
  nn.return %1 : tensor<?x?x3xf32>
}

// -----

nn.sequential @open_value(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{has a value of type 'tensor<?x4xf32>', whose sizes are not settled}}
  %0 = nn.softmax %x : tensor<2x4xf32> -> tensor<?x4xf32>
  %1 = nn.softmax %0 : tensor<?x4xf32> -> tensor<2x4xf32>
  nn.return %1 : tensor<2x4xf32>
}

// -----

// expected-error @+1 {{has a value of type 'tensor<2x4xf32>', whose sizes are not settled}}
nn.sequential @partly_open(%x: tensor<?x4xf32>, %y: tensor<2x4xf32>) -> tensor<?x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x : tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}

// -----

// expected-error @+1 {{attribute 'nn.parameter_bytes' must be a 64-bit integer of at least 0, got "64"}}
nn.sequential @attribute(%x: tensor<2x4xf32>) attributes {nn.parameter_bytes = "64"} {
  nn.return
}

// -----

nn.sequential @adaptive(%x: tensor<?x4x?x?xf32, #nn.channels_last>) -> tensor<?x4x1x2xf32, #nn.channels_last> attributes {nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{layer '0' divides dimension 3 of its input, which is open, into 2 windows; only one window of all can stay open, so bind that dimension}}
  %0 = nn.adaptive_avg_pool2d %x size(1, 2) : tensor<?x4x?x?xf32, #nn.channels_last> -> tensor<?x4x1x2xf32, #nn.channels_last>
  nn.return %0 : tensor<?x4x1x2xf32, #nn.channels_last>
}

// -----

nn.sequential @sinusoidal(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{layer '0' adds sinusoids to a width that is open; their rates depend on it, so bind dimension 2 of its input}}
  %0 = nn.position %x sinusoidal : tensor<?x?x?xf32>
  nn.return %0 : tensor<?x?x?xf32>
}
