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
