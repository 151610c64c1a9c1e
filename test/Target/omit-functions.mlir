// What is named becomes private; what nothing else needs is dropped with it.
//
// DEFINE: %{lower} = nascent-opt %s --nascent-bind-and-infer --nn-assign-layouts --nn-lower-init --nn-lower-access
// RUN: %{lower} --nascent-omit-functions=functions=init,set_range --verify-roundtrip | FileCheck %s --check-prefix=PRIVATE
// RUN: %{lower} --nascent-omit-functions=functions=init,init_rows,get,get_range,set_range,find --symbol-dce | FileCheck %s --check-prefix=DROPPED

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
