// What is left out becomes private; what nothing else needs is dropped with it.
//
// DEFINE: %{without} = init,set_range
// DEFINE: %{lower} = nascent-opt %s --nascent-bind-and-infer --nn-assign-layouts --nascent-declare-interface=without=%{without} --nn-lower-init --nn-lower-access --nascent-omit-functions --verify-roundtrip
// RUN: %{lower} | FileCheck %s --check-prefix=PRIVATE
// REDEFINE: %{without} = init,init_rows,get,get_range,set_range,find
// RUN: %{lower} --symbol-dce | FileCheck %s --check-prefix=DROPPED

// PRIVATE-DAG: func.func private @net_init(
// PRIVATE-DAG: func.func @net_init_rows(
// PRIVATE-DAG: func.func @net_set(
// PRIVATE-DAG: func.func private @net_set_range(
// Only networks have functions that are theirs.
// PRIVATE-DAG: func.func @other_init(

// DROPPED-NOT: @net_init
// DROPPED-NOT: @net.init
// DROPPED-NOT: @net.fill
// DROPPED-NOT: @net_get
// DROPPED-NOT: @net_find
// DROPPED-NOT: @net.names
// DROPPED:     memref.global "private" constant @net.layouts
// DROPPED:     func.func private @net_set_range(
// DROPPED:     func.func @net_set(
// DROPPED:       call @net_set_range(
// DROPPED-NOT: @net_init
// DROPPED-NOT: @net.fill
// DROPPED-NOT: @net_get
// DROPPED-NOT: @net_find
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x8xf32> {
  %0 = nn.dense %x, 8 : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}
func.func @other_init() {
  return
}
