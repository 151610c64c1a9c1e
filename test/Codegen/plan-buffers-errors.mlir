// RUN: nascent-opt %s --nascent-plan-buffers --split-input-file --verify-diagnostics

// Before layouts.
// expected-note @+1 {{the parameter is declared here}}
nn.parameter @w : tensor<8xf32> init(#nn.zeros)
func.func private @net.forward() attributes {nn.network = "net", nn.num_inputs = 0 : i64, nn.parameter_bytes = 64 : i64} {
  // expected-error @+1 {{refers to 'w', which has no place yet; run nn-assign-layouts first}}
  %0 = nn.get_parameter @w : memref<8xf32>
  return
}

// -----

func.func private @net.forward() attributes {nn.network = "net", nn.num_inputs = 0 : i64, nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{of type 'memref<2147483648x2147483648xf32>' does not fit in the scratch buffer}}
  %0 = memref.alloc() : memref<2147483648x2147483648xf32>
  return
}

// -----

// Each fits, all of them together do not.
func.func private @use(memref<536870912x536870912xf32>, memref<536870912x536870912xf32>, memref<536870912x536870912xf32>,
                       memref<536870912x536870912xf32>, memref<536870912x536870912xf32>, memref<536870912x536870912xf32>,
                       memref<536870912x536870912xf32>, memref<536870912x536870912xf32>)
func.func private @net.forward() attributes {nn.network = "net", nn.num_inputs = 0 : i64, nn.parameter_bytes = 0 : i64} {
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
  func.func private @net.forward() attributes {nn.network = "net", nn.num_inputs = 0 : i64, nn.parameter_bytes = 0 : i64} {
    %0 = memref.alloc() : memref<1073741824xf32>
    return
  }
}

// -----

module attributes {llvm.data_layout = "e-p:32:32"} {
  // expected-error @+1 {{an input or output needs 2147483648 bytes or more, which the target cannot address}}
  func.func private @net.forward(%x: memref<1073741824xf32>) attributes {nn.network = "net", nn.num_inputs = 1 : i64, nn.parameter_bytes = 0 : i64} {
    return
  }
}

// -----

func.func private @turned.forward(%x: memref<4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{has a layout that scratch cannot hold; only rows may be longer}}
  %0 = memref.alloc() : memref<8x4xf32, strided<[1, 8]>>
  return
}
