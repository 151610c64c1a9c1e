// RUN: nascent-opt %s --nascent-flatten-kernels --split-input-file --verify-diagnostics

func.func private @net.layer_0(%x: memref<2x4xf32>, %y: memref<2x4xf32>) attributes {nn.kernel} {
  // expected-error @+1 {{'memref.copy' op is not how kernels access buffers}}
  memref.copy %x, %y : memref<2x4xf32> to memref<2x4xf32>
  return
}

// -----

// expected-error @+1 {{has an argument of type 'memref<4xf32, strided<[1], offset: ?>>', whose elements do not lie at known distances from its beginning}}
func.func private @net.offset(%x: memref<4xf32, strided<[1], offset: ?>>) attributes {nn.kernel} {
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

// -----

func.func private @view_of_local() attributes {nn.kernel} {
  %0 = memref.alloca() : memref<16xf32>
  // expected-error @+1 {{is no view of an argument with elements at known distances from its beginning}}
  %1 = memref.reinterpret_cast %0 to offset: [0], sizes: [4, 4], strides: [4, 1] : memref<16xf32> to memref<4x4xf32>
  return
}

// -----

func.func private @open_view(%x: memref<16xf32>, %i: index) attributes {nn.kernel} {
  // expected-error @+1 {{is no view of an argument with elements at known distances from its beginning}}
  %0 = memref.reinterpret_cast %x to offset: [%i], sizes: [2], strides: [1] : memref<16xf32> to memref<2xf32, strided<[1], offset: ?>>
  return
}
