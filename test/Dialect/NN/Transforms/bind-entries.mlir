// RUN: nascent-opt %s --nn-materialize-parameters --nn-bind="bindings=mlp:b1=1x20xf32,mlp:b64=64x?xf32" --verify-roundtrip | FileCheck %s --check-prefixes=CHECK,LABELLED
// RUN: nascent-opt %s --nn-materialize-parameters --nn-bind="bindings=mlp:b64=64x?xf32,mlp=1x20xf32" | FileCheck %s --check-prefixes=CHECK,MIXED
// RUN: nascent-opt %s --nn-materialize-parameters --nn-bind="bindings=mlp:b1=1x20xf32,mlp:b64=64x?xf32" --nn-infer-shapes --symbol-dce --nn-verify-resolved | FileCheck %s --check-prefix=INFERRED

// The first binding is the network's own; each further one is a network on the
// same parameters. A binding without a label is the network's own, wherever it
// stands.
// LABELLED:     nn.sequential @mlp(
// LABELLED-SAME:  tensor<1x20xf32> {nn.binding = "mlp:b1=1x20xf32"}
// LABELLED-SAME:  attributes {entry = "b1"}
// MIXED:        nn.sequential @mlp(
// MIXED-SAME:     tensor<1x20xf32> {nn.binding = "mlp=1x20xf32"}
// MIXED-NOT:      entry
// CHECK:          nn.dense %{{.*}}, 10 weight(@mlp.0.weight) bias(@mlp.0.bias)
// CHECK:        nn.sequential @mlp.b64(
// CHECK-SAME:     tensor<64x?xf32> {nn.binding = "mlp:b64=64x?xf32"}
// CHECK-SAME:     attributes {base = @mlp, entry = "b64"}
// CHECK:          nn.dense %{{.*}}, 10 weight(@mlp.0.weight) bias(@mlp.0.bias)

// What one binding settles, the other knows by way of the parameters.
// INFERRED: nn.parameter @mlp.0.weight : tensor<10x20xf32>
// INFERRED: nn.sequential @mlp(%{{.*}}: tensor<1x20xf32> {{.*}} -> tensor<1x10xf32>
// INFERRED: nn.sequential @mlp.b64(%{{.*}}: tensor<64x20xf32> {{.*}} -> tensor<64x10xf32>
nn.sequential @mlp(%x: tensor<?x?xf32>) -> tensor<?x10xf32> {
  %0 = nn.dense %x, 10 : tensor<?x?xf32> -> tensor<?x10xf32>
  nn.return %0 : tensor<?x10xf32>
}
