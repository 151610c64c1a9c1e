// RUN: nascent-opt %s | nascent-opt | FileCheck %s
// RUN: nascent-opt %s --nn-materialize-parameters --nn-infer-shapes | FileCheck %s --check-prefix=INFER

// Types of operands in clauses stand behind the input's, in the order of the clauses
// in the reference; each result has its own.
// CHECK-LABEL: nn.sequential @states(
// CHECK-SAME:      %[[X:.*]]: tensor<?x?x5xf32>, %[[N:.*]]: tensor<?xi32>, %[[H:.*]]: tensor<?x4x8xf32>, %[[C:.*]]: tensor<?x4x8xf32>, %[[G:.*]]: tensor<?x1x4xf32>)
// CHECK-NEXT:    %[[A:.*]]:3 = nn.lstm %[[X]], 8 layers(2) bidirectional lengths(%[[N]]) state(%[[H]], %[[C]]) name("encoder") : tensor<?x?x5xf32>, tensor<?xi32>, tensor<?x4x8xf32>, tensor<?x4x8xf32> -> tensor<?x?x16xf32>, tensor<?x4x8xf32>, tensor<?x4x8xf32>
// CHECK-NEXT:    %[[B:.*]] = nn.gru %[[A]]#0, 4 last state(%[[G]]) : tensor<?x?x16xf32>, tensor<?x1x4xf32> -> tensor<?x4xf32>
// CHECK-NEXT:    %[[D:.*]]:2 = nn.rnn %[[A]]#0, 3 lengths(%[[N]]) : tensor<?x?x16xf32>, tensor<?xi32> -> tensor<?x?x3xf32>, tensor<?x1x3xf32>
// CHECK-NEXT:    nn.return %[[B]], %[[A]]#1, %[[A]]#2, %[[D]]#1
nn.sequential @states(%x: tensor<?x?x5xf32>, %n: tensor<?xi32>, %h: tensor<?x4x8xf32>, %c: tensor<?x4x8xf32>, %g: tensor<?x1x4xf32>)
    -> (tensor<?x4xf32>, tensor<?x4x8xf32>, tensor<?x4x8xf32>, tensor<?x1x3xf32>) {
  %y, %hn, %cn = nn.lstm %x, 8 state(%h, %c) bidirectional lengths(%n) layers(2) name("encoder")
    : tensor<?x?x5xf32>, tensor<?xi32>, tensor<?x4x8xf32>, tensor<?x4x8xf32>
    -> tensor<?x?x16xf32>, tensor<?x4x8xf32>, tensor<?x4x8xf32>
  %0 = nn.gru %y, 4 last state(%g) : tensor<?x?x16xf32>, tensor<?x1x4xf32> -> tensor<?x4xf32>
  %1, %2 = nn.rnn %y, 3 lengths(%n) : tensor<?x?x16xf32>, tensor<?xi32> -> tensor<?x?x3xf32>, tensor<?x1x3xf32>
  nn.return %0, %hn, %cn, %2 : tensor<?x4xf32>, tensor<?x4x8xf32>, tensor<?x4x8xf32>, tensor<?x1x3xf32>
}

// CHECK-LABEL: nn.sequential @seen(
// CHECK-SAME:      %[[X:.*]]: tensor<?x?x8xf32>, %[[N:.*]]: tensor<?xi32>)
// CHECK-NEXT:    %[[A:.*]] = nn.attention %[[X]] heads(2) causal lengths(%[[N]]) : tensor<?x?x8xf32>, tensor<?xi32>{{$}}
// CHECK-NEXT:    nn.mean_over %[[A]] dims(1) lengths(%[[N]]) : tensor<?x?x8xf32>, tensor<?xi32> -> tensor<?x8xf32>
// CHECK-NEXT:    nn.max_over %[[A]] dims(-2) lengths(%[[N]]) : tensor<?x?x8xf32>, tensor<?xi32> -> tensor<?x8xf32>
nn.sequential @seen(%x: tensor<?x?x8xf32>, %n: tensor<?xi32>) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  %0 = nn.attention %x lengths(%n) causal heads(2) : tensor<?x?x8xf32>, tensor<?xi32>
  %1 = nn.mean_over %0 dims(1) lengths(%n) : tensor<?x?x8xf32>, tensor<?xi32> -> tensor<?x8xf32>
  %2 = nn.max_over %0 lengths(%n) dims(-2) : tensor<?x?x8xf32>, tensor<?xi32> -> tensor<?x8xf32>
  nn.return %1, %2 : tensor<?x8xf32>, tensor<?x8xf32>
}

// The batch is known of all if it is of one; states follow from the clauses.
// INFER-LABEL: nn.sequential @follows(
// INFER-SAME:      %{{.*}}: tensor<2x?x5xf32>, %{{.*}}: tensor<2xi32>, %{{.*}}: tensor<2x6x8xf32>) -> (tensor<2x16xf32>, tensor<2x6x8xf32>)
// INFER-NEXT:    nn.gru {{.*}} : tensor<2x?x5xf32>, tensor<2xi32>, tensor<2x6x8xf32> -> tensor<2x16xf32>, tensor<2x6x8xf32>
nn.sequential @follows(%x: tensor<?x?x5xf32>, %n: tensor<2xi32>, %h: tensor<?x?x?xf32>) -> (tensor<?x16xf32>, tensor<?x?x?xf32>) {
  %0, %1 = nn.gru %x, 8 layers(3) bidirectional last lengths(%n) state(%h)
    : tensor<?x?x5xf32>, tensor<2xi32>, tensor<?x?x?xf32> -> tensor<?x16xf32>, tensor<?x?x?xf32>
  nn.return %0, %1 : tensor<?x16xf32>, tensor<?x?x?xf32>
}

// INFER-LABEL: nn.sequential @back(
// INFER-SAME:      %{{.*}}: tensor<3x?x8xf32>, %{{.*}}: tensor<3xi32>)
// INFER-NEXT:    nn.attention {{.*}} : tensor<3x?x8xf32>, tensor<3xi32>{{$}}
nn.sequential @back(%x: tensor<?x?x8xf32>, %n: tensor<?xi32>) -> tensor<3x8xf32> {
  %0 = nn.attention %x heads(2) lengths(%n) : tensor<?x?x8xf32>, tensor<?xi32> -> tensor<?x?x?xf32>
  %1 = nn.max_over %0 dims(1) lengths(%n) : tensor<?x?x?xf32>, tensor<?xi32> -> tensor<?x?xf32>
  nn.return %1 : tensor<?x?xf32>
}
