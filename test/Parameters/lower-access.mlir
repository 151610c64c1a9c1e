// RUN: nascent-opt %s --nn-lower-access --canonicalize --cse --verify-roundtrip | FileCheck %s

// One table a network: offset and rows of each parameter, how many runs a row has
// and their length, the panels' width, how far apart a run's elements are, and
// which of the stored types it has, here the only one. Whatever is stored row-major
// is one row.
// CHECK: memref.global "private" constant @net.layouts : memref<2x7xi64> = dense<{{\[\[}}0, 14, 1, 20, 8, 8, 0], [1280, 1, 1, 14, 1, 1, 0]]>

// CHECK-LABEL: func.func @net_get_range(
// CHECK-SAME:    %[[PARAMETERS:.*]]: memref<1344xi8>, %[[INDEX:.*]]: i32, %[[FIRST64:.*]]: i64, %[[NUMBER64:.*]]: i64, %[[VALUES:.*]]: memref<1xf32>) -> i32 attributes {nn.network = "net"} {
// CHECK-DAG:     %[[SUCCESS:.*]] = arith.constant 0 : i32
// CHECK-DAG:     %[[FAILURE:.*]] = arith.constant -1 : i32
// CHECK-DAG:     %[[COUNT:.*]] = arith.constant 2 : i32
// CHECK-DAG:     %[[OFFSET_AT:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[ROWS_AT:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[RUNS_AT:.*]] = arith.constant 2 : index
// CHECK-DAG:     %[[LENGTH_AT:.*]] = arith.constant 3 : index
// CHECK-DAG:     %[[WIDTH_AT:.*]] = arith.constant 4 : index
// CHECK-DAG:     %[[STEP_AT:.*]] = arith.constant 5 : index
// A negative index is a large one.
// CHECK:         %[[KNOWN:.*]] = arith.cmpi ult, %[[INDEX]], %[[COUNT]] : i32
// CHECK:         %[[RESULT:.*]] = scf.if %[[KNOWN]] -> (i32) {
// CHECK-DAG:       %[[FIRST:.*]] = arith.index_cast %[[FIRST64]]
// CHECK-DAG:       %[[NUMBER:.*]] = arith.index_cast %[[NUMBER64]]
// Likewise a negative first element, or number of them.
// CHECK:           %[[ALL_COLUMNS:.*]] = arith.muli
// CHECK:           %[[SIZE:.*]] = arith.muli %{{.*}}, %[[ALL_COLUMNS]]
// CHECK:           %[[STARTS:.*]] = arith.cmpi ule, %[[FIRST]], %[[SIZE]]
// CHECK:           %[[LEFT:.*]] = arith.subi %[[SIZE]], %[[FIRST]]
// CHECK:           %[[ENDS:.*]] = arith.cmpi ule, %[[NUMBER]], %[[LEFT]]
// CHECK:           %[[INSIDE:.*]] = arith.andi %[[STARTS]], %[[ENDS]]
// CHECK:           scf.if %[[INSIDE]] {
// CHECK:             %[[END:.*]] = arith.addi %[[FIRST]], %[[NUMBER]]
// CHECK-DAG:         %[[OFFSET64:.*]] = memref.load %{{.*}}[%{{.*}}, %[[OFFSET_AT]]]
// CHECK-DAG:         %[[OFFSET:.*]] = arith.index_cast %[[OFFSET64]]
// CHECK-DAG:         %[[RUNS64:.*]] = memref.load %{{.*}}[%{{.*}}, %[[RUNS_AT]]]
// CHECK-DAG:         %[[RUNS:.*]] = arith.index_cast %[[RUNS64]]
// CHECK-DAG:         %[[LENGTH64:.*]] = memref.load %{{.*}}[%{{.*}}, %[[LENGTH_AT]]]
// CHECK-DAG:         %[[LENGTH:.*]] = arith.index_cast %[[LENGTH64]]
// CHECK-DAG:         %[[WIDTH64:.*]] = memref.load %{{.*}}[%{{.*}}, %[[WIDTH_AT]]]
// CHECK-DAG:         %[[WIDTH:.*]] = arith.index_cast %[[WIDTH64]]
// CHECK-DAG:         %[[STEP64:.*]] = memref.load %{{.*}}[%{{.*}}, %[[STEP_AT]]]
// CHECK-DAG:         %[[STEP:.*]] = arith.index_cast %[[STEP64]]
// CHECK-DAG:         %[[COLUMNS:.*]] = arith.muli %[[RUNS]], %[[LENGTH]]
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
// No run of a row that has nothing in the range.
// CHECK-DAG:             %[[ROW_END:.*]] = arith.addi %[[ROW_START]], %[[COLUMNS]]
// CHECK-DAG:             %[[LATER:.*]] = arith.maxsi %[[FIRST]], %[[ROW_START]]
// CHECK-DAG:             %[[EARLIER:.*]] = arith.minsi %[[END]], %[[ROW_END]]
// CHECK-DAG:             %[[IN_RANGE:.*]] = arith.cmpi slt, %[[LATER]], %[[EARLIER]]
// CHECK-DAG:             %[[PRESENT_RUNS:.*]] = arith.select %[[IN_RANGE]], %[[RUNS]], %{{.*}}
// CHECK:                 scf.for %[[R:.*]] = %{{.*}} to %[[PRESENT_RUNS]]
// CHECK-DAG:               %[[BEFORE:.*]] = arith.muli %[[R]], %[[LENGTH]]
// CHECK-DAG:               %[[R_START:.*]] = arith.addi %[[ROW_START]], %[[BEFORE]]
// CHECK-DAG:               %[[ASIDE:.*]] = arith.muli %[[R]], %[[WIDTH]]
// CHECK-DAG:               %[[STORED_R:.*]] = arith.addi %[[LANE_START]], %[[ASIDE]]
// Of a run, only what is in the range.
// CHECK-DAG:               %[[LATER_IN_R:.*]] = arith.maxsi %[[FIRST]], %[[R_START]]
// CHECK-DAG:               %[[LOW:.*]] = arith.subi %[[LATER_IN_R]], %[[R_START]]
// CHECK-DAG:               %[[UNTIL:.*]] = arith.subi %[[END]], %[[R_START]]
// CHECK-DAG:               %[[HIGH:.*]] = arith.minsi %[[UNTIL]], %[[LENGTH]]
// CHECK:                   scf.for %[[I:.*]] = %[[LOW]] to %[[HIGH]]
// CHECK-DAG:                 %[[AT:.*]] = arith.addi %[[R_START]], %[[I]]
// CHECK-DAG:                 %[[TO:.*]] = arith.subi %[[AT]], %[[FIRST]]
// CHECK-DAG:                 %[[DISTANCE:.*]] = arith.muli %[[I]], %[[STEP]]
// CHECK-DAG:                 %[[FROM:.*]] = arith.addi %[[STORED_R]], %[[DISTANCE]]
// CHECK:                     %[[V:.*]] = memref.load %[[STORAGE]][%[[FROM]]]
// CHECK:                     memref.store %[[V]], %[[CANONICAL]][%[[TO]]]
// CHECK:           %[[STATUS:.*]] = arith.select %[[INSIDE]], %[[SUCCESS]], %[[FAILURE]]
// CHECK:           scf.yield %[[STATUS]]
// CHECK:           scf.yield %[[FAILURE]]
// CHECK:         return %[[RESULT]]

// All elements are a range, too.
// CHECK-LABEL: func.func @net_get(
// CHECK-SAME:    %[[PARAMETERS:.*]]: memref<1344xi8>, %[[INDEX:.*]]: i32, %[[VALUES:.*]]: memref<1xf32>) -> i32
// CHECK-DAG:     %[[NONE:.*]] = arith.constant 0 : i64
// CHECK:         scf.if
// CHECK:           %[[ALL_COLUMNS:.*]] = arith.muli
// CHECK:           %[[SIZE:.*]] = arith.muli %{{.*}}, %[[ALL_COLUMNS]]
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

// The places of a channel are a run, as far apart as there are channels.
// CHECK: memref.global "private" constant @spatial.layouts : memref<3x7xi64> = dense<{{\[\[}}0, 14, 5, 4, 8, 40, 0], [1280, 1, 2, 7, 1, 2, 0], [1344, 14, 1, 14, 1, 1, 0]]>
nn.parameter @spatial.0.weight : tensor<14x20xf32> init(#nn.zeros) layout(#nn.panels<8, spatial = 4>) offset(0)
nn.parameter @spatial.0.bias : tensor<14xf32> init(#nn.zeros) layout(#nn.panels<1, spatial = 7>) offset(1280)
nn.parameter @spatial.1.weight : tensor<14x14xf32> init(#nn.zeros) layout(#nn.panels<1, spatial = 1>) offset(1344)
nn.sequential @spatial(%x: tensor<7x20xf32>) -> tensor<7x14xf32> attributes {nn.parameter_bytes = 2176 : i64} {
  %0 = nn.dense %x, 14 weight(@spatial.0.weight) bias(@spatial.0.bias) : tensor<7x20xf32> -> tensor<7x14xf32>
  %1 = nn.dense %0, 14 no_bias weight(@spatial.1.weight) : tensor<7x14xf32> -> tensor<7x14xf32>
  nn.return %1 : tensor<7x14xf32>
}

// A network without parameters has neither table nor functions.
// CHECK-NOT: none.layouts
// CHECK-NOT: none_get
nn.sequential @none(%x: tensor<2x5xf32>) -> tensor<2x5xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.relu %x : tensor<2x5xf32>
  nn.return %0 : tensor<2x5xf32>
}
