// RUN: nascent-opt %s --nascent-convert-to-llvm --verify-roundtrip | FileCheck %s --implicit-check-not=unrealized_conversion_cast

// Buffers are bare pointers; a column of a static buffer is one address.
// CHECK-LABEL: llvm.func @kernel(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: !llvm.ptr {llvm.noalias}, %[[Y:[a-z0-9]+]]: !llvm.ptr, %[[I:[a-z0-9]+]]: i64)
// CHECK:         %[[FROM:.*]] = llvm.getelementptr
// CHECK-NEXT:    %[[V:.*]] = llvm.load %[[FROM]] {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
// CHECK-NEXT:    %[[F:.*]] = llvm.intr.fma(%[[V]], %[[V]], %[[V]])
// A mask whose lanes are known is a constant.
// CHECK:         llvm.intr.masked.store %[[F]], %{{.*}}, %{{.*}} {alignment = 4 : i32}
// CHECK:         llvm.return
func.func private @kernel(%x: memref<2x8xf32> {llvm.noalias}, %y: memref<2x8xf32>, %i: index) {
  %c1 = arith.constant 1 : index
  %v = vector.load %x[%i, %c1] : memref<2x8xf32>, vector<4xf32>
  %f = vector.fma %v, %v, %v : vector<4xf32>
  %mask = vector.constant_mask [3] : vector<4xi1>
  vector.maskedstore %y[%i, %c1], %mask, %f : memref<2x8xf32>, vector<4xi1>, vector<4xf32>
  return
}

// Of another mask, lanes are compared with how many there are, in 32 bits.
// CHECK-LABEL: llvm.func @masked(
// CHECK-SAME:    %[[N:[a-z0-9]+]]: i64)
// CHECK:         %[[LANES:.*]] = llvm.mlir.constant(dense<[0, 1, 2, 3]> : vector<4xi32>)
// CHECK:         llvm.trunc %[[N]] : i64 to i32
// CHECK:         %[[MASK:.*]] = llvm.icmp "sgt" %{{.*}}, %{{.*}} : vector<4xi32>
// CHECK:         llvm.intr.masked.store %{{.*}}, %{{.*}}, %[[MASK]]
func.func private @masked(%y: memref<8xf32>, %v: vector<4xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %mask = vector.create_mask %n : vector<4xi1>
  vector.maskedstore %y[%c0], %mask, %v : memref<8xf32>, vector<4xi1>, vector<4xf32>
  return
}

// What only becomes an address: a view of a buffer, its dimensions merged.
// CHECK-LABEL: llvm.func @views(
// CHECK:         llvm.call @kernel(%{{.*}}, %{{.*}}, %{{.*}}) : (!llvm.ptr, !llvm.ptr, i64) -> ()
func.func @views(%parameters: memref<256xi8>, %y: memref<2x8xf32>) {
  %c64 = arith.constant 64 : index
  %0 = memref.view %parameters[%c64][] : memref<256xi8> to memref<2x4x2xf32>
  %1 = memref.collapse_shape %0 [[0], [1, 2]] : memref<2x4x2xf32> into memref<2x8xf32>
  call @kernel(%1, %y, %c64) : (memref<2x8xf32>, memref<2x8xf32>, index) -> ()
  return
}

// Loops are branches by now; what LLVM is told about them stays.
// CHECK-LABEL: llvm.func @branches(
// CHECK:         llvm.cond_br %{{.*}}, ^bb1, ^bb2 {loop_annotation = #{{.*}}}
// CHECK:         llvm.intr.sqrt
// CHECK:         llvm.mlir.poison : f32
func.func @branches(%b: i1, %x: f32) -> f32 {
  cf.cond_br %b, ^bb1, ^bb2 {loop_annotation = #llvm.loop_annotation<mustProgress = true>}
^bb1:
  %0 = math.sqrt %x : f32
  return %0 : f32
^bb2:
  %1 = ub.poison : f32
  return %1 : f32
}

// CHECK-LABEL: llvm.func @lanes(
// CHECK-COUNT-2: llvm.shufflevector
func.func @lanes(%x: vector<4xf32>) -> vector<4xf32> {
  %0 = vector.extract_strided_slice %x {offsets = [2], sizes = [2], strides = [1]} : vector<4xf32> to vector<2xf32>
  %1 = vector.interleave %0, %0 : vector<2xf32> -> vector<4xf32>
  return %1 : vector<4xf32>
}
