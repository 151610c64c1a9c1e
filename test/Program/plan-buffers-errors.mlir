// RUN: nascent-opt %s --nascent-plan-buffers --split-input-file --verify-diagnostics

// Before layouts.
// expected-note @+1 {{the parameter is declared here}}
nn.parameter @w : tensor<8xf32> init(#nn.zeros)
func.func private @net.forward() attributes {nn.network = "net", nn.parameter_bytes = 64 : i64} {
  // expected-error @+1 {{refers to 'w', which has no place yet; run nn-assign-layouts first}}
  %0 = nn.load_parameter @w : memref<8xf32>
  return
}

// -----

func.func private @net.forward() attributes {nn.network = "net", nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{of type 'memref<2147483648x2147483648xf32>' does not fit in the scratch buffer}}
  %0 = memref.alloc() : memref<2147483648x2147483648xf32>
  return
}

// -----

// Each fits, all of them together do not.
func.func private @use(memref<536870912x536870912xf32>, memref<536870912x536870912xf32>, memref<536870912x536870912xf32>,
                       memref<536870912x536870912xf32>, memref<536870912x536870912xf32>, memref<536870912x536870912xf32>,
                       memref<536870912x536870912xf32>, memref<536870912x536870912xf32>)
func.func private @net.forward() attributes {nn.network = "net", nn.parameter_bytes = 0 : i64} {
  %0 = memref.alloc() : memref<536870912x536870912xf32>
  %1 = memref.alloc() : memref<536870912x536870912xf32>
  %2 = memref.alloc() : memref<536870912x536870912xf32>
  %3 = memref.alloc() : memref<536870912x536870912xf32>
  %4 = memref.alloc() : memref<536870912x536870912xf32>
  %5 = memref.alloc() : memref<536870912x536870912xf32>
  %6 = memref.alloc() : memref<536870912x536870912xf32>
  // expected-error @+1 {{makes the scratch buffer need 2^63 bytes or more}}
  %7 = memref.alloc() : memref<536870912x536870912xf32>
  call @use(%0, %1, %2, %3, %4, %5, %6, %7) : (
    memref<536870912x536870912xf32>, memref<536870912x536870912xf32>, memref<536870912x536870912xf32>, memref<536870912x536870912xf32>,
    memref<536870912x536870912xf32>, memref<536870912x536870912xf32>, memref<536870912x536870912xf32>, memref<536870912x536870912xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{attribute 'nn.parameter_bytes' must be a 64-bit integer of at least 0, got -64 : i64}}
func.func private @net.forward() attributes {nn.parameter_bytes = -64 : i64}

// -----

// A 32-bit target: offsets have 31 bits.
module attributes {llvm.data_layout = "e-p:32:32"} {
  // expected-error @+1 {{the scratch buffer needs 2147483648 bytes or more, which the target cannot address}}
  func.func private @net.forward() attributes {nn.network = "net", nn.parameter_bytes = 0 : i64} {
    %0 = memref.alloc() : memref<1073741824xf32>
    return
  }
}

// -----

module attributes {llvm.data_layout = "e-p:32:32"} {
  // expected-error @+1 {{an input or output needs 2147483648 bytes or more, which the target cannot address}}
  func.func private @net.forward(%x: memref<1073741824xf32>) attributes {nn.network = "net", nn.parameter_bytes = 0 : i64} {
    return
  }
}

// -----

func.func private @turned.forward(%x: memref<4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{has a layout that scratch cannot hold; only rows may be longer}}
  %0 = memref.alloc() : memref<8x4xf32, strided<[1, 8]>>
  return
}

// -----

func.func private @uneven.forward(%x: memref<4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{has a layout that scratch cannot hold; only rows may be longer}}
  %0 = memref.alloc() : memref<2x3x4xf32, strided<[20, 6, 1]>>
  return
}

// -----

// expected-error @+1 {{is a forward function, whose inputs and outputs are row-major buffers of f32 of known sizes, but has 'i32'}}
func.func private @m.forward(%a: i32) attributes {nn.network = "m", nn.parameter_bytes = 0 : i64} {
  return
}

// -----

// expected-error @+1 {{but has 'memref<4xf64>'}}
func.func private @double.forward(%x: memref<4xf64>) attributes {nn.parameter_bytes = 0 : i64} {
  return
}

// -----

func.func private @double_temporary.forward() attributes {nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{of type 'memref<4xf64>' is no temporary; temporaries are buffers of f32 of known sizes}}
  %0 = memref.alloc() : memref<4xf64>
  return
}

// -----

// How long a temporary lives shows in one block only.
func.func private @use(memref<4xf32>)
// expected-error @+1 {{is a forward function, which is one block, but has 2}}
func.func private @blocks.forward() attributes {nn.parameter_bytes = 0 : i64} {
  %0 = memref.alloc() : memref<4xf32>
  %1 = memref.alloc() : memref<4xf32>
  cf.br ^later
^later:
  call @use(%0) : (memref<4xf32>) -> ()
  call @use(%1) : (memref<4xf32>) -> ()
  return
}

// -----

func.func private @use(memref<4xf32>)
func.func private @loop.forward() attributes {nn.parameter_bytes = 0 : i64} {
  %0 = memref.alloc() : memref<4xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @+1 {{does not belong into a forward function, which has buffers, views of them and calls}}
  scf.for %i = %c0 to %c1 step %c1 {
    func.call @use(%0) : (memref<4xf32>) -> ()
  }
  return
}

// -----

func.func private @value() -> f32
func.func private @calls.forward() attributes {nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{calls what returns a value; a forward function calls kernels, which do not}}
  %0 = call @value() : () -> f32
  return
}

// -----

// expected-error @+1 {{is a forward function, which has no results, but returns 'f32'}}
func.func private @result.forward() -> f32 attributes {nn.parameter_bytes = 0 : i64} {
  %0 = arith.constant 0.0 : f32
  return %0 : f32
}

// -----

// expected-error @+1 {{is a forward function and a kernel at once}}
func.func private @kernel.forward() attributes {nn.kernel, nn.parameter_bytes = 0 : i64} {
  return
}

// -----

nn.parameter @w : tensor<17xf32> init(#nn.zeros) offset(64)
func.func private @past.forward() attributes {nn.parameter_bytes = 128 : i64} {
  // expected-error @+1 {{refers to 'w', which does not end within the 128 bytes of parameters}}
  %0 = nn.load_parameter @w : memref<17xf32>
  return
}

// -----

func.func private @room.layer(%x: memref<6xf32> {nn.padded}, %y: memref<6xf32>) attributes {nn.kernel}
func.func private @room.forward(%x: memref<6xf32>, %y: memref<6xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{passes what is no parameter as operand 0, whose 'nn.padded' says that there is room behind its row}}
  call @room.layer(%x, %y) : (memref<6xf32>, memref<6xf32>) -> ()
  return
}

// -----

func.func private @aligned.forward(%x: memref<4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{asks for an alignment of 4096 bytes, but temporaries have 64}}
  %0 = memref.alloc() {alignment = 4096 : i64} : memref<4xf32>
  return
}

// -----

func.func private @somewhere.forward(%x: memref<4x8xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %c1 = arith.constant 1 : index
  // expected-error @+1 {{is of a size or an offset that is not a constant}}
  %0 = memref.subview %x[0, %c1] [4, 4] [1, 1] : memref<4x8xf32> to memref<4x4xf32, strided<[8, 1], offset: ?>>
  return
}

// -----

func.func private @grown.forward(%x: memref<8xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = memref.cast %x : memref<8xf32> to memref<?xf32>
  // expected-error @+1 {{is of a size or an offset that is not a constant}}
  %1 = memref.cast %0 : memref<?xf32> to memref<100xf32>
  return
}

// -----

// What a network reads beside parameters does not change.
memref.global "private" @counts : memref<8xf32>
func.func private @use(memref<8xf32>)
func.func private @net.forward() attributes {nn.network = "net", nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{reads 'counts', which may be written; tables of a network are constant}}
  %0 = memref.get_global @counts : memref<8xf32>
  call @use(%0) : (memref<8xf32>) -> ()
  return
}
