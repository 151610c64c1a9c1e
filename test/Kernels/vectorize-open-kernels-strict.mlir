// With strict numerics, a row of an open length is reduced in 16 lanes, as kernels
// do whose sizes are known: whole vectors, then element by element in the lane that
// it is for, and the lanes in order.
//
// RUN: nascent-opt %s --nascent-vectorize-open-kernels=strict --canonicalize --cse | FileCheck %s
// RUN: nascent-opt %s --nascent-vectorize-open-kernels --canonicalize --cse | FileCheck %s --check-prefix=FAST

#row = affine_map<(d0, d1) -> (d0, d1)>
#sum = affine_map<(d0, d1) -> (d0)>

// CHECK-LABEL: func.func private @net.sum(
// CHECK-SAME:    %[[X:.*]]: memref<1xf32>, %[[Y:.*]]: memref<1xf32>, %[[N:.*]]: index)
// CHECK-DAG:     %[[LANES:.*]] = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi32>
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<16xf32>
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C15:.*]] = arith.constant 15 : index
// CHECK-DAG:     %[[C16:.*]] = arith.constant 16 : index
// CHECK-DAG:     %[[MASK:.*]] = arith.constant -16 : index
// CHECK:         %[[WHOLE:.*]] = arith.andi %[[N]], %[[MASK]]
// CHECK:         %[[SUMS:.*]] = scf.for %[[I:.*]] = %[[C0]] to %[[WHOLE]] step %[[C16]] iter_args(%{{.*}} = %[[ZERO]]) -> (vector<16xf32>) {
// CHECK:           vector.load %{{.*}}, vector<16xf32>
// CHECK:         scf.for %[[J:.*]] = %[[WHOLE]] to %[[N]] step %{{.*}} iter_args(%[[OLD:.*]] = %[[SUMS]]) -> (vector<16xf32>) {
// CHECK:           %[[NEW:.*]] = arith.addf %[[OLD]], %{{.*}} : vector<16xf32>
// CHECK:           %[[LANE:.*]] = arith.andi %[[J]], %[[C15]]
// CHECK:           %[[ITS:.*]] = arith.cmpi eq, %{{.*}}, %[[LANES]] : vector<16xi32>
// CHECK:           arith.select %[[ITS]], %[[NEW]], %[[OLD]]
// CHECK-COUNT-15: arith.addf %{{.*}}, %{{.*}} : f32
// FAST-LABEL:  func.func private @net.sum(
// FAST-NOT:      vector<16xf32>
func.func private @net.sum(%x: memref<1xf32>, %y: memref<1xf32>, %n: index) attributes {nn.open_kernel} {
  %xs = memref.reinterpret_cast %x to offset: [0], sizes: [3, %n], strides: [%n, 1] : memref<1xf32> to memref<3x?xf32, strided<[?, 1]>>
  %ys = memref.reinterpret_cast %y to offset: [0], sizes: [3], strides: [1] : memref<1xf32> to memref<3xf32, strided<[1]>>
  %0 = bufferization.to_tensor %xs restrict : memref<3x?xf32, strided<[?, 1]>> to tensor<3x?xf32>
  %zero = arith.constant 0.0 : f32
  %space = tensor.empty() : tensor<3xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%space : tensor<3xf32>) -> tensor<3xf32>
  %1 = linalg.generic {indexing_maps = [#row, #sum], iterator_types = ["parallel", "reduction"]} ins(%0 : tensor<3x?xf32>) outs(%zeros : tensor<3xf32>) {
  ^bb0(%a: f32, %sum: f32):
    %r = arith.addf %sum, %a : f32
    linalg.yield %r : f32
  } -> tensor<3xf32>
  bufferization.materialize_in_destination %1 in restrict writable %ys : (tensor<3xf32>, memref<3xf32, strided<[1]>>) -> ()
  return
}
