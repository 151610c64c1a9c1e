// RUN: nascent-opt %s | nascent-opt | FileCheck %s
// RUN: nascent-opt %s --nn-materialize-parameters --nn-infer-shapes | FileCheck %s --check-prefix=INFER

// CHECK-LABEL: nn.sequential @clauses(
// CHECK-NEXT:    nn.lstm %{{.*}}, 8 in(5) layers(2) bidirectional : tensor<?x?x5xf32> -> tensor<?x?x16xf32>
// CHECK-NEXT:    nn.gru %{{.*}}, 4 name("middle") no_bias init(#nn.orthogonal) : tensor<?x?x16xf32> -> tensor<?x?x4xf32>
// CHECK-NEXT:    nn.rnn %{{.*}}, 3 last relu bias_init(#nn.zeros) : tensor<?x?x4xf32> -> tensor<?x3xf32>
nn.sequential @clauses(%x: tensor<?x?x5xf32>) -> tensor<?x3xf32> {
  %0 = nn.lstm %x, 8 bidirectional layers(2) in(5) : tensor<?x?x5xf32> -> tensor<?x?x16xf32>
  %1 = nn.gru %0, 4 layers(1) init(#nn.orthogonal) no_bias name("middle") : tensor<?x?x16xf32> -> tensor<?x?x4xf32>
  %2 = nn.rnn %1, 3 relu bias_init(#nn.zeros) last : tensor<?x?x4xf32> -> tensor<?x3xf32>
  nn.return %2 : tensor<?x3xf32>
}

// What only Keras has.
// CHECK-LABEL: nn.sequential @keras(
// CHECK-NEXT:    nn.lstm %{{.*}}, 8 hardsigmoid(0.2) : tensor<?x?x5xf32> -> tensor<?x?x8xf32>
// CHECK-NEXT:    nn.gru %{{.*}}, 4 last hardsigmoid(0.16666667) reset_before : tensor<?x?x8xf32> -> tensor<?x4xf32>
nn.sequential @keras(%x: tensor<?x?x5xf32>) -> tensor<?x4xf32> {
  %0 = nn.lstm %x, 8 hardsigmoid(0.2) : tensor<?x?x5xf32> -> tensor<?x?x8xf32>
  %1 = nn.gru %0, 4 reset_before hardsigmoid(0.16666667) last : tensor<?x?x8xf32> -> tensor<?x4xf32>
  nn.return %1 : tensor<?x4xf32>
}

// Parameters are called, and stand, as in PyTorch; all begin between -1/√units and
// 1/√units.
// INFER:      nn.parameter @parameters.0.weight_ih_l0 : tensor<16x5xf32> init(#nn.uniform<-0.5, 0.5>)
// INFER-NEXT: nn.parameter @parameters.0.weight_hh_l0 : tensor<16x4xf32> init(#nn.uniform<-0.5, 0.5>)
// INFER-NEXT: nn.parameter @parameters.0.bias_ih_l0 : tensor<16xf32> init(#nn.uniform<-0.5, 0.5>)
// INFER-NEXT: nn.parameter @parameters.0.bias_hh_l0 : tensor<16xf32> init(#nn.uniform<-0.5, 0.5>)
// INFER-NEXT: nn.parameter @parameters.0.weight_ih_l0_reverse : tensor<16x5xf32>
// INFER-NEXT: nn.parameter @parameters.0.weight_hh_l0_reverse : tensor<16x4xf32>
// INFER-NEXT: nn.parameter @parameters.0.bias_ih_l0_reverse : tensor<16xf32>
// INFER-NEXT: nn.parameter @parameters.0.bias_hh_l0_reverse : tensor<16xf32>
// INFER-NEXT: nn.parameter @parameters.0.weight_ih_l1 : tensor<16x8xf32>
// INFER-NEXT: nn.parameter @parameters.0.weight_hh_l1 : tensor<16x4xf32>
// INFER-NEXT: nn.parameter @parameters.0.bias_ih_l1 : tensor<16xf32>
// INFER-NEXT: nn.parameter @parameters.0.bias_hh_l1 : tensor<16xf32>
// INFER-NEXT: nn.parameter @parameters.0.weight_ih_l1_reverse : tensor<16x8xf32>
// INFER-NEXT: nn.parameter @parameters.0.weight_hh_l1_reverse : tensor<16x4xf32>
// INFER-NEXT: nn.parameter @parameters.0.bias_ih_l1_reverse : tensor<16xf32>
// INFER-NEXT: nn.parameter @parameters.0.bias_hh_l1_reverse : tensor<16xf32>
// INFER-NEXT: nn.parameter @parameters.1.weight_ih_l0 : tensor<27x8xf32> init(#nn.ones)
// INFER-NEXT: nn.parameter @parameters.1.weight_hh_l0 : tensor<27x9xf32> init(#nn.ones)
// INFER-NEXT: nn.sequential @parameters(
// INFER-SAME:    -> tensor<2x9xf32>
// INFER-NEXT:    nn.lstm {{.*}} symbols(@parameters.0.weight_ih_l0, @parameters.0.weight_hh_l0, @parameters.0.bias_ih_l0, {{.*}}) : tensor<2x7x5xf32> -> tensor<2x7x8xf32>
// INFER-NEXT:    nn.gru {{.*}} symbols(@parameters.1.weight_ih_l0, @parameters.1.weight_hh_l0) : tensor<2x7x8xf32> -> tensor<2x9xf32>
nn.sequential @parameters(%x: tensor<2x7x5xf32>) -> tensor<?x?xf32> {
  %0 = nn.lstm %x, 4 layers(2) bidirectional : tensor<2x7x5xf32> -> tensor<?x?x?xf32>
  %1 = nn.gru %0, 9 no_bias last init(#nn.ones) : tensor<?x?x?xf32> -> tensor<?x?xf32>
  nn.return %1 : tensor<?x?xf32>
}

// Batch and length follow from the result, too, and features from a parameter or
// the clause.
// INFER-LABEL: nn.sequential @backwards(
// INFER-SAME:    tensor<3x6x7xf32>, %{{.*}}: tensor<?x?x2xf32>)
nn.parameter @w : tensor<4x7xf32> init(#nn.ones)
nn.parameter @u : tensor<4x4xf32> init(#nn.ones)
nn.sequential @backwards(%x: tensor<?x?x?xf32>, %y: tensor<?x?x?xf32>) -> (tensor<3x6x4xf32>, tensor<?x?x?xf32>) {
  %0 = nn.rnn %x, 4 no_bias symbols(@w, @u) : tensor<?x?x?xf32> -> tensor<3x6x4xf32>
  %1 = nn.gru %y, 5 in(2) : tensor<?x?x?xf32> -> tensor<?x?x?xf32>
  nn.return %0, %1 : tensor<3x6x4xf32>, tensor<?x?x?xf32>
}

// Layers that are tied have the same parameters.
// INFER-LABEL: nn.sequential @tied(
// INFER-NEXT:    nn.rnn %{{.*}} symbols(@tied.0.weight_ih_l0, @tied.0.weight_hh_l0) :
// INFER-NEXT:    nn.rnn %{{.*}} tie("0") symbols(@tied.0.weight_ih_l0, @tied.0.weight_hh_l0) :
nn.sequential @tied(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %0 = nn.rnn %x, 4 no_bias : tensor<2x3x4xf32> -> tensor<2x3x4xf32>
  %1 = nn.rnn %0, 4 no_bias tie("0") : tensor<2x3x4xf32> -> tensor<2x3x4xf32>
  nn.return %1 : tensor<2x3x4xf32>
}
