// Layers that change no element are views, or nothing.
//
// RUN: nascent-opt %s --convert-nn-to-linalg --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func.func private @flatten.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<?x3x4xf32>) -> tensor<?x12xf32>
// CHECK-NEXT:    %[[Y:.*]] = tensor.collapse_shape %[[X]] {{\[\[}}0], [1, 2]] : tensor<?x3x4xf32> into tensor<?x12xf32>
// CHECK-NEXT:    return %[[Y]]
nn.sequential @flatten(%x: tensor<?x3x4xf32>) -> tensor<?x12xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.flatten %x : tensor<?x3x4xf32> -> tensor<?x12xf32>
  nn.return %0 : tensor<?x12xf32>
}

// CHECK-LABEL: func.func private @flatten_all.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3xf32>) -> tensor<6xf32>
// CHECK-NEXT:    tensor.collapse_shape %[[X]] {{\[\[}}0, 1]] : tensor<2x3xf32> into tensor<6xf32>
nn.sequential @flatten_all(%x: tensor<2x3xf32>) -> tensor<6xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.flatten %x start(0) : tensor<2x3xf32> -> tensor<6xf32>
  nn.return %0 : tensor<6xf32>
}

// CHECK-LABEL: func.func private @no_ops.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT:    return %[[X]]
nn.sequential @no_ops(%x: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.dropout %x : tensor<2x3xf32>
  %1 = nn.identity %0 : tensor<2x3xf32>
  nn.return %1 : tensor<2x3xf32>
}

// Several inputs and outputs, in their order.
// CHECK-LABEL: func.func private @inputs.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<2x4xf32>, %[[Y:.*]]: tensor<3x4xf32>) -> (tensor<3x4xf32>, tensor<2x4xf32>)
// CHECK-NEXT:    return %[[Y]], %[[X]]
nn.sequential @inputs(%x: tensor<2x4xf32>, %y: tensor<3x4xf32>) -> (tensor<3x4xf32>, tensor<2x4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  nn.return %y, %x : tensor<3x4xf32>, tensor<2x4xf32>
}

// CHECK-LABEL: func.func private @nothing.forward() attributes
// CHECK-NEXT:    return
nn.sequential @nothing() attributes {nn.parameter_bytes = 0 : i64} {
  nn.return
}
