// Sizes follow in both directions, and so do orders.
//
// RUN: nascent-opt %s --nn-materialize-parameters --nn-infer-shapes --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --nn-materialize-parameters --nn-infer-shapes --nn-assign-orders --verify-roundtrip | FileCheck %s --check-prefix=ORDERS

// CHECK-LABEL: nn.sequential @forward(
// CHECK-NEXT:    nn.reshape {{.*}} : tensor<2x784xf32> -> tensor<2x16x49xf32>
// CHECK-NEXT:    nn.reshape {{.*}} : tensor<2x16x49xf32> -> tensor<2x4x196xf32>
// CHECK-NEXT:    nn.permute {{.*}} : tensor<2x4x196xf32> -> tensor<2x196x4xf32>
nn.sequential @forward(%x: tensor<2x784xf32>) -> tensor<?x?x?xf32> {
  %0 = nn.reshape %x shape(-1, 16, -1) : tensor<2x784xf32> -> tensor<?x16x?xf32>
  %1 = nn.reshape %0 shape(-1, 4, -1) : tensor<?x16x?xf32> -> tensor<?x4x?xf32>
  %2 = nn.permute %1 dims(0, 2, 1) : tensor<?x4x?xf32> -> tensor<?x?x?xf32>
  nn.return %2 : tensor<?x?x?xf32>
}

// CHECK-LABEL: nn.sequential @backward(
// CHECK-SAME:    %arg0: tensor<3x6x4x5xf32>)
// CHECK-NEXT:    nn.permute {{.*}} : tensor<3x6x4x5xf32> -> tensor<3x4x6x5xf32>
// CHECK-NEXT:    nn.reshape {{.*}} : tensor<3x4x6x5xf32> -> tensor<3x120xf32>
nn.sequential @backward(%x: tensor<?x?x4x5xf32>) -> tensor<3x120xf32> {
  %0 = nn.permute %x dims(0, 2, 1, 3) : tensor<?x?x4x5xf32> -> tensor<?x?x?x?xf32>
  %1 = nn.reshape %0 shape(-1, -1) : tensor<?x?x?x?xf32> -> tensor<?x120xf32>
  nn.return %1 : tensor<?x120xf32>
}

// Neither follows from two that are unknown.
// CHECK-LABEL: nn.sequential @open(
// CHECK-NEXT:    nn.reshape {{.*}} : tensor<?x?x?xf32> -> tensor<?x4x?xf32>
nn.sequential @open(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = nn.reshape %x shape(-1, 4, -1) : tensor<?x?x?xf32> -> tensor<?x?x?xf32>
  nn.return %0 : tensor<?x?x?xf32>
}

// The pixels of an image as a sequence, as vision transformers have them:
// nothing moves behind the convolution.
// ORDERS-LABEL: nn.sequential @patches(
// ORDERS:         nn.conv2d {{.*}} -> tensor<2x8x3x3xf32, #nn.channels_last>
// ORDERS-NEXT:    nn.reshape {{.*}} -> tensor<2x8x9xf32, #nn.channels_last>
// ORDERS-NEXT:    nn.permute {{.*}} -> tensor<2x9x8xf32>
// ORDERS-NEXT:    nn.return
nn.sequential @patches(%x: tensor<2x3x6x6xf32>) -> tensor<2x9x8xf32> {
  %0 = nn.conv2d %x, 8 kernel(2) stride(2) : tensor<2x3x6x6xf32> -> tensor<2x8x3x3xf32>
  %1 = nn.reshape %0 shape(-1, 8, 9) : tensor<2x8x3x3xf32> -> tensor<2x8x9xf32>
  %2 = nn.permute %1 dims(0, 2, 1) : tensor<2x8x9xf32> -> tensor<2x9x8xf32>
  nn.return %2 : tensor<2x9x8xf32>
}

// TensorFlow's images become PyTorch's by the type alone.
// ORDERS-LABEL: nn.sequential @images(
// ORDERS-NEXT:    nn.permute {{.*}} : tensor<2x6x6x3xf32> -> tensor<2x3x6x6xf32, #nn.channels_last>
// ORDERS-NEXT:    nn.conv2d
nn.sequential @images(%x: tensor<2x6x6x3xf32>) -> tensor<2x8x5x5xf32> {
  %0 = nn.permute %x dims(0, 3, 1, 2) : tensor<2x6x6x3xf32> -> tensor<2x3x6x6xf32>
  %1 = nn.conv2d %0, 8 kernel(2) : tensor<2x3x6x6xf32> -> tensor<2x8x5x5xf32>
  nn.return %1 : tensor<2x8x5x5xf32>
}

// Channels and pixels are merged, and taken apart again. Other sizes need the
// order of the type.
// ORDERS-LABEL: nn.sequential @merged(
// ORDERS:         %[[C:.*]] = nn.conv2d {{.*}} -> tensor<2x8x3x3xf32, #nn.channels_last>
// ORDERS-NEXT:    %[[M:.*]] = nn.reshape %[[C]] {{.*}} -> tensor<2x72xf32, #nn.channels_last<9>>
// ORDERS-NEXT:    nn.reshape %[[M]] {{.*}} -> tensor<2x8x9xf32, #nn.channels_last>
// ORDERS-NEXT:    %[[R:.*]] = nn.reorder %[[M]]
// ORDERS-NEXT:    nn.reshape %[[R]] {{.*}} -> tensor<2x9x8xf32>
nn.sequential @merged(%x: tensor<2x3x6x6xf32>) -> (tensor<2x8x9xf32>, tensor<2x9x8xf32>) {
  %0 = nn.conv2d %x, 8 kernel(2) stride(2) : tensor<2x3x6x6xf32> -> tensor<2x8x3x3xf32>
  %1 = nn.reshape %0 shape(-1, 72) : tensor<2x8x3x3xf32> -> tensor<2x72xf32>
  %2 = nn.reshape %1 shape(-1, 8, 9) : tensor<2x72xf32> -> tensor<2x8x9xf32>
  %3 = nn.reshape %1 shape(-1, 9, 8) : tensor<2x72xf32> -> tensor<2x9x8xf32>
  nn.return %2, %3 : tensor<2x8x9xf32>, tensor<2x9x8xf32>
}

// Softmax takes neighbours.
// ORDERS-LABEL: nn.sequential @softmax(
// ORDERS:         nn.softmax {{.*}} axis(1) : tensor<2x8x3x3xf32, #nn.channels_last>
// ORDERS:         nn.softmax {{.*}} : tensor<2x8x3x3xf32>
nn.sequential @softmax(%x: tensor<2x8x3x3xf32>) -> (tensor<2x8x3x3xf32>, tensor<2x8x3x3xf32>) {
  %0 = nn.softmax %x axis(1) : tensor<2x8x3x3xf32>
  %1 = nn.softmax %x axis(2) : tensor<2x8x3x3xf32>
  nn.return %0, %1 : tensor<2x8x3x3xf32>, tensor<2x8x3x3xf32>
}

// Slopes of merged features are stored as these are.
// ORDERS-LABEL: nn.sequential @slopes(
// ORDERS:         nn.prelu {{.*}} : tensor<2x72xf32, #nn.channels_last<9>>
nn.sequential @slopes(%x: tensor<2x3x6x6xf32>) -> tensor<2x72xf32> {
  %0 = nn.conv2d %x, 8 kernel(2) stride(2) : tensor<2x3x6x6xf32> -> tensor<2x8x3x3xf32>
  %1 = nn.flatten %0 : tensor<2x8x3x3xf32> -> tensor<2x72xf32>
  %2 = nn.prelu %1 per_channel : tensor<2x72xf32>
  nn.return %2 : tensor<2x72xf32>
}
