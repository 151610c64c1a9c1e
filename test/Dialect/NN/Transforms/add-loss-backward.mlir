// RUN: nascent-opt %s --nn-add-loss=loss=own | FileCheck %s
// RUN: nascent-opt %s --nn-add-loss=loss=own --nn-fix-loss-rows | FileCheck %s --check-prefix=ROWS

// Where the program computes the loss, what is added has the network's inputs and
// outputs, of which there may be several; dropout stays in it.

// CHECK-LABEL: nn.sequential @two(
// CHECK-LABEL: nn.sequential @two.backward(
// CHECK-SAME:    %[[X:.*]]: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>)
// CHECK-SAME:    attributes {base = @two, nn.training = "backward"} {
// CHECK-NEXT:    %[[Y:.*]] = nn.dropout %[[X]] : tensor<?x4xf32>
// CHECK-NEXT:    nn.return %[[Y]], %[[X]]
// ROWS-NOT:    @two.backward
// ROWS:        nn.sequential @two.rows_64.backward(%{{.*}}: tensor<64x4xf32>)
// ROWS:        nn.sequential @two.rows_16.backward(
// ROWS:        nn.sequential @two.rows_4.backward(
// ROWS:        nn.sequential @two.rows_1.backward(
nn.sequential @two(%x: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %0 = nn.dropout %x : tensor<?x4xf32>
  nn.return %0, %x : tensor<?x4xf32>, tensor<?x4xf32>
}
