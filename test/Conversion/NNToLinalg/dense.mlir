// RUN: nascent-opt %s --convert-nn-to-linalg --verify-roundtrip | FileCheck %s

// CHECK-DAG: #[[$X:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[$W:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-DAG: #[[$Y:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>

// The network becomes calls on buffers, the layer a function on tensors. The
// stored panels are unpacked, which the vectoriser takes as their description;
// the matmul accumulates onto the bias.
// CHECK-LABEL: func.func private @bias.forward(
// CHECK-SAME:    %[[IN:.*]]: memref<2x20xf32> {llvm.noalias}, %[[OUT:.*]]: memref<2x6xf32> {llvm.noalias})
// CHECK-SAME:    attributes {nn.network = "bias", nn.num_inputs = 1 : i64, nn.parameter_bytes = 704 : i64}
// CHECK-NEXT:    %[[WEIGHT:.*]] = nn.get_parameter @bias.0.weight : memref<1x20x8xf32>
// CHECK-NEXT:    %[[BIAS:.*]] = nn.get_parameter @bias.0.bias : memref<6xf32>
// CHECK-NEXT:    call @bias.layer_0(%[[IN]], %[[WEIGHT]], %[[BIAS]], %[[OUT]])
// CHECK-NEXT:    return

// CHECK-LABEL: func.func private @bias.layer_0(
// CHECK-SAME:    %[[XB:[a-z0-9]+]]: memref<2x20xf32> {llvm.noalias}, %[[WB:[a-z0-9]+]]: memref<1x20x8xf32> {llvm.noalias, nn.padded},
// CHECK-SAME:    %[[BB:[a-z0-9]+]]: memref<6xf32> {llvm.noalias, nn.padded}, %[[YB:[a-z0-9]+]]: memref<2x6xf32> {llvm.noalias}) attributes {nn.kernel}
// CHECK-DAG:     %[[XT:.*]] = bufferization.to_tensor %[[XB]] restrict
// CHECK-DAG:     %[[PANELS:.*]] = bufferization.to_tensor %[[WB]] restrict
// CHECK-DAG:     %[[WT:.*]] = linalg.unpack %[[PANELS]] inner_dims_pos = [0] inner_tiles = [8] into %{{.*}} : tensor<1x20x8xf32> -> tensor<6x20xf32>
// CHECK-DAG:     %[[BT:.*]] = bufferization.to_tensor %[[BB]] restrict
// CHECK:         %[[INIT:.*]] = linalg.broadcast ins(%[[BT]] : tensor<6xf32>) outs(%{{.*}} : tensor<2x6xf32>) dimensions = [0]
// CHECK:         %[[YT:.*]] = linalg.matmul indexing_maps = [#[[$X]], #[[$W]], #[[$Y]]] ins(%[[XT]], %[[WT]] : tensor<2x20xf32>, tensor<6x20xf32>) outs(%[[INIT]] : tensor<2x6xf32>)
// CHECK-NEXT:    bufferization.materialize_in_destination %[[YT]] in restrict writable %[[YB]]
// CHECK-NEXT:    return
nn.parameter @bias.0.weight : tensor<6x20xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.parameter @bias.0.bias : tensor<6xf32> init(#nn.zeros) offset(640)
nn.sequential @bias(%x: tensor<2x20xf32>) -> tensor<2x6xf32> attributes {nn.parameter_bytes = 704 : i64} {
  %0 = nn.dense %x, 6 weight(@bias.0.weight) bias(@bias.0.bias) : tensor<2x20xf32> -> tensor<2x6xf32>
  nn.return %0 : tensor<2x6xf32>
}

// CHECK-LABEL: func.func private @no_bias.layer_fc(
// CHECK-NOT:     linalg.broadcast
// CHECK:         %[[ZERO:.*]] = arith.constant 0.0
// CHECK:         %[[INIT:.*]] = linalg.fill ins(%[[ZERO]] : f32) outs(%{{.*}} : tensor<2x6xf32>)
// CHECK:         linalg.matmul {{.*}} outs(%[[INIT]] : tensor<2x6xf32>)
nn.parameter @no_bias.fc.weight : tensor<6x20xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(0)
nn.sequential @no_bias(%x: tensor<2x20xf32>) -> tensor<2x6xf32> attributes {nn.parameter_bytes = 640 : i64} {
  %0 = nn.dense %x, 6 name("fc") no_bias weight(@no_bias.fc.weight) : tensor<2x20xf32> -> tensor<2x6xf32>
  nn.return %0 : tensor<2x6xf32>
}

// Without a layout the weight is used as it is stored.
// CHECK-LABEL: func.func private @row_major.layer_0(
// CHECK-SAME:    %{{[a-z0-9]+}}: memref<2x20xf32> {llvm.noalias}, %[[WB:[a-z0-9]+]]: memref<6x20xf32>
// CHECK-NOT:     linalg.unpack
// CHECK:         %[[WT:.*]] = bufferization.to_tensor %[[WB]]
// CHECK:         linalg.matmul {{.*}} ins(%{{.*}}, %[[WT]] :
nn.parameter @row_major.0.weight : tensor<6x20xf32> init(#nn.zeros) offset(0)
nn.sequential @row_major(%x: tensor<2x20xf32>) -> tensor<2x6xf32> attributes {nn.parameter_bytes = 512 : i64} {
  %0 = nn.dense %x, 6 no_bias weight(@row_major.0.weight) : tensor<2x20xf32> -> tensor<2x6xf32>
  nn.return %0 : tensor<2x6xf32>
}

// All dimensions but the last are rows of one matmul.
// CHECK-LABEL: func.func private @rank_3.forward(
// CHECK-SAME:    %[[IN:.*]]: memref<2x3x5xf32> {llvm.noalias}, %[[OUT:.*]]: memref<2x3x4xf32>
// CHECK:         %[[XC:.*]] = memref.collapse_shape %[[IN]] {{\[\[}}0, 1], [2]] : memref<2x3x5xf32> into memref<6x5xf32>
// CHECK:         %[[YC:.*]] = memref.collapse_shape %[[OUT]] {{\[\[}}0, 1], [2]] : memref<2x3x4xf32> into memref<6x4xf32>
// CHECK:         call @rank_3.layer_0(%[[XC]], %{{.*}}, %[[YC]])
// CHECK-LABEL: func.func private @rank_3.layer_0(
// CHECK:         linalg.matmul {{.*}} ins(%{{.*}} : tensor<6x5xf32>, tensor<4x5xf32>) outs(%{{.*}} : tensor<6x4xf32>)
nn.parameter @rank_3.0.weight : tensor<4x5xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(0)
nn.sequential @rank_3(%x: tensor<2x3x5xf32>) -> tensor<2x3x4xf32> attributes {nn.parameter_bytes = 128 : i64} {
  %0 = nn.dense %x, 4 no_bias weight(@rank_3.0.weight) : tensor<2x3x5xf32> -> tensor<2x3x4xf32>
  nn.return %0 : tensor<2x3x4xf32>
}

// Tied layers read the same buffer.
// CHECK-LABEL: func.func private @tied.forward(
// CHECK:         %[[W0:.*]] = nn.get_parameter @tied.0.weight
// CHECK:         call @tied.layer_0(%{{.*}}, %[[W0]], %[[T:[a-z0-9_]+]])
// CHECK:         %[[W1:.*]] = nn.get_parameter @tied.0.weight
// CHECK:         call @tied.layer_1(%[[T]], %[[W1]], %{{.*}})
nn.parameter @tied.0.weight : tensor<4x4xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(0)
nn.sequential @tied(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 64 : i64} {
  %0 = nn.dense %x, 4 no_bias weight(@tied.0.weight) : tensor<2x4xf32> -> tensor<2x4xf32>
  %1 = nn.dense %0, 4 no_bias tie("0") weight(@tied.0.weight) : tensor<2x4xf32> -> tensor<2x4xf32>
  nn.return %1 : tensor<2x4xf32>
}

// What overrules the compiler's plan goes with the kernel.
// CHECK-LABEL: func.func private @planned.layer_0(
// CHECK-SAME:    attributes {nn.kernel, nn.plan = #nn.plan<tile_rows = 2, chains = 1>}
// CHECK-LABEL: func.func private @planned.layer_1(
// CHECK-SAME:    attributes {nn.kernel}
nn.parameter @planned.0.weight : tensor<4x4xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(0)
nn.sequential @planned(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 64 : i64} {
  %0 = nn.dense %x, 4 no_bias weight(@planned.0.weight) {nn.plan = #nn.plan<tile_rows = 2, chains = 1>} : tensor<2x4xf32> -> tensor<2x4xf32>
  %1 = nn.dense %0, 4 no_bias tie("0") weight(@planned.0.weight) : tensor<2x4xf32> -> tensor<2x4xf32>
  nn.return %1 : tensor<2x4xf32>
}

// CHECK-NOT: nn.sequential
