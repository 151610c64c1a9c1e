// RUN: nascent-opt %s | nascent-opt | FileCheck %s
// RUN: nascent-opt %s --nn-materialize-parameters --nn-infer-shapes --verify-roundtrip | FileCheck %s --check-prefix=INFER

// CHECK-LABEL: nn.sequential @words(
// CHECK-NEXT:    nn.embedding %{{.*}}, 10000, 128 padding_index(0) : tensor<?x?xi32> -> tensor<?x?x128xf32>
// CHECK-NEXT:    nn.position %{{.*}} learned(512) : tensor<?x?x128xf32>
// CHECK-NEXT:    nn.position %{{.*}} sinusoidal name("sines") : tensor<?x?x128xf32>
// INFER-DAG: nn.parameter @words.0.weight : tensor<10000x128xf32> init(#nn.padded_normal<0.0, 1.0, row = 0>)
// INFER-DAG: nn.parameter @words.1.weight : tensor<512x128xf32> init(#nn.normal<0.0, 1.0>)
nn.sequential @words(%x: tensor<?x?xi32>) -> tensor<?x?x128xf32> {
  %0 = nn.embedding %x, 10000, 128 padding_index(0) : tensor<?x?xi32> -> tensor<?x?x128xf32>
  %1 = nn.position %0 learned(512) : tensor<?x?x128xf32>
  %2 = nn.position %1 name("sines") sinusoidal : tensor<?x?x128xf32>
  nn.return %2 : tensor<?x?x128xf32>
}

// Of any rank, and from the result backwards; a row from the last one on; an
// initialiser that is stated fills all rows.
// INFER-DAG: nn.parameter @ranks.0.weight : tensor<5x3xf32> init(#nn.padded_normal<0.0, 1.0, row = 4>)
// INFER-DAG: nn.parameter @ranks.1.weight : tensor<5x3xf32> init(#nn.ones)
// INFER-LABEL: nn.sequential @ranks(
// INFER-SAME:    tensor<2xi32>
// INFER-SAME:    tensor<2x4x6xi32>
// INFER:         nn.embedding {{.*}} -> tensor<2x3xf32>
// INFER:         nn.embedding {{.*}} -> tensor<2x4x6x3xf32>
nn.sequential @ranks(%x: tensor<?xi32>, %z: tensor<?x?x?xi32>) -> (tensor<2x?xf32>, tensor<2x4x6x?xf32>) {
  %0 = nn.embedding %x, 5, 3 padding_index(-1) : tensor<?xi32> -> tensor<2x?xf32>
  %1 = nn.embedding %z, 5, 3 padding_index(-1) init(#nn.ones) : tensor<?x?x?xi32> -> tensor<2x4x6x?xf32>
  nn.return %0, %1 : tensor<2x?xf32>, tensor<2x4x6x?xf32>
}
