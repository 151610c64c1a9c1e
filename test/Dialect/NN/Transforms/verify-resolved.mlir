// What may be lowered passes, unchanged.
//
// RUN: nascent-opt %s -o %t.before
// RUN: nascent-opt %s --nn-verify-resolved | diff %t.before -

nn.parameter @mlp.0.weight : tensor<8x20xf32> init(#nn.zeros)
nn.parameter @mlp.0.bias : tensor<8xf32> init(#nn.zeros)
nn.sequential @mlp(%arg0: tensor<2x20xf32>) -> tensor<2x8xf32> {
  %0 = nn.dense %arg0, 8 weight(@mlp.0.weight) bias(@mlp.0.bias) : tensor<2x20xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

// An open batch, common to all inputs and outputs.
nn.sequential @batch(%arg0: tensor<?x4xf32>, %arg1: tensor<?x2x3xf32>) -> (tensor<?x4xf32>, tensor<?x6xf32>) {
  %0 = nn.softmax %arg0 : tensor<?x4xf32>
  %1 = nn.flatten %arg1 : tensor<?x2x3xf32> -> tensor<?x6xf32>
  nn.return %0, %1 : tensor<?x4xf32>, tensor<?x6xf32>
}

// Rows may be mixed where there is a known number of them.
nn.sequential @mixed(%arg0: tensor<4x4xf32>, %arg1: tensor<f32>) -> (tensor<16xf32>, tensor<f32>) {
  %0 = nn.flatten %arg0 start(0) : tensor<4x4xf32> -> tensor<16xf32>
  nn.return %0, %arg1 : tensor<16xf32>, tensor<f32>
}

// A parameter that no network uses need not be known.
nn.parameter @unused : tensor<?xf32> init(#nn.zeros)
