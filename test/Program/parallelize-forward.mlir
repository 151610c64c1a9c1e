// RUN: nascent-opt %s --nascent-parallelize-forward --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --nascent-parallelize-forward --nascent-convert-to-llvm --verify-roundtrip | FileCheck %s --check-prefix=LLVM

// Every thread has its part of every layer, and waits for the others before the
// next one; the region's end waits as well.
// CHECK-LABEL: func.func private @net.forward(
// CHECK-SAME:    %{{[a-z0-9]+}}: memref<0xi8> {{[^%]*}}, %[[X:[a-z0-9]+]]: memref<2x4xf32> {{[^%]*}}, %[[Y:[a-z0-9]+]]: memref<2x4xf32> {{[^%]*}}, %[[S:[a-z0-9]+]]: memref<64xi8> {{[^%]*}}) attributes {{.*}}nn.parallel
// CHECK-NEXT:    omp.parallel {
// CHECK-NEXT:      %[[THREAD:.*]] = func.call @omp_get_thread_num() : () -> i32
// CHECK-NEXT:      %[[PART:.*]] = arith.index_cast %[[THREAD]]
// CHECK-NEXT:      %[[THREADS:.*]] = func.call @omp_get_num_threads() : () -> i32
// CHECK-NEXT:      %[[PARTS:.*]] = arith.index_cast %[[THREADS]]
// CHECK:           %[[H:.*]] = memref.view %[[S]]
// CHECK-NEXT:      func.call @layer(%[[X]], %[[H]], %[[PART]], %[[PARTS]])
// CHECK-NEXT:      omp.barrier
// CHECK-NEXT:      func.call @layer(%[[H]], %[[Y]], %[[PART]], %[[PARTS]])
// CHECK-NEXT:      omp.terminator
// CHECK-NEXT:    }
// CHECK-NEXT:    return

// The region stays, around nothing but the LLVM dialect.
// LLVM-LABEL: llvm.func @net.forward(
// LLVM:         omp.parallel {
// LLVM-NEXT:      llvm.call @omp_get_thread_num() : () -> i32
// LLVM:           omp.barrier
// LLVM:           llvm.call @layer(
// LLVM-NEXT:      omp.terminator
// LLVM-NEXT:    }
// LLVM-NEXT:    llvm.return
func.func private @layer(memref<2x4xf32>, memref<2x4xf32>, index {nn.role = #nn.role<part>}, index {nn.role = #nn.role<parts>}) attributes {nn.kernel}
func.func private @net.forward(%p: memref<0xi8> {nn.role = #nn.role<parameters>}, %x: memref<2x4xf32> {nn.role = #nn.role<input>}, %y: memref<2x4xf32> {nn.role = #nn.role<output>}, %s: memref<64xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 64 : i64, nn.multiply_adds = 67108864 : i64, nn.steps = 2 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %h = memref.view %s[%c0][] : memref<64xi8> to memref<2x4xf32>
  call @layer(%x, %h, %c0, %c1) : (memref<2x4xf32>, memref<2x4xf32>, index, index) -> ()
  call @layer(%h, %y, %c0, %c1) : (memref<2x4xf32>, memref<2x4xf32>, index, index) -> ()
  return
}

// Too little work stays on one thread.
// CHECK-LABEL: func.func private @small.forward(
// CHECK-NOT:     omp
// CHECK:         return
func.func private @small.forward(%p: memref<0xi8> {nn.role = #nn.role<parameters>}, %x: memref<2x4xf32> {nn.role = #nn.role<input>}, %y: memref<2x4xf32> {nn.role = #nn.role<output>}, %s: memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "small", nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64, nn.multiply_adds = 4096 : i64, nn.steps = 1 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  call @layer(%x, %y, %c0, %c1) : (memref<2x4xf32>, memref<2x4xf32>, index, index) -> ()
  return
}

// What OpenMP's functions are called is declared once.
// CHECK:     func.func private @omp_get_thread_num() -> i32
// CHECK:     func.func private @omp_get_num_threads() -> i32
// CHECK-NOT: func.func
