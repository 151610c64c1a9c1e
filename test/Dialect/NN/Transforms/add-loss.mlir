// RUN: nascent-opt %s "--nn-add-loss=loss='cross_entropy label_smoothing(0.1)'" | FileCheck %s
// RUN: nascent-opt %s --nn-add-loss | FileCheck %s --check-prefix=OWN

// The companion has the network's layers and parameters, one more input, and is
// marked.
// CHECK-LABEL: nn.sequential @mlp(
// CHECK-LABEL: nn.sequential @mlp.loss(
// CHECK-SAME:    %[[X:.*]]: tensor<8x4xf32>, %[[T:.*]]: tensor<8xi32>) -> tensor<1xf32>
// CHECK-SAME:    attributes {base = @mlp, nn.training = "loss"} {
// CHECK-NEXT:    %[[Y:.*]] = nn.dense %[[X]], 3 name("loss") no_bias weight(@mlp.loss.weight) : tensor<8x4xf32> -> tensor<8x3xf32>
// CHECK-NEXT:    %[[L:.*]] = nn.cross_entropy %[[Y]], %[[T]] label_smoothing(0.1) name("loss_1") : tensor<8x3xf32>, tensor<8xi32> -> tensor<1xf32>
// CHECK-NEXT:    nn.return %[[L]] : tensor<1xf32>
// OWN-NOT:     nn.sequential @mlp.loss
nn.parameter @mlp.loss.weight : tensor<3x4xf32> init(#nn.zeros)
nn.sequential @mlp(%x: tensor<8x4xf32>) -> tensor<8x3xf32> {
  %0 = nn.dense %x, 3 no_bias weight(@mlp.loss.weight) name("loss") : tensor<8x4xf32> -> tensor<8x3xf32>
  nn.return %0 : tensor<8x3xf32>
}

// The batch stays open.
// CHECK-LABEL: nn.sequential @open.loss(
// CHECK-SAME:    %{{.*}}: tensor<?x3x7xf32>, %{{.*}}: tensor<?x7xi32>) -> tensor<1xf32>
nn.sequential @open(%x: tensor<?x3x7xf32>) -> tensor<?x3x7xf32> {
  %0 = nn.relu %x : tensor<?x3x7xf32>
  nn.return %0 : tensor<?x3x7xf32>
}
