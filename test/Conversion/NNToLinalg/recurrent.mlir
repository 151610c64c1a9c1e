// RUN: nascent-opt %s --nn-materialize-parameters --nn-infer-shapes --nn-assign-layouts --convert-nn-to-linalg --verify-roundtrip | FileCheck %s

// The products with the input are one matrix product of all steps, onto their bias;
// those with the state are the recurrence's, onto the other.
// CHECK-LABEL: func.func private @gru.forward(
// CHECK-SAME:      %[[X:.*]]: tensor<?x5x3xf32>) -> tensor<?x5x4xf32>
// CHECK-DAG:     %[[WIH:.*]] = nn.load_parameter @gru.0.weight_ih_l0
// CHECK-DAG:     %[[WHH:.*]] = nn.load_parameter @gru.0.weight_hh_l0
// CHECK-DAG:     %[[BIH:.*]] = nn.load_parameter @gru.0.bias_ih_l0 : tensor<12xf32>
// CHECK-DAG:     %[[BHH:.*]] = nn.load_parameter @gru.0.bias_hh_l0 : tensor<12xf32>
// CHECK:         %[[ROWS:.*]] = tensor.collapse_shape %[[X]] {{\[}}[0, 1], [2]] : tensor<?x5x3xf32> into tensor<?x3xf32>
// CHECK:         %[[INIT:.*]] = linalg.broadcast ins(%[[BIH]] : tensor<12xf32>)
// CHECK:         %[[PRODUCT:.*]] = linalg.matmul {{.*}} {nn.layer = "0", nn.layer_part = "l0.input"} ins(%[[ROWS]], %{{.*}} : tensor<?x3xf32>, tensor<12x3xf32>) outs(%[[INIT]] : tensor<?x12xf32>)
// CHECK:         %[[STEPS:.*]] = tensor.expand_shape %[[PRODUCT]] {{\[}}[0, 1], [2]] {{.*}} : tensor<?x12xf32> into tensor<?x5x12xf32>
// CHECK:         %[[Y:.*]]:3 = nn.recurrence steps(%[[STEPS]] : tensor<?x5x12xf32>) weight(%{{.*}} : tensor<12x4xf32>) bias(%[[BHH]] : tensor<12xf32>) attributes {nn.layer = "0", nn.layer_part = "l0"} -> tensor<?x5x4xf32>, tensor<?x4xf32>, tensor<?x12xf32> {
// CHECK-NEXT:    ^bb0(%[[IR:.*]]: f32, %[[IZ:.*]]: f32, %[[IN:.*]]: f32, %[[SR:.*]]: f32, %[[SZ:.*]]: f32, %[[SN:.*]]: f32, %[[H:.*]]: f32):
// CHECK-NEXT:      arith.addf %[[IR]], %[[SR]]
// CHECK:           %[[R:.*]] = arith.divf
// CHECK-NEXT:      arith.addf %[[IZ]], %[[SZ]]
// CHECK:           %[[Z:.*]] = arith.divf
// CHECK-NEXT:      %[[RESET:.*]] = arith.mulf %[[R]], %[[SN]]
// CHECK-NEXT:      %[[SUM:.*]] = arith.addf %[[IN]], %[[RESET]]
// CHECK-NEXT:      %[[N:.*]] = math.tanh %[[SUM]]
// CHECK-NEXT:      %[[ONE:.*]] = arith.constant 1.0
// CHECK-NEXT:      %[[REST:.*]] = arith.subf %[[ONE]], %[[Z]]
// CHECK-NEXT:      %[[NEW:.*]] = arith.mulf %[[REST]], %[[N]]
// CHECK-NEXT:      %[[OLD:.*]] = arith.mulf %[[Z]], %[[H]]
// CHECK-NEXT:      %[[NEXT:.*]] = arith.addf %[[NEW]], %[[OLD]]
// CHECK-NEXT:      nn.recurrence_yield %[[NEXT]] : f32
// CHECK-NEXT:    }
// CHECK-NEXT:    return %[[Y]]#0
nn.sequential @gru(%x: tensor<?x5x3xf32>) -> tensor<?x5x4xf32> {
  %0 = nn.gru %x, 4 : tensor<?x5x3xf32> -> tensor<?x5x4xf32>
  nn.return %0 : tensor<?x5x4xf32>
}

// Two states; the second layer reads both directions' outputs, side by side, and
// gives what is left after the last step.
// CHECK-LABEL: func.func private @lstm.forward(
// CHECK:         %[[A:.*]]:4 = nn.recurrence {{.*}} attributes {nn.layer = "0", nn.layer_part = "l0"} -> tensor<2x5x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x16xf32> {
// CHECK:           nn.recurrence_yield %{{.*}}, %{{.*}} : f32, f32
// CHECK:         %[[B:.*]]:4 = nn.recurrence {{.*}} reverse attributes {nn.layer = "0", nn.layer_part = "l0_reverse"}
// CHECK:         %[[C:.*]] = tensor.concat dim(2) %[[A]]#0, %[[B]]#0 : (tensor<2x5x4xf32>, tensor<2x5x4xf32>) -> tensor<2x5x8xf32>
// CHECK:         tensor.collapse_shape %[[C]]
// CHECK:         %[[D:.*]]:3 = nn.recurrence {{.*}} last attributes {nn.layer = "0", nn.layer_part = "l1"} -> tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x16xf32> {
// CHECK:         %[[E:.*]]:3 = nn.recurrence {{.*}} reverse last attributes {nn.layer = "0", nn.layer_part = "l1_reverse"}
// CHECK:         tensor.concat dim(1) %[[D]]#0, %[[E]]#0 : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x8xf32>
nn.sequential @lstm(%x: tensor<2x5x3xf32>) -> tensor<2x8xf32> {
  %0 = nn.lstm %x, 4 layers(2) bidirectional last : tensor<2x5x3xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

// Without biases, sums begin at zero.
// CHECK-LABEL: func.func private @rnn.forward(
// CHECK:         linalg.fill
// CHECK:         nn.recurrence steps(%{{.*}} : tensor<2x5x4xf32>) weight(%{{.*}} : tensor<4x4xf32>) attributes
// CHECK-NEXT:    ^bb0(%[[IN:.*]]: f32, %[[SUM:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[ALL:.*]] = arith.addf %[[IN]], %[[SUM]] : f32
// CHECK:           %[[LESS:.*]] = arith.cmpf olt, %[[ALL]]
// CHECK-NEXT:      arith.select %[[LESS]]
nn.sequential @rnn(%x: tensor<2x5x3xf32>) -> tensor<2x5x4xf32> {
  %0 = nn.rnn %x, 4 no_bias relu : tensor<2x5x3xf32> -> tensor<2x5x4xf32>
  nn.return %0 : tensor<2x5x4xf32>
}

// A gate that is no sigmoid.
// CHECK-LABEL: func.func private @hard.forward(
// CHECK:         nn.recurrence
// CHECK-NEXT:    ^bb0(
// CHECK-NEXT:      %[[SUM:.*]] = arith.addf
// CHECK-NEXT:      %[[SLOPE:.*]] = arith.constant 2.0
// CHECK-NEXT:      %[[LINE:.*]] = arith.mulf %[[SLOPE]], %[[SUM]] : f32
// CHECK-NEXT:      %[[HALF:.*]] = arith.constant 5.0
// CHECK-NEXT:      arith.addf %[[LINE]], %[[HALF]] : f32
// CHECK-NOT:     math.exp
nn.sequential @hard(%x: tensor<2x5x3xf32>) -> tensor<2x5x4xf32> {
  %0 = nn.lstm %x, 4 hardsigmoid(0.2) : tensor<2x5x3xf32> -> tensor<2x5x4xf32>
  nn.return %0 : tensor<2x5x4xf32>
}

// Two products a step: the states are what is multiplied, h, and z for the second
// one. They begin as h, h and zeros.
// CHECK-LABEL: func.func private @reset.forward(
// CHECK-SAME:      %[[H0:[^:]*]]: tensor<2x1x4xf32>) -> (tensor<2x5x4xf32>, tensor<2x1x4xf32>)
// CHECK:         %[[H:.*]] = tensor.collapse_shape %[[H0]]
// CHECK:         %[[ZEROS:.*]] = linalg.generic {{.*}} ins(%[[H]] : tensor<2x4xf32>)
// CHECK:         %[[Y:.*]]:5 = nn.recurrence {{.*}} initial(%[[H]], %[[H]], %[[ZEROS]] : tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) twice attributes
// CHECK-NEXT:    ^bb0(%{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32, %[[S:.*]]: f32, %[[Z:.*]]: f32, %[[HALF:.*]]: f32):
// CHECK:           %[[KEPT:.*]] = arith.mulf %[[Z]], %[[S]] : f32
// CHECK-NEXT:      %[[NEXT:.*]] = arith.addf %{{.*}}, %[[KEPT]] : f32
// CHECK-NEXT:      %[[RESET:.*]] = arith.mulf %{{.*}}, %[[S]] : f32
// CHECK:           %[[FIRST:.*]] = arith.cmpf oeq, %[[HALF]], %{{.*}} : f32
// CHECK-NEXT:      arith.select %[[FIRST]], %[[RESET]], %[[NEXT]] : f32
// CHECK:           arith.select %{{.*}}, %[[S]], %[[NEXT]] : f32
// CHECK:           arith.select %{{.*}}, %{{.*}}, %[[Z]] : f32
// CHECK-NEXT:      nn.recurrence_yield %{{.*}}, %{{.*}}, %{{.*}} : f32, f32, f32
nn.sequential @reset(%x: tensor<2x5x3xf32>, %h: tensor<2x1x4xf32>) -> (tensor<2x5x4xf32>, tensor<2x1x4xf32>) {
  %y, %s = nn.gru %x, 4 reset_before state(%h) : tensor<2x5x3xf32>, tensor<2x1x4xf32> -> tensor<2x5x4xf32>, tensor<2x1x4xf32>
  nn.return %y, %s : tensor<2x5x4xf32>, tensor<2x1x4xf32>
}
