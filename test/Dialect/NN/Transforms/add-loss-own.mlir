// A network that ends in a loss is its own.
//
// RUN: nascent-opt %s --nn-add-loss | FileCheck %s

// CHECK-LABEL: nn.sequential @own(
// CHECK-LABEL: nn.sequential @own.loss(
// CHECK-SAME:    %[[X:.*]]: tensor<8x4xf32>, %[[T:.*]]: tensor<8x4xf32>) -> tensor<1xf32>
// CHECK-SAME:    attributes {base = @own, nn.training = "loss"} {
// CHECK-NEXT:    %[[L:.*]] = nn.mse %[[X]], %[[T]] : tensor<8x4xf32>, tensor<8x4xf32> -> tensor<1xf32>
// CHECK-NEXT:    nn.return %[[L]]
nn.sequential @own(%x: tensor<8x4xf32>, %t: tensor<8x4xf32>) -> tensor<1xf32> {
  %0 = nn.mse %x, %t : tensor<8x4xf32>, tensor<8x4xf32> -> tensor<1xf32>
  nn.return %0 : tensor<1xf32>
}

// The states behind it are the caller's; training needs none.
// CHECK-LABEL: nn.sequential @states(
// CHECK-LABEL: nn.sequential @states.loss(
// CHECK-SAME:    -> tensor<1xf32>
// CHECK:         nn.gru
// CHECK:         %[[L:.*]] = nn.mse
// CHECK-NEXT:    nn.return %[[L]] : tensor<1xf32>
nn.sequential @states(%x: tensor<2x4x3xf32>, %h: tensor<2x1x5xf32>, %t: tensor<2x4x5xf32>) -> (tensor<1xf32>, tensor<2x1x5xf32>) {
  %0:2 = nn.gru %x, 5 state(%h) : tensor<2x4x3xf32>, tensor<2x1x5xf32> -> tensor<2x4x5xf32>, tensor<2x1x5xf32>
  %1 = nn.mse %0#0, %t : tensor<2x4x5xf32>, tensor<2x4x5xf32> -> tensor<1xf32>
  nn.return %1, %0#1 : tensor<1xf32>, tensor<2x1x5xf32>
}
