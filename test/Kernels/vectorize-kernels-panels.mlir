// A contraction whose result is stored in panels writes whole panels.
//
// RUN: nascent-opt %s --nascent-vectorize-kernels=remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: nascent-opt %s --nascent-vectorize-kernels | FileCheck %s

// 16 columns of which 10 are there, in panels of 8: of the last panel, six are
// zero whatever is multiplied.
// REMARK: 3 x 5 times 5 x 10 in tiles of 3 rows and 8 columns
// CHECK-LABEL: func.func private @gradient(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<5x3xf32>, %[[DY:[a-z0-9]+]]: memref<5x10xf32>, %[[DW:[a-z0-9]+]]: memref<2x3x8xf32>)
// CHECK-DAG:     %[[OUT:.*]] = memref.reinterpret_cast %[[DW]] to offset: [0], sizes: [2, 3, 16], strides: [16, 8, 1] : memref<2x3x8xf32> to memref<2x3x16xf32, strided<[16, 8, 1]>>
// CHECK-DAG:     %[[IN:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [3, 5], strides: [1, 3]
// CHECK-NOT:     vector.maskedstore
// CHECK-NOT:     linalg.pack
// CHECK:         vector.store %{{.*}}, %[[OUT]][%{{.*}}, %{{.*}}, %{{.*}}] : memref<2x3x16xf32, strided<[16, 8, 1]>>, vector<4xf32>
// CHECK:         arith.select {{.*}} : vector<4xi1>, vector<4xf32>
// CHECK-NEXT:    vector.store %{{.*}}, %[[OUT]][%{{.*}}, %{{.*}}, %{{.*}}] : memref<2x3x16xf32, strided<[16, 8, 1]>>, vector<4xf32>
// CHECK:         %[[C4:.*]] = arith.constant 4 : index
// CHECK:         %[[ZEROS:.*]] = arith.constant dense<0.000000e+00> : vector<4xf32>
// CHECK-NEXT:    vector.store %[[ZEROS]], %[[OUT]][
func.func private @gradient(%x: memref<5x3xf32>, %dy: memref<5x10xf32>, %dw: memref<2x3x8xf32>) attributes {nn.kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = bufferization.to_tensor %x restrict : memref<5x3xf32> to tensor<5x3xf32>
  %1 = bufferization.to_tensor %dy restrict : memref<5x10xf32> to tensor<5x10xf32>
  %space = tensor.empty() : tensor<10x3xf32>
  %init = linalg.fill ins(%zero : f32) outs(%space : tensor<10x3xf32>) -> tensor<10x3xf32>
  %2 = linalg.matmul indexing_maps = [affine_map<(k, n, m) -> (m, k)>, affine_map<(k, n, m) -> (m, n)>, affine_map<(k, n, m) -> (n, k)>] ins(%0, %1 : tensor<5x3xf32>, tensor<5x10xf32>) outs(%init : tensor<10x3xf32>) -> tensor<10x3xf32>
  %panels = tensor.empty() : tensor<2x3x8xf32>
  %3 = linalg.pack %2 padding_value(%zero : f32) inner_dims_pos = [0] inner_tiles = [8] into %panels : tensor<10x3xf32> -> tensor<2x3x8xf32>
  bufferization.materialize_in_destination %3 in restrict writable %dw : (tensor<2x3x8xf32>, memref<2x3x8xf32>) -> ()
  return
}

// Onto what is there: each vector is loaded from where it is stored.
// CHECK-LABEL: func.func private @accumulate(
// CHECK:         vector.load %{{.*}}[{{.*}}] : memref<1x3x8xf32{{.*}}>, vector<4xf32>
// CHECK:         vector.store %{{.*}} : memref<1x3x8xf32{{.*}}>, vector<4xf32>
func.func private @accumulate(%x: memref<5x3xf32>, %dy: memref<5x8xf32>, %dw: memref<1x3x8xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<5x3xf32> to tensor<5x3xf32>
  %1 = bufferization.to_tensor %dy restrict : memref<5x8xf32> to tensor<5x8xf32>
  %old = bufferization.to_tensor %dw restrict : memref<1x3x8xf32> to tensor<1x3x8xf32>
  %space = tensor.empty() : tensor<8x3xf32>
  %init = linalg.unpack %old inner_dims_pos = [0] inner_tiles = [8] into %space : tensor<1x3x8xf32> -> tensor<8x3xf32>
  %2 = linalg.matmul indexing_maps = [affine_map<(k, n, m) -> (m, k)>, affine_map<(k, n, m) -> (m, n)>, affine_map<(k, n, m) -> (n, k)>] ins(%0, %1 : tensor<5x3xf32>, tensor<5x8xf32>) outs(%init : tensor<8x3xf32>) -> tensor<8x3xf32>
  %panels = tensor.empty() : tensor<1x3x8xf32>
  %3 = linalg.pack %2 inner_dims_pos = [0] inner_tiles = [8] into %panels : tensor<8x3xf32> -> tensor<1x3x8xf32>
  bufferization.materialize_in_destination %3 in restrict writable %dw : (tensor<1x3x8xf32>, memref<1x3x8xf32>) -> ()
  return
}

// What is read across panels, of the depth, is turned a tile's columns at a time: four
// vectors along a panel become four that have a row's columns side by side. Of the last
// three columns, one fills the vector, too, and is not stored.
// REMARK: 9 x 10 times 10 x 19 in tiles of 2 rows and 16 columns{{.*}}the second operand turned by tiles
// CHECK-LABEL: func.func private @across(
// CHECK-SAME:    %[[TURNED:[a-z0-9]+]]: memref<16x16xf32> {nn.role = #nn.role<scratch>}
// CHECK:         %[[ROWS:.*]] = memref.reinterpret_cast %[[TURNED]] to offset: [0], sizes: [1, 10, 16]
// CHECK-COUNT-4: vector.load {{.*}} : memref<2x19x8xf32, {{.*}}>, vector<4xf32>
// CHECK-COUNT-8: vector.shuffle
// CHECK-COUNT-4: vector.store %{{.*}}, %[[TURNED]][{{.*}}vector<4xf32>
// CHECK:         vector.load %[[ROWS]][
// CHECK-COUNT-3: vector.load {{.*}} : memref<2x19x8xf32, {{.*}}>, vector<4xf32>
// CHECK-NOT:     vector.load {{.*}} : memref<2x19x8xf32
// CHECK-COUNT-4: vector.store %{{.*}}, %[[TURNED]][{{.*}}vector<4xf32>
// CHECK:         vector.load %[[ROWS]][
func.func private @across(%dy: memref<9x10xf32>, %w: memref<2x19x8xf32>, %dx: memref<9x19xf32>, %turned: memref<16x16xf32> {nn.role = #nn.role<scratch>}) attributes {nn.kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = bufferization.to_tensor %dy restrict : memref<9x10xf32> to tensor<9x10xf32>
  %1 = bufferization.to_tensor %w restrict : memref<2x19x8xf32> to tensor<2x19x8xf32>
  %whole = tensor.empty() : tensor<10x19xf32>
  %unpacked = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [8] into %whole : tensor<2x19x8xf32> -> tensor<10x19xf32>
  %space = tensor.empty() : tensor<9x19xf32>
  %init = linalg.fill ins(%zero : f32) outs(%space : tensor<9x19xf32>) -> tensor<9x19xf32>
  %2 = linalg.matmul ins(%0, %unpacked : tensor<9x10xf32>, tensor<10x19xf32>) outs(%init : tensor<9x19xf32>) -> tensor<9x19xf32>
  bufferization.materialize_in_destination %2 in restrict writable %dx : (tensor<9x19xf32>, memref<9x19xf32>) -> ()
  return
}
