// RUN: nascent-opt %s --nascent-form-kernels --nascent-assign-buffers --nascent-outline-kernels --nascent-vectorize-kernels=strict --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --nascent-form-kernels --nascent-walk-batch=block-rows=1 | FileCheck %s --check-prefix=ROWS

module attributes {nn.target = #nn.target<triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "", vector_bits = 256, registers = 16, fma = true, half = true>} {
nn.parameter @w : tensor<8x8xf32> init(#nn.ones) layout(#nn.panels<8>) offset(0)

// At steps that a row does not have, its states stay as they are.
// CHECK-LABEL: func.func private @net.layer_0(
// CHECK-SAME:      %[[X:[^ ]*]]: memref<2x7x8xf32> {{.*}}, %[[N:[^ ]*]]: memref<2xf32> {{.*}}, %[[W:[^ ]*]]: memref<1x8x8xf32> {{.*}}, %[[Y:[^ ]*]]: memref<2x7x8xf32> {{.*}}, %[[H:[^ ]*]]: memref<2x8xf32> {{.*}}, %[[S:[^ ]*]]: memref<2x8xf32>
// CHECK:         scf.for %[[T:[^ ]*]] = %{{.*}} to %c7
// CHECK:             %[[BITS:.*]] = memref.load %[[N]][%[[ROW:.*]]] : memref<2xf32>
// CHECK:             %[[WORD:.*]] = arith.bitcast %[[BITS]] : f32 to i32
// CHECK:             %[[LENGTH:.*]] = arith.index_cast %[[WORD]] : i32 to index
// CHECK:             %[[THERE:.*]] = arith.cmpi slt, %[[T]], %[[LENGTH]] : index
// CHECK:             %[[OLD:.*]] = vector.load %[[H]][%[[ROW]], %{{.*}}]
// CHECK:             %[[NEW:.*]] = arith.addf
// CHECK:             %[[SEEN:.*]] = arith.select %[[THERE]], %[[NEW]], %{{.*}} : vector<8xf32>
// CHECK:             %[[NEXT:.*]] = arith.select %[[THERE]], %[[NEW]], %[[OLD]] : vector<8xf32>
// CHECK:             vector.store %[[NEXT]], %[[H]][%[[ROW]], %{{.*}}]
// CHECK:             vector.store %[[SEEN]], %[[Y]][%[[ROW]], %[[T]], %{{.*}}]

// ROWS-LABEL: func.func private @net.forward.rows_1(
// ROWS-SAME:      %{{.*}}: tensor<1x7x8xf32>, %{{.*}}: tensor<1xf32>)
func.func private @net.forward(%x: tensor<2x7x8xf32>, %n: tensor<2xf32>) -> (tensor<2x7x8xf32>, tensor<2x8xf32>) attributes {nn.network = "net", nn.parameter_bytes = 256 : i64} {
  %0 = nn.load_parameter @w : tensor<1x8x8xf32>
  %1 = tensor.empty() : tensor<8x8xf32>
  %2 = linalg.unpack %0 inner_dims_pos = [0] inner_tiles = [8] into %1 : tensor<1x8x8xf32> -> tensor<8x8xf32>
  %3:3 = nn.recurrence steps(%x : tensor<2x7x8xf32>) weight(%2 : tensor<8x8xf32>) lengths(%n : tensor<2xf32>) attributes {nn.layer = "0"} -> tensor<2x7x8xf32>, tensor<2x8xf32>, tensor<2x8xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    %4 = arith.addf %in, %sum : f32
    nn.recurrence_yield %4 : f32
  }
  %5 = tensor.empty() : tensor<2x7x8xf32>
  %6 = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (i, j, k)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%3#0 : tensor<2x7x8xf32>) outs(%5 : tensor<2x7x8xf32>) attrs = {nn.layer = "1"} {
  ^bb0(%a: f32, %b: f32):
    %7 = arith.negf %a : f32
    linalg.yield %7 : f32
  } -> tensor<2x7x8xf32>
  return %6, %3#1 : tensor<2x7x8xf32>, tensor<2x8xf32>
}
}
