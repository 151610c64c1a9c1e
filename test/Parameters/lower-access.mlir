// RUN: nascent-opt %s --nn-lower-access --canonicalize --cse --verify-roundtrip | FileCheck %s

// One table a network: offset, rows, columns and panel width of each parameter,
// and which of the stored types it has, here the only one.
// Whatever is stored row-major is one row.
// CHECK: memref.global "private" constant @net.layouts : memref<2x5xi64> = dense<{{\[\[}}0, 14, 20, 8, 0], [1280, 1, 14, 1, 0]]>

// CHECK-LABEL: func.func @net_get_range(
// CHECK-SAME:    %[[PARAMETERS:.*]]: memref<1344xi8>, %[[INDEX:.*]]: i32, %[[FIRST64:.*]]: i64, %[[NUMBER64:.*]]: i64, %[[VALUES:.*]]: memref<1xf32>) -> i32 attributes {nn.network = "net"} {
// CHECK-DAG:     %[[SUCCESS:.*]] = arith.constant 0 : i32
// CHECK-DAG:     %[[FAILURE:.*]] = arith.constant -1 : i32
// CHECK-DAG:     %[[COUNT:.*]] = arith.constant 2 : i32
// CHECK-DAG:     %[[OFFSET_AT:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[ROWS_AT:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[COLUMNS_AT:.*]] = arith.constant 2 : index
// CHECK-DAG:     %[[WIDTH_AT:.*]] = arith.constant 3 : index
// A negative index is a large one.
// CHECK:         %[[KNOWN:.*]] = arith.cmpi ult, %[[INDEX]], %[[COUNT]] : i32
// CHECK:         %[[RESULT:.*]] = scf.if %[[KNOWN]] -> (i32) {
// CHECK-DAG:       %[[FIRST:.*]] = arith.index_cast %[[FIRST64]]
// CHECK-DAG:       %[[NUMBER:.*]] = arith.index_cast %[[NUMBER64]]
// Likewise a negative first element, or number of them.
// CHECK:           %[[SIZE:.*]] = arith.muli
// CHECK:           %[[STARTS:.*]] = arith.cmpi ule, %[[FIRST]], %[[SIZE]]
// CHECK:           %[[LEFT:.*]] = arith.subi %[[SIZE]], %[[FIRST]]
// CHECK:           %[[ENDS:.*]] = arith.cmpi ule, %[[NUMBER]], %[[LEFT]]
// CHECK:           %[[INSIDE:.*]] = arith.andi %[[STARTS]], %[[ENDS]]
// CHECK:           scf.if %[[INSIDE]] {
// CHECK:             %[[END:.*]] = arith.addi %[[FIRST]], %[[NUMBER]]
// CHECK-DAG:         %[[OFFSET64:.*]] = memref.load %{{.*}}[%{{.*}}, %[[OFFSET_AT]]]
// CHECK-DAG:         %[[OFFSET:.*]] = arith.index_cast %[[OFFSET64]]
// CHECK-DAG:         %[[COLUMNS64:.*]] = memref.load %{{.*}}[%{{.*}}, %[[COLUMNS_AT]]]
// CHECK-DAG:         %[[COLUMNS:.*]] = arith.index_cast %[[COLUMNS64]]
// CHECK-DAG:         %[[WIDTH64:.*]] = memref.load %{{.*}}[%{{.*}}, %[[WIDTH_AT]]]
// CHECK-DAG:         %[[WIDTH:.*]] = arith.index_cast %[[WIDTH64]]
// CHECK-DAG:         %[[STORAGE:.*]] = memref.view %[[PARAMETERS]][%[[OFFSET]]]
// CHECK-DAG:         %[[CANONICAL:.*]] = memref.reinterpret_cast %[[VALUES]]
// CHECK:             scf.for %[[PANEL:.*]] = %{{.*}} to %[[ROWS:.*]] step %[[WIDTH]] {
// The last panel has fewer rows.
// CHECK:               %[[REST:.*]] = arith.subi %[[ROWS]], %[[PANEL]]
// CHECK:               %[[PRESENT:.*]] = arith.minui %[[WIDTH]], %[[REST]]
// CHECK:               scf.for %[[LANE:.*]] = %{{.*}} to %[[PRESENT]]
// CHECK-DAG:             %[[ROW:.*]] = arith.addi %[[PANEL]], %[[LANE]]
// CHECK-DAG:             %[[ROW_START:.*]] = arith.muli %[[ROW]], %[[COLUMNS]]
// CHECK-DAG:             %[[PANEL_START:.*]] = arith.muli %[[PANEL]], %[[COLUMNS]]
// CHECK-DAG:             %[[LANE_START:.*]] = arith.addi %[[PANEL_START]], %[[LANE]]
// Of a row, only what is in the range.
// CHECK-DAG:             %[[LATER:.*]] = arith.maxsi %[[FIRST]], %[[ROW_START]]
// CHECK-DAG:             %[[LOW:.*]] = arith.subi %[[LATER]], %[[ROW_START]]
// CHECK-DAG:             %[[UNTIL:.*]] = arith.subi %[[END]], %[[ROW_START]]
// CHECK-DAG:             %[[HIGH:.*]] = arith.minsi %[[UNTIL]], %[[COLUMNS]]
// CHECK:                 scf.for %[[COLUMN:.*]] = %[[LOW]] to %[[HIGH]]
// CHECK-DAG:               %[[AT:.*]] = arith.addi %[[ROW_START]], %[[COLUMN]]
// CHECK-DAG:               %[[TO:.*]] = arith.subi %[[AT]], %[[FIRST]]
// CHECK-DAG:               %[[STEP:.*]] = arith.muli %[[COLUMN]], %[[WIDTH]]
// CHECK-DAG:               %[[FROM:.*]] = arith.addi %[[LANE_START]], %[[STEP]]
// CHECK:                   %[[V:.*]] = memref.load %[[STORAGE]][%[[FROM]]]
// CHECK:                   memref.store %[[V]], %[[CANONICAL]][%[[TO]]]
// CHECK:           %[[STATUS:.*]] = arith.select %[[INSIDE]], %[[SUCCESS]], %[[FAILURE]]
// CHECK:           scf.yield %[[STATUS]]
// CHECK:           scf.yield %[[FAILURE]]
// CHECK:         return %[[RESULT]]

// All elements are a range, too.
// CHECK-LABEL: func.func @net_get(
// CHECK-SAME:    %[[PARAMETERS:.*]]: memref<1344xi8>, %[[INDEX:.*]]: i32, %[[VALUES:.*]]: memref<1xf32>) -> i32
// CHECK-DAG:     %[[NONE:.*]] = arith.constant 0 : i64
// CHECK:         scf.if
// CHECK:           %[[SIZE:.*]] = arith.muli
// CHECK:           %[[SIZE64:.*]] = arith.index_cast %[[SIZE]] : index to i64
// CHECK:           call @net_get_range(%[[PARAMETERS]], %[[INDEX]], %[[NONE]], %[[SIZE64]], %[[VALUES]])

// CHECK-LABEL: func.func @net_set_range(
// CHECK-SAME:    %[[PARAMETERS:.*]]: memref<1344xi8>, %{{.*}}: i32, %{{.*}}: i64, %{{.*}}: i64, %[[VALUES:.*]]: memref<1xf32>) -> i32
// CHECK-DAG:       %[[STORAGE:.*]] = memref.view %[[PARAMETERS]]
// CHECK-DAG:       %[[CANONICAL:.*]] = memref.reinterpret_cast %[[VALUES]]
// CHECK:           %[[V:.*]] = memref.load %[[CANONICAL]]
// CHECK:           memref.store %[[V]], %[[STORAGE]]
// CHECK-LABEL: func.func @net_set(
// CHECK:         call @net_set_range(

// Names are compared character by character, up to the 0 that ends each.
// CHECK-LABEL: func.func @net_find(
// CHECK-SAME:    %[[NAME:.*]]: memref<2147483647xi8>) -> i32
// CHECK-DAG:     %[[UNKNOWN:.*]] = arith.constant -1 : i32
// CHECK-DAG:     %[[NAMES:.*]] = memref.get_global @net.names
// CHECK-DAG:     %[[ENTRIES:.*]] = memref.get_global @net.name_entries
// CHECK:         %[[FOUND:.*]] = scf.for %[[E:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[SO_FAR:.*]] = %[[UNKNOWN]]) -> (i32) {
// CHECK:           scf.while
// CHECK:             memref.load %[[NAMES]]
// CHECK:             memref.load %[[NAME]]
// CHECK:             scf.condition
// CHECK:           %[[NEXT:.*]] = arith.select %{{.*}}, %{{.*}}, %[[SO_FAR]] : i32
// CHECK:           scf.yield %[[NEXT]]
// CHECK:         return %[[FOUND]]
nn.parameter @net.0.weight : tensor<14x20xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.parameter @net.0.bias : tensor<14xf32> init(#nn.zeros) offset(1280)
nn.sequential @net(%x: tensor<7x20xf32>) -> tensor<7x14xf32> attributes {nn.parameter_bytes = 1344 : i64} {
  %0 = nn.dense %x, 14 weight(@net.0.weight) bias(@net.0.bias) : tensor<7x20xf32> -> tensor<7x14xf32>
  nn.return %0 : tensor<7x14xf32>
}

// A network without parameters has neither table nor functions.
// CHECK-NOT: none.layouts
// CHECK-NOT: none_get
nn.sequential @none(%x: tensor<2x5xf32>) -> tensor<2x5xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.relu %x : tensor<2x5xf32>
  nn.return %0 : tensor<2x5xf32>
}
