// RUN: nascent-opt %s --nn-assign-orders | FileCheck %s
// RUN: nascent-opt %s --nn-assign-orders | nascent-opt --nn-assign-orders | FileCheck %s
// RUN: nascent-opt %s --nn-assign-orders=channels-last | FileCheck %s --check-prefix=LAST

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

// Asked for it, inputs and outputs follow, too.
// LAST-LABEL: nn.sequential @flattened(
// LAST-SAME:    %[[X:.*]]: tensor<2x3x8x8xf32, #nn.channels_last>) -> tensor<2x10xf32>
// LAST-NEXT:    nn.conv2d %[[X]],

// LAST-LABEL: nn.sequential @output(
// LAST-SAME:    -> (tensor<2x4x6x6xf32, #nn.channels_last>, tensor<2x4x6x5xf32>)

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

// Windows and normalised channels are stored last; so are scales behind a flatten
// as the values are. Where there is one position, there is nothing to be ordered.
// CHECK-LABEL: nn.sequential @images(
// CHECK:         nn.max_pool2d {{.*}} -> tensor<2x4x3x3xf32, #nn.channels_last>
// CHECK-NEXT:    nn.batch_norm {{.*}} : tensor<2x4x3x3xf32, #nn.channels_last>
// CHECK-NEXT:    nn.group_norm {{.*}} : tensor<2x4x3x3xf32, #nn.channels_last>
// CHECK-NEXT:    nn.instance_norm {{.*}} : tensor<2x4x3x3xf32, #nn.channels_last>
// CHECK-NEXT:    %[[Y:.*]] = nn.adaptive_avg_pool2d {{.*}} -> tensor<2x4x3x3xf32, #nn.channels_last>
// CHECK-NEXT:    nn.flatten {{.*}} -> tensor<2x36xf32, #nn.channels_last<9>>
// CHECK-NEXT:    nn.batch_norm {{.*}} : tensor<2x36xf32, #nn.channels_last<9>>
// CHECK-NEXT:    nn.layer_norm {{.*}} : tensor<2x36xf32, #nn.channels_last<9>>
// CHECK-NEXT:    nn.dense {{.*}} : tensor<2x36xf32, #nn.channels_last<9>> -> tensor<2x5xf32>
// CHECK-NEXT:    nn.global_avg_pool %[[Y]] {{.*}} -> tensor<2x4x1x1xf32, #nn.channels_last>
// CHECK-NEXT:    nn.flatten {{.*}} -> tensor<2x4xf32>
// CHECK-NEXT:    nn.group_norm {{.*}} : tensor<2x4xf32>
nn.sequential @images(%x: tensor<2x4x6x6xf32>) -> (tensor<2x5xf32>, tensor<2x4xf32>) {
  %0 = nn.max_pool2d %x kernel(2) : tensor<2x4x6x6xf32> -> tensor<2x4x3x3xf32>
  %1 = nn.batch_norm %0 : tensor<2x4x3x3xf32>
  %2 = nn.group_norm %1, 2 : tensor<2x4x3x3xf32>
  %3 = nn.instance_norm %2 : tensor<2x4x3x3xf32>
  %4 = nn.adaptive_avg_pool2d %3 size(3) : tensor<2x4x3x3xf32> -> tensor<2x4x3x3xf32>
  %5 = nn.flatten %4 : tensor<2x4x3x3xf32> -> tensor<2x36xf32>
  %6 = nn.batch_norm %5 : tensor<2x36xf32>
  %7 = nn.layer_norm %6 : tensor<2x36xf32>
  %8 = nn.dense %7, 5 : tensor<2x36xf32> -> tensor<2x5xf32>
  %9 = nn.global_avg_pool %4 : tensor<2x4x3x3xf32> -> tensor<2x4x1x1xf32>
  %10 = nn.flatten %9 : tensor<2x4x1x1xf32> -> tensor<2x4xf32>
  %11 = nn.group_norm %10, 2 : tensor<2x4xf32>
  nn.return %8, %11 : tensor<2x5xf32>, tensor<2x4xf32>
}

// Rows are normalised in the order of their type.
// CHECK-LABEL: nn.sequential @rows(
// CHECK:         %[[B:.*]] = nn.reorder {{.*}} -> tensor<2x4x3x3xf32>
// CHECK-NEXT:    nn.layer_norm %[[B]] : tensor<2x4x3x3xf32>
nn.sequential @rows(%x: tensor<2x4x6x6xf32>) -> tensor<2x4x3x3xf32> {
  %0 = nn.max_pool2d %x kernel(2) : tensor<2x4x6x6xf32> -> tensor<2x4x3x3xf32>
  %1 = nn.layer_norm %0 : tensor<2x4x3x3xf32>
  nn.return %1 : tensor<2x4x3x3xf32>
}

// What a layer on the last dimension reads stays as it is.
// LAST-LABEL: nn.sequential @sequence(
// LAST-SAME:    %{{.*}}: tensor<2x5x4xf32>) -> tensor<2x5x3xf32>
nn.sequential @sequence(%x: tensor<2x5x4xf32>) -> tensor<2x5x3xf32> {
  %0 = nn.dense %x, 3 : tensor<2x5x4xf32> -> tensor<2x5x3xf32>
  nn.return %0 : tensor<2x5x3xf32>
}
