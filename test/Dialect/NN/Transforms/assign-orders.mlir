// RUN: nascent-opt %s --nn-assign-orders | FileCheck %s
// RUN: nascent-opt %s --nn-assign-orders | nascent-opt --nn-assign-orders | FileCheck %s

// Windows want channels last; behind a flatten, the weight's columns follow, and
// inputs and outputs stay as they are.
// CHECK-LABEL: nn.sequential @flattened(
// CHECK-SAME:    tensor<2x3x8x8xf32>) -> tensor<2x10xf32>
// CHECK-NEXT:    %[[X:.*]] = nn.reorder %{{.*}} : tensor<2x3x8x8xf32> -> tensor<2x3x8x8xf32, #nn.channels_last>
// CHECK-NEXT:    %[[A:.*]] = nn.conv2d %[[X]], {{.*}} -> tensor<2x4x6x6xf32, #nn.channels_last>
// CHECK-NEXT:    %[[B:.*]] = nn.relu %[[A]] : tensor<2x4x6x6xf32, #nn.channels_last>
// CHECK-NEXT:    %[[C:.*]] = nn.flatten %[[B]] : {{.*}} -> tensor<2x144xf32, #nn.channels_last<36>>
// CHECK-NEXT:    %[[D:.*]] = nn.dense %[[C]], 10 : tensor<2x144xf32, #nn.channels_last<36>> -> tensor<2x10xf32>
// CHECK-NEXT:    nn.return %[[D]]
nn.sequential @flattened(%x: tensor<2x3x8x8xf32>) -> tensor<2x10xf32> {
  %0 = nn.conv2d %x, 4 kernel(3) : tensor<2x3x8x8xf32> -> tensor<2x4x6x6xf32>
  %1 = nn.relu %0 : tensor<2x4x6x6xf32>
  %2 = nn.flatten %1 : tensor<2x4x6x6xf32> -> tensor<2x144xf32>
  %3 = nn.dense %2, 10 : tensor<2x144xf32> -> tensor<2x10xf32>
  nn.return %3 : tensor<2x10xf32>
}

// An output is stored again; so is, once, what two layers need in another order.
// CHECK-LABEL: nn.sequential @output(
// CHECK:         %[[A:.*]] = nn.conv2d
// CHECK-NEXT:    %[[B:.*]] = nn.reorder %[[A]] : tensor<2x4x6x6xf32, #nn.channels_last> -> tensor<2x4x6x6xf32>
// CHECK-NEXT:    %[[C:.*]] = nn.dense %[[B]], 5
// CHECK-NEXT:    nn.return %[[B]], %[[C]]
nn.sequential @output(%x: tensor<2x3x8x8xf32>) -> (tensor<2x4x6x6xf32>, tensor<2x4x6x5xf32>) {
  %0 = nn.conv2d %x, 4 kernel(3) : tensor<2x3x8x8xf32> -> tensor<2x4x6x6xf32>
  %1 = nn.dense %0, 5 : tensor<2x4x6x6xf32> -> tensor<2x4x6x5xf32>
  nn.return %0, %1 : tensor<2x4x6x6xf32>, tensor<2x4x6x5xf32>
}

// What is joined has one order: channels last as long as dimensions are apart.
// CHECK-LABEL: nn.sequential @joined(
// CHECK:         nn.add {{.*}} : tensor<2x3x8x8xf32, #nn.channels_last>
// CHECK:         nn.concat {{.*}} axis(1) : {{.*}} -> tensor<2x6x8x8xf32, #nn.channels_last>
nn.sequential @joined(%x: tensor<2x3x8x8xf32>) -> tensor<2x6x8x8xf32> {
  %0 = nn.conv2d %x, 3 kernel(3) padding(1) : tensor<2x3x8x8xf32> -> tensor<2x3x8x8xf32>
  %1 = nn.add %0, %x : tensor<2x3x8x8xf32>
  %2 = nn.concat %1, %x axis(1) : tensor<2x3x8x8xf32>, tensor<2x3x8x8xf32> -> tensor<2x6x8x8xf32>
  nn.return %2 : tensor<2x6x8x8xf32>
}

// A part of merged dimensions is no part of what is stored.
// CHECK-LABEL: nn.sequential @merged_parts(
// CHECK:         %[[A:.*]] = nn.flatten
// CHECK-NEXT:    %[[B:.*]] = nn.reorder %[[A]] : tensor<2x144xf32, #nn.channels_last<36>> -> tensor<2x144xf32>
// CHECK-NEXT:    nn.slice %[[B]]
nn.sequential @merged_parts(%x: tensor<2x3x8x8xf32>) -> tensor<2x72xf32> {
  %0 = nn.conv2d %x, 4 kernel(3) : tensor<2x3x8x8xf32> -> tensor<2x4x6x6xf32>
  %1 = nn.flatten %0 : tensor<2x4x6x6xf32> -> tensor<2x144xf32>
  %2 = nn.slice %1 axis(1) end(72) : tensor<2x144xf32> -> tensor<2x72xf32>
  nn.return %2 : tensor<2x72xf32>
}

// Two layers share a weight, but not the order of their inputs: the weight stays
// as it is.
// CHECK-LABEL: nn.sequential @disputed(
// CHECK:         nn.dense %{{.*}}, 144 name("first") weight(@disputed.first.weight) {{.*}} : tensor<2x144xf32> -> tensor<2x144xf32>
// CHECK:         nn.dense %{{.*}}, 144 tie("first") weight(@disputed.first.weight) {{.*}} : tensor<2x144xf32> -> tensor<2x144xf32>
nn.parameter @disputed.first.weight : tensor<144x144xf32> init(#nn.zeros)
nn.parameter @disputed.first.bias : tensor<144xf32> init(#nn.zeros)
nn.sequential @disputed(%x: tensor<2x3x8x8xf32>) -> tensor<2x144xf32> {
  %0 = nn.conv2d %x, 4 kernel(3) : tensor<2x3x8x8xf32> -> tensor<2x4x6x6xf32>
  %1 = nn.flatten %0 : tensor<2x4x6x6xf32> -> tensor<2x144xf32>
  %2 = nn.dense %1, 144 name("first") weight(@disputed.first.weight) bias(@disputed.first.bias) : tensor<2x144xf32> -> tensor<2x144xf32>
  %3 = nn.dense %2, 144 tie("first") weight(@disputed.first.weight) bias(@disputed.first.bias) : tensor<2x144xf32> -> tensor<2x144xf32>
  nn.return %3 : tensor<2x144xf32>
}

// Merging the spatial dimensions alone, and dimensions that no order has a name
// for.
// CHECK-LABEL: nn.sequential @other_flattens(
// CHECK:         nn.flatten {{.*}} start(2) : {{.*}} -> tensor<2x4x36xf32, #nn.channels_last>
// CHECK:         nn.flatten {{.*}} start(3) : tensor<2x4x6x6xf32> -> tensor<2x4x6x6xf32>
nn.sequential @other_flattens(%x: tensor<2x3x8x8xf32>) -> (tensor<2x4x36xf32>, tensor<2x4x6x6xf32>) {
  %0 = nn.conv2d %x, 4 kernel(3) : tensor<2x3x8x8xf32> -> tensor<2x4x6x6xf32>
  %1 = nn.flatten %0 start(2) : tensor<2x4x6x6xf32> -> tensor<2x4x36xf32>
  %2 = nn.flatten %0 start(3) : tensor<2x4x6x6xf32> -> tensor<2x4x6x6xf32>
  nn.return %1, %2 : tensor<2x4x36xf32>, tensor<2x4x6x6xf32>
}
