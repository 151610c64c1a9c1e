// RUN: nascent-opt %s --nn-materialize-parameters --nn-infer-shapes --verify-roundtrip | FileCheck %s
// Nothing is left to infer the second time.
// RUN: nascent-opt %s --nn-materialize-parameters --nn-infer-shapes -o %t.once
// RUN: nascent-opt %t.once --nn-infer-shapes | diff %t.once -

//===----------------------------------------------------------------------===//
// From the input forwards
//===----------------------------------------------------------------------===//

// CHECK:      nn.parameter @forward.0.weight : tensor<256x20xf32>
// CHECK-NEXT: nn.parameter @forward.0.bias : tensor<256xf32>
// CHECK-NEXT: nn.parameter @forward.2.weight : tensor<10x256xf32>
// CHECK-NEXT: nn.parameter @forward.2.bias : tensor<10xf32>
// CHECK-LABEL: nn.sequential @forward(
// CHECK-SAME:    %arg0: tensor<2x20xf32>) -> tensor<2x10xf32> {
// CHECK-NEXT:    nn.dense {{.*}} : tensor<2x20xf32> -> tensor<2x256xf32>
// CHECK-NEXT:    nn.relu {{.*}} : tensor<2x256xf32>{{$}}
// CHECK-NEXT:    nn.dense {{.*}} : tensor<2x256xf32> -> tensor<2x10xf32>
// CHECK-NEXT:    nn.return {{.*}} : tensor<2x10xf32>
nn.sequential @forward(%x: tensor<2x20xf32>) -> tensor<?x10xf32> {
  %0 = nn.dense %x, 256 : tensor<2x20xf32> -> tensor<?x256xf32>
  %1 = nn.relu %0 : tensor<?x256xf32>
  %2 = nn.dense %1, 10 : tensor<?x256xf32> -> tensor<?x10xf32>
  nn.return %2 : tensor<?x10xf32>
}

// An open batch stays open; everything else is settled.
// CHECK:       nn.parameter @batch.0.weight : tensor<8x20xf32>
// CHECK-LABEL: nn.sequential @batch(
// CHECK-SAME:    %arg0: tensor<?x20xf32>) -> tensor<?x8xf32> {
// CHECK-NEXT:    nn.dense {{.*}} : tensor<?x20xf32> -> tensor<?x8xf32>
// CHECK-NEXT:    nn.softmax {{.*}} : tensor<?x8xf32>{{$}}
// CHECK-NEXT:    nn.return {{.*}} : tensor<?x8xf32>
nn.sequential @batch(%x: tensor<?x20xf32>) -> tensor<?x?xf32> {
  %0 = nn.dense %x, 8 : tensor<?x20xf32> -> tensor<?x?xf32>
  %1 = nn.softmax %0 : tensor<?x?xf32>
  nn.return %1 : tensor<?x?xf32>
}

//===----------------------------------------------------------------------===//
// Without any binding
//===----------------------------------------------------------------------===//

// A first layer that states its width settles every parameter.
// CHECK:       nn.parameter @stated_width.1.weight : tensor<256x20xf32>
// CHECK:       nn.parameter @stated_width.3.weight : tensor<10x256xf32>
// CHECK-LABEL: nn.sequential @stated_width(
// CHECK-SAME:    %arg0: tensor<?x20xf32>) -> tensor<?x10xf32> {
// CHECK-NEXT:    nn.relu {{.*}} : tensor<?x20xf32>{{$}}
nn.sequential @stated_width(%x: tensor<?x?xf32>) -> tensor<?x10xf32> {
  %0 = nn.relu %x : tensor<?x?xf32>
  %1 = nn.dense %0, 256 in(20) : tensor<?x?xf32> -> tensor<?x256xf32>
  %2 = nn.relu %1 : tensor<?x256xf32>
  %3 = nn.dense %2, 10 : tensor<?x256xf32> -> tensor<?x10xf32>
  nn.return %3 : tensor<?x10xf32>
}

// From a stated output backwards to the input, over many layers.
// CHECK-LABEL: nn.sequential @backward(
// CHECK-SAME:    %arg0: tensor<3x7xf32>) -> tensor<3x7xf32> {
// CHECK-NEXT:    nn.relu {{.*}} : tensor<3x7xf32>{{$}}
// CHECK-NEXT:    nn.tanh {{.*}} : tensor<3x7xf32>{{$}}
// CHECK-NEXT:    nn.dropout {{.*}} : tensor<3x7xf32>{{$}}
nn.sequential @backward(%x: tensor<?x?xf32>) -> tensor<3x7xf32> {
  %0 = nn.relu %x : tensor<?x?xf32>
  %1 = nn.tanh %0 : tensor<?x?xf32>
  %2 = nn.dropout %1 : tensor<?x?xf32>
  nn.return %2 : tensor<?x?xf32>
}

// A dense layer passes the batch backwards, but no width.
// CHECK:       nn.parameter @backward_dense.0.weight : tensor<4x?xf32>
// CHECK-LABEL: nn.sequential @backward_dense(
// CHECK-SAME:    %arg0: tensor<5x?xf32>) -> tensor<5x4xf32> {
nn.sequential @backward_dense(%x: tensor<?x?xf32>) -> tensor<5x4xf32> {
  %0 = nn.dense %x, 4 : tensor<?x?xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}

// A parameter of known shape gives its layer's width.
// CHECK-LABEL: nn.sequential @from_parameter(
// CHECK-SAME:    %arg0: tensor<?x6xf32>)
nn.parameter @known : tensor<4x6xf32> init(#nn.zeros)
nn.sequential @from_parameter(%x: tensor<?x?xf32>) -> tensor<?x4xf32> {
  %0 = nn.dense %x, 4 no_bias weight(@known) : tensor<?x?xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}

// What nothing determines stays as it is.
// CHECK:       nn.parameter @unknown.0.weight : tensor<8x?xf32>
// CHECK-LABEL: nn.sequential @unknown(
// CHECK-SAME:    %arg0: tensor<?x?xf32>) -> tensor<?x8xf32> {
nn.sequential @unknown(%x: tensor<?x?xf32>) -> tensor<?x8xf32> {
  %0 = nn.dense %x, 8 : tensor<?x?xf32> -> tensor<?x8xf32>
  nn.return %0 : tensor<?x8xf32>
}

//===----------------------------------------------------------------------===//
// Flatten
//===----------------------------------------------------------------------===//

// CHECK:       nn.parameter @flatten.1.weight : tensor<10x784xf32>
// CHECK-LABEL: nn.sequential @flatten(
// CHECK-NEXT:    nn.flatten {{.*}} : tensor<?x28x28xf32> -> tensor<?x784xf32>
nn.sequential @flatten(%x: tensor<?x28x28xf32>) -> tensor<?x10xf32> {
  %0 = nn.flatten %x : tensor<?x28x28xf32> -> tensor<?x?xf32>
  %1 = nn.dense %0, 10 : tensor<?x?xf32> -> tensor<?x10xf32>
  nn.return %1 : tensor<?x10xf32>
}

// The one unknown factor of a known product.
// CHECK-LABEL: nn.sequential @flatten_backward(
// CHECK-SAME:    %arg0: tensor<?x3x28xf32>)
// CHECK-NEXT:    nn.flatten {{.*}} : tensor<?x3x28xf32> -> tensor<?x84xf32>
nn.sequential @flatten_backward(%x: tensor<?x3x?xf32>) -> tensor<?x10xf32> {
  %0 = nn.flatten %x : tensor<?x3x?xf32> -> tensor<?x?xf32>
  %1 = nn.dense %0, 10 in(84) : tensor<?x?xf32> -> tensor<?x10xf32>
  nn.return %1 : tensor<?x10xf32>
}

// Two unknown factors are not determined by their product.
// CHECK-LABEL: nn.sequential @flatten_two(
// CHECK-SAME:    %arg0: tensor<?x?x?xf32>)
// CHECK-NEXT:    nn.flatten {{.*}} : tensor<?x?x?xf32> -> tensor<?x84xf32>
nn.sequential @flatten_two(%x: tensor<?x?x?xf32>) -> tensor<?x10xf32> {
  %0 = nn.flatten %x : tensor<?x?x?xf32> -> tensor<?x?xf32>
  %1 = nn.dense %0, 10 in(84) : tensor<?x?xf32> -> tensor<?x10xf32>
  nn.return %1 : tensor<?x10xf32>
}

// CHECK-LABEL: nn.sequential @flatten_inner(
// CHECK-SAME:    %arg0: tensor<2x3x4x5xf32>) -> tensor<2x3x20xf32> {
nn.sequential @flatten_inner(%x: tensor<?x?x4x5xf32>) -> tensor<2x3x?xf32> {
  %0 = nn.flatten %x start(2) : tensor<?x?x4x5xf32> -> tensor<?x?x?xf32>
  nn.return %0 : tensor<?x?x?xf32>
}

//===----------------------------------------------------------------------===//
// Values used twice, several inputs and outputs
//===----------------------------------------------------------------------===//

// What one branch says settles the other: the left one states the width, the
// right output the batch.
// CHECK:       nn.parameter @branches.left.weight : tensor<4x9xf32>
// CHECK:       nn.parameter @branches.right.weight : tensor<5x9xf32>
// CHECK-LABEL: nn.sequential @branches(
// CHECK-SAME:    %arg0: tensor<6x9xf32>) -> (tensor<6x4xf32>, tensor<6x5xf32>, tensor<6x9xf32>) {
nn.sequential @branches(%x: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<6x?xf32>, tensor<?x?xf32>) {
  %0 = nn.relu %x : tensor<?x?xf32>
  %1 = nn.dense %0, 4 in(9) name("left") : tensor<?x?xf32> -> tensor<?x4xf32>
  %2 = nn.dense %0, 5 name("right") : tensor<?x?xf32> -> tensor<?x5xf32>
  nn.return %1, %2, %0 : tensor<?x4xf32>, tensor<?x5xf32>, tensor<?x?xf32>
}

// Two inputs that nothing relates are apart.
// CHECK-LABEL: nn.sequential @two_inputs(
// CHECK-SAME:    %arg0: tensor<2x3xf32>, %arg1: tensor<?x?xf32>) -> (tensor<2x3xf32>, tensor<?x?xf32>)
nn.sequential @two_inputs(%arg0: tensor<?x3xf32>, %arg1: tensor<?x?xf32>) -> (tensor<2x?xf32>, tensor<?x?xf32>) {
  %0 = nn.relu %arg0 : tensor<?x3xf32> -> tensor<?x?xf32>
  %1 = nn.relu %arg1 : tensor<?x?xf32>
  nn.return %0, %1 : tensor<?x?xf32>, tensor<?x?xf32>
}

//===----------------------------------------------------------------------===//
// Shared parameters
//===----------------------------------------------------------------------===//

// The width stated at one of two tied layers is the other's, too.
// CHECK:       nn.parameter @tied.0.weight : tensor<4x9xf32>
// CHECK-NOT:   nn.parameter
// CHECK-LABEL: nn.sequential @tied(
// CHECK-SAME:    %arg0: tensor<?x9xf32>, %arg1: tensor<7x9xf32>) -> (tensor<?x4xf32>, tensor<7x4xf32>)
nn.sequential @tied(%arg0: tensor<?x?xf32>, %arg1: tensor<7x9xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %0 = nn.dense %arg0, 4 no_bias : tensor<?x?xf32> -> tensor<?x4xf32>
  %1 = nn.dense %arg1, 4 no_bias tie("0") : tensor<7x9xf32> -> tensor<?x4xf32>
  nn.return %0, %1 : tensor<?x4xf32>, tensor<?x4xf32>
}

// A chain that one sweep in each direction does not settle: the width passes
// from "c" over a shared parameter back to "a" and "b", over another shared
// parameter forwards to "d" and back again to its input.
// CHECK:       nn.parameter @chain.b.weight : tensor<5x6xf32>
// CHECK:       nn.parameter @chain.a.weight : tensor<6x6xf32>
// CHECK-LABEL: nn.sequential @chain(
// CHECK-SAME:    %arg0: tensor<?x6xf32>, %arg1: tensor<?x6xf32>, %arg2: tensor<?x6xf32>)
nn.sequential @chain(%arg0: tensor<?x?xf32>, %arg1: tensor<?x?xf32>, %arg2: tensor<?x?xf32>)
    -> (tensor<?x5xf32>, tensor<?x6xf32>, tensor<?x5xf32>) {
  %0 = nn.relu %arg2 : tensor<?x?xf32>
  %1 = nn.dense %arg0, 5 name("b") no_bias : tensor<?x?xf32> -> tensor<?x5xf32>
  %2 = nn.relu %arg0 : tensor<?x?xf32>
  %3 = nn.dense %2, 6 name("a") no_bias : tensor<?x?xf32> -> tensor<?x6xf32>
  %4 = nn.dense %arg1, 6 name("c") in(6) no_bias tie("a") : tensor<?x?xf32> -> tensor<?x6xf32>
  %5 = nn.dense %0, 5 name("d") no_bias tie("b") : tensor<?x?xf32> -> tensor<?x5xf32>
  nn.return %1, %4, %5 : tensor<?x5xf32>, tensor<?x6xf32>, tensor<?x5xf32>
}

//===----------------------------------------------------------------------===//
// Edges
//===----------------------------------------------------------------------===//

// A scalar has no dimension to infer.
// CHECK-LABEL: nn.sequential @scalar(
// CHECK-SAME:    %arg0: tensor<f32>) -> tensor<f32> {
nn.sequential @scalar(%x: tensor<f32>) -> tensor<f32> {
  %0 = nn.relu %x : tensor<f32>
  nn.return %0 : tensor<f32>
}

// An input that is returned.
// CHECK-LABEL: nn.sequential @through(
// CHECK-SAME:    %arg0: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
nn.sequential @through(%x: tensor<2x?xf32>) -> (tensor<?x3xf32>, tensor<?x?xf32>) {
  %0 = nn.relu %x : tensor<2x?xf32>
  nn.return %x, %0 : tensor<2x?xf32>, tensor<2x?xf32>
}
