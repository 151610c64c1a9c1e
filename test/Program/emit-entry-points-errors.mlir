// RUN: nascent-opt %s --nascent-emit-entry-points --split-input-file --verify-diagnostics

// expected-error @+1 {{needs the symbol 'net_forward' for its C interface, but it is taken}}
func.func private @net.forward(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}
func.func private @net_forward()

// -----

// expected-error @+1 {{is not a forward function with its buffers planned; run nascent-outline-kernels and nascent-plan-buffers first}}
func.func private @no_network(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.scratch_bytes = 0 : i64}

// -----

// expected-error @+1 {{is not a forward function with its buffers planned}}
func.func private @no_inputs(memref<0xi8>, memref<0xi8>)
  attributes {nn.network = "net", nn.scratch_bytes = 0 : i64}

// -----

// expected-error @+1 {{is not a forward function with its buffers planned}}
func.func private @no_buffers() attributes {nn.network = "net", nn.scratch_bytes = 0 : i64}

// -----

// expected-error @+1 {{attribute 'nn.network' must be a string, got 3 : i64}}
func.func private @attribute() attributes {nn.network = 3 : i64}

// -----

// expected-error @+1 {{must have arguments of these roles, in this order, as 'nn.role' says: parameters, inputs, gradients if any, outputs, scratch}}
func.func private @net.forward(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4xf32> {nn.role = #nn.role<output>}, memref<4xf32> {nn.role = #nn.role<input>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}

// -----

// expected-error @+1 {{leaves rows of an open batch: one function must take a single row}}
func.func private @net.forward(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4x3xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.rows = 4 : i64, nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}

// -----

// expected-error @+1 {{attribute 'nn.rows' must be a power of two, got 3 : i64}}
func.func private @three() attributes {nn.rows = 3 : i64}

// -----

func.func private @net.one(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}
// expected-error @-2 {{is one of several functions of its network, but does not say for how many rows}}
func.func private @net.two(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}

// -----

// expected-error @+1 {{and the network's other functions leave 2 of 10 rows}}
func.func private @net.forward(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4x3xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 10 : i64, nn.rows = 4 : i64, nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}

// -----

func.func private @net.forward.rows_4(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4x3xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 10 : i64, nn.rows = 4 : i64, nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}
// expected-error @+1 {{must take some rows of the same batch as 'net.forward.rows_4'}}
func.func private @net.forward.rows_2(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<2x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.rows = 2 : i64, nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}

// -----

func.func private @net.forward.rows_16(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<16x3xf32> {nn.role = #nn.role<input>}, memref<16x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.rows = 16 : i64, nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}
// expected-error @+1 {{must take some rows of the same batch as 'net.forward.rows_16'}}
func.func private @net.forward.rows_3(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<3x3xf32> {nn.role = #nn.role<input>}, memref<3x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 100 : i64, nn.rows = 3 : i64, nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}
func.func private @net.forward.rows_1(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<1x3xf32> {nn.role = #nn.role<input>}, memref<1x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.rows = 1 : i64, nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}

// -----

// expected-error @+1 {{has 'nn.batch' without 'nn.rows'}}
func.func private @net.forward(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4x3xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 8 : i64, nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}

// -----

// expected-error @+1 {{computes 4 rows, but has a buffer of type 'memref<2x3xf32>'}}
func.func private @net.forward(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 8 : i64, nn.rows = 4 : i64, nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}

// -----

// expected-error @+1 {{computes 1 rows, but has a buffer of type 'memref<f32>'}}
func.func private @net.forward(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<f32> {nn.role = #nn.role<input>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.rows = 1 : i64, nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}

// -----

// expected-error @+1 {{computes 4 rows of a batch that has 0}}
func.func private @net.forward(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4x3xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 0 : i64, nn.rows = 4 : i64, nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}

// -----

func.func private @net.forward.rows_4(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4x3xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 9 : i64, nn.rows = 4 : i64, nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}
// expected-error @+1 {{must have the buffers of 'net.forward.rows_4', but for their rows}}
func.func private @net.forward.rows_1(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<1x3xf32> {nn.role = #nn.role<input>}, memref<1x8xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 9 : i64, nn.rows = 1 : i64, nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}

// -----

func.func private @past.forward(%p: memref<64xi8> {nn.role = #nn.role<parameters>}, %x: memref<4xf32> {nn.role = #nn.role<input>}, %y: memref<4xf32> {nn.role = #nn.role<output>}, %s: memref<0xi8> {nn.role = #nn.role<scratch>}) attributes {nn.network = "past", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 0 : i64} {
  %c = arith.constant 52 : index
  // expected-error @+1 {{of 16 bytes at 52 does not lie within its buffer of 'memref<64xi8>'}}
  %0 = memref.view %p[%c][] : memref<64xi8> to memref<4xf32>
  return
}

// -----

func.func private @strided.forward(%p: memref<64xi8> {nn.role = #nn.role<parameters>}, %x: memref<4xf32> {nn.role = #nn.role<input>}, %y: memref<4xf32> {nn.role = #nn.role<output>}, %s: memref<0xi8> {nn.role = #nn.role<scratch>}) attributes {nn.network = "strided", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 0 : i64} {
  // expected-error @+1 {{ends with element 7, which does not lie within its buffer of 'memref<4xf32>'}}
  %0 = memref.reinterpret_cast %x to offset: [0], sizes: [2, 4], strides: [4, 1] : memref<4xf32> to memref<2x4xf32>
  return
}

// -----

func.func private @indices.forward(%p: memref<64xi8> {nn.role = #nn.role<parameters>}, %x: memref<4xf32> {nn.role = #nn.role<input>}, %y: memref<4xf32> {nn.role = #nn.role<output>}, %s: memref<0xi8> {nn.role = #nn.role<scratch>}) attributes {nn.network = "indices", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 0 : i64} {
  %c = arith.constant 0 : index
  // expected-error @+1 {{is of type 'memref<4xindex>', but views are of f32, f16 or bf16 and of known sizes}}
  %0 = memref.view %p[%c][] : memref<64xi8> to memref<4xindex>
  return
}

// -----

// expected-error @+1 {{must have arguments of these roles, in this order, as 'nn.role' says: parameters, inputs, gradients if any, outputs, scratch}}
func.func private @without.forward(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4xf32>, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}

// -----

// expected-error @+1 {{attribute 'nn.role' must be a #nn.role, a part's on a number and any other on a buffer, got #nn.role<part> on 'memref<4xf32>'}}
func.func private @buffer(memref<4xf32> {nn.role = #nn.role<part>})

// -----

// Segments: their values, and their rows.
// expected-error @+1 {{attribute 'nn.reads' must be an array of strings, got 3 : i64}}
func.func private @names() attributes {nn.reads = 3 : i64}

// -----

// expected-error @+1 {{has 'nn.segment' without 'nn.rows'}}
func.func private @net.forward(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.segment = 0 : i64, nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}

// -----

// expected-error @+1 {{has 1 inputs and 1 outputs, but names 2 that it reads and 1 that it writes}}
func.func private @net.a(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4x3xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 4 : i64, nn.rows = 4 : i64, nn.segment = 0 : i64, nn.reads = ["x0", "x1"], nn.writes = ["y0"], nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}

// -----

// expected-error @+1 {{is of segment 1 of its network, which has but 1 functions}}
func.func private @net.a(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4x3xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 4 : i64, nn.rows = 4 : i64, nn.segment = 1 : i64, nn.reads = ["x0"], nn.writes = ["y0"], nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}

// -----

// expected-error @+1 {{is of a network that has no function for segment 0}}
func.func private @net.a(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4x3xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 4 : i64, nn.rows = 4 : i64, nn.segment = 1 : i64, nn.reads = ["x0"], nn.writes = ["y0"], nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}
func.func private @net.b(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4x3xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 4 : i64, nn.rows = 4 : i64, nn.segment = 1 : i64, nn.reads = ["x0"], nn.writes = ["y0"], nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}

// -----

func.func private @net.a(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4x3xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 4 : i64, nn.rows = 4 : i64, nn.segment = 0 : i64, nn.reads = ["x0"], nn.writes = ["h0"], nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}
// expected-error @+1 {{reads 'h1', which no segment before it writes}}
func.func private @net.b(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4x3xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 4 : i64, nn.rows = 4 : i64, nn.segment = 1 : i64, nn.reads = ["h1"], nn.writes = ["y0"], nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}

// -----

func.func private @net.a(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4x3xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 4 : i64, nn.rows = 4 : i64, nn.segment = 0 : i64, nn.reads = ["x0"], nn.writes = ["h0"], nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}
// expected-error @+1 {{writes 'h0', which is the network's input or written already}}
func.func private @net.b(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4x3xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 4 : i64, nn.rows = 4 : i64, nn.segment = 1 : i64, nn.reads = ["h0"], nn.writes = ["h0"], nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}

// -----

func.func private @net.a(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4x3xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 4 : i64, nn.rows = 4 : i64, nn.segment = 0 : i64, nn.reads = ["x0"], nn.writes = ["h0"], nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}
// expected-error @+1 {{has 'h0' of type 'memref<4x5xf32>', but another segment has it of type 'memref<4x3xf32>'}}
func.func private @net.b(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4x5xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 4 : i64, nn.rows = 4 : i64, nn.segment = 1 : i64, nn.reads = ["h0"], nn.writes = ["y0"], nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}

// -----

// expected-error @+1 {{is of a network whose inputs and outputs are not called x0, x1, … and y0, y1, …}}
func.func private @net.a(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4x3xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 4 : i64, nn.rows = 4 : i64, nn.segment = 0 : i64, nn.reads = ["x0"], nn.writes = ["y1"], nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}

// -----

// expected-error @+1 {{and the network's other functions leave 1 of 4 rows}}
func.func private @net.a(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<3x3xf32> {nn.role = #nn.role<input>}, memref<3x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 4 : i64, nn.rows = 3 : i64, nn.segment = 0 : i64, nn.reads = ["x0"], nn.writes = ["h0"], nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}
func.func private @net.b(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4x3xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 4 : i64, nn.rows = 4 : i64, nn.segment = 1 : i64, nn.reads = ["h0"], nn.writes = ["y0"], nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}

// -----

// What one row leaves fits, and four of them do not.
module attributes {llvm.data_layout = "e-p:32:32"} {
// expected-error @+1 {{is of a network whose scratch buffer needs 2147483648 bytes or more, which the target cannot address}}
func.func private @net.a(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<1x3xf32> {nn.role = #nn.role<input>}, memref<1x200000000xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 4 : i64, nn.rows = 1 : i64, nn.segment = 0 : i64, nn.reads = ["x0"], nn.writes = ["h0"], nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}
func.func private @net.b(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4x200000000xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 4 : i64, nn.rows = 4 : i64, nn.segment = 1 : i64, nn.reads = ["h0"], nn.writes = ["y0"], nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}
}

// -----

func.func private @net.a(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4x3xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 4 : i64, nn.rows = 4 : i64, nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}
// expected-error @+1 {{computes 4 rows, as 'net.a' does: expected one function of a segment for each number of rows}}
func.func private @net.b(memref<0xi8> {nn.role = #nn.role<parameters>}, memref<4x3xf32> {nn.role = #nn.role<input>}, memref<4x3xf32> {nn.role = #nn.role<output>}, memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.batch = 4 : i64, nn.rows = 4 : i64, nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64}
