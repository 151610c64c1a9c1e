// Where rows of a layer are seen as lines later only, what puts a halo around the
// lines is a kernel of its own.
//
// RUN: nascent-opt %s --convert-nn-to-linalg --nascent-place-halos --nascent-form-kernels --verify-roundtrip | FileCheck %s --implicit-check-not=nn.halo

// CHECK-LABEL: func.func private @rows.forward(
// CHECK:         %[[ROWS:.*]] = nn.launch @rows.layer_0 ins({{.*}}) -> tensor<60x4xf32>
// CHECK:         %[[LINES:.*]] = tensor.expand_shape %[[ROWS]]
// CHECK:         %[[HALO:.*]] = nn.launch @rows.{{.*}} ins(%[[LINES]] : tensor<2x6x5x4xf32>) -> tensor<2x6x7x4xf32>
// CHECK:           tensor.pad %{{.*}} low[0, 0, 1, 0] high[0, 0, 1, 0]
// CHECK:         nn.launch @rows.layer_1 ins(%[[HALO]] : tensor<2x6x7x4xf32>)
nn.parameter @rows.1.weight : tensor<8x4x3x3xf32> init(#nn.zeros) layout(#nn.panels<8, spatial = 9>) offset(0)
nn.sequential @rows(%x: tensor<2x4x6x5xf32, #nn.channels_last>) -> tensor<2x8x6x5xf32, #nn.channels_last> attributes {nn.parameter_bytes = 1152 : i64} {
  %0 = nn.softmax %x axis(1) : tensor<2x4x6x5xf32, #nn.channels_last>
  %1 = nn.conv2d %0, 8 kernel(3) padding(1) no_bias weight(@rows.1.weight) : tensor<2x4x6x5xf32, #nn.channels_last> -> tensor<2x8x6x5xf32, #nn.channels_last>
  nn.return %1 : tensor<2x8x6x5xf32, #nn.channels_last>
}

// So is an activation that the halo would be around.
// CHECK-LABEL: func.func private @activated.forward(
// CHECK:         nn.launch @activated.layer_0 ins({{.*}}) -> tensor<60x4xf32>
// CHECK:         nn.launch @activated.layer_1 ins({{.*}} : tensor<2x6x5x4xf32>) -> tensor<2x6x7x4xf32>
// CHECK:         nn.launch @activated.layer_2 ins({{.*}} : tensor<2x6x7x4xf32>)
nn.parameter @activated.2.weight : tensor<8x4x3x3xf32> init(#nn.zeros) layout(#nn.panels<8, spatial = 9>) offset(0)
nn.sequential @activated(%x: tensor<2x4x6x5xf32, #nn.channels_last>) -> tensor<2x8x6x5xf32, #nn.channels_last> attributes {nn.parameter_bytes = 1152 : i64} {
  %0 = nn.softmax %x axis(1) : tensor<2x4x6x5xf32, #nn.channels_last>
  %1 = nn.tanh %0 : tensor<2x4x6x5xf32, #nn.channels_last>
  %2 = nn.conv2d %1, 8 kernel(3) padding(1) no_bias weight(@activated.2.weight) : tensor<2x4x6x5xf32, #nn.channels_last> -> tensor<2x8x6x5xf32, #nn.channels_last>
  nn.return %2 : tensor<2x8x6x5xf32, #nn.channels_last>
}
