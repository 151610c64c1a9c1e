// RUN: nascent-opt %s --nascent-emit-entry-points --canonicalize --verify-roundtrip | FileCheck %s

// A fixed batch is one call. The name is C's.
// CHECK-LABEL: func.func @my_net_forward(
// CHECK-SAME:    %[[P:.*]]: memref<128xi8>, %[[X:.*]]: memref<2x4xf32>, %[[Y:.*]]: memref<2x8xf32>, %[[S:.*]]: memref<64xi8>) attributes {nn.network = "my.net"} {
// CHECK-NEXT:    call @my.net.forward(%[[P]], %[[X]], %[[Y]], %[[S]])
// CHECK-NEXT:    return
func.func private @my.net.forward(memref<128xi8> {nn.role = #nn.role<parameters>}, memref<2x4xf32> {nn.role = #nn.role<input>}, memref<2x8xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "my.net", nn.parameter_bytes = 128 : i64, nn.scratch_bytes = 64 : i64}

// An open batch is walked in blocks of rows, largest first whatever the order of
// the functions: as many whole blocks as there are, the rest in smaller ones.
// Scratch is large enough for each; a batch of zero or less has no rows. The
// batch stands between inputs and outputs.
// CHECK-LABEL: func.func @open_forward(
// CHECK-SAME:    %[[P:[a-z0-9]+]]: memref<128xi8>, %[[X:[a-z0-9]+]]: memref<1xi8>, %[[Z:[a-z0-9]+]]: memref<1xi8>, %[[BATCH64:[a-z0-9]+]]: i64, %[[Y:[a-z0-9]+]]: memref<1xi8>, %[[S:[a-z0-9]+]]: memref<192xi8>) attributes {nn.network = "open"} {
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C4:.*]] = arith.constant 4 : index
// CHECK-DAG:     %[[M4:.*]] = arith.constant -4 : index
// CHECK-DAG:     %[[X_ROW:.*]] = arith.constant 60 : index
// CHECK-DAG:     %[[Z_ROW:.*]] = arith.constant 8 : index
// CHECK-DAG:     %[[Y_ROW:.*]] = arith.constant 32 : index
// CHECK:         %[[BATCH:.*]] = arith.index_cast %[[BATCH64]] : i64 to index
// CHECK:         %[[ROWS:.*]] = arith.maxsi %[[BATCH]], %[[C0]]
// CHECK:         %[[END4:.*]] = arith.andi %[[ROWS]], %[[M4]]
// CHECK:         scf.for %[[I:.*]] = %[[C0]] to %[[END4]] step %[[C4]] {
// CHECK-DAG:       %[[XO:.*]] = arith.muli %[[I]], %[[X_ROW]]
// CHECK-DAG:       %[[XV:.*]] = memref.view %[[X]][%[[XO]]][] : memref<1xi8> to memref<4x3x5xf32>
// CHECK-DAG:       %[[ZO:.*]] = arith.muli %[[I]], %[[Z_ROW]]
// CHECK-DAG:       %[[ZV:.*]] = memref.view %[[Z]][%[[ZO]]][] : memref<1xi8> to memref<4x2xf32>
// CHECK-DAG:       %[[YO:.*]] = arith.muli %[[I]], %[[Y_ROW]]
// CHECK-DAG:       %[[YV:.*]] = memref.view %[[Y]][%[[YO]]][] : memref<1xi8> to memref<4x8xf32>
// CHECK-DAG:       %[[SV:.*]] = memref.view %[[S]][%[[C0]]][] : memref<192xi8> to memref<128xi8>
// CHECK:           call @open.forward.rows_4(%[[P]], %[[XV]], %[[ZV]], %[[YV]], %[[SV]])
// CHECK:         scf.for %{{.*}} = %[[END4]] to %[[ROWS]] step %[[C1]] {
// CHECK:           call @open.forward.rows_1(
// CHECK:         return
func.func private @open.forward.rows_1(memref<128xi8> {nn.role = #nn.role<parameters>}, memref<1x3x5xf32> {nn.role = #nn.role<input>}, memref<1x2xf32> {nn.role = #nn.role<input>}, memref<1x8xf32> {nn.role = #nn.role<output>}, memref<192xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "open", nn.parameter_bytes = 128 : i64, nn.rows = 1 : i64, nn.scratch_bytes = 192 : i64}
func.func private @open.forward.rows_4(memref<128xi8> {nn.role = #nn.role<parameters>}, memref<4x3x5xf32> {nn.role = #nn.role<input>}, memref<4x2xf32> {nn.role = #nn.role<input>}, memref<4x8xf32> {nn.role = #nn.role<output>}, memref<128xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "open", nn.parameter_bytes = 128 : i64, nn.rows = 4 : i64, nn.scratch_bytes = 128 : i64}

// Blocks of a fixed batch: as many as there are, then the remainder.
// CHECK-LABEL: func.func @blocks_forward(
// CHECK-SAME:    %[[P:[a-z0-9]+]]: memref<128xi8>, %[[X:[a-z0-9]+]]: memref<1xi8>, %[[Y:[a-z0-9]+]]: memref<1xi8>, %[[S:[a-z0-9]+]]: memref<192xi8>) attributes {nn.network = "blocks"} {
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C6:.*]] = arith.constant 6 : index
// CHECK-DAG:     %[[C18:.*]] = arith.constant 18 : index
// CHECK-DAG:     %[[X_ROW:.*]] = arith.constant 20 : index
// CHECK-DAG:     %[[LAST:.*]] = arith.constant 360 : index
// CHECK:         scf.for %[[I:.*]] = %[[C0]] to %[[C18]] step %[[C6]] {
// CHECK-DAG:       %[[XO:.*]] = arith.muli %[[I]], %[[X_ROW]]
// CHECK-DAG:       %[[XV:.*]] = memref.view %[[X]][%[[XO]]][] : memref<1xi8> to memref<6x5xf32>
// CHECK:           call @blocks.forward.rows_6(%[[P]], %[[XV]],
// CHECK:         }
// CHECK:         %[[XV:.*]] = memref.view %[[X]][%[[LAST]]][] : memref<1xi8> to memref<2x5xf32>
// CHECK:         call @blocks.forward.rows_2(%[[P]], %[[XV]],
// CHECK-NEXT:    return
func.func private @blocks.forward.rows_6(memref<128xi8> {nn.role = #nn.role<parameters>}, memref<6x5xf32> {nn.role = #nn.role<input>}, memref<6x8xf32> {nn.role = #nn.role<output>}, memref<192xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "blocks", nn.parameter_bytes = 128 : i64, nn.batch = 20 : i64, nn.rows = 6 : i64, nn.scratch_bytes = 192 : i64}
func.func private @blocks.forward.rows_2(memref<128xi8> {nn.role = #nn.role<parameters>}, memref<2x5xf32> {nn.role = #nn.role<input>}, memref<2x8xf32> {nn.role = #nn.role<output>}, memref<128xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "blocks", nn.parameter_bytes = 128 : i64, nn.batch = 20 : i64, nn.rows = 2 : i64, nn.scratch_bytes = 128 : i64}

// Blocks go through one segment after the other, in blocks of theirs; 18 rows are
// three of 6, each of which is 4 + 2 in the first segment. What lies between the
// segments is at the beginning of scratch, for 6 rows of 20 bytes, in whole lines.
// CHECK-LABEL: func.func @cut_forward(
// CHECK-SAME:    %[[P:[a-z0-9]+]]: memref<128xi8>, %[[X:[a-z0-9]+]]: memref<1xi8>, %[[Y:[a-z0-9]+]]: memref<1xi8>, %[[S:[a-z0-9]+]]: memref<320xi8>) attributes {nn.network = "cut", nn.scratch_bytes = 320 : i64} {
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C4:.*]] = arith.constant 4 : index
// CHECK-DAG:     %[[C6:.*]] = arith.constant 6 : index
// CHECK-DAG:     %[[C18:.*]] = arith.constant 18 : index
// CHECK-DAG:     %[[X_ROW:.*]] = arith.constant 12 : index
// CHECK-DAG:     %[[REST:.*]] = arith.constant 80 : index
// CHECK-DAG:     %[[OWN:.*]] = arith.constant 128 : index
// CHECK:         scf.for %[[I:.*]] = %[[C0]] to %[[C18]] step %[[C6]] {
// CHECK-DAG:       %[[XO:.*]] = arith.muli %[[I]], %[[X_ROW]]
// CHECK-DAG:       %[[XV:.*]] = memref.view %[[X]][%[[XO]]][] : memref<1xi8> to memref<4x3xf32>
// CHECK-DAG:       %[[H0:.*]] = memref.view %[[S]][%[[C0]]][] : memref<320xi8> to memref<4x5xf32>
// CHECK-DAG:       %[[S0:.*]] = memref.view %[[S]][%[[OWN]]][] : memref<320xi8> to memref<192xi8>
// CHECK:           call @cut.forward.segment_0.rows_4(%[[P]], %[[XV]], %[[H0]], %[[S0]])
// CHECK:           %[[ROW:.*]] = arith.addi %[[I]], %[[C4]]
// CHECK-DAG:       %[[XO2:.*]] = arith.muli %[[ROW]], %[[X_ROW]]
// CHECK-DAG:       %[[XV2:.*]] = memref.view %[[X]][%[[XO2]]][]
// CHECK-DAG:       %[[H4:.*]] = memref.view %[[S]][%[[REST]]][] : memref<320xi8> to memref<2x5xf32>
// CHECK:           call @cut.forward.segment_0.rows_2(%[[P]], %[[XV2]], %[[H4]],
// CHECK:           %[[HALL:.*]] = memref.view %[[S]][%[[C0]]][] : memref<320xi8> to memref<6x5xf32>
// CHECK:           %[[YV:.*]] = memref.view %[[Y]][
// CHECK:           call @cut.forward.segment_1.rows_6(%[[P]], %[[HALL]], %[[YV]],
// CHECK:         }
// CHECK-NEXT:    return
func.func private @cut.forward.segment_0.rows_4(memref<128xi8> {nn.role = #nn.role<parameters>}, memref<4x3xf32> {nn.role = #nn.role<input>}, memref<4x5xf32> {nn.role = #nn.role<output>}, memref<192xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "cut", nn.parameter_bytes = 128 : i64, nn.batch = 18 : i64, nn.rows = 4 : i64, nn.segment = 0 : i64, nn.reads = ["x0"], nn.writes = ["h0"], nn.scratch_bytes = 192 : i64}
func.func private @cut.forward.segment_0.rows_2(memref<128xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<2x5xf32> {nn.role = #nn.role<output>}, memref<128xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "cut", nn.parameter_bytes = 128 : i64, nn.batch = 18 : i64, nn.rows = 2 : i64, nn.segment = 0 : i64, nn.reads = ["x0"], nn.writes = ["h0"], nn.scratch_bytes = 128 : i64}
func.func private @cut.forward.segment_1.rows_6(memref<128xi8> {nn.role = #nn.role<parameters>}, memref<6x5xf32> {nn.role = #nn.role<input>}, memref<6x8xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "cut", nn.parameter_bytes = 128 : i64, nn.batch = 18 : i64, nn.rows = 6 : i64, nn.segment = 1 : i64, nn.reads = ["h0"], nn.writes = ["y0"], nn.scratch_bytes = 64 : i64}
