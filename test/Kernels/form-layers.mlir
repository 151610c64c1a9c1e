// Which layers become one kernel.
//
// RUN: nascent-opt %s --convert-nn-to-linalg --nascent-form-kernels --verify-roundtrip | FileCheck %s --implicit-check-not=nn.layer

// A value with two uses is needed in memory: each user has a kernel of its own.
// CHECK-LABEL: func.func private @two_uses.forward(
// CHECK:         %[[Y:.*]] = nn.launch @two_uses.layer_0
// CHECK:         tensor.collapse_shape %[[Y]]
// CHECK:         nn.launch @two_uses.layer_1
// CHECK:         tensor.collapse_shape %[[Y]]
// CHECK:         nn.launch @two_uses.layer_2
nn.sequential @two_uses(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x : tensor<2x4xf32>
  %1 = nn.relu %0 : tensor<2x4xf32>
  %2 = nn.tanh %0 : tensor<2x4xf32>
  nn.return %1, %2 : tensor<2x4xf32>, tensor<2x4xf32>
}

// A value that is returned, too, is one with two uses.
// CHECK-LABEL: func.func private @returned.forward(
// CHECK:         %[[Y:.*]] = nn.launch @returned.layer_0
// CHECK:         %[[Z:.*]] = nn.launch @returned.layer_1
// CHECK:         %[[ZE:.*]] = tensor.expand_shape %[[Z]]
// CHECK:         return %[[Y]], %[[ZE]]
nn.sequential @returned(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x : tensor<2x4xf32>
  %1 = nn.relu %0 : tensor<2x4xf32>
  nn.return %0, %1 : tensor<2x4xf32>, tensor<2x4xf32>
}

// Layers that are not elementwise begin a kernel; all that such a layer has become
// is one, also where sizes are asked for within.
// CHECK-LABEL: func.func private @apart.forward(
// CHECK:         nn.launch @apart.layer_0
// CHECK:         nn.launch @apart.layer_1
// CHECK-COUNT-4:   linalg.generic
// CHECK:           nn.launch_yield
// CHECK-NOT:     nn.launch
// CHECK:         return
nn.sequential @apart(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.relu %x : tensor<?x4xf32>
  %1 = nn.log_softmax %0 : tensor<?x4xf32>
  nn.return %1 : tensor<?x4xf32>
}

// Two layers that do the same to one value are two kernels.
// CHECK-LABEL: func.func private @twins.forward(
// CHECK:         nn.launch @twins.layer_0
// CHECK:         nn.launch @twins.layer_1
nn.sequential @twins(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x : tensor<2x4xf32>
  %1 = nn.softmax %x : tensor<2x4xf32>
  nn.return %0, %1 : tensor<2x4xf32>, tensor<2x4xf32>
}

// A vector through softmax is a row; what follows is computed on it as well.
// CHECK-LABEL: func.func private @vector.forward(
// CHECK:         %[[R:.*]] = nn.launch @vector.layer_0 ins(%{{.*}} : tensor<1x7xf32>) -> tensor<1x7xf32>
// CHECK:           math.tanh
// CHECK:         tensor.collapse_shape %[[R]] {{\[\[}}0, 1]] : tensor<1x7xf32> into tensor<7xf32>
nn.sequential @vector(%x: tensor<7xf32>) -> tensor<7xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x : tensor<7xf32>
  %1 = nn.tanh %0 : tensor<7xf32>
  nn.return %1 : tensor<7xf32>
}

// A scalar is a vector of one element.
// CHECK-LABEL: func.func private @scalar.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<f32>
// CHECK-NEXT:    %[[A:.*]] = tensor.expand_shape %[[X]] [] output_shape [1] : tensor<f32> into tensor<1xf32>
// CHECK-NEXT:    %[[R:.*]] = nn.launch @scalar.layer_0 ins(%[[A]] : tensor<1xf32>) -> tensor<1xf32>
// CHECK:         tensor.collapse_shape %[[R]] [] : tensor<1xf32> into tensor<f32>
nn.sequential @scalar(%x: tensor<f32>) -> tensor<f32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.relu %x : tensor<f32>
  nn.return %0 : tensor<f32>
}
