// RUN: nascent-opt %s --nascent-split-kernels --split-input-file --verify-diagnostics

// How many rows a thread gets is not known, of any function.
// expected-error @+1 {{threads need to know how many rows there are, but the batch is open; give the inputs a number of rows, or let each thread call the forward function on rows of its own}}
func.func private @net.forward.rows_1(%x: memref<1x4xf32>, %y: memref<1x4xf32>)
  attributes {nn.network = "net", nn.parameter_bytes = 0 : i64, nn.rows = 1 : i64} {
  return
}

// -----

// expected-error @+1 {{computes some rows of a batch, but threads share all of them; run nascent-walk-batch with block-rows=0}}
func.func private @net.forward.rows_3(%x: memref<3x4xf32>, %y: memref<3x4xf32>)
  attributes {nn.network = "net", nn.parameter_bytes = 0 : i64, nn.batch = 9 : i64, nn.rows = 3 : i64} {
  return
}

// -----

func.func private @other(memref<1x4xf32>)
func.func private @net.forward(%x: memref<1x4xf32>)
  attributes {nn.network = "net", nn.parameter_bytes = 0 : i64} {
  // expected-error @+1 {{does not call a kernel; run nascent-outline-kernels first}}
  call @other(%x) : (memref<1x4xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{attribute 'nn.steps' must be a 64-bit integer of at least 0, got "two"}}
func.func private @steps() attributes {nn.steps = "two"}

// -----

// expected-error @+1 {{attribute 'nn.multiply_adds' must be a 64-bit integer of at least 0, got -1 : i64}}
func.func private @work() attributes {nn.multiply_adds = -1 : i64}

// -----

// expected-error @+1 {{attribute 'nn.parallel' must be a unit attribute, got 1 : i64}}
func.func private @parallel() attributes {nn.parallel = 1 : i64}

// -----

// expected-error @+1 {{turns a weight in scratch, which its parts would share; form kernels in a module with 'nn.threads'}}
func.func private @across(%dy: memref<8x10xf32>, %w: memref<2x3x8xf32>, %dx: memref<8x3xf32>, %turned: memref<16x4xf32> {nn.role = #nn.role<scratch>}) attributes {nn.kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = bufferization.to_tensor %dy restrict : memref<8x10xf32> to tensor<8x10xf32>
  %1 = bufferization.to_tensor %w restrict : memref<2x3x8xf32> to tensor<2x3x8xf32>
  %whole = tensor.empty() : tensor<10x3xf32>
  %unpacked = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [8] into %whole : tensor<2x3x8xf32> -> tensor<10x3xf32>
  %space = tensor.empty() : tensor<8x3xf32>
  %init = linalg.fill ins(%zero : f32) outs(%space : tensor<8x3xf32>) -> tensor<8x3xf32>
  %2 = linalg.matmul ins(%0, %unpacked : tensor<8x10xf32>, tensor<10x3xf32>) outs(%init : tensor<8x3xf32>) -> tensor<8x3xf32>
  bufferization.materialize_in_destination %2 in restrict writable %dx : (tensor<8x3xf32>, memref<8x3xf32>) -> ()
  return
}
func.func private @net.forward(%dy: memref<8x10xf32>, %w: memref<2x3x8xf32>, %dx: memref<8x3xf32>) attributes {nn.network = "net", nn.parameter_bytes = 0 : i64} {
  %turned = memref.alloc() : memref<16x4xf32>
  call @across(%dy, %w, %dx, %turned) : (memref<8x10xf32>, memref<2x3x8xf32>, memref<8x3xf32>, memref<16x4xf32>) -> ()
  return
}
