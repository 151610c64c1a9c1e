// RUN: nascent-opt %s --nn-lower-access --canonicalize --cse --verify-roundtrip | FileCheck %s

// One table a network: offset and rows of each parameter, how many runs a row has,
// their length and how columns are divided by their number, the panels' width, and
// which of the stored types it has, here the only one. Whatever is stored row-major
// is one row of one run.
// CHECK: memref.global "private" constant @net.layouts : memref<2x8xi64> = dense<{{\[\[}}0, 14, 1, 20, 1, 0, 8, 0], [1280, 1, 1, 14, 1, 0, 1, 0]]>

// One function copies a range of elements either way.
// CHECK-LABEL: func.func private @net.copy(
// CHECK-SAME:    %[[PARAMETERS:.*]]: memref<1344xi8>, %[[INDEX:.*]]: i32, %[[FIRST64:.*]]: i64, %[[NUMBER64:.*]]: i64, %[[VALUES:.*]]: memref<1xf32>, %[[TO_STORAGE:.*]]: i1) -> i32 {
// CHECK-DAG:     %[[SUCCESS:.*]] = arith.constant 0 : i32
// CHECK-DAG:     %[[FAILURE:.*]] = arith.constant -1 : i32
// CHECK-DAG:     %[[COUNT:.*]] = arith.constant 2 : i32
// CHECK-DAG:     %[[OFFSET_AT:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[ROWS_AT:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[RUNS_AT:.*]] = arith.constant 2 : index
// CHECK-DAG:     %[[LENGTH_AT:.*]] = arith.constant 3 : index
// CHECK-DAG:     %[[FACTOR_AT:.*]] = arith.constant 4 : index
// CHECK-DAG:     %[[SHIFT_AT:.*]] = arith.constant 5 : index
// CHECK-DAG:     %[[WIDTH_AT:.*]] = arith.constant 6 : index
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
// CHECK-DAG:         %[[FACTOR64:.*]] = memref.load %{{.*}}[%{{.*}}, %[[FACTOR_AT]]]
// CHECK-DAG:         %[[FACTOR:.*]] = arith.index_cast %[[FACTOR64]]
// CHECK-DAG:         %[[SHIFT64:.*]] = memref.load %{{.*}}[%{{.*}}, %[[SHIFT_AT]]]
// CHECK-DAG:         %[[SHIFT:.*]] = arith.index_cast %[[SHIFT64]]
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
// Of a row, only what is in the range.
// CHECK-DAG:             %[[LATER:.*]] = arith.maxsi %[[FIRST]], %[[ROW_START]]
// CHECK-DAG:             %[[LOW:.*]] = arith.subi %[[LATER]], %[[ROW_START]]
// CHECK-DAG:             %[[UNTIL:.*]] = arith.subi %[[END]], %[[ROW_START]]
// CHECK-DAG:             %[[HIGH:.*]] = arith.minsi %[[UNTIL]], %[[COLUMNS]]
// CHECK-DAG:             %[[SOME:.*]] = arith.cmpi slt, %[[LOW]], %[[HIGH]]
// CHECK-DAG:             %[[PRESENT_RUNS:.*]] = arith.select %[[SOME]], %[[RUNS]], %{{.*}}
// CHECK:                 scf.for %[[R:.*]] = %{{.*}} to %[[PRESENT_RUNS]]
// Columns from LOW on are elements of the run from (LOW + RUNS - 1 - R) / RUNS on.
// CHECK-DAG:               %[[LESS:.*]] = arith.subi %[[RUNS]], %{{.*}}
// CHECK-DAG:               %[[LOW_PLUS:.*]] = arith.addi %[[LOW]], %[[LESS]]
// CHECK-DAG:               %[[LOW_SUM:.*]] = arith.subi %[[LOW_PLUS]], %[[R]]
// CHECK-DAG:               %[[LOW_PRODUCT:.*]] = arith.muli %[[LOW_SUM]], %[[FACTOR]]
// CHECK-DAG:               %[[LOW_I:.*]] = arith.shrui %[[LOW_PRODUCT]], %[[SHIFT]]
// CHECK-DAG:               %[[HIGH_PLUS:.*]] = arith.addi %[[HIGH]], %[[LESS]]
// CHECK-DAG:               %[[HIGH_SUM:.*]] = arith.subi %[[HIGH_PLUS]], %[[R]]
// CHECK-DAG:               %[[HIGH_PRODUCT:.*]] = arith.muli %[[HIGH_SUM]], %[[FACTOR]]
// CHECK-DAG:               %[[HIGH_I:.*]] = arith.shrui %[[HIGH_PRODUCT]], %[[SHIFT]]
// CHECK:                   scf.for %[[I:.*]] = %[[LOW_I]] to %[[HIGH_I]]
// CHECK-DAG:                 %[[EACH:.*]] = arith.muli %[[I]], %[[RUNS]]
// CHECK-DAG:                 %[[COLUMN:.*]] = arith.addi %[[EACH]], %[[R]]
// CHECK-DAG:                 %[[AT:.*]] = arith.addi %[[ROW_START]], %[[COLUMN]]
// CHECK-DAG:                 %[[TO:.*]] = arith.subi %[[AT]], %[[FIRST]]
// CHECK-DAG:                 %[[BEFORE:.*]] = arith.muli %[[R]], %[[LENGTH]]
// CHECK-DAG:                 %[[PLACE:.*]] = arith.addi %[[BEFORE]], %[[I]]
// CHECK-DAG:                 %[[STEP:.*]] = arith.muli %[[PLACE]], %[[WIDTH]]
// CHECK-DAG:                 %[[FROM:.*]] = arith.addi %[[LANE_START]], %[[STEP]]
// CHECK:                     scf.if %[[TO_STORAGE]] {
// CHECK-NEXT:                  %[[NEW:.*]] = memref.load %[[CANONICAL]][%[[TO]]]
// CHECK-NEXT:                  memref.store %[[NEW]], %[[STORAGE]][%[[FROM]]]
// CHECK-NEXT:                } else {
// CHECK-NEXT:                  %[[V:.*]] = memref.load %[[STORAGE]][%[[FROM]]]
// CHECK-NEXT:                  memref.store %[[V]], %[[CANONICAL]][%[[TO]]]
// LLVM unrolls none of the loops.
// CHECK-COUNT-4:         } {loop_annotation = {{.*}}}
// CHECK:           %[[STATUS:.*]] = arith.select %[[INSIDE]], %[[SUCCESS]], %[[FAILURE]]
// CHECK:           scf.yield %[[STATUS]]
// CHECK:           scf.yield %[[FAILURE]]
// CHECK:         return %[[RESULT]]

// CHECK-LABEL: func.func @net_get_range(
// CHECK-SAME:    %[[PARAMETERS:.*]]: memref<1344xi8>, %[[INDEX:.*]]: i32, %[[FIRST64:.*]]: i64, %[[NUMBER64:.*]]: i64, %[[VALUES:.*]]: memref<1xf32>) -> i32 attributes {nn.network = "net"} {
// CHECK:         %[[TO_VALUES:.*]] = arith.constant false
// CHECK:         %[[STATUS:.*]] = call @net.copy(%[[PARAMETERS]], %[[INDEX]], %[[FIRST64]], %[[NUMBER64]], %[[VALUES]], %[[TO_VALUES]])
// CHECK:         return %[[STATUS]]

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
// CHECK-SAME:    %[[PARAMETERS:.*]]: memref<1344xi8>, %[[INDEX:.*]]: i32, %[[FIRST64:.*]]: i64, %[[NUMBER64:.*]]: i64, %[[VALUES:.*]]: memref<1xf32>) -> i32
// CHECK:         %[[TO_STORAGE:.*]] = arith.constant true
// CHECK:         call @net.copy(%[[PARAMETERS]], %[[INDEX]], %[[FIRST64]], %[[NUMBER64]], %[[VALUES]], %[[TO_STORAGE]])
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

// The channels of a place are a run.
// CHECK: memref.global "private" constant @spatial.layouts : memref<3x8xi64> = dense<{{\[\[}}0, 14, 4, 5, 2147483648, 33, 8, 0], [1280, 1, 7, 2, 2454267027, 34, 1, 0], [1344, 14, 1, 14, 1, 0, 1, 0]]>
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
