// RUN: nascent-opt %s --nascent-lower-to-kernels='block-rows=0' | FileCheck %s
// RUN: nascent-opt %s --convert-nn-to-linalg --nascent-form-kernels --nascent-walk-batch --nascent-assign-buffers --verify-roundtrip | FileCheck %s --check-prefix=PLACES

// From networks to buffers: where values are that are joined or taken apart.
// Nothing here has parameters, for it makes no difference.

// Both operands of a concatenation are computed in its result, which a layer
// after it reads as it is. Rows of either lie apart, so that its kernel has rows.
// PLACES-LABEL: func.func private @joined.forward(
// PLACES-SAME:    %[[X:.*]]: memref<4x3xf32> {{.*}}, %[[Y:.*]]: memref<4x5xf32> {{.*}}, %[[OUT:.*]]: memref<4x8xf32>
// PLACES-NEXT:    %[[ALL:.*]] = memref.alloc() : memref<4x8xf32>
// PLACES-NEXT:    %[[A:.*]] = memref.subview %[[ALL]][0, 0] [4, 3] [1, 1] : memref<4x8xf32> to memref<4x3xf32, strided<[8, 1]>>
// PLACES-NEXT:    nn.launch @joined.layer_0 ins(%[[X]] : memref<4x3xf32>) outs(%[[A]] : memref<4x3xf32, strided<[8, 1]>>) {
// PLACES:         %[[B:.*]] = memref.subview %[[ALL]][0, 3] [4, 5] [1, 1] : memref<4x8xf32> to memref<4x5xf32, strided<[8, 1], offset: 3>>
// PLACES-NEXT:    nn.launch @joined.layer_1 ins(%[[Y]] : memref<4x5xf32>) outs(%[[B]] : memref<4x5xf32, strided<[8, 1], offset: 3>>) {
// PLACES:         nn.launch @joined.layer_3 ins(%[[ALL]] : memref<4x8xf32>) outs(%[[OUT]] : memref<4x8xf32>) {
// PLACES-NOT:     nn.launch @
// PLACES:         return
nn.sequential @joined(%x: tensor<4x3xf32>, %y: tensor<4x5xf32>) -> tensor<4x8xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.tanh %x : tensor<4x3xf32>
  %1 = nn.relu %y : tensor<4x5xf32>
  %2 = nn.concat %0, %1 axis(1) : tensor<4x3xf32>, tensor<4x5xf32> -> tensor<4x8xf32>
  %3 = nn.softmax %2 : tensor<4x8xf32>
  nn.return %3 : tensor<4x8xf32>
}

// A concatenation in another, which is returned: all of it in the caller's
// buffer.
// PLACES-LABEL: func.func private @nested.forward(
// PLACES-SAME:    %[[X:.*]]: memref<4x3xf32> {{.*}}, %[[OUT:.*]]: memref<4x9xf32>
// PLACES-NEXT:    %[[INNER:.*]] = memref.subview %[[OUT]][0, 3] [4, 6] [1, 1] : memref<4x9xf32> to memref<4x6xf32, strided<[9, 1], offset: 3>>
// PLACES-NEXT:    %[[A:.*]] = memref.subview %[[INNER]][0, 0] [4, 3] [1, 1] : {{.*}} to memref<4x3xf32, strided<[9, 1], offset: 3>>
// PLACES-NEXT:    nn.launch @nested.layer_0 ins(%[[X]] : memref<4x3xf32>) outs(%[[A]] :
// PLACES:         %[[B:.*]] = memref.subview %[[INNER]][0, 3] [4, 3] [1, 1] : {{.*}} to memref<4x3xf32, strided<[9, 1], offset: 6>>
// PLACES-NEXT:    nn.launch @nested.layer_1 ins(%[[A]] : memref<4x3xf32, strided<[9, 1], offset: 3>>) outs(%[[B]] :
// The input is not computed here, so it is copied, and the first value has its
// place already.
// PLACES:         %[[C:.*]] = memref.subview %[[OUT]][0, 0] [4, 3] [1, 1] : memref<4x9xf32> to memref<4x3xf32, strided<[9, 1]>>
// PLACES-NEXT:    nn.launch @nested.copy_0 ins(%[[X]] : memref<4x3xf32>) outs(%[[C]] : memref<4x3xf32, strided<[9, 1]>>) {
// PLACES-NEXT:    ^bb0(%[[V:.*]]: tensor<4x3xf32>):
// PLACES-NEXT:      nn.launch_yield %[[V]]
// PLACES-NEXT:    }
// PLACES-NEXT:    return
nn.sequential @nested(%x: tensor<4x3xf32>) -> tensor<4x9xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.relu %x : tensor<4x3xf32>
  %1 = nn.tanh %0 : tensor<4x3xf32>
  %2 = nn.concat %0, %1 axis(1) : tensor<4x3xf32> -> tensor<4x6xf32>
  %3 = nn.concat %x, %2 axis(1) : tensor<4x3xf32>, tensor<4x6xf32> -> tensor<4x9xf32>
  nn.return %3 : tensor<4x9xf32>
}

// What has two places is in the first one and copied to the second. A part is
// read where it is.
// PLACES-LABEL: func.func private @twice.forward(
// PLACES-SAME:    %[[X:.*]]: memref<4x3xf32> {{.*}}, %[[OUT:.*]]: memref<4x2xf32>
// PLACES-NEXT:    %[[ALL:.*]] = memref.alloc() : memref<4x6xf32>
// PLACES-NEXT:    %[[A:.*]] = memref.subview %[[ALL]][0, 0] [4, 3]
// PLACES-NEXT:    nn.launch @twice.layer_0 ins(%[[X]] : {{.*}}) outs(%[[A]] :
// PLACES:         %[[B:.*]] = memref.subview %[[ALL]][0, 3] [4, 3]
// PLACES-NEXT:    nn.launch @twice.copy_0 ins(%[[A]] : {{.*}}) outs(%[[B]] :
// PLACES:         %[[PART:.*]] = memref.subview %[[ALL]][0, 2] [4, 2] [1, 1] : memref<4x6xf32> to memref<4x2xf32, strided<[6, 1], offset: 2>>
// PLACES-NEXT:    nn.launch @twice.layer_3 ins(%[[PART]] : {{.*}}) outs(%[[OUT]] :
// PLACES-NOT:     nn.launch @
// PLACES:         return
nn.sequential @twice(%x: tensor<4x3xf32>) -> tensor<4x2xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.relu %x : tensor<4x3xf32>
  %1 = nn.concat %0, %0 axis(1) : tensor<4x3xf32> -> tensor<4x6xf32>
  %2 = nn.slice %1 axis(1) start(2) end(4) : tensor<4x6xf32> -> tensor<4x2xf32>
  %3 = nn.tanh %2 : tensor<4x2xf32>
  nn.return %3 : tensor<4x2xf32>
}

// Of three dimensions, those before the one that is joined are the rows. Softmax
// reads (rows, 4), which is no view of a part of the second dimension: it gets a
// copy.
// PLACES-LABEL: func.func private @cube.forward(
// PLACES-SAME:    %[[X:.*]]: memref<2x3x4xf32> {{.*}}, %[[OUT:.*]]: memref<2x6x4xf32> {{.*}}, %[[SOFT:.*]]: memref<2x2x4xf32>
// PLACES-NEXT:    %[[XM:.*]] = memref.collapse_shape %[[X]] {{\[\[}}0], [1, 2]] : memref<2x3x4xf32> into memref<2x12xf32>
// PLACES-NEXT:    %[[A:.*]] = memref.subview %[[OUT]][0, 0, 0] [2, 3, 4] [1, 1, 1] : memref<2x6x4xf32> to memref<2x3x4xf32, strided<[24, 4, 1]>>
// PLACES:         nn.launch @cube.layer_0 ins(%[[XM]] : memref<2x12xf32>) outs(%{{.*}} : memref<2x12xf32, strided<[24, 1]>>) {
// PLACES:         %[[PART:.*]] = memref.subview %[[A]][0, 1, 0] [2, 2, 4] [1, 1, 1] : {{.*}} to memref<2x2x4xf32, strided<[24, 4, 1], offset: 4>>
// PLACES-NEXT:    %[[COPY:.*]] = memref.alloc() : memref<2x2x4xf32>
// PLACES:         nn.launch @cube.copy_{{.*}} ins(%{{.*}} : memref<2x8xf32, strided<[24, 1], offset: 4>>) outs(%{{.*}} : memref<2x8xf32>) {
// PLACES:         %[[COPYM:.*]] = memref.collapse_shape %[[COPY]] {{\[\[}}0, 1], [2]] : memref<2x2x4xf32> into memref<4x4xf32>
// PLACES:         nn.launch @cube.layer_4 ins(%[[COPYM]] : memref<4x4xf32>)
nn.sequential @cube(%x: tensor<2x3x4xf32>) -> (tensor<2x6x4xf32>, tensor<2x2x4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.relu %x : tensor<2x3x4xf32>
  %1 = nn.tanh %x : tensor<2x3x4xf32>
  %2 = nn.concat %0, %1 axis(1) : tensor<2x3x4xf32> -> tensor<2x6x4xf32>
  %3 = nn.slice %0 axis(1) start(1) : tensor<2x3x4xf32> -> tensor<2x2x4xf32>
  %4 = nn.softmax %3 : tensor<2x2x4xf32>
  nn.return %2, %4 : tensor<2x6x4xf32>, tensor<2x2x4xf32>
}

// Rows of a column lie apart, but no two of its elements are neighbours, so that
// it is no vector. A part of a part along another dimension has no equal rows,
// and is copied as it is.
// PLACES-LABEL: func.func private @corner.forward(
// PLACES-SAME:    %[[X:.*]]: memref<2x3x4xf32> {{.*}}, %[[COLUMN:.*]]: memref<2x3x1xf32> {{.*}}, %[[CORNER:.*]]: memref<2x2x2xf32>
// PLACES:         nn.launch @corner.{{.*}} ins(%{{.*}} : memref<6x1xf32, strided<[4, 1], offset: 3>>) outs(%{{.*}} : memref<6x1xf32>) {
// PLACES:         nn.launch @corner.output_1 ins(%{{.*}} : memref<2x2x2xf32, strided<[12, 4, 1], offset: 6>>) outs(%{{.*}} : memref<2x2x2xf32>) {
// PLACES-NOT:     nn.launch @
// PLACES:         return
nn.sequential @corner(%x: tensor<2x3x4xf32>) -> (tensor<2x3x1xf32>, tensor<2x2x2xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.slice %x axis(2) start(3) : tensor<2x3x4xf32> -> tensor<2x3x1xf32>
  %1 = nn.slice %x axis(2) start(2) : tensor<2x3x4xf32> -> tensor<2x3x2xf32>
  %2 = nn.slice %1 axis(1) start(1) : tensor<2x3x2xf32> -> tensor<2x2x2xf32>
  nn.return %0, %2 : tensor<2x3x1xf32>, tensor<2x2x2xf32>
}

// Elementwise kernels read parts that have no equal rows as they are.
// PLACES-LABEL: func.func private @readers.forward(
// PLACES:         nn.launch @readers.layer_3 ins(%{{.*}} : memref<2x2x4xf32, strided<[48, 8, 1], offset: 4>>) outs(%{{.*}} : memref<2x2x4xf32>) {
// PLACES:         nn.launch @readers.layer_4 ins(%{{.*}} : memref<2x2x4xf32, strided<[48, 8, 1], offset: 28>>) outs(%{{.*}} : memref<2x2x4xf32>) {
// PLACES-NOT:     nn.launch @
// PLACES:         return
nn.sequential @readers(%x: tensor<2x6x8xf32>) -> (tensor<2x2x4xf32>, tensor<2x2x4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.slice %x axis(2) start(4) : tensor<2x6x8xf32> -> tensor<2x6x4xf32>
  %1 = nn.slice %0 axis(1) end(2) : tensor<2x6x4xf32> -> tensor<2x2x4xf32>
  %2 = nn.slice %0 axis(1) start(3) end(5) : tensor<2x6x4xf32> -> tensor<2x2x4xf32>
  %3 = nn.relu %1 : tensor<2x2x4xf32>
  %4 = nn.tanh %2 : tensor<2x2x4xf32>
  nn.return %3, %4 : tensor<2x2x4xf32>, tensor<2x2x4xf32>
}

// Some rows of an open batch at a time, of what is joined and of its parts.
// PLACES-LABEL: func.func private @open.forward.rows_16(
// PLACES-SAME:    %[[X:.*]]: memref<16x3xf32> {{.*}}, %{{.*}}: memref<16x4xf32>
// PLACES-NEXT:    memref.alloc() : memref<16x6xf32>
// PLACES:         memref.subview %{{.*}}[0, 1] [16, 4] [1, 1] : memref<16x6xf32> to memref<16x4xf32, strided<[6, 1], offset: 1>>
nn.sequential @open(%x: tensor<?x3xf32>) -> tensor<?x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.relu %x : tensor<?x3xf32>
  %1 = nn.tanh %x : tensor<?x3xf32>
  %2 = nn.concat %0, %1 axis(1) : tensor<?x3xf32> -> tensor<?x6xf32>
  %3 = nn.slice %2 axis(1) start(1) end(5) : tensor<?x6xf32> -> tensor<?x4xf32>
  nn.return %3 : tensor<?x4xf32>
}

// Kernels have the places of their values in their types.
// CHECK-LABEL: func.func private @joined.forward(
// CHECK:         call @joined.layer_1(%{{.*}}, %{{.*}}) : (memref<4x5xf32>, memref<4x5xf32, strided<[8, 1], offset: 3>>) -> ()
