// RUN: nascent-opt %s --nascent-emit-entry-points --canonicalize --verify-roundtrip | FileCheck %s

// Lengths begin at 1: less 1, unsigned, they are less than the greatest one.

module attributes {nn.interfaces = [
  #nn.interface<"net", parameter_bytes = 128, parameters = [], entries = [#nn.interface_entry<(tensor<2x5x8xf32>, tensor<2xi32>) -> tensor<2x8xf32>, limits = [0, 6], lengths = ["", "5"]>]>]} {

// CHECK-LABEL: func.func @net_forward(
// CHECK-SAME:    %{{.*}}: memref<128xi8>, %{{.*}}: memref<1xi8>, %[[N:.*]]: memref<1xi8>, %{{.*}}: memref<1xi8>, %{{.*}}: memref<64xi8>) -> i32
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : i32
// CHECK-DAG:     %[[MOST:.*]] = arith.constant 5 : i32
// CHECK:         %[[WORDS:.*]] = memref.view %[[N]]
// CHECK:         %[[GREATEST:.*]] = scf.for
// CHECK-NEXT:      %[[WORD:.*]] = memref.load %[[WORDS]]
// CHECK-NEXT:      %[[LESS:.*]] = arith.subi %[[WORD]], %[[C1]]
// CHECK-NEXT:      arith.maxui %{{.*}}, %[[LESS]] : i32
// CHECK:         arith.cmpi ult, %[[GREATEST]], %[[MOST]] : i32
func.func private @net.forward(memref<128xi8> {nn.role = #nn.role<parameters>}, memref<2x5x8xf32> {nn.role = #nn.role<input>}, memref<2xf32> {nn.role = #nn.role<input>}, memref<2x8xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.parameter_bytes = 128 : i64, nn.scratch_bytes = 64 : i64}

}
