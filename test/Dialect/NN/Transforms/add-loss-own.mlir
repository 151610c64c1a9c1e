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
