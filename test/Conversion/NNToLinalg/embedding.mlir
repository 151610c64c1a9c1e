// RUN: nascent-opt %s --convert-nn-to-linalg | FileCheck %s

// A row is found among all by its place; an index's bits are those of a float, as all
// words are. Without a loop over the rows, it is a load to kernels.

nn.parameter @p.table : tensor<9x4xf32> init(#nn.zeros) offset(0)
nn.parameter @p.places : tensor<7x4xf32> init(#nn.zeros) offset(192)

// CHECK-DAG: #[[$I:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
// CHECK-DAG: #[[$T:.*]] = affine_map<(d0, d1, d2, d3) -> (d3, d2)>
// CHECK-DAG: #[[$Y:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
// CHECK-DAG: #[[$P:.*]] = affine_map<(d0, d1, d2) -> (d1 mod 7, d2)>
// CHECK-LABEL: func.func private @words.forward(%arg0: tensor<?x5xf32>)
// CHECK:         linalg.generic {indexing_maps = [#[[$I]], #[[$T]], #[[$Y]]], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
// CHECK-NEXT:    ^bb0(%[[WORD:.*]]: f32, %[[ROW:.*]]: f32, %[[NONE:.*]]: f32):
// CHECK-NEXT:      %[[PLACE:.*]] = linalg.index 3
// CHECK-NEXT:      %[[BITS:.*]] = arith.bitcast %[[WORD]] : f32 to i32
// CHECK-NEXT:      %[[WANTED:.*]] = arith.index_castui %[[BITS]] : i32 to index
// CHECK-NEXT:      %[[IS:.*]] = arith.cmpi eq, %[[PLACE]], %[[WANTED]]
// CHECK-NEXT:      arith.select %[[IS]], %[[ROW]], %[[NONE]]
// CHECK:         linalg.generic {indexing_maps = [#{{.*}}, #[[$P]], #{{.*}}]
// CHECK:           arith.addf
// CHECK:         linalg.index 1
// CHECK-NEXT:    linalg.index 2
// CHECK:         math.exp
nn.sequential @words(%x: tensor<?x5xi32>) -> tensor<?x5x4xf32> attributes {nn.parameter_bytes = 320 : i64} {
  %0 = nn.embedding %x, 9, 4 weight(@p.table) : tensor<?x5xi32> -> tensor<?x5x4xf32>
  %1 = nn.position %0 learned(7) weight(@p.places) : tensor<?x5x4xf32>
  %2 = nn.position %1 sinusoidal : tensor<?x5x4xf32>
  nn.return %2 : tensor<?x5x4xf32>
}
