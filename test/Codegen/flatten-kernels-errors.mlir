// RUN: nascent-opt %s --nascent-flatten-kernels --split-input-file --verify-diagnostics

func.func private @net.layer_0(%x: memref<2x4xf32>, %y: memref<2x4xf32>) attributes {nn.kernel} {
  // expected-error @+1 {{'memref.copy' op is not how kernels access buffers}}
  memref.copy %x, %y : memref<2x4xf32> to memref<2x4xf32>
  return
}

// -----

// expected-error @+1 {{has an argument of type 'memref<4xf32, strided<[1], offset: -8>>', whose elements do not lie at known distances from its beginning}}
func.func private @net.offset(%x: memref<4xf32, strided<[1], offset: -8>>) attributes {nn.kernel} {
  return
}

// -----

// expected-error @+1 {{has an argument of type 'memref<?x?xf32>', whose elements do not lie at known distances from its beginning}}
func.func private @net.dynamic(%x: memref<?x?xf32>) attributes {nn.kernel} {
  return
}

// -----

// expected-error @+1 {{has an argument of type 'memref<4x4xf32, affine_map<(d0, d1) -> (d0 mod 2, d0, d1)>>', whose elements do not lie at known distances from its beginning}}
func.func private @net.map(%x: memref<4x4xf32, affine_map<(d0, d1) -> (d0 mod 2, d0, d1)>>) attributes {nn.kernel} {
  return
}

// -----

// expected-error @+1 {{has an argument of type 'memref<*xf32>', whose elements do not lie at known distances from its beginning}}
func.func private @net.unranked(%x: memref<*xf32>) attributes {nn.kernel} {
  return
}

// -----

func.func private @net.local(%x: memref<4x4xf32>) attributes {nn.kernel} {
  %c0 = arith.constant 0 : index
  %0 = memref.alloca() : memref<4x4xf32>
  // expected-error @+1 {{accesses a buffer that is no argument of its kernel}}
  %1 = memref.load %0[%c0, %c0] : memref<4x4xf32>
  return
}

// -----

// expected-error @+1 {{has an argument of type 'memref<4x4xf32, strided<[-4, 1]>>', whose elements do not lie at known distances from its beginning}}
func.func private @backwards(%x: memref<4x4xf32, strided<[-4, 1]>>) attributes {nn.kernel} {
  return
}
