// RUN: nascent-opt %s --nn-lower-access --canonicalize --cse --verify-roundtrip | FileCheck %s

// One table a network: offset, rows, columns and panel width of each parameter.
// Whatever is stored row-major is one column.
// CHECK: memref.global "private" constant @net.layouts : memref<2x4xi64> = dense<{{\[\[}}0, 14, 20, 8], [1280, 14, 1, 1]]>

// CHECK-LABEL: func.func @net_get(
// CHECK-SAME:    %[[PARAMETERS:.*]]: memref<1344xi8>, %[[INDEX:.*]]: i32, %[[VALUES:.*]]: memref<1xf32>) -> i32 attributes {nn.network = "net"} {
// CHECK-DAG:     %[[SUCCESS:.*]] = arith.constant 0 : i32
// CHECK-DAG:     %[[FAILURE:.*]] = arith.constant -1 : i32
// CHECK-DAG:     %[[COUNT:.*]] = arith.constant 2 : i32
// CHECK-DAG:     %[[OFFSET_AT:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[COLUMNS_AT:.*]] = arith.constant 2 : index
// CHECK-DAG:     %[[WIDTH_AT:.*]] = arith.constant 3 : index
// A negative index is a large one.
// CHECK:         %[[KNOWN:.*]] = arith.cmpi ult, %[[INDEX]], %[[COUNT]] : i32
// CHECK:         scf.if %[[KNOWN]] {
// CHECK-DAG:       %[[TABLE:.*]] = memref.get_global @net.layouts
// CHECK-DAG:       %[[OFFSET64:.*]] = memref.load %[[TABLE]][%{{.*}}, %[[OFFSET_AT]]]
// CHECK-DAG:       %[[OFFSET:.*]] = arith.index_cast %[[OFFSET64]]
// CHECK-DAG:       %[[COLUMNS64:.*]] = memref.load %[[TABLE]][%{{.*}}, %[[COLUMNS_AT]]]
// CHECK-DAG:       %[[COLUMNS:.*]] = arith.index_cast %[[COLUMNS64]]
// CHECK-DAG:       %[[WIDTH64:.*]] = memref.load %[[TABLE]][%{{.*}}, %[[WIDTH_AT]]]
// CHECK-DAG:       %[[WIDTH:.*]] = arith.index_cast %[[WIDTH64]]
// CHECK-DAG:       %[[STORAGE:.*]] = memref.view %[[PARAMETERS]][%[[OFFSET]]]
// CHECK-DAG:       %[[CANONICAL:.*]] = memref.reinterpret_cast %[[VALUES]]
// CHECK:           scf.for %[[PANEL:.*]] = %{{.*}} to %[[ROWS:.*]] step %[[WIDTH]] {
// The last panel has fewer rows.
// CHECK:             %[[LEFT:.*]] = arith.subi %[[ROWS]], %[[PANEL]]
// CHECK:             %[[PRESENT:.*]] = arith.minui %[[WIDTH]], %[[LEFT]]
// CHECK:             scf.for %[[LANE:.*]] = %{{.*}} to %[[PRESENT]]
// CHECK-DAG:           %[[ROW:.*]] = arith.addi %[[PANEL]], %[[LANE]]
// CHECK-DAG:           %[[ROW_START:.*]] = arith.muli %[[ROW]], %[[COLUMNS]]
// CHECK-DAG:           %[[PANEL_START:.*]] = arith.muli %[[PANEL]], %[[COLUMNS]]
// CHECK-DAG:           %[[LANE_START:.*]] = arith.addi %[[PANEL_START]], %[[LANE]]
// CHECK:               scf.for %[[COLUMN:.*]] = %{{.*}} to %[[COLUMNS]]
// CHECK-DAG:             %[[TO:.*]] = arith.addi %[[ROW_START]], %[[COLUMN]]
// CHECK-DAG:             %[[STEP:.*]] = arith.muli %[[COLUMN]], %[[WIDTH]]
// CHECK-DAG:             %[[FROM:.*]] = arith.addi %[[LANE_START]], %[[STEP]]
// CHECK:                 %[[V:.*]] = memref.load %[[STORAGE]][%[[FROM]]]
// CHECK:                 memref.store %[[V]], %[[CANONICAL]][%[[TO]]]
// CHECK:         %[[STATUS:.*]] = arith.select %[[KNOWN]], %[[SUCCESS]], %[[FAILURE]]
// CHECK:         return %[[STATUS]]

// CHECK-LABEL: func.func @net_set(
// CHECK-SAME:    %[[PARAMETERS:.*]]: memref<1344xi8>, %{{.*}}: i32, %[[VALUES:.*]]: memref<1xf32>) -> i32
// CHECK-DAG:       %[[STORAGE:.*]] = memref.view %[[PARAMETERS]]
// CHECK-DAG:       %[[CANONICAL:.*]] = memref.reinterpret_cast %[[VALUES]]
// CHECK:           %[[V:.*]] = memref.load %[[CANONICAL]]
// CHECK:           memref.store %[[V]], %[[STORAGE]]
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
