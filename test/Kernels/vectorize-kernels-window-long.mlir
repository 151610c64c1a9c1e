// RUN: nascent-opt %s --nascent-vectorize-kernels --canonicalize --cse | FileCheck %s
// RUN: nascent-opt %s --nascent-vectorize-kernels=strict --canonicalize --cse | FileCheck %s --check-prefix=STRICT

module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 128, registers = 16, fma = true>} {

// The sum of 32 · 20 pixels is one of sums of 256, and of what is left.
// CHECK-LABEL: func.func private @sum(
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C256:.*]] = arith.constant 256 : index
// CHECK-DAG:     %[[C640:.*]] = arith.constant 640 : index
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<4xf32>
// CHECK:         %[[ALL:.*]] = scf.for %[[FIRST:.*]] = %[[C0]] to %[[C640]] step %[[C256]] iter_args(%[[TOTAL:.*]] = %[[ZERO]])
// CHECK-NEXT:      %[[NEXT:.*]] = arith.addi %[[FIRST]], %[[C256]]
// CHECK-NEXT:      %[[END:.*]] = arith.minsi %[[NEXT]], %[[C640]]
// CHECK-NEXT:      %[[PART:.*]] = scf.for %{{.*}} = %[[FIRST]] to %[[END]] step %[[C1]] iter_args(%{{.*}} = %[[ZERO]])
// CHECK:             arith.addf
// CHECK:           %[[SUM:.*]] = arith.addf %[[TOTAL]], %[[PART]]
// CHECK-NEXT:      scf.yield %[[SUM]]
// CHECK:         vector.store %[[ALL]]
// What is strict is one sum, as where sizes are open.
// STRICT-LABEL: func.func private @sum(
// STRICT-COUNT-1: scf.for
// STRICT-NOT:     scf.for
// STRICT:         return
func.func private @sum(%x: memref<32x20x4xf32>, %y: memref<4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<32x20x4xf32> to tensor<32x20x4xf32>
  %cst = arith.constant 0.0 : f32
  %1 = tensor.empty() : tensor<4xf32>
  %2 = linalg.fill ins(%cst : f32) outs(%1 : tensor<4xf32>) -> tensor<4xf32>
  %3 = linalg.generic {indexing_maps = [affine_map<(n, l, c) -> (n, l, c)>, affine_map<(n, l, c) -> (c)>], iterator_types = ["reduction", "reduction", "parallel"]} ins(%0 : tensor<32x20x4xf32>) outs(%2 : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %4 = arith.addf %out, %in : f32
    linalg.yield %4 : f32
  } -> tensor<4xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// The greatest is found in one loop.
// CHECK-LABEL: func.func private @greatest(
// CHECK-COUNT-1: scf.for
// CHECK-NOT:     scf.for
// CHECK:         return
func.func private @greatest(%x: memref<32x20x4xf32>, %y: memref<4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<32x20x4xf32> to tensor<32x20x4xf32>
  %cst = arith.constant 0xFF800000 : f32
  %1 = tensor.empty() : tensor<4xf32>
  %2 = linalg.fill ins(%cst : f32) outs(%1 : tensor<4xf32>) -> tensor<4xf32>
  %3 = linalg.generic {indexing_maps = [affine_map<(n, l, c) -> (n, l, c)>, affine_map<(n, l, c) -> (c)>], iterator_types = ["reduction", "reduction", "parallel"]} ins(%0 : tensor<32x20x4xf32>) outs(%2 : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %4 = arith.maximumf %out, %in : f32
    linalg.yield %4 : f32
  } -> tensor<4xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}
}
