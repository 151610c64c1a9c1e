// RUN: nascent-opt %s --nascent-lower-open-networks | FileCheck %s --enable-var-scope
// RUN: nascent-opt %s --nascent-lower-open-networks --nascent-vectorize-open-kernels | FileCheck %s --check-prefix=LOOPS

// A kernel writes all that a recurrence gives; a part whose dimensions are merged has
// memory of its own.
// CHECK-LABEL: func.func private @net.layer_0_1(
// CHECK-SAME:    %[[X:[^ ]*]]: memref<1xf32> {llvm.noalias}, %[[W:[^ ]*]]: memref<3x3xf32> {llvm.noalias, nn.padded}, %[[Y:[^ ]*]]: memref<1xf32> {llvm.noalias}, %[[H:[^ ]*]]: memref<1xf32> {llvm.noalias}, %[[S:[^ ]*]]: memref<1xf32> {llvm.noalias}, %[[N:[^ ]*]]: index, %[[L:[^ ]*]]: index)
// CHECK:         %[[R:.*]]:3 = nn.recurrence
// CHECK:         %[[YV:.*]] = memref.reinterpret_cast %[[Y]] to offset: [0], sizes: [%[[N]], %[[L]], 3]
// CHECK-NEXT:    bufferization.materialize_in_destination %[[R]]#0 in restrict writable %[[YV]]
// CHECK:         %[[HV:.*]] = memref.reinterpret_cast %[[H]] to offset: [0], sizes: [%[[N]], 3]
// CHECK-NEXT:    bufferization.materialize_in_destination %[[R]]#1 in restrict writable %[[HV]]
// CHECK:         %[[SV:.*]] = memref.reinterpret_cast %[[S]] to offset: [0], sizes: [%[[N]], 3]
// CHECK-NEXT:    bufferization.materialize_in_destination %[[R]]#2 in restrict writable %[[SV]]
// CHECK-LABEL: func.func private @net.part_
// CHECK:         tensor.extract_slice
// CHECK:         bufferization.materialize_in_destination
// CHECK-LABEL: func.func @net_forward(
// CHECK:         func.call @net.layer_0_1(
// CHECK:         func.call @net.part_

// Rows from the last one on, each with its state in the first one's place.
// LOOPS-LABEL: func.func private @net.layer_0_1(
// LOOPS-SAME:    %[[X:[^ ]*]]: memref<1xf32> {{.*}}, %[[W:[^ ]*]]: memref<3x3xf32> {{.*}}, %[[Y:[^ ]*]]: memref<1xf32> {{.*}}, %[[H:[^ ]*]]: memref<1xf32> {{.*}}, %[[S:[^ ]*]]: memref<1xf32> {{.*}}, %[[N:[^ ]*]]: index, %[[L:[^ ]*]]: index)
// LOOPS:         %[[OWN:.*]] = memref.reinterpret_cast %[[H]] to offset: [0], sizes: [1, 3], strides: [3, 1] : memref<1xf32> to memref<1x3xf32>
// LOOPS:         scf.for %[[I:.*]] = %{{.*}} to %[[N]] step
// LOOPS:           %[[LEFT:.*]] = arith.subi %[[N]], %[[I]]
// LOOPS:           %[[ROW:.*]] = arith.subi %[[LEFT]]
// LOOPS:           scf.for %[[STEP:.*]] = %{{.*}} to %[[L]] step
// LOOPS:             memref.load %[[OWN]]
// LOOPS:             vector.maskedload %{{.*}}[%[[ROW]], %[[STEP]]
// LOOPS-NOT:   nn.recurrence
nn.parameter @w : tensor<3x3xf32> init(#nn.zeros) offset(0)
func.func private @net.fits(%batch: index, %length: index) -> i1 {
  %c1 = arith.constant 1 : index
  %0 = arith.cmpi sge, %length, %c1 : index
  return %0 : i1
}
func.func private @net.forward(%x: tensor<?x?x3xf32> {nn.sizes = ["batch", "length", "3"]}) -> tensor<?x3xf32>
    attributes {nn.fits = @net.fits, nn.network = "net", nn.parameter_bytes = 64 : i64, nn.sizes = ["batch", "length"]} {
  %0 = nn.load_parameter @w : tensor<3x3xf32>
  %1:3 = nn.recurrence steps(%x : tensor<?x?x3xf32>) weight(%0 : tensor<3x3xf32>) attributes {nn.layer = "0"} -> tensor<?x?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    %2 = arith.addf %in, %sum : f32
    nn.recurrence_yield %2 : f32
  }
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %batch = tensor.dim %1#0, %c0 : tensor<?x?x3xf32>
  %length = tensor.dim %1#0, %c1 : tensor<?x?x3xf32>
  %last = arith.subi %length, %c1 : index
  %3 = tensor.extract_slice %1#0[0, %last, 0] [%batch, 1, 3] [1, 1, 1] : tensor<?x?x3xf32> to tensor<?x1x3xf32>
  %4 = tensor.collapse_shape %3 [[0], [1, 2]] : tensor<?x1x3xf32> into tensor<?x3xf32>
  return %4 : tensor<?x3xf32>
}
