// RUN: nascent-opt %s --nn-fix-loss-rows --nn-infer-shapes --verify-roundtrip | FileCheck %s

nn.parameter @mlp.0.weight : tensor<10x20xf32> init(#nn.zeros)
nn.parameter @mlp.0.bias : tensor<10xf32> init(#nn.zeros)

// What is not trained stays open.
// CHECK-LABEL: nn.sequential @mlp(%arg0: tensor<?x20xf32>
nn.sequential @mlp(%x: tensor<?x20xf32>) -> tensor<?x10xf32> {
  %0 = nn.dense %x, 10 weight(@mlp.0.weight) bias(@mlp.0.bias) name("0") : tensor<?x20xf32> -> tensor<?x10xf32>
  nn.return %0 : tensor<?x10xf32>
}

// CHECK-LABEL: nn.sequential @mlp.rows_64.loss(%arg0: tensor<64x20xf32>, %arg1: tensor<64xi32>) -> tensor<1xf32>
// CHECK-SAME:    base = @mlp
// CHECK-SAME:    nn.rows = 64 : i64, nn.training = "loss"
// CHECK:         nn.dense {{.*}} : tensor<64x20xf32> -> tensor<64x10xf32>
// CHECK-LABEL: nn.sequential @mlp.rows_16.loss(%arg0: tensor<16x20xf32>
// CHECK-LABEL: nn.sequential @mlp.rows_4.loss(%arg0: tensor<4x20xf32>
// CHECK-LABEL: nn.sequential @mlp.rows_1.loss(%arg0: tensor<1x20xf32>
// CHECK-NOT:   nn.sequential @mlp.loss(
nn.sequential @mlp.loss(%x: tensor<?x20xf32>, %t: tensor<?xi32>) -> tensor<1xf32> attributes {base = @mlp, nn.training = "loss"} {
  %0 = nn.dense %x, 10 weight(@mlp.0.weight) bias(@mlp.0.bias) name("0") : tensor<?x20xf32> -> tensor<?x10xf32>
  %1 = nn.cross_entropy %0, %t name("loss") : tensor<?x10xf32>, tensor<?xi32> -> tensor<1xf32>
  nn.return %1 : tensor<1xf32>
}

// A batch that is known goes through as a whole.
// CHECK-LABEL: nn.sequential @mlp.eight.loss(%arg0: tensor<8x20xf32>
nn.sequential @mlp.eight.loss(%x: tensor<8x20xf32>, %t: tensor<8xi32>) -> tensor<1xf32> attributes {base = @mlp, nn.training = "loss"} {
  %0 = nn.dense %x, 10 weight(@mlp.0.weight) bias(@mlp.0.bias) name("0") : tensor<8x20xf32> -> tensor<8x10xf32>
  %1 = nn.cross_entropy %0, %t name("loss") : tensor<8x10xf32>, tensor<8xi32> -> tensor<1xf32>
  nn.return %1 : tensor<1xf32>
}
