// RUN: nascent-opt %s --canonicalize | FileCheck %s
// RUN: nascent-opt %s --cse | FileCheck %s --check-prefix=CSE

// The layers that stay keep the names that their positions gave them.
// CHECK-LABEL: nn.sequential @identities(
// CHECK-NEXT:    %[[A:.*]] = nn.dense %arg0, 8 : tensor<?x4xf32> -> tensor<?x8xf32>
// CHECK-NEXT:    %[[B:.*]] = nn.dense %[[A]], 2 name("3") : tensor<?x8xf32> -> tensor<?x2xf32>
// CHECK-NEXT:    nn.return %[[B]] : tensor<?x2xf32>
nn.sequential @identities(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %0 = nn.dense %x, 8 : tensor<?x4xf32> -> tensor<?x8xf32>
  %1 = nn.identity %0 : tensor<?x8xf32>
  %2 = nn.dropout %1 p(0.1) : tensor<?x8xf32>
  %3 = nn.dense %2, 2 : tensor<?x8xf32> -> tensor<?x2xf32>
  nn.return %3 : tensor<?x2xf32>
}

// CHECK-LABEL: nn.sequential @relu_relu(
// CHECK-NEXT:    %[[R:.*]] = nn.relu %arg0 : tensor<?x4xf32>
// CHECK-NEXT:    nn.return %[[R]] : tensor<?x4xf32>
nn.sequential @relu_relu(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.relu %x : tensor<?x4xf32>
  %1 = nn.relu %0 name("again") : tensor<?x4xf32>
  %2 = nn.relu %1 : tensor<?x4xf32>
  nn.return %2 : tensor<?x4xf32>
}

// The inner of two different activations is not lost.
// CHECK-LABEL: nn.sequential @relu_tanh_relu(
// CHECK-NEXT:    nn.relu
// CHECK-NEXT:    nn.tanh
// CHECK-NEXT:    nn.relu
nn.sequential @relu_tanh_relu(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.relu %x : tensor<?x4xf32>
  %1 = nn.tanh %0 : tensor<?x4xf32>
  %2 = nn.relu %1 : tensor<?x4xf32>
  nn.return %2 : tensor<?x4xf32>
}

// CHECK-LABEL: nn.sequential @flatten_matrix(
// CHECK-NEXT:    %[[Y:.*]] = nn.dense %arg0, 2 name("1") :
// CHECK-NEXT:    nn.return %[[Y]]
nn.sequential @flatten_matrix(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %0 = nn.flatten %x : tensor<?x4xf32> -> tensor<?x4xf32>
  %1 = nn.dense %0, 2 : tensor<?x4xf32> -> tensor<?x2xf32>
  nn.return %1 : tensor<?x2xf32>
}

// CHECK-LABEL: nn.sequential @flatten_images(
// CHECK-NEXT:    nn.flatten
nn.sequential @flatten_images(%x: tensor<?x4x4xf32>) -> tensor<?x16xf32> {
  %0 = nn.flatten %x : tensor<?x4x4xf32> -> tensor<?x16xf32>
  nn.return %0 : tensor<?x16xf32>
}

// A fold never changes a type: what one end knows is not thrown away.
// CHECK-LABEL: nn.sequential @half_inferred(
// CHECK-NEXT:    nn.identity %{{.*}} : tensor<?x4xf32> -> tensor<2x4xf32>
// CHECK-NEXT:    nn.dropout %{{.*}} : tensor<2x4xf32> -> tensor<?x4xf32>
// CHECK-NEXT:    nn.flatten %{{.*}} : tensor<?x4xf32> -> tensor<2x4xf32>
// CHECK-NEXT:    nn.relu
// CHECK-NEXT:    nn.relu %{{.*}} : tensor<2x4xf32> -> tensor<?x4xf32>
nn.sequential @half_inferred(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.identity %x : tensor<?x4xf32> -> tensor<2x4xf32>
  %1 = nn.dropout %0 : tensor<2x4xf32> -> tensor<?x4xf32>
  %2 = nn.flatten %1 : tensor<?x4xf32> -> tensor<2x4xf32>
  %3 = nn.relu %2 : tensor<2x4xf32>
  %4 = nn.relu %3 : tensor<2x4xf32> -> tensor<?x4xf32>
  nn.return %4 : tensor<?x4xf32>
}

// Two layers that look alike have parameters of their own.
// CSE-LABEL: nn.sequential @look_alikes(
// CSE-NEXT:    %[[A:.*]] = nn.dense %arg0, 8 :
// CSE-NEXT:    %[[B:.*]] = nn.dense %arg0, 8 :
// CSE-NEXT:    nn.return %[[A]], %[[B]]
nn.sequential @look_alikes(%x: tensor<?x4xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  %0 = nn.dense %x, 8 : tensor<?x4xf32> -> tensor<?x8xf32>
  %1 = nn.dense %x, 8 : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return %0, %1 : tensor<?x8xf32>, tensor<?x8xf32>
}
