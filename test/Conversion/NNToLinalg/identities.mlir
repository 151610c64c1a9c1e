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

// Sizes that do not fit into one another are merged first.
// CHECK-LABEL: func.func private @reshape.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<?x6x4xf32>) -> tensor<?x3x8xf32>
// CHECK-NEXT:    %[[M:.*]] = tensor.collapse_shape %[[X]] {{\[\[}}0], [1, 2]] : tensor<?x6x4xf32> into tensor<?x24xf32>
// CHECK:         %[[Y:.*]] = tensor.expand_shape %[[M]] {{\[\[}}0], [1, 2]] {{.*}} : tensor<?x24xf32> into tensor<?x3x8xf32>
// CHECK-NEXT:    return %[[Y]]
nn.sequential @reshape(%x: tensor<?x6x4xf32>) -> tensor<?x3x8xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.reshape %x shape(-1, 3, 8) : tensor<?x6x4xf32> -> tensor<?x3x8xf32>
  nn.return %0 : tensor<?x3x8xf32>
}

// CHECK-LABEL: func.func private @reshape_rows.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<3xf32>)
// CHECK-NEXT:    %[[Y:.*]] = tensor.expand_shape %[[X]] {{\[\[}}0, 1, 2]] {{.*}} : tensor<3xf32> into tensor<3x1x1xf32>
// CHECK-NEXT:    %[[Z:.*]] = tensor.collapse_shape %[[Y]] {{\[\[}}0, 1, 2]] : tensor<3x1x1xf32> into tensor<3xf32>
// CHECK-NEXT:    return %[[Y]], %[[Z]]
nn.sequential @reshape_rows(%x: tensor<3xf32>) -> (tensor<3x1x1xf32>, tensor<3xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.reshape %x shape(-1, 1, 1) : tensor<3xf32> -> tensor<3x1x1xf32>
  %1 = nn.reshape %0 shape(-1) : tensor<3x1x1xf32> -> tensor<3xf32>
  nn.return %0, %1 : tensor<3x1x1xf32>, tensor<3xf32>
}

// Between pixels and channels, the type changes and nothing else.
// CHECK-LABEL: func.func private @pixels.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<2x5x7x3xf32>) -> tensor<2x35x3xf32>
// CHECK-NEXT:    %[[Y:.*]] = tensor.collapse_shape %[[X]] {{\[\[}}0], [1, 2], [3]]
// CHECK-NEXT:    return %[[Y]]
nn.sequential @pixels(%x: tensor<2x3x5x7xf32, #nn.channels_last>) -> tensor<2x35x3xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.reshape %x shape(-1, 3, 35) : tensor<2x3x5x7xf32, #nn.channels_last> -> tensor<2x3x35xf32, #nn.channels_last>
  %1 = nn.permute %0 dims(0, 2, 1) : tensor<2x3x35xf32, #nn.channels_last> -> tensor<2x35x3xf32>
  nn.return %1 : tensor<2x35x3xf32>
}

// CHECK-LABEL: func.func private @permute.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<?x5x7x3xf32>) -> tensor<?x7x5x3xf32>
// CHECK:         %[[Y:.*]] = linalg.transpose ins(%[[X]] : tensor<?x5x7x3xf32>) outs(%{{.*}} : tensor<?x7x5x3xf32>) permutation = [0, 2, 1, 3]
// CHECK-NEXT:    return %[[Y]]
nn.sequential @permute(%x: tensor<?x5x7x3xf32>) -> tensor<?x7x5x3xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.permute %x dims(0, 2, 1, 3) : tensor<?x5x7x3xf32> -> tensor<?x7x5x3xf32>
  nn.return %0 : tensor<?x7x5x3xf32>
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
