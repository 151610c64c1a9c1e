// RUN: nascent-opt %s --nascent-lower-to-kernels --nascent-vectorize-kernels=remarks --canonicalize --cse --split-input-file 2>%t | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t

module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 128, registers = 16, fma = true>} {

// 50 terms in blocks of 13, 12 rows in blocks of 4: sums start from the bias,
// wait in the output between one block of terms and the next, and meet the
// activation after the last.
// REMARK:      remark: 12 x 50 times 50 x 16 in tiles of 2 rows and 8 columns, 16 terms at a time, 5 rows at a time, panels fetched 4 rows ahead
// CHECK-LABEL: func.func private @blocks.layer_0(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<12x50xf32> {{.*}}, %[[W:[a-z0-9]+]]: memref<2x50x8xf32> {{.*}}, %[[B:[a-z0-9]+]]: memref<16xf32> {{.*}}, %[[Y:[a-z0-9]+]]: memref<12x16xf32>
// CHECK-DAG:     %[[C12:.*]] = arith.constant 12 : index
// CHECK-DAG:     %[[C13:.*]] = arith.constant 13 : index
// CHECK-DAG:     %[[C39:.*]] = arith.constant 39 : index
// CHECK-DAG:     %[[C50:.*]] = arith.constant 50 : index
// CHECK-DAG:     %[[C4:.*]] = arith.constant 4 : index
// CHECK-DAG:     %[[C2:.*]] = arith.constant 2 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK:         scf.for %[[BLOCK:.*]] = %[[C0]] to %[[C12]] step %[[C4]] {
// CHECK-NEXT:      %[[END:.*]] = arith.addi %[[BLOCK]], %[[C4]]
// CHECK-NEXT:      scf.for %[[PANEL:.*]] = %[[C0]] to %[[C2]] step %[[C1]] {
// CHECK-NEXT:        scf.for %[[ROW:.*]] = %[[BLOCK]] to %[[END]] step %[[C2]] {
// CHECK:               %[[B0:.*]] = vector.load %[[B]]
// CHECK:               scf.for %[[K:.*]] = %[[C0]] to %[[C13]] step %[[C1]] iter_args(%{{.*}} = %[[B0]],
// The panel's rows ahead, and the tile's share of the next panel.
// CHECK:                 %[[AHEAD:.*]] = arith.addi %[[K]], %[[C4]]
// CHECK-NEXT:            memref.prefetch %[[W]][%[[PANEL]], %[[AHEAD]], %[[C0]]], read, locality<3>, data
// CHECK-NEXT:            memref.prefetch %[[W]][%[[PANEL]], %[[AHEAD]], %[[C4]]], read, locality<3>, data
// CHECK:                 %[[NEXT:.*]] = arith.minsi
// CHECK:                 memref.prefetch %[[W]][%[[NEXT]], %[[C0]], %{{.*}}], read, locality<3>, data
// CHECK-COUNT-4:       vector.store %{{.*}}, %[[Y]]
// CHECK:         scf.for %[[START:.*]] = %[[C13]] to %[[C39]] step %[[C13]] {
// CHECK:               %[[Y0:.*]] = vector.load %[[Y]]
// CHECK-COUNT-3:       vector.load %[[Y]]
// CHECK:               %[[STOP:.*]] = arith.addi %[[START]], %[[C13]]
// CHECK-NEXT:          scf.for %{{.*}} = %[[START]] to %[[STOP]] step %[[C1]] iter_args(%{{.*}} = %[[Y0]],
// CHECK-NOT:           arith.cmpf
// CHECK:               vector.store %{{.*}}, %[[Y]]
// CHECK:         scf.for %{{.*}} = %[[C0]] to %[[C12]] step %[[C4]] {
// CHECK-COUNT-4:       vector.load %[[Y]]
// CHECK:               scf.for %{{.*}} = %[[C39]] to %[[C50]] step %[[C1]]
// CHECK:               arith.cmpf olt
// CHECK:               vector.store %{{.*}}, %[[Y]]
// CHECK:         return
nn.parameter @blocks.0.weight : tensor<16x50xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.parameter @blocks.0.bias : tensor<16xf32> init(#nn.zeros) offset(3200)
nn.sequential @blocks(%x: tensor<12x50xf32>) -> tensor<12x16xf32> attributes {nn.parameter_bytes = 3264 : i64} {
  %0 = nn.dense %x, 16 weight(@blocks.0.weight) bias(@blocks.0.bias) {nn.plan = #nn.plan<tile_rows = 2, tile_panels = 1, depth_block = 16, row_block = 5, chains = 1, prefetch = 4>} : tensor<12x50xf32> -> tensor<12x16xf32>
  %1 = nn.relu %0 : tensor<12x16xf32>
  nn.return %1 : tensor<12x16xf32>
}

}

// -----

module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 128, registers = 16, fma = true>} {

// Rows in blocks that do not come out even: the last is shorter.
// CHECK-LABEL: func.func private @uneven.layer_0(
// CHECK-DAG:     %[[C14:.*]] = arith.constant 14 : index
// CHECK-DAG:     %[[C4:.*]] = arith.constant 4 : index
// CHECK:         scf.for %[[BLOCK:.*]] = %{{.*}} to %[[C14]] step %[[C4]] {
// CHECK-NEXT:      %[[FULL:.*]] = arith.addi %[[BLOCK]], %[[C4]]
// CHECK-NEXT:      %[[END:.*]] = arith.minsi %[[FULL]], %[[C14]]
// CHECK:           scf.for %{{.*}} = %[[BLOCK]] to %[[END]]
nn.parameter @uneven.0.weight : tensor<16x50xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.sequential @uneven(%x: tensor<14x50xf32>) -> tensor<14x16xf32> attributes {nn.parameter_bytes = 3200 : i64} {
  %0 = nn.dense %x, 16 no_bias weight(@uneven.0.weight) {nn.plan = #nn.plan<tile_rows = 2, tile_panels = 1, row_block = 5>} : tensor<14x50xf32> -> tensor<14x16xf32>
  nn.return %0 : tensor<14x16xf32>
}

}

// -----

module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 128, registers = 16, fma = true>} {

// A row needs eight sums, which three panels of two vectors and one of one do not
// have for it; they are read side by side.
// REMARK:      remark: 1 x 50 times 50 x 58 in tiles of 1 rows and 32 columns{{$}}
// CHECK-LABEL: func.func private @panels.layer_0(
// CHECK-SAME:    %{{[a-z0-9]+}}: memref<1x50xf32> {{.*}}, %[[W:[a-z0-9]+]]: memref<8x50x8xf32>
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C4:.*]] = arith.constant 4 : index
// CHECK-DAG:     %[[C5:.*]] = arith.constant 5 : index
// CHECK-DAG:     %[[C6:.*]] = arith.constant 6 : index
// CHECK-DAG:     %[[C7:.*]] = arith.constant 7 : index
// CHECK:         scf.for %[[K:.*]] = %[[C0]] to
// CHECK-COUNT-8:   vector.load %[[W]]
// CHECK-NOT:       vector.load
// CHECK-COUNT-8:   vector.fma
// CHECK:         scf.for %[[K:.*]] = %[[C0]] to
// CHECK-NEXT:      vector.load %[[W]][%[[C4]], %[[K]], %[[C0]]]
// CHECK-NEXT:      vector.load %[[W]][%[[C4]], %[[K]], %[[C4]]]
// CHECK-NEXT:      vector.load %[[W]][%[[C5]], %[[K]], %[[C0]]]
// CHECK-NEXT:      vector.load %[[W]][%[[C5]], %[[K]], %[[C4]]]
// CHECK-NEXT:      vector.load %[[W]][%[[C6]], %[[K]], %[[C0]]]
// CHECK-NEXT:      vector.load %[[W]][%[[C6]], %[[K]], %[[C4]]]
// CHECK-NEXT:      vector.load %[[W]][%[[C7]], %[[K]], %[[C0]]]
// CHECK-NOT:       vector.load
// CHECK-COUNT-7:   vector.fma
// CHECK:         return
nn.parameter @panels.0.weight : tensor<58x50xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.sequential @panels(%x: tensor<1x50xf32>) -> tensor<1x58xf32> attributes {nn.parameter_bytes = 12800 : i64} {
  %0 = nn.dense %x, 58 no_bias weight(@panels.0.weight) : tensor<1x50xf32> -> tensor<1x58xf32>
  nn.return %0 : tensor<1x58xf32>
}

// The last of five panels has too few sums by itself.
// REMARK:      remark: 2 x 50 times 50 x 40 in tiles of 2 rows and 16 columns, sums of the last 8 columns split into 2
nn.parameter @rest.0.weight : tensor<40x50xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.sequential @rest(%x: tensor<2x50xf32>) -> tensor<2x40xf32> attributes {nn.parameter_bytes = 8000 : i64} {
  %0 = nn.dense %x, 40 no_bias weight(@rest.0.weight) : tensor<2x50xf32> -> tensor<2x40xf32>
  nn.return %0 : tensor<2x40xf32>
}

}

// -----

module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 128, registers = 16, fma = true>} {

// One row of one vector: eight sums take terms in turn, the five that are left
// go to the first ones, and neighbours are added first.
// REMARK:      remark: 1 x 69 times 69 x 4 in tiles of 1 rows and 4 columns, each sum split into 8
// CHECK-LABEL: func.func private @split.layer_0(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<1x69xf32> {{.*}}, %[[W:[a-z0-9]+]]: memref<1x69x4xf32> {{.*}}, %[[B:[a-z0-9]+]]: memref<4xf32>
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant dense<0.0{{.*}}> : vector<4xf32>
// CHECK-DAG:     %[[C64:.*]] = arith.constant 64 : index
// CHECK-DAG:     %[[C8:.*]] = arith.constant 8 : index
// CHECK:         %[[B0:.*]] = vector.load %[[B]]
// CHECK:         %[[S:.*]]:8 = scf.for %{{.*}} to %[[C64]] step %[[C8]] iter_args(%{{.*}} = %[[B0]], %{{.*}} = %[[ZERO]],
// CHECK-COUNT-8:   vector.fma
// CHECK-NEXT:      scf.yield
// CHECK:         %[[R0:.*]] = vector.fma {{.*}}, %[[S]]#0
// CHECK:         %[[R1:.*]] = vector.fma {{.*}}, %[[S]]#1
// CHECK:         %[[R2:.*]] = vector.fma {{.*}}, %[[S]]#2
// CHECK:         %[[R3:.*]] = vector.fma {{.*}}, %[[S]]#3
// CHECK:         %[[R4:.*]] = vector.fma {{.*}}, %[[S]]#4
// CHECK-NEXT:    %[[A0:.*]] = arith.addf %[[R0]], %[[R1]]
// CHECK-NEXT:    %[[A1:.*]] = arith.addf %[[R2]], %[[R3]]
// CHECK-NEXT:    %[[A2:.*]] = arith.addf %[[R4]], %[[S]]#5
// CHECK-NEXT:    %[[A3:.*]] = arith.addf %[[S]]#6, %[[S]]#7
// CHECK-NEXT:    %[[D0:.*]] = arith.addf %[[A0]], %[[A1]]
// CHECK-NEXT:    %[[D1:.*]] = arith.addf %[[A2]], %[[A3]]
// CHECK-NEXT:    %[[E:.*]] = arith.addf %[[D0]], %[[D1]]
// CHECK-NEXT:    vector.store %[[E]]
nn.parameter @split.0.weight : tensor<4x69xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(0)
nn.parameter @split.0.bias : tensor<4xf32> init(#nn.zeros) offset(1152)
nn.sequential @split(%x: tensor<1x69xf32>) -> tensor<1x4xf32> attributes {nn.parameter_bytes = 1216 : i64} {
  %0 = nn.dense %x, 4 weight(@split.0.weight) bias(@split.0.bias) : tensor<1x69xf32> -> tensor<1x4xf32>
  nn.return %0 : tensor<1x4xf32>
}

}
