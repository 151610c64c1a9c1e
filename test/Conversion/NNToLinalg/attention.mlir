// RUN: nascent-opt %s --convert-nn-to-linalg --split-input-file | FileCheck %s

// Queries, keys and values are parts of one product; keys are turned, so that those
// of all places lie side by side. Each part of the layer is a kernel.

nn.parameter @p.in : tensor<24x8xf32> init(#nn.zeros) offset(0)
nn.parameter @p.in_bias : tensor<24xf32> init(#nn.zeros) offset(768)
nn.parameter @p.out : tensor<8x8xf32> init(#nn.zeros) offset(896)
nn.parameter @p.out_bias : tensor<8xf32> init(#nn.zeros) offset(1152)

// CHECK-DAG: #[[$Q:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d1, d4)>
// CHECK-DAG: #[[$K:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3)>
// CHECK-DAG: #[[$S:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
// CHECK-DAG: #[[$W:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
// CHECK-DAG: #[[$V:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d4, d1, d3)>
// CHECK-DAG: #[[$Y:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d1, d3)>
// CHECK-LABEL: func.func private @causal.forward(
// CHECK:         linalg.matmul {{.*}} {nn.layer = "0", nn.layer_part = "projections"} {{.*}} -> tensor<?x24xf32>
// CHECK:         tensor.expand_shape {{.*}} into tensor<?x5x6x4xf32>
// CHECK:         %[[QUERIES:.*]] = tensor.extract_slice {{.*}}[0, 0, 0, 0] {{.*}} to tensor<?x5x2x4xf32>
// CHECK:         %[[KEYS:.*]] = tensor.extract_slice {{.*}}[0, 0, 2, 0] {{.*}} to tensor<?x5x2x4xf32>
// CHECK:         %[[VALUES:.*]] = tensor.extract_slice {{.*}}[0, 0, 4, 0] {{.*}} to tensor<?x5x2x4xf32>
// CHECK:         %[[TURNED:.*]] = linalg.transpose ins(%[[KEYS]] {{.*}} permutation = [0, 2, 3, 1]
// CHECK:         linalg.generic {indexing_maps = [#[[$Q]], #[[$K]], #[[$S]]]{{.*}} ins(%[[QUERIES]], %[[TURNED]] {{.*}} nn.layer_part = "scores"
// CHECK:         linalg.generic {{.*}} nn.layer_part = "mask"
// CHECK:           %[[SCALED:.*]] = arith.mulf %{{.*}}, %cst{{.*}}
// CHECK:           %[[QUERY:.*]] = linalg.index 2
// CHECK-NEXT:      %[[KEY:.*]] = linalg.index 3
// CHECK-NEXT:      %[[SEEN:.*]] = arith.cmpi ule, %[[KEY]], %[[QUERY]]
// CHECK:           arith.select %[[SEEN]], %[[SCALED]], %cst{{.*}} : f32
// CHECK:         arith.maximumf
// CHECK:         math.exp
// CHECK:         linalg.generic {indexing_maps = [#[[$W]], #[[$V]], #[[$Y]]]{{.*}} ins(%{{.*}}, %[[VALUES]] {{.*}} nn.layer_part = "values"
// CHECK:         linalg.matmul {{.*}} {nn.layer = "0", nn.layer_part = "output"} {{.*}} -> tensor<?x8xf32>
nn.sequential @causal(%x: tensor<?x5x8xf32>) -> tensor<?x5x8xf32> attributes {nn.parameter_bytes = 1216 : i64} {
  %0 = nn.attention %x heads(2) causal in_proj_weight(@p.in) in_proj_bias(@p.in_bias) out_proj_weight(@p.out) out_proj_bias(@p.out_bias) : tensor<?x5x8xf32>
  nn.return %0 : tensor<?x5x8xf32>
}

// -----

// Without a mask, scores are scaled where they are summed up; lengths may be open.

nn.parameter @p.in : tensor<24x8xf32> init(#nn.zeros) offset(0)
nn.parameter @p.out : tensor<8x8xf32> init(#nn.zeros) offset(768)

// CHECK-LABEL: func.func private @all.forward(
// CHECK:         linalg.generic {{.*}} nn.layer_part = "scores"
// CHECK:         linalg.generic {{.*}} nn.layer_part = "scores"
// CHECK:           arith.mulf
// CHECK-NOT:       linalg.index
// CHECK:         linalg.generic {{.*}} nn.layer_part = "softmax"
nn.sequential @all(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> attributes {nn.parameter_bytes = 1024 : i64} {
  %0 = nn.attention %x heads(1) no_bias in_proj_weight(@p.in) out_proj_weight(@p.out) : tensor<?x?x8xf32>
  nn.return %0 : tensor<?x?x8xf32>
}
