// RUN: nascent-opt %s --nascent-pad-rows --verify-roundtrip | FileCheck %s

// Other functions see buffers as they are.
// CHECK-LABEL: func.func private @calls.forward(
// CHECK:         memref.alloc() : memref<4x6xf32>
func.func private @calls.forward(%x: memref<4x6xf32>, %y: memref<4x6xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = memref.alloc() : memref<4x6xf32>
  call @plain(%0, %y) : (memref<4x6xf32>, memref<4x6xf32>) -> ()
  return
}
func.func private @plain(%x: memref<4x6xf32>, %y: memref<4x6xf32>) {
  return
}
