// What planning finds of entries goes into the interface, by network and label.
// An entry of several functions takes the most scratch that any of them does, and
// never none.
//
// RUN: nascent-opt %s --nascent-complete-interface --verify-roundtrip | FileCheck %s
//      CHECK: entries = [#nn.interface_entry<(tensor<2x4xf32>) -> tensor<2x4xf32>, scratch_bytes = 128, steps = 3, parallel = true>,
// CHECK-SAME:   #nn.interface_entry<(tensor<?x4xf32>) -> tensor<?x4xf32>, label = "any", scratch_bytes = 192>]
//      CHECK: entries = [#nn.interface_entry<(tensor<2x4xf32>) -> tensor<2x4xf32>, scratch_bytes = 64>], state_bytes = 192>
module attributes {nn.interfaces = [
    #nn.interface<"net", parameter_bytes = 64, parameters = [], entries = [
      #nn.interface_entry<(tensor<2x4xf32>) -> tensor<2x4xf32>>,
      #nn.interface_entry<(tensor<?x4xf32>) -> tensor<?x4xf32>, label = "any">]>,
    #nn.interface<"other", parameter_bytes = 64, parameters = [], entries = [
      #nn.interface_entry<(tensor<2x4xf32>) -> tensor<2x4xf32>>]>]} {
  func.func private @net.forward() attributes {nn.network = "net", nn.scratch_bytes = 128 : i64, nn.steps = 3 : i64, nn.parallel}
  func.func private @net.any.rows_16() attributes {nn.network = "net", nn.entry = "any", nn.scratch_bytes = 192 : i64}
  func.func private @net.any.rows_1() attributes {nn.network = "net", nn.entry = "any", nn.scratch_bytes = 64 : i64}
  func.func private @other.forward() attributes {nn.network = "other", nn.scratch_bytes = 0 : i64}
  // The state is all entries' own.
  func.func private @other_forward(memref<192xi8>) attributes {nn.network = "other", nn.state_bytes = 192 : i64}
  // Neither a network's nor planned.
  func.func private @unknown.forward() attributes {nn.network = "unknown", nn.scratch_bytes = 1024 : i64}
  func.func private @net.early() attributes {nn.network = "net"}
}
