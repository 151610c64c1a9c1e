// RUN: nascent-opt %s --nascent-lower-to-kernels --nascent-split-kernels --nascent-vectorize-kernels=remarks --canonicalize --cse 2>&1 | FileCheck %s

// CHECK: remark: 3 x 50 times 50 x 300 in tiles of 3 rows and 8 columns, 20 terms at a time, panels shared by threads, panels fetched 4 rows ahead
// CHECK: remark: 11 x 20 times 20 x 12 in tiles of 2 rows and 8 columns, rows shared by threads
// CHECK: remark: 12 x 20 times 20 x 8 in tiles of 2 rows and 8 columns, 6 rows at a time, rows shared by threads
module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 128, registers = 16, fma = true>} {

// Every n-th of 37 panels; the last, narrower one is that of the part whose turn
// it is after them. So in each block of the depth: what a part reads of the
// output it has written itself. What is fetched next is the part's next panel.
// CHECK-LABEL: func.func private @panels.layer_0(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<3x50xf32> {{.*}}, %[[W:[a-z0-9]+]]: memref<38x50x8xf32> {{.*}}, %[[Y:[a-z0-9]+]]: memref<3x300xf32> {{.*}}, %[[PART:[a-z0-9]+]]: index {nn.role = #nn.role<part>}, %[[PARTS:[a-z0-9]+]]: index {nn.role = #nn.role<parts>})
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C37:.*]] = arith.constant 37 : index
// CHECK:         %[[AFTER:.*]] = scf.for %[[PANEL:.*]] = %[[PART]] to %[[C37]] step %[[PARTS]] iter_args(%{{.*}} = %[[PART]]) -> (index) {
// CHECK:           %[[NEXT:.*]] = arith.addi %[[PANEL]], %[[PARTS]]
// CHECK-NEXT:      %[[FETCHED:.*]] = arith.minsi %[[NEXT]], %[[C37]]
// CHECK:           memref.prefetch %[[W]][%[[FETCHED]],
// CHECK:           vector.store
// CHECK:           %[[NEXT:.*]] = arith.addi %[[PANEL]], %[[PARTS]]
// CHECK-NEXT:      scf.yield %[[NEXT]]
// CHECK:         %[[TURN:.*]] = arith.subi %[[AFTER]], %[[C37]]
// CHECK-NEXT:    scf.for %{{.*}} = %[[TURN]] to %[[C1]] step %[[PARTS]] {
// CHECK:           vector.load %[[W]][%[[C37]],
// CHECK-COUNT-2:   scf.for %{{.*}} = %[[PART]] to %[[C37]] step %[[PARTS]] iter_args(%{{.*}} = %[[PART]])
// CHECK-NOT:       step %[[PARTS]] iter_args
// CHECK:         return
nn.parameter @panels.0.weight : tensor<300x50xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.sequential @panels(%x: tensor<3x50xf32>) -> tensor<3x300xf32> attributes {nn.parameter_bytes = 60800 : i64} {
  %0 = nn.dense %x, 300 no_bias weight(@panels.0.weight) {nn.plan = #nn.plan<tile_panels = 1, depth_block = 20, prefetch = 4, chains = 1>} : tensor<3x50xf32> -> tensor<3x300xf32>
  nn.return %0 : tensor<3x300xf32>
}

// Five tiles of two rows and one of one go round as six, in each panel alike.
// CHECK-LABEL: func.func private @rows.layer_0(
// CHECK-SAME:    %[[Y:[a-z0-9]+]]: memref<11x12xf32> {{.*}}, %[[PART:[a-z0-9]+]]: index {nn.role = #nn.role<part>}, %[[PARTS:[a-z0-9]+]]: index {nn.role = #nn.role<parts>})
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C2:.*]] = arith.constant 2 : index
// CHECK-DAG:     %[[C5:.*]] = arith.constant 5 : index
// CHECK-DAG:     %[[C10:.*]] = arith.constant 10 : index
// CHECK:         %[[AFTER:.*]] = scf.for %[[TILE:.*]] = %[[PART]] to %[[C5]] step %[[PARTS]]
// CHECK-NEXT:      %[[ROW:.*]] = arith.muli %[[TILE]], %[[C2]]
// CHECK:           vector.store %{{.*}}, %[[Y]][%[[ROW]],
// CHECK:         %[[TURN:.*]] = arith.subi %[[AFTER]], %[[C5]]
// CHECK-NEXT:    scf.for %{{.*}} = %[[TURN]] to %[[C1]] step %[[PARTS]] {
// CHECK:           vector.store %{{.*}}, %[[Y]][%[[C10]],
// CHECK:         scf.for %{{.*}} = %[[PART]] to %[[C5]] step %[[PARTS]]
// CHECK:         return
nn.parameter @rows.0.weight : tensor<12x20xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.sequential @rows(%x: tensor<11x20xf32>) -> tensor<11x12xf32> attributes {nn.parameter_bytes = 1280 : i64} {
  %0 = nn.dense %x, 12 no_bias weight(@rows.0.weight) {nn.plan = #nn.plan<tile_rows = 2, tile_panels = 1, chains = 1>} : tensor<11x20xf32> -> tensor<11x12xf32>
  nn.return %0 : tensor<11x12xf32>
}

// Tiles go round anew in each block of rows.
// CHECK-LABEL: func.func private @blocks.layer_0(
// CHECK-SAME:    %{{[a-z0-9]+}}: memref<12x8xf32> {{.*}}, %[[PART:[a-z0-9]+]]: index {nn.role = #nn.role<part>}, %[[PARTS:[a-z0-9]+]]: index {nn.role = #nn.role<parts>})
// CHECK:         scf.for %[[BLOCK:.*]] = %{{.*}} to %{{.*}} step %[[C6:.*]] {
// CHECK-NEXT:      %[[END:.*]] = arith.addi %[[BLOCK]], %[[C6]]
// CHECK-NEXT:      %[[SKIPPED:.*]] = arith.muli %[[PART]], %[[C2:[a-z0-9]+]]
// CHECK-NEXT:      %[[FIRST:.*]] = arith.addi %[[SKIPPED]], %[[BLOCK]]
// CHECK-NEXT:      %[[STEP:.*]] = arith.muli %[[PARTS]], %[[C2]]
// CHECK-NEXT:      scf.for %{{.*}} = %[[FIRST]] to %[[END]] step %[[STEP]] {
nn.parameter @blocks.0.weight : tensor<8x20xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.sequential @blocks(%x: tensor<12x20xf32>) -> tensor<12x8xf32> attributes {nn.parameter_bytes = 640 : i64} {
  %0 = nn.dense %x, 8 no_bias weight(@blocks.0.weight) {nn.plan = #nn.plan<tile_rows = 2, tile_panels = 1, row_block = 6, chains = 1>} : tensor<12x20xf32> -> tensor<12x8xf32>
  nn.return %0 : tensor<12x8xf32>
}

// Seventy rows of 30 columns: eight times nine rows, the last time fewer.
// CHECK-LABEL: func.func private @softmax.layer_0(
// CHECK-SAME:    %{{.*}}: memref<70x30xf32> {{.*}}, %{{.*}}: memref<70x30xf32> {{.*}}, %[[PART:[a-z0-9]+]]: index {nn.role = #nn.role<part>}, %[[PARTS:[a-z0-9]+]]: index {nn.role = #nn.role<parts>})
// CHECK-DAG:     %[[C8:.*]] = arith.constant 8 : index
// CHECK-DAG:     %[[C9:.*]] = arith.constant 9 : index
// CHECK-DAG:     %[[C70:.*]] = arith.constant 70 : index
// CHECK:         scf.for %[[BLOCK:.*]] = %[[PART]] to %[[C8]] step %[[PARTS]] {
// CHECK-NEXT:      %[[FIRST:.*]] = arith.muli %[[BLOCK]], %[[C9]]
// CHECK-NEXT:      %[[END:.*]] = arith.addi %[[FIRST]], %[[C9]]
// CHECK-NEXT:      %[[LAST:.*]] = arith.minsi %[[END]], %[[C70]]
// CHECK-NEXT:      scf.for %{{.*}} = %[[FIRST]] to %[[LAST]] step
nn.sequential @softmax(%x: tensor<70x30xf32>) -> tensor<70x30xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x : tensor<70x30xf32>
  nn.return %0 : tensor<70x30xf32>
}

// Long rows go one by one.
// CHECK-LABEL: func.func private @wide.layer_0(
// CHECK-SAME:    %[[PART:[a-z0-9]+]]: index {nn.role = #nn.role<part>}, %[[PARTS:[a-z0-9]+]]: index {nn.role = #nn.role<parts>})
// CHECK:         scf.for %[[ROW:.*]] = %[[PART]] to %{{.*}} step %[[PARTS]] {
// CHECK-NEXT:      scf.for
// CHECK-NEXT:        vector.load %{{.*}}[%[[ROW]],
nn.sequential @wide(%x: tensor<7x300xf32>) -> tensor<7x300xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x : tensor<7x300xf32>
  nn.return %0 : tensor<7x300xf32>
}

// Without rows, 256 elements at a time, and the rest after them in turn.
// CHECK-LABEL: func.func private @elements.layer_0(
// CHECK-SAME:    %[[PART:[a-z0-9]+]]: index {nn.role = #nn.role<part>}, %[[PARTS:[a-z0-9]+]]: index {nn.role = #nn.role<parts>})
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C4:.*]] = arith.constant 4 : index
// CHECK-DAG:     %[[C256:.*]] = arith.constant 256 : index
// CHECK:         %[[AFTER:.*]] = scf.for %[[BLOCK:.*]] = %[[PART]] to %[[C4]] step %[[PARTS]]
// CHECK-NEXT:      arith.muli %[[BLOCK]], %[[C256]]
// CHECK:         %[[TURN:.*]] = arith.subi %[[AFTER]], %[[C4]]
// CHECK-NEXT:    scf.for %{{.*}} = %[[TURN]] to %[[C1]] step %[[PARTS]] {
// CHECK:           vector.store %{{.*}} : memref<1003xf32>, vector<2xf32>
// CHECK:           vector.store %{{.*}} : memref<1003xf32>, vector<1xf32>
nn.sequential @elements(%x: tensor<1003xf32>) -> tensor<1003xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.relu %x : tensor<1003xf32>
  nn.return %0 : tensor<1003xf32>
}
}
