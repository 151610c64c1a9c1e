// RUN: nascent-opt %s --convert-nn-to-linalg --verify-roundtrip | FileCheck %s

// CHECK-DAG: #[[$X:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[$W:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-DAG: #[[$Y:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>

// The network becomes a function on tensors. The stored panels are unpacked,
// which says how they are read; the matmul accumulates onto the bias.
// CHECK-LABEL: func.func private @bias.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<2x20xf32>) -> tensor<2x6xf32>
// CHECK-SAME:    attributes {nn.network = "bias", nn.parameter_bytes = 704 : i64}
// CHECK-NEXT:    %[[PANELS:.*]] = nn.load_parameter @bias.0.weight : tensor<1x20x8xf32>
// CHECK-NEXT:    %[[EMPTY:.*]] = tensor.empty() : tensor<6x20xf32>
// CHECK-NEXT:    %[[WEIGHT:.*]] = linalg.unpack %[[PANELS]] inner_dims_pos = [0] inner_tiles = [8] into %[[EMPTY]] : tensor<1x20x8xf32> -> tensor<6x20xf32>
// CHECK-NEXT:    %[[BIAS:.*]] = nn.load_parameter @bias.0.bias : tensor<6xf32>
// CHECK-NEXT:    %[[SPACE:.*]] = tensor.empty() : tensor<2x6xf32>
// CHECK-NEXT:    %[[INIT:.*]] = linalg.broadcast ins(%[[BIAS]] : tensor<6xf32>) outs(%[[SPACE]] : tensor<2x6xf32>) dimensions = [0]
// CHECK-NEXT:    %[[Y:.*]] = linalg.matmul indexing_maps = [#[[$X]], #[[$W]], #[[$Y]]] {nn.layer = "0"} ins(%[[X]], %[[WEIGHT]] : tensor<2x20xf32>, tensor<6x20xf32>) outs(%[[INIT]] : tensor<2x6xf32>)
// CHECK-NEXT:    return %[[Y]]
nn.parameter @bias.0.weight : tensor<6x20xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.parameter @bias.0.bias : tensor<6xf32> init(#nn.zeros) offset(640)
nn.sequential @bias(%x: tensor<2x20xf32>) -> tensor<2x6xf32> attributes {nn.parameter_bytes = 704 : i64} {
  %0 = nn.dense %x, 6 weight(@bias.0.weight) bias(@bias.0.bias) : tensor<2x20xf32> -> tensor<2x6xf32>
  nn.return %0 : tensor<2x6xf32>
}

// CHECK-LABEL: func.func private @no_bias.forward(
// CHECK-NOT:     linalg.broadcast
// CHECK:         %[[ZERO:.*]] = arith.constant 0.0
// CHECK:         %[[INIT:.*]] = linalg.fill ins(%[[ZERO]] : f32) outs(%{{.*}} : tensor<2x6xf32>)
// CHECK:         linalg.matmul {{.*}} {nn.layer = "fc"} {{.*}} outs(%[[INIT]] : tensor<2x6xf32>)
nn.parameter @no_bias.fc.weight : tensor<6x20xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(0)
nn.sequential @no_bias(%x: tensor<2x20xf32>) -> tensor<2x6xf32> attributes {nn.parameter_bytes = 640 : i64} {
  %0 = nn.dense %x, 6 name("fc") no_bias weight(@no_bias.fc.weight) : tensor<2x20xf32> -> tensor<2x6xf32>
  nn.return %0 : tensor<2x6xf32>
}

// Without a layout the weight is used as it is stored.
// CHECK-LABEL: func.func private @row_major.forward(
// CHECK-NEXT:    %[[W:.*]] = nn.load_parameter @row_major.0.weight : tensor<6x20xf32>
// CHECK-NOT:     linalg.unpack
// CHECK:         linalg.matmul {{.*}} ins(%{{.*}}, %[[W]] :
nn.parameter @row_major.0.weight : tensor<6x20xf32> init(#nn.zeros) offset(0)
nn.sequential @row_major(%x: tensor<2x20xf32>) -> tensor<2x6xf32> attributes {nn.parameter_bytes = 512 : i64} {
  %0 = nn.dense %x, 6 no_bias weight(@row_major.0.weight) : tensor<2x20xf32> -> tensor<2x6xf32>
  nn.return %0 : tensor<2x6xf32>
}

// All dimensions but the last are rows of one matmul; an open batch stays open.
// CHECK-LABEL: func.func private @rank_3.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<?x3x5xf32>) -> tensor<?x3x4xf32>
// CHECK:         %[[ROWS:.*]] = tensor.collapse_shape %[[X]] {{\[\[}}0, 1], [2]] : tensor<?x3x5xf32> into tensor<?x5xf32>
// CHECK:         %[[Y:.*]] = linalg.matmul {{.*}} ins(%[[ROWS]], %{{.*}} : tensor<?x5xf32>, tensor<4x5xf32>) outs(%{{.*}} : tensor<?x4xf32>)
// CHECK:         %[[BATCH:.*]] = tensor.dim %[[X]], %{{.*}}
// CHECK:         tensor.expand_shape %[[Y]] {{\[\[}}0, 1], [2]] output_shape [%[[BATCH]], 3, 4] {nn.layer = "0"} : tensor<?x4xf32> into tensor<?x3x4xf32>
nn.parameter @rank_3.0.weight : tensor<4x5xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(0)
nn.sequential @rank_3(%x: tensor<?x3x5xf32>) -> tensor<?x3x4xf32> attributes {nn.parameter_bytes = 128 : i64} {
  %0 = nn.dense %x, 4 no_bias weight(@rank_3.0.weight) : tensor<?x3x5xf32> -> tensor<?x3x4xf32>
  nn.return %0 : tensor<?x3x4xf32>
}

// Where columns are stored in another order, the matmul goes by that of storage:
// so are the input's.
// CHECK-LABEL: func.func private @behind_flatten.forward(
// CHECK-NEXT:    %[[PANELS:.*]] = nn.load_parameter @behind_flatten.0.weight : tensor<2x20x4xf32>
// CHECK:         %[[WEIGHT:.*]] = linalg.unpack %[[PANELS]] inner_dims_pos = [0] inner_tiles = [4] into %{{.*}} : tensor<2x20x4xf32> -> tensor<6x20xf32>
// CHECK:         linalg.matmul {{.*}} ins(%{{.*}}, %[[WEIGHT]] :
nn.parameter @behind_flatten.0.weight : tensor<6x20xf32> init(#nn.zeros) layout(#nn.panels<4, spatial = 5>) offset(0)
nn.sequential @behind_flatten(%x: tensor<2x20xf32, #nn.channels_last<5>>) -> tensor<2x6xf32> attributes {nn.parameter_bytes = 640 : i64} {
  %0 = nn.dense %x, 6 no_bias weight(@behind_flatten.0.weight) : tensor<2x20xf32, #nn.channels_last<5>> -> tensor<2x6xf32>
  nn.return %0 : tensor<2x6xf32>
}

// Tied layers read one parameter, which is loaded once.
// CHECK-LABEL: func.func private @tied.forward(
// CHECK:         %[[W:.*]] = nn.load_parameter @tied.0.weight
// CHECK:         %[[UNPACKED:.*]] = linalg.unpack %[[W]]
// CHECK:         linalg.matmul {{.*}} ins(%{{.*}}, %[[UNPACKED]] :
// CHECK-NOT:     nn.load_parameter
// CHECK-NOT:     linalg.unpack
// CHECK:         linalg.matmul {{.*}} ins(%{{.*}}, %[[UNPACKED]] :
nn.parameter @tied.0.weight : tensor<4x4xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(0)
nn.sequential @tied(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 64 : i64} {
  %0 = nn.dense %x, 4 no_bias weight(@tied.0.weight) : tensor<2x4xf32> -> tensor<2x4xf32>
  %1 = nn.dense %0, 4 no_bias tie("0") weight(@tied.0.weight) : tensor<2x4xf32> -> tensor<2x4xf32>
  nn.return %1 : tensor<2x4xf32>
}

// What overrules the compiler's plan goes with what the layer becomes.
// CHECK-LABEL: func.func private @planned.forward(
// CHECK:         linalg.matmul {{.*}} {nn.layer = "0", nn.plan = #nn.plan<tile_rows = 2, chains = 1>}
// CHECK:         linalg.matmul {{.*}} {nn.layer = "1"}
nn.parameter @planned.0.weight : tensor<4x4xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(0)
nn.sequential @planned(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 64 : i64} {
  %0 = nn.dense %x, 4 no_bias weight(@planned.0.weight) {nn.plan = #nn.plan<tile_rows = 2, chains = 1>} : tensor<2x4xf32> -> tensor<2x4xf32>
  %1 = nn.dense %0, 4 no_bias tie("0") weight(@planned.0.weight) : tensor<2x4xf32> -> tensor<2x4xf32>
  nn.return %1 : tensor<2x4xf32>
}

// CHECK-NOT: nn.sequential
