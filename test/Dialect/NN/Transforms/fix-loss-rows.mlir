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
nn.sequential @mlp.loss(%arg0: tensor<?x20xf32>, %arg1: tensor<?xi32>) -> tensor<1xf32> attributes {base = @mlp, nn.training = "loss"} {
  %0 = nn.dense %arg0, 10 weight(@mlp.0.weight) bias(@mlp.0.bias) name("0") : tensor<?x20xf32> -> tensor<?x10xf32>
  %1 = nn.cross_entropy %0, %arg1 name("loss") : tensor<?x10xf32>, tensor<?xi32> -> tensor<1xf32>
  nn.return %1 : tensor<1xf32>
}

// A batch that is known goes through as a whole.
// CHECK-LABEL: nn.sequential @mlp.eight.loss(%arg0: tensor<8x20xf32>
nn.sequential @mlp.eight.loss(%arg0: tensor<8x20xf32>, %arg1: tensor<8xi32>) -> tensor<1xf32> attributes {base = @mlp, nn.training = "loss"} {
  %0 = nn.dense %arg0, 10 weight(@mlp.0.weight) bias(@mlp.0.bias) name("0") : tensor<8x20xf32> -> tensor<8x10xf32>
  %1 = nn.cross_entropy %0, %arg1 name("loss") : tensor<8x10xf32>, tensor<8xi32> -> tensor<1xf32>
  nn.return %1 : tensor<1xf32>
}

// A large one goes in blocks, too: of those numbers of rows that it takes.
// CHECK-LABEL: nn.sequential @mlp.large.rows_64.loss(%arg0: tensor<64x20xf32>, %arg1: tensor<64xi32>) -> tensor<1xf32>
// CHECK-SAME:    nn.batch = 132 : i64, nn.rows = 64 : i64
// CHECK:         nn.dense {{.*}} : tensor<64x20xf32> -> tensor<64x10xf32>
// CHECK-LABEL: nn.sequential @mlp.large.rows_4.loss(%arg0: tensor<4x20xf32>
// CHECK-NOT:   nn.sequential @mlp.large
nn.sequential @mlp.large.loss(%arg0: tensor<132x20xf32>, %arg1: tensor<132xi32>) -> tensor<1xf32> attributes {base = @mlp, nn.training = "loss"} {
  %0 = nn.dense %arg0, 10 weight(@mlp.0.weight) bias(@mlp.0.bias) name("0") : tensor<132x20xf32> -> tensor<132x10xf32>
  %1 = nn.cross_entropy %0, %arg1 name("loss") : tensor<132x10xf32>, tensor<132xi32> -> tensor<1xf32>
  nn.return %1 : tensor<1xf32>
}

// But not where a layer is trained by all of it.
// CHECK-LABEL: nn.sequential @mlp.norm.loss(%arg0: tensor<128x10xf32>
nn.parameter @n.gamma : tensor<10xf32> init(#nn.ones)
nn.parameter @n.beta : tensor<10xf32> init(#nn.zeros)
nn.parameter @n.mean : tensor<10xf32> init(#nn.zeros)
nn.parameter @n.var : tensor<10xf32> init(#nn.ones)
nn.sequential @mlp.norm.loss(%arg0: tensor<128x10xf32>, %arg1: tensor<128xi32>) -> tensor<1xf32> attributes {base = @mlp, nn.training = "loss"} {
  %0 = nn.batch_norm %arg0 weight(@n.gamma) bias(@n.beta) running_mean(@n.mean) running_var(@n.var) name("0") : tensor<128x10xf32>
  %1 = nn.cross_entropy %0, %arg1 name("loss") : tensor<128x10xf32>, tensor<128xi32> -> tensor<1xf32>
  nn.return %1 : tensor<1xf32>
}
