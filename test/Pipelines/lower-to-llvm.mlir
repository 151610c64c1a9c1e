// From a resolved network to the LLVM dialect and nothing else.
//
// RUN: nascent-opt %s --nascent-bind-and-infer=bindings=net=3x20xf32 --nascent-lower-to-llvm --verify-roundtrip -o %t.static
// RUN: FileCheck %s --check-prefixes=CHECK,STATIC < %t.static
// RUN: FileCheck %s --check-prefix=ONLY < %t.static
// RUN: nascent-opt %s --nascent-bind-and-infer="bindings=net=?x20xf32" --nascent-lower-to-llvm --verify-roundtrip -o %t.open
// RUN: FileCheck %s --check-prefixes=CHECK,OPEN < %t.open
// RUN: FileCheck %s --check-prefix=ONLY < %t.open
// RUN: nascent-opt %s --nascent-bind-and-infer=bindings=net=3x20xf32 --nascent-lower-to-llvm=threads=steps --verify-roundtrip -o %t.steps
// RUN: FileCheck %s --check-prefixes=CHECK,STATIC,STEPS < %t.steps
// RUN: FileCheck %s --check-prefix=ONLY < %t.steps
// RUN: nascent-opt %s --nascent-bind-and-infer=bindings=net=3000x20xf32 --nascent-lower-to-llvm=threads=openmp --verify-roundtrip -o %t.openmp
// RUN: FileCheck %s --check-prefix=OPENMP < %t.openmp
// RUN: FileCheck %s --check-prefix=ONLY < %t.openmp
//
// Where no target is given it is the host, and one that the module has stays.
// RUN: nascent-opt %s --nascent-bind-and-infer=bindings=net=3x20xf32 --nn-set-target --nascent-lower-to-llvm -o %t.host
// RUN: cmp %t.static %t.host
// RUN: FileCheck %s --check-prefix=HOST < %t.host
// RUN: nascent-opt %s --nascent-bind-and-infer=bindings=net=3x20xf32 --nascent-lower-to-llvm="triple=x86_64-linux-gnu cpu=x86-64-v4" -o %t.given
// RUN: nascent-opt %s --nascent-bind-and-infer=bindings=net=3x20xf32 --nn-set-target="triple=x86_64-linux-gnu cpu=x86-64-v4" --nascent-lower-to-llvm -o %t.kept
// RUN: cmp %t.given %t.kept
// RUN: not cmp %t.given %t.host
// HOST: module attributes {llvm.data_layout = "{{.+}}", llvm.target_triple = "{{.+}}"
//
// For every kind of target, too.
// RUN: nascent-opt %s --nascent-bind-and-infer=bindings=net=3x20xf32 --nn-set-target="triple=x86_64-linux-gnu cpu=x86-64-v4" --nascent-lower-to-llvm | FileCheck %s --check-prefix=ONLY
// RUN: nascent-opt %s --nascent-bind-and-infer="bindings=net=?x20xf32" --nn-set-target=triple=armv7-linux-gnueabihf --nascent-lower-to-llvm | FileCheck %s --check-prefix=ONLY

// No operation of another dialect, whatever its form: our own, upstream's, or a
// cast that nothing resolved. Every operation starts a line or follows a result.
// ONLY-NOT: {{^ *(%[^=]*= )?"?(affine|arith|bufferization|builtin|cf|func|linalg|math|memref|nn|scf|tensor|ub|vector)[.]}}
// ONLY-NOT: {{^ *(%[^=]*= )?(call|return) }}
// ONLY:     llvm.func @net_init
// ONLY-NOT: {{^ *(%[^=]*= )?"?(affine|arith|bufferization|builtin|cf|func|linalg|math|memref|nn|scf|tensor|ub|vector)[.]}}
// ONLY-NOT: {{^ *(%[^=]*= )?(call|return) }}

// Nothing outside the object is called.
// CHECK-NOT:  llvm.func @malloc
// CHECK-NOT:  llvm.func @exp
// CHECK-DAG:  llvm.func @net_init(%{{.*}}: !llvm.ptr, %{{.*}}: i64)
// CHECK-DAG:  llvm.func @net_get(%{{.*}}: !llvm.ptr, %{{.*}}: i32, %{{.*}}: !llvm.ptr) -> i32
// CHECK-DAG:  llvm.func @net_set(%{{.*}}: !llvm.ptr, %{{.*}}: i32, %{{.*}}: !llvm.ptr) -> i32
// STATIC-DAG: llvm.func @net_forward(%{{[^,]*}}: !llvm.ptr, %{{[^,]*}}: !llvm.ptr, %{{[^,]*}}: !llvm.ptr, %{{[^,]*}}: !llvm.ptr)
// OPEN-DAG:   llvm.func @net_forward(%{{[^,]*}}: !llvm.ptr, %{{[^,]*}}: !llvm.ptr, %{{[^,]*}}: i64, %{{[^,]*}}: !llvm.ptr, %{{[^,]*}}: !llvm.ptr)
// STEPS-DAG:  llvm.func @net_forward_step(%{{[^,]*}}: !llvm.ptr, %{{[^,]*}}: !llvm.ptr, %{{[^,]*}}: !llvm.ptr, %{{[^,]*}}: !llvm.ptr, %{{[^,]*}}: i32, %{{[^,]*}}: i32, %{{[^,]*}}: i32)
// OPENMP:     omp.parallel {
// OPENMP:       llvm.call @omp_get_thread_num()
// OPENMP:       omp.barrier
nn.sequential @net(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = nn.dense %x, 18 init(#nn.normal<0.0, 0.01>) : tensor<?x?xf32> -> tensor<?x18xf32>
  %1 = nn.gelu %0 : tensor<?x18xf32>
  %2 = nn.dropout %1 : tensor<?x18xf32>
  %3 = nn.dense %2, 18 init(#nn.xavier_uniform) no_bias : tensor<?x18xf32> -> tensor<?x18xf32>
  %4 = nn.elu %3 : tensor<?x18xf32>
  %5 = nn.dense %4, 18 tie("3") no_bias : tensor<?x18xf32> -> tensor<?x18xf32>
  %6 = nn.silu %5 : tensor<?x18xf32>
  %7 = nn.log_softmax %6 : tensor<?x18xf32>
  nn.return %7 : tensor<?x18xf32>
}
