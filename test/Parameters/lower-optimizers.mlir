// RUN: nascent-opt %s --nn-assign-layouts --nascent-declare-interface=optimizers=sgd,adam --nn-lower-optimizers --canonicalize --cse --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --nn-set-rates="rates=*.bias=0.5,1.*=0" --nn-assign-layouts --nascent-declare-interface=optimizers=sgd --nn-lower-optimizers="no-decay=0.bias" | FileCheck %s --check-prefix=RATES
// RUN: nascent-opt %s --nn-assign-layouts --nascent-declare-interface --nn-lower-optimizers | FileCheck %s --check-prefix=NONE --implicit-check-not=func.func

module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 256, registers = 16, fma = true>} {

// All that is trainable is one range, with a rate of 1 and a decay of 1. A bias
// has 10 floats, so that bytes are behind it.
// CHECK: memref.global "private" constant @net.steps : memref<1x4xi64> = dense<{{\[\[}}0, 304, 1065353216, 1065353216]]>

// Without momentum there is no state.
// CHECK-LABEL: func.func private @net.update.sgd(
// CHECK-SAME:    %[[P:.*]]: memref<1216xi8>, %[[G:.*]]: memref<1216xi8>, %[[S:.*]]: memref<1216xi8>, %[[HYPER:.*]]: memref<24xi8>, %[[BEGIN:.*]]: index, %[[END:.*]]: index, %[[RATE:.*]]: f32, %[[DECAY:.*]]: f32) {
// CHECK-DAG:     %[[LINE:.*]] = arith.constant 16 : index
// CHECK:         %[[OWN:.*]] = arith.mulf %{{.*}}, %[[RATE]] : f32
// CHECK:         %[[DECAYS:.*]] = arith.mulf %{{.*}}, %[[DECAY]] : f32
// CHECK:         %[[KEEPS:.*]] = arith.cmpf une
// CHECK:         scf.if %[[KEEPS]] {
// CHECK:           %[[B:.*]] = memref.view %[[S]]
// CHECK:           scf.for %[[I:.*]] = %[[BEGIN]] to %[[END]] step %[[LINE]] {
// CHECK:             vector.load %[[B]][%[[I]]] : memref<304xf32>, vector<16xf32>
// CHECK:             arith.select
// CHECK-COUNT-2:     vector.store
// CHECK:         } else {
// CHECK-NOT:       %[[S]]
// CHECK:           scf.for
// CHECK-COUNT-1:     vector.store
// CHECK-NOT:         vector.store
// CHECK:         return

// CHECK-LABEL: func.func @net_step_sgd(
// CHECK-SAME:    %{{.*}}: memref<1216xi8>, %{{.*}}: memref<1216xi8>, %{{.*}}: memref<1216xi8>, %{{.*}}: memref<24xi8>) attributes {nn.network = "net"} {
// CHECK:         call @net.update.sgd(

// m, then v; βᵗ in double precision.
// CHECK-LABEL: func.func private @net.update.adam(
// CHECK-SAME:    memref<1216xi8>, %{{.*}}: memref<1216xi8>, %[[S:.*]]: memref<2432xi8>, %{{.*}}: memref<40xi8>
// CHECK-DAG:     %[[FIRST:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[SECOND:.*]] = arith.constant 1216 : index
// CHECK-COUNT-2: scf.while {{.*}} (i64, f64, f64)
// CHECK-NOT:     scf.if
// CHECK:         memref.view %[[S]][%[[FIRST]]][] : memref<2432xi8> to memref<304xf32>
// CHECK:         memref.view %[[S]][%[[SECOND]]][] : memref<2432xi8> to memref<304xf32>
// CHECK-COUNT-3: vector.store

// Bytes between parameters are no gradients.
// CHECK: memref.global "private" constant @net.gradients : memref<2x2xi64> = dense<{{\[\[}}0, 122], [128, 298]]>
// CHECK-LABEL: func.func @net_gradient_norm(%{{.*}}: memref<1216xi8>) -> f32
// CHECK:         arith.extf %{{.*}} : vector<8xf32> to vector<8xf64>
// CHECK:         arith.extf %{{.*}} : f32 to f64
// CHECK:         math.sqrt %{{.*}} : f32
// CHECK-LABEL: func.func @net_clip_gradients(%{{.*}}: memref<1216xi8>, %{{.*}}: f32)

// Half a rate and no decay for the first bias; what has rate 0 is left out.
// RATES: @net.steps : memref<2x4xi64> = dense<{{\[\[}}0, 112, 1065353216, 1065353216], [112, 128, 1056964608, 0]]>
// RATES: @net.update.sgd(%{{.*}}: memref<{{[0-9]+}}xi8>, %{{.*}}: memref<512xi8>
// RATES: @net.gradients : memref<1x2xi64> = dense<{{\[\[}}0, 122]]>

// NONE: nn.sequential @net(
nn.parameter @w : tensor<10x7xf32> init(#nn.zeros)
nn.parameter @b : tensor<10xf32> init(#nn.zeros)
nn.parameter @v : tensor<10x10xf32> init(#nn.zeros)
nn.parameter @c : tensor<10xf32> init(#nn.zeros)
nn.sequential @net(%x: tensor<2x7xf32>) -> tensor<2x10xf32> {
  %0 = nn.dense %x, 10 weight(@w) bias(@b) : tensor<2x7xf32> -> tensor<2x10xf32>
  %1 = nn.dense %0, 10 weight(@v) bias(@c) : tensor<2x10xf32> -> tensor<2x10xf32>
  nn.return %1 : tensor<2x10xf32>
}

}
