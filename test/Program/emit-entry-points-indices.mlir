// RUN: nascent-opt %s --nascent-emit-entry-points --canonicalize --verify-roundtrip | FileCheck %s

// Where an input is of indices, as the interface says, all of them are looked at
// before anything is written: the greatest, unsigned, must be below the limit.

module attributes {nn.interfaces = [
  #nn.interface<"fixed", parameter_bytes = 128, parameters = [], entries = [#nn.interface_entry<(tensor<2x5xi32>) -> tensor<2x8xf32>, limits = [100]>]>,
  #nn.interface<"open", parameter_bytes = 128, parameters = [], entries = [#nn.interface_entry<(tensor<?x3xf32>, tensor<?x5xi32>) -> tensor<?x8xf32>, limits = [0, 7]>]>]} {

// CHECK-LABEL: func.func @fixed_forward(
// CHECK-SAME:    %[[P:.*]]: memref<128xi8>, %[[X:.*]]: memref<1xi8>, %[[Y:.*]]: memref<1xi8>, %[[S:.*]]: memref<64xi8>) -> i32
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[COUNT:.*]] = arith.constant 10 : index
// CHECK-DAG:     %[[LIMIT:.*]] = arith.constant 100 : i32
// CHECK-DAG:     %[[DONE:.*]] = arith.constant 0 : i32
// CHECK-DAG:     %[[REFUSED:.*]] = arith.constant -1 : i32
// CHECK:         %[[WORDS:.*]] = memref.view %[[X]][%[[C0]]][] : memref<1xi8> to memref<10xi32>
// CHECK:         %[[MOST:.*]] = scf.for %[[I:.*]] = %[[C0]] to %[[COUNT]] step %{{.*}} iter_args(%[[SOFAR:.*]] = %[[DONE]]) -> (i32) {
// CHECK-NEXT:      %[[WORD:.*]] = memref.load %{{.*}}[%[[I]]]
// CHECK-NEXT:      %[[NEXT:.*]] = arith.maxui %[[SOFAR]], %[[WORD]] : i32
// CHECK-NEXT:      scf.yield %[[NEXT]]
// CHECK:         %[[VALID:.*]] = arith.cmpi ult, %[[MOST]], %[[LIMIT]] : i32
// CHECK:         scf.if %[[VALID]] {
// CHECK:           func.call @fixed.forward(
// CHECK:         }
// CHECK:         %[[STATUS:.*]] = arith.select %[[VALID]], %[[DONE]], %[[REFUSED]] : i32
// CHECK:         return %[[STATUS]]
func.func private @fixed.forward(memref<128xi8> {nn.role = #nn.role<parameters>}, memref<2x5xf32> {nn.role = #nn.role<input>}, memref<2x8xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "fixed", nn.parameter_bytes = 128 : i64, nn.scratch_bytes = 64 : i64}

// Of an open batch, as many as its rows have; floats are not looked at.
// CHECK-LABEL: func.func @open_forward(
// CHECK-SAME:    %{{.*}}: memref<128xi8>, %{{.*}}: memref<1xi8>, %[[X:[a-z0-9]+]]: memref<1xi8>, %[[N:[a-z0-9]+]]: i64, %{{.*}}: memref<1xi8>, %{{.*}}: memref<64xi8>) -> i32
// CHECK:         %[[BATCH:.*]] = arith.index_cast %[[N]]
// CHECK:         %[[ROWS:.*]] = arith.maxsi %[[BATCH]],
// CHECK:         %[[COUNT:.*]] = arith.muli %[[ROWS]], %{{.*}}
// CHECK:         memref.view %[[X]][%{{.*}}][%[[COUNT]]] : memref<1xi8> to memref<?xi32>
// CHECK:         scf.for
// CHECK:         arith.cmpi ult
// CHECK:         scf.if
// CHECK:           func.call @open.forward.rows_1(
func.func private @open.forward.rows_1(memref<128xi8> {nn.role = #nn.role<parameters>}, memref<1x3xf32> {nn.role = #nn.role<input>}, memref<1x5xf32> {nn.role = #nn.role<input>}, memref<1x8xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "open", nn.parameter_bytes = 128 : i64, nn.rows = 1 : i64, nn.scratch_bytes = 64 : i64}

}
