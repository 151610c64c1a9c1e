// RUN: nascent-opt %s --nascent-flatten-kernels --verify-roundtrip | FileCheck %s

// Products stand where their index is defined, outside of the loop if it is;
// sums once in each block, and numbers last: of what neighbours share. A first
// index of zero is none.
// CHECK-LABEL: func.func private @net.layer_0(
// CHECK-SAME:    %[[X:.*]]: memref<1xf32> {llvm.noalias}, %[[W:.*]]: memref<1xbf16>, %[[Y:.*]]: memref<1xf32>, %[[PART:.*]]: index) attributes {nn.kernel}
// CHECK:         %[[C8:.*]] = arith.constant 8 : index
// CHECK:         %[[Y_AT:.*]] = arith.muli %[[PART]], %[[C8]] overflow<nsw, nuw> : index
// CHECK:         %[[C256:.*]] = arith.constant 256 : index
// CHECK:         %[[W_AT:.*]] = arith.muli %[[PART]], %[[C256]] overflow<nsw, nuw> : index
// CHECK:         scf.for %[[K:.*]] = %{{.*}} to %{{.*}} step
// CHECK:           %[[K_AT:.*]] = arith.muli %[[K]], %{{.*}} overflow<nsw, nuw> : index
// CHECK:           memref.load %[[X]][%[[K]]] : memref<1xf32>
// CHECK:           %[[ROW_AT:.*]] = arith.constant 20 : index
// CHECK:           %[[AT:.*]] = arith.addi %[[K]], %[[ROW_AT]] overflow<nsw, nuw> : index
// CHECK:           memref.load %[[X]][%[[AT]]] : memref<1xf32>
// CHECK:           %[[FIRST:.*]] = arith.addi %[[W_AT]], %[[K_AT]] overflow<nsw, nuw> : index
// CHECK:           vector.load %[[W]][%[[FIRST]]] : memref<1xbf16>, vector<8xbf16>
// CHECK-NOT:       arith.muli
// CHECK:           %[[SECOND:.*]] = arith.addi %[[FIRST]], %{{.*}} overflow<nsw, nuw> : index
// CHECK:           vector.load %[[W]][%[[SECOND]]]
// CHECK:           %[[THIRD:.*]] = arith.addi %[[FIRST]], %{{.*}} overflow<nsw, nuw> : index
// CHECK:           memref.prefetch %[[W]][%[[THIRD]]], read, locality<3>, data : memref<1xbf16>
// CHECK:         %[[C1:.*]] = arith.constant 1 : index
// CHECK:         %[[STORE_AT:.*]] = arith.addi %[[Y_AT]], %[[C1]] overflow<nsw, nuw> : index
// CHECK:         vector.maskedload %[[Y]][%[[STORE_AT]]]
// CHECK:         vector.maskedstore %[[Y]]
// CHECK:         vector.store %{{.*}}, %[[Y]]
func.func private @net.layer_0(%x: memref<2x16xf32, strided<[20, 1]>> {llvm.noalias}, %w: memref<3x16x16xbf16>, %y: memref<3x8xf32>, %part: index) attributes {nn.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c16 = arith.constant 16 : index
  scf.for %k = %c0 to %c16 step %c1 {
    %0 = memref.load %x[%c0, %k] : memref<2x16xf32, strided<[20, 1]>>
    %1 = memref.load %x[%c1, %k] : memref<2x16xf32, strided<[20, 1]>>
    %2 = vector.load %w[%part, %k, %c0] : memref<3x16x16xbf16>, vector<8xbf16>
    %3 = vector.load %w[%part, %k, %c8] : memref<3x16x16xbf16>, vector<8xbf16>
    memref.prefetch %w[%part, %k, %c8], read, locality<3>, data : memref<3x16x16xbf16>
  }
  %mask = vector.constant_mask [3] : vector<4xi1>
  %zero = arith.constant dense<0.0> : vector<4xf32>
  %4 = vector.maskedload %y[%part, %c1], %mask, %zero : memref<3x8xf32>, vector<4xi1>, vector<4xf32> into vector<4xf32>
  vector.maskedstore %y[%part, %c1], %mask, %4 : memref<3x8xf32>, vector<4xi1>, vector<4xf32>
  vector.store %4, %y[%part, %c1] : memref<3x8xf32>, vector<4xf32>
  return
}

// The last index may be before a line that the others are behind: a sum with it is not
// less than zero, but it is no sum of what is not.
// CHECK-LABEL: func.func private @net.layer_1(
// CHECK-SAME:    %[[ROW:[a-z0-9]+]]: index, %[[K:[a-z0-9]+]]: index)
// CHECK:         %[[ROW_AT:.*]] = arith.muli %[[ROW]], %{{.*}} overflow<nsw, nuw> : index
// CHECK:         %[[SUM:.*]] = arith.addi %[[ROW_AT]], %[[K]] overflow<nsw, nuw> : index
// CHECK:         %[[BEFORE:.*]] = arith.constant -4 : index
// CHECK:         %[[AT:.*]] = arith.addi %[[SUM]], %[[BEFORE]] overflow<nsw> : index
// CHECK:         memref.load %{{.*}}[%[[AT]]]
func.func private @net.layer_1(%x: memref<8x16xf32>, %row: index, %k: index) attributes {nn.kernel} {
  %c-4 = arith.constant -4 : index
  %before = arith.addi %k, %c-4 : index
  %0 = memref.load %x[%row, %before] : memref<8x16xf32>
  return
}

// It is so whichever operand the number is, how many there are, and where one is taken
// away; where a buffer begins further on; and of distances.
// CHECK-LABEL: func.func private @net.layer_2(
// CHECK-SAME:    %[[ROW:[a-z0-9]+]]: index, %[[K:[a-z0-9]+]]: index)
// CHECK:         %[[FAR:.*]] = arith.muli %[[K]], %{{.*}} overflow<nsw, nuw> : index
// CHECK:         %[[NEAR:.*]] = arith.muli %[[ROW]], %{{.*}} overflow<nsw, nuw> : index
// CHECK:         %[[SUM:.*]] = arith.addi %[[NEAR]], %[[K]] overflow<nsw, nuw> : index
// CHECK:         arith.addi %[[SUM]], %c-3{{.*}} overflow<nsw> : index
// CHECK:         arith.addi %[[K]], %c17{{.*}} overflow<nsw, nuw> : index
// CHECK:         %[[SUM:.*]] = arith.addi %[[FAR]], %[[ROW]] overflow<nsw, nuw> : index
// CHECK:         arith.addi %[[SUM]], %c-48{{.*}} overflow<nsw> : index
// CHECK:         %[[OTHER:.*]] = arith.muli %{{.*}}, %{{.*}} overflow<nsw> : index
// CHECK:         arith.addi %[[OTHER]], %[[K]] overflow<nsw> : index
// CHECK:         %[[BETWEEN:.*]] = arith.subi %[[K]], %[[ROW]] : index
// CHECK:         arith.addi %[[BETWEEN]], %c36{{.*}} overflow<nsw> : index
func.func private @net.layer_2(%x: memref<8x16xf32>, %y: memref<16xf32, strided<[1], offset: 20>>, %row: index, %k: index) attributes {nn.kernel} {
  %c-4 = arith.constant -4 : index
  %before = arith.addi %c-4, %k : index
  %c-1 = arith.constant -1 : index
  %later = arith.subi %before, %c-1 : index
  %0 = memref.load %x[%row, %later] : memref<8x16xf32>
  %1 = memref.load %y[%later] : memref<16xf32, strided<[1], offset: 20>>
  %2 = memref.load %x[%later, %row] : memref<8x16xf32>
  // What is not known to be a number and no more stays whole.
  %sum = arith.addi %before, %row : index
  %3 = memref.load %x[%sum, %k] : memref<8x16xf32>
  // So does a difference, which may be less than 0.
  %c16 = arith.constant 16 : index
  %difference = arith.subi %k, %row : index
  %between = arith.addi %difference, %c16 : index
  %4 = memref.load %y[%between] : memref<16xf32, strided<[1], offset: 20>>
  return
}

// What a kernel is called with: views are taken anew, of other buffers the
// place where they begin.
// CHECK-LABEL: func.func private @net.forward(
// CHECK-SAME:    %[[P:.*]]: memref<2048xi8>, %[[OUT:.*]]: memref<3x8xf32>, %[[SCRATCH:.*]]: memref<160xi8>)
// CHECK:         %[[OUTPUT:.*]] = memref.reinterpret_cast %[[OUT]] to offset: [0], sizes: [1], strides: [1] : memref<3x8xf32> to memref<1xf32>
// CHECK:         %[[INPUT:.*]] = memref.view %[[SCRATCH]][%{{.*}}][] : memref<160xi8> to memref<1xf32>
// CHECK-NOT:     reinterpret_cast
// CHECK:         %[[WEIGHT:.*]] = memref.view %[[P]][%{{.*}}][] : memref<2048xi8> to memref<1xbf16>
// CHECK:         call @net.layer_0(%[[INPUT]], %[[WEIGHT]], %[[OUTPUT]], %{{.*}}) : (memref<1xf32>, memref<1xbf16>, memref<1xf32>, index) -> ()
func.func private @net.forward(%parameters: memref<2048xi8>, %out: memref<3x8xf32>, %scratch: memref<160xi8>) {
  %c0 = arith.constant 0 : index
  %view = memref.view %scratch[%c0][] : memref<160xi8> to memref<2x20xf32>
  %rows = memref.reinterpret_cast %view to offset: [0], sizes: [2, 16], strides: [20, 1] : memref<2x20xf32> to memref<2x16xf32, strided<[20, 1]>>
  %weight = memref.view %parameters[%c0][] : memref<2048xi8> to memref<3x16x16xbf16>
  call @net.layer_0(%rows, %weight, %out, %c0) : (memref<2x16xf32, strided<[20, 1]>>, memref<3x16x16xbf16>, memref<3x8xf32>, index) -> ()
  return
}

// A single number has no index.
// CHECK-LABEL: func.func private @net.scalar(
// CHECK-SAME:    %[[X:.*]]: memref<1xf32>) attributes {nn.kernel}
// CHECK:         %[[C0:.*]] = arith.constant 0 : index
// CHECK:         memref.load %[[X]][%[[C0]]]
func.func private @net.scalar(%x: memref<f32>) attributes {nn.kernel} {
  %0 = memref.load %x[] : memref<f32>
  return
}

// A part of a buffer is counted from where the whole begins: its kernel knows
// the distance.
// CHECK-LABEL: func.func private @part(
// CHECK-SAME:    %[[X:.*]]: memref<1xf32>)
// CHECK:         %[[C5:.*]] = arith.constant 5 : index
// CHECK:         memref.load %[[X]][%[[C5]]] : memref<1xf32>
func.func private @part(%x: memref<4x3xf32, strided<[8, 1], offset: 5>>) attributes {nn.kernel} {
  %c0 = arith.constant 0 : index
  %0 = memref.load %x[%c0, %c0] : memref<4x3xf32, strided<[8, 1], offset: 5>>
  return
}

// CHECK-LABEL: func.func private @parts(
// CHECK-SAME:    %[[X:.*]]: memref<4x2x4xf32>)
// CHECK-NEXT:    %[[PLACE:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [1], strides: [1] : memref<4x2x4xf32> to memref<1xf32>
// CHECK-NEXT:    call @part(%[[PLACE]]) : (memref<1xf32>) -> ()
// CHECK-NEXT:    return
func.func private @parts(%x: memref<4x2x4xf32>) {
  %0 = memref.collapse_shape %x [[0], [1, 2]] : memref<4x2x4xf32> into memref<4x8xf32>
  %1 = memref.subview %0[0, 1] [4, 7] [1, 1] : memref<4x8xf32> to memref<4x7xf32, strided<[8, 1], offset: 1>>
  %2 = memref.subview %1[0, 4] [4, 3] [1, 1] : memref<4x7xf32, strided<[8, 1], offset: 1>> to memref<4x3xf32, strided<[8, 1], offset: 5>>
  call @part(%2) : (memref<4x3xf32, strided<[8, 1], offset: 5>>) -> ()
  return
}

// Where a buffer begins is not where its first element is. Views are gone: an
// index through one is linear in the argument.
// CHECK-LABEL: func.func private @net.slice(
// CHECK-SAME:    %[[X:.*]]: memref<1xf32>, %[[Y:.*]]: memref<1xf32>, %[[I:.*]]: index, %[[J:.*]]: index) attributes {nn.kernel}
// CHECK-NOT:     reinterpret_cast
// CHECK-DAG:     %[[I_AT:.*]] = arith.muli %[[I]], %{{.*}} overflow<nsw, nuw> : index
// CHECK-DAG:     %[[J_AT:.*]] = arith.muli %[[J]], %{{.*}} overflow<nsw, nuw> : index
// CHECK:         %[[SUM:.*]] = arith.addi %[[I_AT]], %[[J_AT]] overflow<nsw, nuw> : index
// CHECK-NEXT:    %[[C3:.*]] = arith.constant 3 : index
// CHECK-NEXT:    %[[AT:.*]] = arith.addi %[[SUM]], %[[C3]] overflow<nsw, nuw> : index
// CHECK-NEXT:    %[[E:.*]] = memref.load %[[X]][%[[AT]]] : memref<1xf32>
// CHECK:         %[[C32:.*]] = arith.constant 32 : index
// CHECK-NEXT:    %[[TO:.*]] = arith.addi %[[J]], %[[C32]] overflow<nsw, nuw> : index
// CHECK-NEXT:    vector.load %[[Y]][%[[TO]]]
func.func private @net.slice(%x: memref<24xf32>, %y: memref<8xf32, strided<[1], offset: 32>>, %i: index, %j: index) attributes {nn.kernel} {
  %0 = memref.reinterpret_cast %x to offset: [3], sizes: [5, 3], strides: [4, 2] : memref<24xf32> to memref<5x3xf32, strided<[4, 2], offset: 3>>
  %1 = memref.load %0[%i, %j] : memref<5x3xf32, strided<[4, 2], offset: 3>>
  %2 = vector.load %y[%j] : memref<8xf32, strided<[1], offset: 32>>, vector<1xf32>
  vector.store %2, %y[%j] : memref<8xf32, strided<[1], offset: 32>>, vector<1xf32>
  return
}

// A slice is passed as the buffer that it is of.
// CHECK-LABEL: func.func private @net.sliced(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<24xf32>, %[[Y:[a-z0-9]+]]: memref<40xf32>)
// CHECK-DAG:     %[[FROM:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [1]
// CHECK-DAG:     %[[TO:.*]] = memref.reinterpret_cast %[[Y]] to offset: [0], sizes: [1]
// CHECK:         call @net.slice(%[[FROM]], %[[TO]], %{{.*}}, %{{.*}})
func.func private @net.sliced(%x: memref<24xf32>, %y: memref<40xf32>) {
  %c0 = arith.constant 0 : index
  %0 = memref.reinterpret_cast %y to offset: [32], sizes: [8], strides: [1] : memref<40xf32> to memref<8xf32, strided<[1], offset: 32>>
  call @net.slice(%x, %0, %c0, %c0) : (memref<24xf32>, memref<8xf32, strided<[1], offset: 32>>, index, index) -> ()
  return
}
