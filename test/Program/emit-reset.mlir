// RUN: nascent-opt %s --nascent-emit-reset --split-input-file --verify-diagnostics | FileCheck %s

// One for all entry points of a network; none where there is no state.
// CHECK-LABEL: func.func @net_reset(
// CHECK-SAME:      %[[STATE:.*]]: memref<192xi8>)
// CHECK-SAME:      nn.network = "net"
// CHECK:         %[[WORDS:.*]] = memref.view %[[STATE]][%c0][] : memref<192xi8> to memref<48xi32>
// CHECK:         scf.for %[[I:.*]] = %c0 to %c48
// CHECK:           memref.store %c0_i32, %[[WORDS]][%[[I]]]
// CHECK-NOT:   func.func @{{.*}}_reset(
func.func @net_forward_a(%state: memref<192xi8>) attributes {nn.network = "net", nn.state_bytes = 192 : i64} {
  return
}
func.func @net_forward_b(%state: memref<192xi8>) attributes {nn.network = "net", nn.state_bytes = 192 : i64} {
  return
}
func.func @other_forward() attributes {nn.network = "other"} {
  return
}

// -----

func.func @net_forward_a(%state: memref<192xi8>) attributes {nn.network = "net", nn.state_bytes = 192 : i64} {
  return
}
// expected-error@below {{has a state of 320 bytes, but 'net_forward_a' of the same network one of 192}}
func.func @net_forward_b(%state: memref<320xi8>) attributes {nn.network = "net", nn.state_bytes = 320 : i64} {
  return
}

// -----

func.func private @net_reset()
// expected-error@below {{needs the symbol 'net_reset' for its C interface, but it is taken}}
func.func @net_forward(%state: memref<192xi8>) attributes {nn.network = "net", nn.state_bytes = 192 : i64} {
  return
}

// -----

// expected-error@below {{has 'nn.state_bytes', but not a network's name and bytes; run nascent-emit-entry-points first}}
func.func @net_forward(%state: memref<192xi8>) attributes {nn.state_bytes = 192 : i64} {
  return
}
