// RUN: nascent-opt %s --nascent-emit-steps --split-input-file --verify-diagnostics

// expected-error @+1 {{needs the symbol 'net_forward_step' for its C interface, but it is taken}}
func.func private @net.forward(%p: memref<128xi8> {nn.role = #nn.role<parameters>}, %s: memref<64xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.parameter_bytes = 128 : i64, nn.scratch_bytes = 64 : i64, nn.steps = 0 : i64} {
  return
}
func.func private @net_forward_step()

// -----

// expected-error @+1 {{is not a forward function with its buffers planned; run nascent-outline-kernels and nascent-plan-buffers first}}
func.func private @unplanned(%x: memref<2x4xf32>) attributes {nn.network = "net", nn.steps = 0 : i64} {
  return
}

// -----

// expected-error @+1 {{is not a forward function with its buffers planned}}
func.func private @no_network(%p: memref<128xi8>, %s: memref<64xi8>) attributes {nn.scratch_bytes = 64 : i64, nn.steps = 0 : i64} {
  return
}

// -----

// expected-error @+1 {{has 128 bytes of parameters and 64 of scratch, but its buffers of these are 'memref<64xi8>' and 'memref<64xi8>'}}
func.func private @sizes(%p: memref<64xi8> {nn.role = #nn.role<parameters>}, %s: memref<64xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.parameter_bytes = 128 : i64, nn.scratch_bytes = 64 : i64, nn.steps = 0 : i64} {
  return
}

// -----

// expected-error @+1 {{must have a step for each kernel, but has 2 steps and calls 0 kernels}}
func.func private @steps(%p: memref<0xi8> {nn.role = #nn.role<parameters>}, %s: memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64, nn.steps = 2 : i64} {
  return
}

// -----

func.func private @kernel() attributes {nn.kernel}
func.func private @whole(%p: memref<0xi8> {nn.role = #nn.role<parameters>}, %s: memref<0xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.parameter_bytes = 0 : i64, nn.scratch_bytes = 0 : i64, nn.steps = 1 : i64} {
  // expected-error @+1 {{does not call a kernel for a part of it; run nascent-split-kernels first}}
  call @kernel() : () -> ()
  return
}
