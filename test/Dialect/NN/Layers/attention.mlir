// RUN: nascent-opt %s | nascent-opt | FileCheck %s
// RUN: nascent-opt %s --nn-materialize-parameters --nn-infer-shapes --verify-roundtrip | FileCheck %s --check-prefix=INFER

// CHECK-LABEL: nn.sequential @clauses(
// CHECK-NEXT:    nn.attention %{{.*}} heads(8) causal name("self") no_bias : tensor<?x?x64xf32>
// CHECK-NEXT:    nn.attention %{{.*}} heads(4) init(#nn.zeros) out_bias_init(#nn.ones) : tensor<?x?x64xf32>
// CHECK-NEXT:    nn.attention %{{.*}} heads(8) name("tied") no_bias tie("self") : tensor<?x?x64xf32>
// CHECK-NEXT:    nn.attention %{{.*}} heads(4) causal window(16) : tensor<?x?x64xf32>
// INFER-DAG: nn.parameter @clauses.self.in_proj_weight : tensor<192x64xf32> init(#nn.xavier_uniform)
// INFER-DAG: nn.parameter @clauses.self.out_proj.weight : tensor<64x64xf32> init(#nn.kaiming_uniform<a = 2.23606797749979>)
// INFER-DAG: nn.parameter @clauses.1.in_proj_weight : tensor<192x64xf32> init(#nn.zeros)
// INFER-DAG: nn.parameter @clauses.1.in_proj_bias : tensor<192xf32> init(#nn.zeros)
// INFER-DAG: nn.parameter @clauses.1.out_proj.weight : tensor<64x64xf32>
// INFER-DAG: nn.parameter @clauses.1.out_proj.bias : tensor<64xf32> init(#nn.ones)
nn.sequential @clauses(%x: tensor<?x?x64xf32>) -> tensor<?x?x64xf32> {
  %0 = nn.attention %x no_bias causal name("self") heads(8) : tensor<?x?x64xf32>
  %1 = nn.attention %0 heads(4) out_bias_init(#nn.ones) init(#nn.zeros) : tensor<?x?x64xf32>
  %2 = nn.attention %1 heads(8) no_bias name("tied") tie("self") : tensor<?x?x64xf32>
  %3 = nn.attention %2 window(16) heads(4) causal : tensor<?x?x64xf32>
  nn.return %3 : tensor<?x?x64xf32>
}

// Both ways: from the result, and from what another layer says.
// INFER-LABEL: nn.sequential @backwards(
// INFER-SAME:    tensor<2x7x24xf32>
// INFER:         nn.attention {{.*}} : tensor<2x7x24xf32>
nn.sequential @backwards(%x: tensor<?x7x?xf32>) -> tensor<2x?x5xf32> {
  %0 = nn.attention %x heads(3) : tensor<?x7x?xf32> -> tensor<2x?x?xf32>
  %1 = nn.dense %0, 5 in(24) : tensor<2x?x?xf32> -> tensor<2x?x5xf32>
  nn.return %1 : tensor<2x?x5xf32>
}

// From a parameter that is known, too.
// INFER-LABEL: nn.sequential @parameters(
// INFER-SAME:    tensor<?x?x8xf32>
nn.parameter @in : tensor<24x?xf32> init(#nn.zeros)
nn.parameter @out : tensor<?x?xf32> init(#nn.zeros)
nn.sequential @parameters(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = nn.attention %x heads(2) no_bias in_proj_weight(@in) out_proj_weight(@out) : tensor<?x?x?xf32>
  nn.return %0 : tensor<?x?x?xf32>
}
