// RUN: nascent-opt %s --nascent-emit-steps --split-input-file --verify-diagnostics

// expected-error @+1 {{needs the symbol 'net_forward_step' for its C interface, but it is taken}}
func.func private @net.forward(%p: memref<128xi8>, %s: memref<64xi8>)
  attributes {nn.network = "net", nn.scratch_bytes = 64 : i64, nn.steps = 0 : i64} {
  return
}
func.func private @net_forward_step()

// -----

// expected-error @+1 {{is not a forward function with its buffers planned; run nascent-plan-buffers first}}
func.func private @unplanned(%x: memref<2x4xf32>) attributes {nn.network = "net", nn.steps = 0 : i64} {
  return
}

// -----

// expected-error @+1 {{is not a forward function with its buffers planned}}
func.func private @no_network(%p: memref<128xi8>, %s: memref<64xi8>) attributes {nn.scratch_bytes = 64 : i64, nn.steps = 0 : i64} {
  return
}
