// RUN: nascent-opt %s --convert-nn-to-linalg --split-input-file --verify-diagnostics

nn.parameter @values.0.weight : tensor<4x3x3x3xf32> init(#nn.zeros) layout(#nn.panels<8, spatial = 9>) offset(0)
nn.sequential @values(%x: tensor<2x3x8x8xf32>) -> tensor<2x4x6x6xf32> attributes {nn.parameter_bytes = 896 : i64} {
  // expected-error @+1 {{layer '0' has values that are not stored in the order that it needs; run nn-assign-orders first}}
  %0 = nn.conv2d %x, 4 kernel(3) no_bias weight(@values.0.weight) : tensor<2x3x8x8xf32> -> tensor<2x4x6x6xf32>
  nn.return %0 : tensor<2x4x6x6xf32>
}

// -----

// expected-note @+1 {{the parameter is declared here}}
nn.parameter @weights.0.weight : tensor<6x20xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.sequential @weights(%x: tensor<2x20xf32, #nn.channels_last<5>>) -> tensor<2x6xf32> attributes {nn.parameter_bytes = 640 : i64} {
  // expected-error @+1 {{layer '0' needs @weights.0.weight stored with a spatial size of 5, got 1; run nn-assign-layouts after nn-assign-orders}}
  %0 = nn.dense %x, 6 no_bias weight(@weights.0.weight) : tensor<2x20xf32, #nn.channels_last<5>> -> tensor<2x6xf32>
  nn.return %0 : tensor<2x6xf32>
}
