// RUN: nascent-opt %s --nascent-parallelize-forward --split-input-file --verify-diagnostics

// Each thread would allocate a buffer of its own.
func.func private @kernel(memref<4xf32>, index {nn.role = #nn.role<part>}, index {nn.role = #nn.role<parts>}) attributes {nn.kernel}
func.func private @unplanned(%p: memref<0xi8> {nn.role = #nn.role<parameters>}, %s: memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64,
              nn.multiply_adds = 67108864 : i64, nn.steps = 1 : i64} {
  %c0 = arith.constant 0 : index
  // expected-error @+1 {{is left where buffers are planned; run nascent-plan-buffers first}}
  %0 = memref.alloc() : memref<4xf32>
  call @kernel(%0, %c0, %c0) : (memref<4xf32>, index, index) -> ()
  return
}

// -----

// expected-error @+1 {{is not a forward function with its buffers planned}}
func.func private @before(%x: memref<4xf32>)
  attributes {nn.network = "net", nn.parameter_bytes = 0 : i64, nn.multiply_adds = 67108864 : i64, nn.steps = 0 : i64} {
  return
}

// -----

// expected-error @+1 {{has the name 'omp_get_num_threads' of a function of OpenMP's}}
func.func private @omp_get_num_threads() -> i64
func.func private @taken(%p: memref<0xi8> {nn.role = #nn.role<parameters>}, %s: memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64,
              nn.multiply_adds = 67108864 : i64, nn.steps = 0 : i64} {
  return
}
