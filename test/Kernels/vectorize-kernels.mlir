// RUN: sed s/FMA/true/ %s | nascent-opt --nascent-lower-to-kernels --nascent-vectorize-kernels --canonicalize --cse --verify-roundtrip | FileCheck %s --check-prefixes=CHECK,FUSED
// RUN: sed s/FMA/false/ %s | nascent-opt --nascent-lower-to-kernels --nascent-vectorize-kernels --canonicalize --cse | FileCheck %s --check-prefixes=CHECK,SPLIT
// Nothing of linalg's is left.
// RUN: sed s/FMA/true/ %s | nascent-opt --nascent-lower-to-kernels --nascent-vectorize-kernels | FileCheck %s --check-prefix=CLEAN

// CLEAN-NOT: {{(linalg|tensor|bufferization)[.]}}

module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 128, registers = 16, fma = FMA>} {

// Two panels of 8 columns, the second with 6; seven rows as blocks of four and
// three. Sums are loop-carried vectors that start from the bias and reach memory
// once, after the activation.
// CHECK-LABEL: func.func private @mlp.layer_0(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<7x20xf32> {{.*}}, %[[W:[a-z0-9]+]]: memref<2x20x8xf32> {{.*}}, %[[B:[a-z0-9]+]]: memref<14xf32> {{.*}}, %[[Y:[a-z0-9]+]]: memref<7x14xf32>
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C4:.*]] = arith.constant 4 : index
// CHECK-DAG:     %[[C20:.*]] = arith.constant 20 : index
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant dense<0.0{{.*}}> : vector<4xf32>
// CHECK-DAG:     %[[B0:.*]] = vector.load %[[B]][%[[C0]]] : memref<14xf32>, vector<4xf32>
// CHECK-DAG:     %[[B1:.*]] = vector.load %[[B]][%[[C4]]] : memref<14xf32>, vector<4xf32>
// CHECK:         %[[SUMS:.*]]:8 = scf.for %[[K:.*]] = %[[C0]] to %[[C20]] step %{{.*}} iter_args(%[[S0:[a-z0-9]+]] = %[[B0]], %[[S1:[a-z0-9]+]] = %[[B1]], %{{.*}} = %[[B0]],
// CHECK-DAG:       %[[W0:.*]] = vector.load %[[W]][%[[C0]], %[[K]], %[[C0]]]
// CHECK-DAG:       %[[W1:.*]] = vector.load %[[W]][%[[C0]], %[[K]], %[[C4]]]
// CHECK:           %[[E:.*]] = memref.load %[[X]][%[[C0]], %[[K]]]
// CHECK-NEXT:      %[[EV:.*]] = vector.broadcast %[[E]] : f32 to vector<4xf32>
// FUSED-NEXT:      %[[F0:.*]] = vector.fma %[[EV]], %[[W0]], %[[S0]]
// FUSED-NEXT:      %[[F1:.*]] = vector.fma %[[EV]], %[[W1]], %[[S1]]
// FUSED-COUNT-6:   vector.fma
// FUSED-NEXT:      scf.yield %[[F0]], %[[F1]],
// SPLIT-NEXT:      %[[P0:.*]] = arith.mulf %[[EV]], %[[W0]]
// SPLIT-NEXT:      %[[F0:.*]] = arith.addf %[[P0]], %[[S0]]
// SPLIT-NOT:       fma
// SPLIT:           scf.yield %[[F0]],
// CHECK:         %[[LESS:.*]] = arith.cmpf olt, %[[SUMS]]#0, %[[ZERO]]
// CHECK-NEXT:    %[[R:.*]] = arith.select %[[LESS]], %[[ZERO]], %[[SUMS]]#0
// CHECK-NEXT:    vector.store %[[R]], %[[Y]][%[[C0]], %[[C0]]]
// CHECK-COUNT-7: vector.store
// CHECK-NOT:     vector.store
// The remaining three rows are one block, not two and one, and are computed as
// the four are: no sum is split.
// CHECK:         %{{.*}}:6 = scf.for
// CHECK-COUNT-6: vector.store
// CHECK-NOT:     vector.store
// The last panel's last vector has two columns: what lies past them is not
// written. A parameter's place has room for whole vectors.
// CHECK-DAG:     %[[B2:.*]] = vector.load %[[B]][%{{.*}}] : memref<14xf32>, vector<4xf32>
// CHECK-DAG:     %[[B3:.*]] = vector.load %[[B]][%{{.*}}] : memref<14xf32>, vector<4xf32>
// CHECK:         %{{.*}}:8 = scf.for {{.*}} iter_args(%{{.*}} = %[[B2]], %{{.*}} = %[[B3]],
// CHECK:         vector.store {{.*}}, vector<4xf32>
// CHECK:         vector.store %{{.*}}, %[[Y]][%{{.*}}, %{{.*}}] : memref<7x14xf32>, vector<2xf32>
// CHECK:         %{{.*}}:6 = scf.for
// CHECK-COUNT-3: vector.store {{.*}}, vector<2xf32>
// CHECK-NOT:     vector.store
// CHECK:         return
nn.parameter @mlp.0.weight : tensor<14x20xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.parameter @mlp.0.bias : tensor<14xf32> init(#nn.zeros) offset(1280)
nn.sequential @mlp(%x: tensor<7x20xf32>) -> tensor<7x14xf32> attributes {nn.parameter_bytes = 1344 : i64} {
  %0 = nn.dense %x, 14 weight(@mlp.0.weight) bias(@mlp.0.bias) : tensor<7x20xf32> -> tensor<7x14xf32>
  %1 = nn.relu %0 : tensor<7x14xf32>
  nn.return %1 : tensor<7x14xf32>
}

// One column: vectors of terms, the bias in the first lane of the first, and one
// fused multiply-add for each that is left of them as lanes are added by halves.
// CHECK-LABEL:   func.func private @column.layer_0(
// CHECK-SAME:      %[[X:[a-z0-9]+]]: memref<1x7xf32> {{.*}}, %[[W:[a-z0-9]+]]: memref<1x7xf32> {{.*}}, %[[B:[a-z0-9]+]]: memref<1xf32>
// CHECK-NOT:       scf.for
// CHECK:           %[[BIAS:.*]] = vector.load %[[B]]
// CHECK:           %[[FIRST:.*]] = vector.shuffle %[[BIAS]], %{{.*}} [0, 1, 1, 1] : vector<1xf32>, vector<1xf32>
// CHECK-DAG:       vector.load %[[W]]{{.*}}, vector<4xf32>
// CHECK-DAG:       vector.load %[[X]]{{.*}}, vector<4xf32>
// FUSED:           vector.fma {{.*}}, %[[FIRST]] : vector<4xf32>
// CHECK:           arith.addf {{.*}} : vector<2xf32>
// FUSED:           vector.fma {{.*}} : vector<2xf32>
// CHECK:           arith.addf {{.*}} : vector<1xf32>
// FUSED:           vector.fma {{.*}} : vector<1xf32>
// CHECK:           vector.store {{.*}}, vector<1xf32>
nn.parameter @column.0.weight : tensor<1x7xf32> init(#nn.zeros) layout(#nn.panels<1>) offset(0)
nn.parameter @column.0.bias : tensor<1xf32> init(#nn.zeros) offset(64)
nn.sequential @column(%x: tensor<1x7xf32>) -> tensor<1x1xf32> attributes {nn.parameter_bytes = 128 : i64} {
  %0 = nn.dense %x, 1 weight(@column.0.weight) bias(@column.0.bias) : tensor<1x7xf32> -> tensor<1x1xf32>
  nn.return %0 : tensor<1x1xf32>
}

// Two inputs are no loop: both products follow each other.
// CHECK-LABEL:   func.func private @pair.layer_0(
// CHECK-NOT:       scf.for
// FUSED-COUNT-4:   vector.fma
// SPLIT-COUNT-4:   arith.mulf
// CHECK-NOT:       {{vector.fma|arith.mulf}}
// CHECK:           return
nn.parameter @pair.0.weight : tensor<8x2xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.sequential @pair(%x: tensor<1x2xf32>) -> tensor<1x8xf32> attributes {nn.parameter_bytes = 64 : i64} {
  %0 = nn.dense %x, 8 no_bias weight(@pair.0.weight) : tensor<1x2xf32> -> tensor<1x8xf32>
  nn.return %0 : tensor<1x8xf32>
}

// Without a bias sums start from zero. Vectors of a wide panel that a narrow
// last panel does not need are not computed.
// CHECK-LABEL: func.func private @no_bias.layer_0(
// CHECK:         %[[ZERO:.*]] = arith.constant dense<0.0{{.*}}> : vector<4xf32>
// CHECK:         scf.for {{.*}} iter_args(%{{.*}} = %[[ZERO]], %{{.*}} = %[[ZERO]], %{{.*}} = %[[ZERO]], %{{.*}} = %[[ZERO]], %{{.*}} = %[[ZERO]], %{{.*}} = %[[ZERO]], %{{.*}} = %[[ZERO]], %{{.*}} = %[[ZERO]]) ->
// CHECK:         %{{.*}}:8 = scf.for
// CHECK-NOT:     scf.for
// CHECK:         return
nn.parameter @no_bias.0.weight : tensor<12x20xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.sequential @no_bias(%x: tensor<2x20xf32>) -> tensor<2x12xf32> attributes {nn.parameter_bytes = 1280 : i64} {
  %0 = nn.dense %x, 12 no_bias weight(@no_bias.0.weight) {nn.plan = #nn.plan<tile_panels = 1>} : tensor<2x20xf32> -> tensor<2x12xf32>
  nn.return %0 : tensor<2x12xf32>
}

// Equal panels and equal blocks are loops: code does not grow with the shapes.
// CHECK-LABEL: func.func private @large.layer_0(
// CHECK:         scf.for %[[PANEL:.*]] = %{{.*}} to %[[PANELS:.*]] step
// CHECK:           scf.for %[[ROW:.*]] = %{{.*}} to %[[ROWS:.*]] step %[[STEP:.*]] {
// CHECK:             scf.for {{.*}} iter_args
// CHECK:               vector.load %{{.*}}[%[[PANEL]],
// CHECK:               memref.load %{{.*}}[%[[ROW]],
// CHECK-NOT:     scf.for
// CHECK:         return
nn.parameter @large.0.weight : tensor<800x20xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.sequential @large(%x: tensor<600x20xf32>) -> tensor<600x800xf32> attributes {nn.parameter_bytes = 64000 : i64} {
  %0 = nn.dense %x, 800 no_bias weight(@large.0.weight) : tensor<600x20xf32> -> tensor<600x800xf32>
  nn.return %0 : tensor<600x800xf32>
}

// An elementwise kernel: whole vectors, then one masked, whose elements are stored
// by two and one.
// CHECK-LABEL: func.func private @elements.layer_0(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<11xf32> {{.*}}, %[[Y:[a-z0-9]+]]: memref<11xf32>
// CHECK-DAG:     %[[C8:.*]] = arith.constant 8 : index
// CHECK:         scf.for %[[I:.*]] = %{{.*}} to %[[C8]] step %{{.*}} {
// CHECK:           vector.load %[[X]][%[[I]]]
// CHECK:           vector.store %{{.*}}, %[[Y]][%[[I]]]
// CHECK:         %[[MASK:.*]] = vector.constant_mask [3] : vector<4xi1>
// CHECK:         vector.maskedload %[[X]][%[[C8]]], %[[MASK]],
// CHECK:         vector.store %{{.*}}, %[[Y]][%[[C8]]] : memref<11xf32>, vector<2xf32>
// CHECK:         vector.store %{{.*}}, %[[Y]][%{{.*}}] : memref<11xf32>, vector<1xf32>
nn.sequential @elements(%x: tensor<11xf32>) -> tensor<11xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.relu %x : tensor<11xf32>
  nn.return %0 : tensor<11xf32>
}

// No whole vector: no loop. No rest: no mask.
// CHECK-LABEL: func.func private @small.layer_0(
// CHECK-NOT:     scf.for
// CHECK:         vector.store {{.*}}, vector<2xf32>
// CHECK-NEXT:    vector.shuffle
// CHECK-NEXT:    vector.store {{.*}}, vector<1xf32>
// CHECK-NOT:     scf.for
// CHECK-LABEL: func.func private @whole.layer_0(
// CHECK-NOT:     masked
// CHECK:         return
nn.sequential @small(%x: tensor<3xf32>) -> tensor<3xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.tanh %x : tensor<3xf32>
  nn.return %0 : tensor<3xf32>
}
nn.sequential @whole(%x: tensor<12xf32>) -> tensor<12xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.tanh %x : tensor<12xf32>
  nn.return %0 : tensor<12xf32>
}

// Softmax, row by row: lanes reduce apart, missing ones keep what they had, and
// are folded by the reduction's own operation.
// CHECK-LABEL: func.func private @softmax.layer_0(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<3x10xf32> {{.*}}, %[[Y:[a-z0-9]+]]: memref<3x10xf32>
// CHECK-DAG:     %[[LOWEST:.*]] = arith.constant dense<0xFF800000> : vector<4xf32>
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant dense<0.0{{.*}}> : vector<4xf32>
// CHECK:         scf.for %[[ROW:.*]] =
// CHECK:           %[[M0:.*]] = scf.for {{.*}} iter_args(%{{.*}} = %[[LOWEST]])
// CHECK:             vector.load %[[X]][%[[ROW]],
// CHECK:             arith.maximumf {{.*}} : vector<4xf32>
// CHECK:           %[[MASK:.*]] = vector.constant_mask [2]
// CHECK:           %[[M1:.*]] = arith.maximumf %{{.*}}, %[[M0]] fastmath<nsz> : vector<4xf32>
// CHECK:           %[[M2:.*]] = arith.select %[[MASK]], %[[M1]], %[[M0]]
// CHECK:           vector.extract %[[M2]][0]
// CHECK-COUNT-3:   arith.maximumf {{.*}} : f32
// CHECK:           %[[S0:.*]] = scf.for {{.*}} iter_args(%{{.*}} = %[[ZERO]])
// CHECK:             math.exp
// CHECK:             arith.addf {{.*}} : vector<4xf32>
// CHECK:           %[[S2:.*]] = arith.select %[[MASK]], %{{.*}}, %[[S0]]
// CHECK:           vector.extract %[[S2]][0]
// CHECK-COUNT-3:   arith.addf {{.*}} : f32
// CHECK:           scf.for
// CHECK:             arith.divf
// CHECK:             vector.store %{{.*}}, %[[Y]][%[[ROW]],
// CHECK:           vector.store %{{.*}}, %[[Y]][%[[ROW]], %{{.*}}] : memref<3x10xf32>, vector<2xf32>
nn.sequential @softmax(%x: tensor<3x10xf32>) -> tensor<3x10xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x : tensor<3x10xf32>
  nn.return %0 : tensor<3x10xf32>
}

// The logarithm of a row's sum is a scalar's.
// CHECK-LABEL: func.func private @log_softmax.layer_0(
// CHECK:         math.log %{{.*}} : {{f32|vector<4xf32>}}
// CHECK-NOT:     math.log
// CHECK-LABEL: func.func private @copy.forward(
nn.sequential @log_softmax(%x: tensor<3x8xf32>) -> tensor<3x8xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.log_softmax %x : tensor<3x8xf32>
  nn.return %0 : tensor<3x8xf32>
}

// An output that is an input.
// CHECK-LABEL: func.func private @copy.output_0(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<8xf32> {{.*}}, %[[Y:[a-z0-9]+]]: memref<8xf32>
// CHECK:         scf.for %[[I:.*]] =
// CHECK:           %[[V:.*]] = vector.load %[[X]][%[[I]]]
// CHECK:           vector.store %[[V]], %[[Y]][%[[I]]]
nn.sequential @copy(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  nn.return %x : tensor<2x4xf32>
}

}
