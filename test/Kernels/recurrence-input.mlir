// RUN: nascent-compile %s --bind net=1x9x4xf32 --compile-to=linalg --mtriple=x86_64-linux-gnu --mcpu=x86-64-v4 -o %t.mlir
// RUN: FileCheck %s < %t.mlir
// RUN: nascent-opt %t.mlir --nascent-vectorize-kernels | FileCheck %s --check-prefix=LOOPS
// RUN: nascent-compile %s --bind net=2x9x4xf32 --compile-to=linalg --mtriple=x86_64-linux-gnu --mcpu=x86-64-v4 | FileCheck %s --check-prefix=PASS
// RUN: nascent-compile %s --bind net=1x9x40xf32 --compile-to=linalg --mtriple=x86_64-linux-gnu --mcpu=x86-64-v4 | FileCheck %s --check-prefix=PASS

// Where an input's product of a step is little, the recurrence's kernel computes it.
// CHECK-LABEL: func.func private @net.forward(
// CHECK:         call @net.layer_0.l0(
// CHECK-NOT:     call
// CHECK-LABEL: func.func private @net.layer_0.l0(
// CHECK:         %[[ALL:.*]] = linalg.matmul {{.*}}tensor<9x4xf32>, tensor<48x4xf32>
// CHECK:         %[[STEPS:.*]] = tensor.expand_shape %[[ALL]]
// CHECK:         nn.recurrence steps(%[[STEPS]] : tensor<1x9x48xf32>)

// It does so before what waits for the step before.
// LOOPS-LABEL: func.func private @net.layer_0.l0(
// LOOPS-SAME:      %[[X:[^ ]*]]: memref<9x4xf32>
// LOOPS-SAME:      nn.waits
// LOOPS:         scf.for %[[STEP:[^ ]*]] =
// LOOPS:           memref.load %[[X]][%[[STEP]], %{{.*}}]
// LOOPS-COUNT-12:  vector.fma
// LOOPS:           math.exp
// LOOPS-NOT:       memref.load %[[X]]

// Several rows share what is read of the weight, and much is computed at once.
// PASS: call @net.layer_0.l0.input(
// PASS: call @net.layer_0.l0(
nn.sequential @net(%x: tensor<?x?x?xf32>) -> tensor<?x?x16xf32> {
  %0 = nn.gru %x, 16 : tensor<?x?x?xf32> -> tensor<?x?x16xf32>
  nn.return %0 : tensor<?x?x16xf32>
}
