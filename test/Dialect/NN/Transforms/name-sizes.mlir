// RUN: nascent-opt %s --nn-infer-shapes --nn-name-sizes --verify-roundtrip | FileCheck %s
// Nothing is left to say the second time.
// RUN: nascent-opt %s --nn-infer-shapes --nn-name-sizes -o %t.once
// RUN: nascent-opt %t.once --nn-name-sizes | diff %t.once -

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

// CHECK-LABEL: nn.sequential @vector(
// CHECK-SAME:    %arg0: tensor<?x?xf32> {nn.sizes = ["batch", "width"]}) -> tensor<?x?xf32> {
// CHECK-NEXT:    nn.relu %arg0 {nn.sizes = ["batch", "width"]} : tensor<?x?xf32>
nn.sequential @vector(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = nn.relu %x : tensor<?x?xf32>
  nn.return %0 : tensor<?x?xf32>
}

// CHECK-LABEL: nn.sequential @sequence(
// CHECK-SAME:    {nn.sizes = ["batch", "length", "width"]}
nn.sequential @sequence(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  nn.return %x : tensor<?x?x?xf32>
}

// CHECK-LABEL: nn.sequential @image(
// CHECK-SAME:    {nn.sizes = ["2", "channels", "height", "width"]}
nn.sequential @image(%x: tensor<2x?x?x?xf32>) -> tensor<2x?x?x?xf32> {
  nn.return %x : tensor<2x?x?x?xf32>
}

// CHECK-LABEL: nn.sequential @volume(
// CHECK-SAME:    {nn.sizes = ["batch", "3", "depth", "height", "width"]}
nn.sequential @volume(%x: tensor<?x3x?x?x?xf32>) -> tensor<?x3x?x?x?xf32> {
  nn.return %x : tensor<?x3x?x?x?xf32>
}

// CHECK-LABEL: nn.sequential @other(
// CHECK-SAME:    {nn.sizes = ["batch", "d1", "7", "d3", "7", "d5"]}
nn.sequential @other(%x: tensor<?x?x7x?x7x?xf32>) -> tensor<?x?x7x?x7x?xf32> {
  nn.return %x : tensor<?x?x7x?x7x?xf32>
}

// CHECK-LABEL: nn.sequential @signal(
// CHECK-SAME:    {nn.sizes = ["batch", "channels", "length"]}
// CHECK-NEXT:    nn.conv1d {{.*}} {nn.sizes = ["batch", "5", "(length + 1) floordiv 3"]}
nn.sequential @signal(%x: tensor<?x?x?xf32>) -> tensor<?x5x?xf32> {
  %0 = nn.conv1d %x, 5 kernel(2) stride(3) : tensor<?x?x?xf32> -> tensor<?x5x?xf32>
  nn.return %0 : tensor<?x5x?xf32>
}

// Several inputs have their name in C before the size's, and share the batch.
// CHECK-LABEL: nn.sequential @inputs(
// CHECK-SAME:    %x: tensor<?x?xf32> {nn.sizes = ["batch", "x.width"]},
// CHECK-SAME:    %y: tensor<?x4xf32>,
// CHECK-SAME:    %arg2: tensor<?x?xf32> {nn.sizes = ["batch", "x2.width"]})
// CHECK-NEXT:    nn.concat {{.*}} axis(1) {nn.sizes = ["batch", "x.width + x2.width + 4"]}
nn.sequential @inputs(%x: tensor<?x?xf32>, %y: tensor<?x4xf32>, %arg2: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = nn.concat %x, %y, %arg2 axis(1) : tensor<?x?xf32>, tensor<?x4xf32>, tensor<?x?xf32> -> tensor<?x?xf32>
  nn.return %0 : tensor<?x?xf32>
}

//===----------------------------------------------------------------------===//
// What has no formulas
//===----------------------------------------------------------------------===//

// CHECK-LABEL: nn.sequential @bound(
// CHECK-SAME:    %arg0: tensor<2x20xf32>) -> tensor<2x20xf32> {
// CHECK-NEXT:    nn.relu %arg0 : tensor<2x20xf32>
nn.sequential @bound(%x: tensor<2x20xf32>) -> tensor<2x20xf32> {
  %0 = nn.relu %x : tensor<2x20xf32>
  nn.return %0 : tensor<2x20xf32>
}

// What a file states that was written before its input was bound is dropped.
// CHECK-LABEL: nn.sequential @batch(
// CHECK-SAME:    %arg0: tensor<?x20xf32>) -> tensor<?x20xf32> {
// CHECK-NEXT:    nn.relu %arg0 : tensor<?x20xf32>
nn.sequential @batch(%x: tensor<?x20xf32> {nn.sizes = ["batch", "width"]}) -> tensor<?x?xf32> attributes {nn.conditions = ["width >= 9"]} {
  %0 = nn.relu %x {nn.sizes = ["batch", "width"]} : tensor<?x20xf32> -> tensor<?x?xf32>
  nn.return %0 : tensor<?x?xf32>
}

//===----------------------------------------------------------------------===//
// Formulas and conditions
//===----------------------------------------------------------------------===//

// A size in which the names cancel has no number in its type: inference knows no
// formulas. What follows from another condition is not stated.
// CHECK-LABEL: nn.sequential @parts(
// CHECK-SAME:    attributes {nn.conditions = ["width >= 12", "width <= 14"]}
// CHECK-NEXT:    %[[HEAD:.*]] = nn.slice %arg0 axis(1) end(8) : tensor<?x?xf32> -> tensor<?x8xf32>
// CHECK-NEXT:    %[[REST:.*]] = nn.slice %arg0 axis(1) start(8) {nn.sizes = ["batch", "width - 8"]}
// CHECK-NEXT:    %[[ODD:.*]] = nn.slice %arg0 axis(1) start(-3) end(12) {nn.sizes = ["batch", "15 - width"]}
// CHECK-NEXT:    nn.concat %[[REST]], %[[ODD]] axis(1) {nn.sizes = ["batch", "7"]}
nn.sequential @parts(%x: tensor<?x?xf32>) -> (tensor<?x8xf32>, tensor<?x?xf32>) {
  %0 = nn.slice %x axis(1) end(8) : tensor<?x?xf32> -> tensor<?x8xf32>
  %1 = nn.slice %x axis(1) start(8) : tensor<?x?xf32> -> tensor<?x?xf32>
  %2 = nn.slice %x axis(1) start(-3) end(12) : tensor<?x?xf32> -> tensor<?x?xf32>
  %3 = nn.concat %1, %2 axis(1) : tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xf32>
  nn.return %0, %3 : tensor<?x8xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: nn.sequential @flattened(
// CHECK-SAME:    attributes {nn.conditions = ["x.length * x.width == y_in.width"]}
// CHECK-NEXT:    nn.flatten %x {nn.sizes = ["batch", "x.length * x.width"]}
// CHECK-NEXT:    nn.add {{.*}} {nn.sizes = ["batch", "x.length * x.width"]}
nn.sequential @flattened(%x: tensor<?x?x?xf32>, %y: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = nn.flatten %x : tensor<?x?x?xf32> -> tensor<?x?xf32>
  %1 = nn.add %0, %y : tensor<?x?xf32>
  nn.return %1 : tensor<?x?xf32>
}

// A number that the input does not decide backwards is a condition, too.
// CHECK-LABEL: nn.sequential @stated(
// CHECK-SAME:    attributes {nn.conditions = ["length * width == 784"]}
nn.sequential @stated(%x: tensor<?x?x?xf32>) -> tensor<?x784xf32> {
  %0 = nn.flatten %x : tensor<?x?x?xf32> -> tensor<?x784xf32>
  nn.return %0 : tensor<?x784xf32>
}

// Strides divide, one after the other, and what must fit the last window is said of
// the input. What is flattened has elements where both of its factors have.
// CHECK-LABEL: nn.sequential @strides(
// CHECK-SAME:    attributes {nn.conditions = ["height >= 11", "width >= 11"]}
// CHECK-NEXT:    nn.conv2d {{.*}} {nn.sizes = ["batch", "6", "(height + 1) floordiv 2 - 4", "(width + 1) floordiv 2 - 4"]}
// CHECK-NEXT:    nn.conv2d {{.*}} {nn.sizes = ["batch", "2", "(height + 1) floordiv 4 - 2", "(width + 1) floordiv 4 - 2"]}
// CHECK-NEXT:    nn.flatten {{.*}} {nn.sizes = ["batch", "2 * ((height + 1) floordiv 4 - 2) * ((width + 1) floordiv 4 - 2)"]}
nn.sequential @strides(%x: tensor<?x1x?x?xf32>) -> tensor<?x?xf32> {
  %0 = nn.conv2d %x, 6 kernel(9) stride(2) : tensor<?x1x?x?xf32> -> tensor<?x6x?x?xf32>
  %1 = nn.conv2d %0, 2 kernel(2) stride(2) : tensor<?x6x?x?xf32> -> tensor<?x2x?x?xf32>
  %2 = nn.flatten %1 : tensor<?x2x?x?xf32> -> tensor<?x?xf32>
  nn.return %2 : tensor<?x?xf32>
}

// A residual branch of as many strides has the same sizes.
// CHECK-LABEL: nn.sequential @residual(
// CHECK-NOT:     nn.conditions
// CHECK:         nn.add {{.*}} {nn.sizes = ["batch", "8", "(height + 3) floordiv 4", "(width + 3) floordiv 4"]}
nn.sequential @residual(%x: tensor<?x3x?x?xf32>) -> tensor<?x8x?x?xf32> {
  %0 = nn.conv2d %x, 8 kernel(3) stride(2) padding(1) : tensor<?x3x?x?xf32> -> tensor<?x8x?x?xf32>
  %1 = nn.conv2d %0, 8 kernel(3) stride(2) padding(1) : tensor<?x8x?x?xf32> -> tensor<?x8x?x?xf32>
  %2 = nn.conv2d %0, 8 kernel(1) stride(2) : tensor<?x8x?x?xf32> -> tensor<?x8x?x?xf32>
  %3 = nn.add %1, %2 : tensor<?x8x?x?xf32>
  nn.return %3 : tensor<?x8x?x?xf32>
}

// Channels in groups of one size.
// CHECK-LABEL: nn.sequential @groups(
// CHECK-SAME:    attributes {nn.conditions = ["channels == 3 * (channels floordiv 3)", "height >= 3", "width >= 3", "channels >= 3"]}
nn.sequential @groups(%x: tensor<?x?x?x?xf32>) -> tensor<?x6x?x?xf32> {
  %0 = nn.conv2d %x, 6 kernel(3) groups(3) : tensor<?x?x?x?xf32> -> tensor<?x6x?x?xf32>
  nn.return %0 : tensor<?x6x?x?xf32>
}

// A number of places behind a stride fits several sizes.
// CHECK-LABEL: nn.sequential @places(
// CHECK-SAME:    attributes {nn.conditions = ["(height + 1) floordiv 2 == 14"
nn.sequential @places(%x: tensor<?x3x?x9xf32>) -> tensor<?x8x14x5xf32> {
  %0 = nn.conv2d %x, 8 kernel(3) stride(2) padding(1) : tensor<?x3x?x9xf32> -> tensor<?x8x14x5xf32>
  nn.return %0 : tensor<?x8x14x5xf32>
}

// What is flattened with the batch.
// CHECK-LABEL: nn.sequential @rows(
// CHECK-NEXT:    nn.flatten %arg0 start(0) {nn.sizes = ["4 * batch"]}
nn.sequential @rows(%x: tensor<?x4xf32>) -> tensor<?xf32> {
  %0 = nn.flatten %x start(0) : tensor<?x4xf32> -> tensor<?xf32>
  nn.return %0 : tensor<?xf32>
}

// Layers that share a parameter need inputs of one size.
// CHECK-LABEL: nn.sequential @tied(
// CHECK-SAME:    attributes {nn.conditions = ["x.width == 2 * y_in.width"]}
nn.parameter @w : tensor<3x?xf32> init(#nn.zeros)
nn.sequential @tied(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>) -> tensor<?x3xf32> {
  %0 = nn.dense %x, 3 no_bias weight(@w) : tensor<?x?xf32> -> tensor<?x3xf32>
  %1 = nn.concat %y, %y axis(1) : tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xf32>
  %2 = nn.dense %1, 3 no_bias tie("0") weight(@w) : tensor<?x?xf32> -> tensor<?x3xf32>
  %3 = nn.add %0, %2 : tensor<?x3xf32>
  nn.return %3 : tensor<?x3xf32>
}

// 2^59 times 16 is more than 64 bits hold.
// CHECK-LABEL: nn.sequential @large(
// CHECK-NOT:     nn.conditions
// CHECK:         nn.concat {{.*}} {nn.sizes = ["batch", "576460752303423488", "4 * width"]}
// CHECK-NEXT:    nn.concat {{.*}} {nn.sizes = ["batch", "576460752303423488", "16 * width"]}
// CHECK-NEXT:    nn.flatten {{.*}} {nn.sizes = ["batch", "?"]}
nn.sequential @large(%x: tensor<?x576460752303423488x?xf32>) -> tensor<?x?xf32> {
  %0 = nn.concat %x, %x, %x, %x axis(2)
    : tensor<?x576460752303423488x?xf32>, tensor<?x576460752303423488x?xf32>, tensor<?x576460752303423488x?xf32>, tensor<?x576460752303423488x?xf32> -> tensor<?x576460752303423488x?xf32>
  %1 = nn.concat %0, %0, %0, %0 axis(2)
    : tensor<?x576460752303423488x?xf32>, tensor<?x576460752303423488x?xf32>, tensor<?x576460752303423488x?xf32>, tensor<?x576460752303423488x?xf32> -> tensor<?x576460752303423488x?xf32>
  %2 = nn.flatten %1 : tensor<?x576460752303423488x?xf32> -> tensor<?x?xf32>
  nn.return %2 : tensor<?x?xf32>
}
