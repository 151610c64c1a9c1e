// Everything that the header says of networks is in the module once they are
// lowered.
//
// DEFINE: %{lower} = nascent-opt %s --nascent-bind-and-infer="bindings=net:one=1x4xf32,net:any=?x4xf32" --nn-assign-layouts
// RUN: %{lower} --nascent-declare-interface="without=init,parameters threads=openmp" --verify-roundtrip | FileCheck %s
// RUN: %{lower} --nascent-declare-interface | FileCheck %s --check-prefix=ALL --implicit-check-not=without --implicit-check-not=nn.threads
// RUN: echo 'module {}' | nascent-opt --nascent-declare-interface=stream | FileCheck %s --check-prefix=STREAM
// STREAM: module attributes {nn.stream}
// No network, no interface.
// RUN: echo 'module {}' | nascent-opt --nascent-declare-interface | FileCheck %s --check-prefix=NONE --implicit-check-not=nn.
// NONE: module

//      CHECK: #interface = #nn.interface<"net", parameter_bytes = 128,
// CHECK-SAME:   parameters = [#nn.interface_parameter<"a b.weight", tensor<4x4xf32>, init = "#nn.zeros", aliases = ["2.weight"]>,
// CHECK-SAME:     #nn.interface_parameter<"a b.bias", tensor<4xf32>, init = "#nn.kaiming_uniform<a = 2.23606797749979>", aliases = ["2.bias"]>],
// CHECK-SAME:   entries = [#nn.interface_entry<(tensor<1x4xf32>) -> tensor<1x4xf32>, label = "one">,
// CHECK-SAME:     #nn.interface_entry<(tensor<?x4xf32>) -> tensor<?x4xf32>, label = "any">],
// CHECK-SAME:   without = ["init", "parameters"]>
// A buffer is never empty.
// CHECK-NEXT: #interface1 = #nn.interface<"plain", parameter_bytes = 64, parameters = [],
// CHECK-SAME:   entries = [#nn.interface_entry<(tensor<2x3xf32>, tensor<2x5xf32>) -> (tensor<2x3xf32>, tensor<2x5xf32>), names = ["query", "x1"]>]
// CHECK: module attributes {
// CHECK-SAME: nn.interfaces = [#interface, #interface1, #interface2], nn.threads = #nn.threads<openmp>

// Where more than the batch is open, how many elements there are, and when.
// ALL: #interface2 = #nn.interface<"open", parameter_bytes = 64, parameters = [],
// ALL-SAME: entries = [#nn.interface_entry<(tensor<?x?x3xf32>, tensor<?x?x3xf32>) -> tensor<?x?x3xf32>, sizes = ["batch", "x0_length", "x1_length"],
// ALL-SAME:   elements = ["batch * x0_length * 3", "batch * x1_length * 3", "batch * x0_length * 3"], conditions = ["x0_length == x1_length"]>]

// ALL: module attributes {
// ALL-SAME: nn.interfaces = [#interface, #interface1, #interface2]
nn.sequential @net(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.dense %x, 4 name("a b") init(#nn.zeros) : tensor<?x4xf32> -> tensor<?x4xf32>
  %1 = nn.relu %0 : tensor<?x4xf32>
  %2 = nn.dense %1, 4 tie("a b") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %2 : tensor<?x4xf32>
}
nn.sequential @plain(%query: tensor<2x3xf32>, %arg1: tensor<2x5xf32>) -> (tensor<2x3xf32>, tensor<2x5xf32>) {
  %0 = nn.relu %query : tensor<2x3xf32>
  %1 = nn.relu %arg1 : tensor<2x5xf32>
  nn.return %0, %1 : tensor<2x3xf32>, tensor<2x5xf32>
}
nn.sequential @open(%arg0: tensor<?x?x3xf32>, %arg1: tensor<?x?x3xf32>) -> tensor<?x?x3xf32> {
  %0 = nn.add %arg0, %arg1 : tensor<?x?x3xf32>, tensor<?x?x3xf32> -> tensor<?x?x3xf32>
  nn.return %0 : tensor<?x?x3xf32>
}
