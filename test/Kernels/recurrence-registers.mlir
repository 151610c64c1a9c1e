// RUN: nascent-compile %s --bind net=1x9x4xf32 --compile-to=linalg --mtriple=x86_64-linux-gnu --mcpu=x86-64-v4 -o %t.mlir
// RUN: nascent-opt %t.mlir --nascent-vectorize-kernels | FileCheck %s
// RUN: nascent-compile %s --bind net=1x9x4xf32 --compile-to=linalg --numerics=strict --mtriple=x86_64-linux-gnu --mcpu=x86-64-v4 | nascent-opt --nascent-vectorize-kernels=strict | FileCheck %s --check-prefix=STRICT
// RUN: nascent-compile %s --bind net=2x9x4xf32 --compile-to=linalg --mtriple=x86_64-linux-gnu --mcpu=x86-64-v4 | nascent-opt --nascent-vectorize-kernels | FileCheck %s --check-prefix=MEMORY

// The 72 sums of a step of one row are five vectors, each in three parts. They
// are in straight code, and gates take their lanes out of them.
// CHECK-LABEL: func.func private @net.layer_0.l0(
// CHECK:         scf.for
// CHECK-NOT:     scf.for
// CHECK-COUNT-120: vector.fma
// CHECK-COUNT-10: arith.addf {{.*}}vector<16xf32>
// CHECK-NOT:     vector.store
// CHECK:         vector.shuffle %{{.*}}, %{{.*}} [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23] : vector<16xf32>, vector<16xf32>
// CHECK:         vector.shuffle %{{.*}}, %{{.*}} [8, 9, 10, 11, 12, 13, 14, 15] : vector<16xf32>, vector<16xf32>

// More of them are in a loop over the units, two terms a turn.
// CHECK-LABEL: func.func private @net.layer_1.l0(
// CHECK:         scf.for
// CHECK:           scf.for {{.*}} iter_args(
// CHECK-COUNT-16:  vector.fma
// CHECK-NOT:       vector.fma
// CHECK:           scf.yield
// CHECK-NOT:     vector.fma
// CHECK:         vector.shuffle

// Strict sums are not split.
// STRICT-LABEL: func.func private @net.layer_1.l0(
// STRICT:         scf.for
// STRICT:           scf.for {{.*}} iter_args(
// STRICT-COUNT-8:   vector.fma
// STRICT-NOT:       vector.fma
// STRICT:           scf.yield

// Several rows have their sums in memory.
// MEMORY-LABEL: func.func private @net.layer_0.l0(
// MEMORY-NOT:     vector.shuffle
// MEMORY:         return
nn.sequential @net(%x: tensor<?x?x?xf32>) -> tensor<?x?x40xf32> {
  %0 = nn.gru %x, 24 : tensor<?x?x?xf32> -> tensor<?x?x24xf32>
  %1 = nn.gru %0, 40 : tensor<?x?x24xf32> -> tensor<?x?x40xf32>
  nn.return %1 : tensor<?x?x40xf32>
}
