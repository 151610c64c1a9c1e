// RUN: nascent-opt %s --nascent-form-kernels --nascent-assign-buffers --nascent-outline-kernels --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --nascent-form-kernels --nascent-walk-batch=block-rows=1 | FileCheck %s --check-prefix=ROWS
// RUN: nascent-opt %s --nascent-form-kernels --nascent-assign-buffers --nascent-outline-kernels --nascent-split-kernels --nascent-vectorize-kernels=strict | FileCheck %s --check-prefix=LOOPS

module attributes {nn.target = #nn.target<triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "", vector_bits = 256, registers = 16, fma = true, half = true>} {
nn.parameter @w : tensor<10x10xf32> init(#nn.ones) layout(#nn.panels<16>) offset(0)
nn.parameter @b : tensor<10xf32> init(#nn.ones) offset(640)

// A kernel of its own, which stores all that there is, into buffers of its own.
// CHECK-LABEL: func.func private @net.forward(
// CHECK-SAME:      %[[X:.*]]: memref<2x7x10xf32> {{.*}}, %[[Y:.*]]: memref<2x7x10xf32>
// CHECK:         %[[H:.*]] = memref.alloc() : memref<2x10xf32>
// CHECK:         %[[S:.*]] = memref.alloc() : memref<2x10xf32>
// CHECK:         call @net.layer_0.l0(%[[X]], %{{.*}}, %{{.*}}, %[[A:.*]], %[[H]], %[[S]])
// CHECK-LABEL: func.func private @net.layer_0.l0(
// CHECK-SAME:      %[[X:.*]]: memref<2x7x10xf32> {llvm.noalias}, %{{.*}}: memref<1x10x16xf32> {{.*}}, %{{.*}}: memref<10xf32> {{.*}}, %[[Y:.*]]: memref<2x7x10xf32> {llvm.noalias}, %[[H:.*]]: memref<2x10xf32> {llvm.noalias}, %[[S:.*]]: memref<2x10xf32> {llvm.noalias}) attributes {nn.kernel}
// CHECK:         %[[R:.*]]:3 = nn.recurrence
// CHECK:         bufferization.materialize_in_destination %[[R]]#0 in restrict writable %[[Y]]
// CHECK-NEXT:    bufferization.materialize_in_destination %[[R]]#1 in restrict writable %[[H]]
// CHECK-NEXT:    bufferization.materialize_in_destination %[[R]]#2 in restrict writable %[[S]]

// Rows of the batch are computed by themselves.
// ROWS-LABEL: func.func private @net.forward.rows_1(
// ROWS:         nn.recurrence steps(%{{.*}} : tensor<1x7x10xf32>) {{.*}} -> tensor<1x7x10xf32>, tensor<1x10xf32>, tensor<1x10xf32>

// LOOPS-LABEL: func.func private @net.layer_0.l0(
// LOOPS-SAME:      %[[X:[^ ]*]]: memref<2x7x10xf32> {{.*}}, %[[W:[^ ]*]]: memref<1x10x16xf32> {{.*}}, %[[B:[^ ]*]]: memref<10xf32> {{.*}}, %[[Y:[^ ]*]]: memref<2x7x10xf32> {{.*}}, %[[H:[^ ]*]]: memref<2x10xf32> {{.*}}, %[[S:[^ ]*]]: memref<2x10xf32> {{.*}}, %[[PART:[^ ]*]]: index {{.*}}, %[[PARTS:[^ ]*]]: index
// The states of this part's rows begin as zeros.
// LOOPS:         scf.for %{{.*}} = %[[PART]] to %{{.*}} step %[[PARTS]]
// LOOPS:           vector.store %{{.*}}, %[[H]]
// The product with the state, of each step; of a part's own rows, like the cells.
// LOOPS:         scf.for %[[T:.*]] = %{{.*}} to %{{.*}} step %{{.*}} {
// LOOPS:           scf.for %{{.*}} = %[[PART]] to %{{.*}} step %[[PARTS]]
// LOOPS:             vector.load %[[B]]
// LOOPS:             memref.load %[[H]]
// LOOPS:             vector.fma
// LOOPS:             vector.store %{{.*}}, %[[S]]
// LOOPS:           scf.for %{{.*}} = %[[PART]] to %{{.*}} step %[[PARTS]]
// LOOPS:             vector.load %[[X]][%[[ROW:.*]], %[[T]], %{{.*}}] : memref<2x7x10xf32>, vector<8xf32>
// LOOPS:             vector.load %[[S]][%[[ROW]], %{{.*}}] : memref<2x10xf32>, vector<8xf32>
// LOOPS:             %[[N:.*]] = arith.addf %{{.*}}, %{{.*}} : vector<8xf32>
// LOOPS:             vector.store %[[N]], %[[H]][%[[ROW]], %{{.*}}]
// LOOPS:             vector.store %[[N]], %[[Y]][%[[ROW]], %[[T]], %{{.*}}]
// LOOPS:             vector.load %[[X]][%[[ROW]], %[[T]], %{{.*}}] : memref<2x7x10xf32>, vector<2xf32>
// LOOPS:             vector.store %{{.*}}, %[[Y]][%[[ROW]], %[[T]], %{{.*}}] : memref<2x7x10xf32>, vector<2xf32>
// LOOPS-NOT:   nn.recurrence
func.func private @net.forward(%x: tensor<2x7x10xf32>) -> tensor<2x7x10xf32> attributes {nn.network = "net", nn.parameter_bytes = 704 : i64} {
  %0 = nn.load_parameter @w : tensor<1x10x16xf32>
  %1 = tensor.empty() : tensor<10x10xf32>
  %2 = linalg.unpack %0 inner_dims_pos = [0] inner_tiles = [16] into %1 : tensor<1x10x16xf32> -> tensor<10x10xf32>
  %3 = nn.load_parameter @b : tensor<10xf32>
  %4:3 = nn.recurrence steps(%x : tensor<2x7x10xf32>) weight(%2 : tensor<10x10xf32>) bias(%3 : tensor<10xf32>) attributes {nn.layer = "0", nn.layer_part = "l0"} -> tensor<2x7x10xf32>, tensor<2x10xf32>, tensor<2x10xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    %5 = arith.addf %in, %sum : f32
    nn.recurrence_yield %5 : f32
  }
  %6 = tensor.empty() : tensor<2x7x10xf32>
  // What follows is not computed with it.
  %7 = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (i, j, k)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%4#0 : tensor<2x7x10xf32>) outs(%6 : tensor<2x7x10xf32>) attrs = {nn.layer = "1"} {
  ^bb0(%a: f32, %b: f32):
    %8 = arith.negf %a : f32
    linalg.yield %8 : f32
  } -> tensor<2x7x10xf32>
  return %7 : tensor<2x7x10xf32>
}
}
