// RUN: nascent-opt %s --nascent-vectorize-open-kernels --canonicalize --cse | FileCheck %s --enable-var-scope

// Windows that would leave their buffer have fewer steps.
// CHECK-LABEL: func.func private @pool(
// CHECK-SAME:    %{{.*}}: memref<1xf32>, %{{.*}}: memref<1xf32>, %[[N:.*]]: index, %[[L:.*]]: index)
// CHECK-DAG:     %[[INF:.*]] = arith.constant dense<0xFF800000> : vector<4xf32>
// CHECK-DAG:     %[[BEFORE:.*]] = arith.constant -1 : index
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C2:.*]] = arith.constant 2 : index
// CHECK-DAG:     %[[C3:.*]] = arith.constant 3 : index
// CHECK:         %[[H:.*]] = arith.divui %{{.*}}, %[[C2]] : index
// CHECK:         scf.for %[[ROW:.*]] = %[[C0]] to %[[N]] step %[[C1]] {
// CHECK:           scf.for %[[PLACE:.*]] = %[[C0]] to %[[H]] step %[[C1]] {
// CHECK:             %[[AT:.*]] = arith.muli %[[PLACE]], %[[C2]] : index
// CHECK:             %[[FIRST:.*]] = arith.addi %[[AT]], %[[BEFORE]] : index
// CHECK:             %[[OUT:.*]] = arith.subi %[[C1]], %[[AT]] : index
// CHECK:             %[[LOW:.*]] = arith.maxsi %[[OUT]], %[[C0]] : index
// CHECK:             %[[START:.*]] = arith.minsi %[[LOW]], %[[C3]] : index
// CHECK:             %[[ROOM:.*]] = arith.subi %[[L]], %[[FIRST]] : index
// CHECK:             %[[HIGH:.*]] = arith.maxsi %[[ROOM]], %[[C0]] : index
// CHECK:             %[[END:.*]] = arith.minsi %[[HIGH]], %[[C3]] : index
// CHECK:             %[[MAX:.*]] = scf.for %[[K:.*]] = %[[START]] to %[[END]] step %[[C1]] iter_args(%[[M:.*]] = %[[INF]]) -> (vector<4xf32>) {
// CHECK:               vector.load %{{.*}}[%[[ROW]], %{{.*}}, %[[C0]]] : memref<?x?x4xf32, strided<[?, 4, 1]>>, vector<4xf32>
// CHECK:               arith.maximumf %[[M]]
// CHECK:             }
// CHECK:             vector.store %[[MAX]], %{{.*}}[%[[ROW]], %[[PLACE]], %[[C0]]]
func.func private @pool(%x: memref<1xf32>, %y: memref<1xf32>, %n: index, %l: index) attributes {nn.open_kernel} {
  %inf = arith.constant 0xFF800000 : f32
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %0 = arith.addi %l, %c1 : index
  %h = arith.divui %0, %c2 : index
  %c4 = arith.constant 4 : index
  %sx = arith.muli %l, %c4 : index
  %sy = arith.muli %h, %c4 : index
  %1 = memref.reinterpret_cast %x to offset: [0], sizes: [%n, %l, 4], strides: [%sx, 4, 1] : memref<1xf32> to memref<?x?x4xf32, strided<[?, 4, 1]>>
  %2 = bufferization.to_tensor %1 restrict : memref<?x?x4xf32, strided<[?, 4, 1]>> to tensor<?x?x4xf32>
  %3 = tensor.pad %2 low[0, 1, 0] high[0, 1, 0] {
  ^bb0(%a: index, %b: index, %c: index):
    tensor.yield %inf : f32
  } : tensor<?x?x4xf32> to tensor<?x?x4xf32>
  %4 = tensor.empty() : tensor<3xf32>
  %5 = tensor.empty(%n, %h) : tensor<?x?x4xf32>
  %6 = linalg.fill ins(%inf : f32) outs(%5 : tensor<?x?x4xf32>) -> tensor<?x?x4xf32>
  %7 = linalg.generic {indexing_maps = [affine_map<(n, l, c, k) -> (n, l * 2 + k, c)>, affine_map<(n, l, c, k) -> (k)>, affine_map<(n, l, c, k) -> (n, l, c)>],
                       iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%3, %4 : tensor<?x?x4xf32>, tensor<3xf32>) outs(%6 : tensor<?x?x4xf32>) {
  ^bb0(%a: f32, %k: f32, %m: f32):
    %t = arith.maximumf %m, %a : f32
    linalg.yield %t : f32
  } -> tensor<?x?x4xf32>
  %8 = memref.reinterpret_cast %y to offset: [0], sizes: [%n, %h, 4], strides: [%sy, 4, 1] : memref<1xf32> to memref<?x?x4xf32, strided<[?, 4, 1]>>
  bufferization.materialize_in_destination %7 in restrict writable %8 : (tensor<?x?x4xf32>, memref<?x?x4xf32, strided<[?, 4, 1]>>) -> ()
  return
}

// Tiles of rows, of which the last one overlaps the one before; where there are
// too few rows for one, one by one. A column that is left is part of a vector.
// CHECK-LABEL: func.func private @dense(
// CHECK-SAME:    %[[N:[a-z0-9]*]]: index)
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C8:.*]] = arith.constant 8 : index
// CHECK-DAG:     %[[C20:.*]] = arith.constant 20 : index
// CHECK:         %[[MANY:.*]] = arith.cmpi sge, %{{.*}}, %[[C8]] : index
// CHECK:         %[[END:.*]] = arith.select %[[MANY]], %[[N]], %[[FIRST:.*]] : index
// CHECK:         scf.for %[[ROW:.*]] = %[[FIRST]] to %[[END]] step %[[C8]] {
// CHECK:           %[[LATEST:.*]] = arith.subi %[[N]], %[[C8]] : index
// CHECK:           %[[START:.*]] = arith.minsi %[[ROW]], %[[LATEST]] : index
// CHECK:           %[[BIAS:.*]] = vector.load {{.*}} : memref<6xf32>, vector<4xf32>
// CHECK:           scf.for %{{.*}} = %{{.*}} to %[[C20]] step %[[C1]] iter_args(%{{.*}} = %[[BIAS]],
// CHECK-COUNT-8:   vector.store {{.*}} : memref<?x6xf32, strided<[6, 1]>>, vector<4xf32>
// CHECK:         scf.for %{{.*}} = %[[END]] to %[[N]] step %[[C1]] {
// CHECK:           vector.store {{.*}} : memref<?x6xf32, strided<[6, 1]>>, vector<4xf32>
// CHECK:         scf.for %{{.*}} = %[[FIRST]] to %[[END]] step %[[C8]] {
// CHECK-COUNT-8:   vector.store {{.*}} : memref<?x6xf32, strided<[6, 1]>>, vector<2xf32>
func.func private @dense(%x: memref<1xf32>, %w: memref<2x20x4xf32> {nn.padded}, %b: memref<6xf32> {nn.padded}, %y: memref<1xf32>, %n: index) attributes {nn.open_kernel} {
  %1 = memref.reinterpret_cast %x to offset: [0], sizes: [%n, 20], strides: [20, 1] : memref<1xf32> to memref<?x20xf32, strided<[20, 1]>>
  %2 = bufferization.to_tensor %1 restrict : memref<?x20xf32, strided<[20, 1]>> to tensor<?x20xf32>
  %3 = bufferization.to_tensor %w restrict : memref<2x20x4xf32> to tensor<2x20x4xf32>
  %4 = tensor.empty() : tensor<6x20xf32>
  %5 = linalg.unpack %3 inner_dims_pos = [0] inner_tiles = [4] into %4 : tensor<2x20x4xf32> -> tensor<6x20xf32>
  %6 = bufferization.to_tensor %b restrict : memref<6xf32> to tensor<6xf32>
  %7 = tensor.empty(%n) : tensor<?x6xf32>
  %8 = linalg.broadcast ins(%6 : tensor<6xf32>) outs(%7 : tensor<?x6xf32>) dimensions = [0]
  %9 = linalg.matmul indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (j, k)>, affine_map<(i, j, k) -> (i, j)>]
      ins(%2, %5 : tensor<?x20xf32>, tensor<6x20xf32>) outs(%8 : tensor<?x6xf32>) -> tensor<?x6xf32>
  %10 = memref.reinterpret_cast %y to offset: [0], sizes: [%n, 6], strides: [6, 1] : memref<1xf32> to memref<?x6xf32, strided<[6, 1]>>
  bufferization.materialize_in_destination %9 in restrict writable %10 : (tensor<?x6xf32>, memref<?x6xf32, strided<[6, 1]>>) -> ()
  return
}

// Neighbours along an open dimension are vectors, and what is left one by one.
// CHECK-LABEL: func.func private @relu(
// CHECK-SAME:    %[[N:[a-z0-9]*]]: index)
// CHECK-DAG:     %[[MASK:.*]] = arith.constant -4 : index
// CHECK:         %[[WHOLE:.*]] = arith.andi %[[N]], %[[MASK]] : index
// CHECK:         scf.for %{{.*}} = %{{.*}} to %[[WHOLE]] step
// CHECK:           vector.load {{.*}} vector<4xf32>
// CHECK:           vector.store {{.*}} vector<4xf32>
// CHECK:         scf.for %{{.*}} = %[[WHOLE]] to %[[N]] step
// CHECK:           memref.load
// CHECK:           vector.store {{.*}} vector<1xf32>
func.func private @relu(%x: memref<1xf32>, %y: memref<1xf32>, %n: index) attributes {nn.open_kernel} {
  %0 = memref.reinterpret_cast %x to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32, strided<[1]>>
  %1 = bufferization.to_tensor %0 restrict : memref<?xf32, strided<[1]>> to tensor<?xf32>
  %2 = tensor.empty(%n) : tensor<?xf32>
  %3 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%1 : tensor<?xf32>) outs(%2 : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32):
    %zero = arith.constant 0.0 : f32
    %m = arith.maximumf %a, %zero : f32
    linalg.yield %m : f32
  } -> tensor<?xf32>
  %4 = memref.reinterpret_cast %y to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32, strided<[1]>>
  bufferization.materialize_in_destination %3 in restrict writable %4 : (tensor<?xf32>, memref<?xf32, strided<[1]>>) -> ()
  return
}

// Of neighbours along what is padded, each has steps of its own.
// CHECK-LABEL: func.func private @lines(
// CHECK-NOT:     vector<{{[2-9]}}xf32>
// CHECK:         vector.store {{.*}} vector<1xf32>
// CHECK-NOT:     vector<{{[2-9]}}xf32>
// CHECK:         return
func.func private @lines(%x: memref<1xf32>, %y: memref<1xf32>, %n: index) attributes {nn.open_kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = memref.reinterpret_cast %x to offset: [0], sizes: [%n, 8], strides: [8, 1] : memref<1xf32> to memref<?x8xf32, strided<[8, 1]>>
  %1 = bufferization.to_tensor %0 restrict : memref<?x8xf32, strided<[8, 1]>> to tensor<?x8xf32>
  %2 = tensor.pad %1 low[0, 1] high[0, 1] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : f32
  } : tensor<?x8xf32> to tensor<?x10xf32>
  %3 = tensor.empty() : tensor<3xf32>
  %4 = tensor.empty(%n) : tensor<?x8xf32>
  %5 = linalg.fill ins(%zero : f32) outs(%4 : tensor<?x8xf32>) -> tensor<?x8xf32>
  %6 = linalg.generic {indexing_maps = [affine_map<(n, l, k) -> (n, l + k)>, affine_map<(n, l, k) -> (k)>, affine_map<(n, l, k) -> (n, l)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%2, %3 : tensor<?x10xf32>, tensor<3xf32>) outs(%5 : tensor<?x8xf32>) {
  ^bb0(%a: f32, %k: f32, %s: f32):
    %t = arith.addf %s, %a : f32
    linalg.yield %t : f32
  } -> tensor<?x8xf32>
  %7 = memref.reinterpret_cast %y to offset: [0], sizes: [%n, 8], strides: [8, 1] : memref<1xf32> to memref<?x8xf32, strided<[8, 1]>>
  bufferization.materialize_in_destination %6 in restrict writable %7 : (tensor<?x8xf32>, memref<?x8xf32, strided<[8, 1]>>) -> ()
  return
}

// A row of a table is loaded from where the index says, without a loop over the rows.
// CHECK-LABEL: func.func private @lookup(
// CHECK-SAME:    %{{.*}}: memref<1xf32>, %[[T:.*]]: memref<900x8xf32>, %{{.*}}: memref<1xf32>, %[[N:.*]]: index, %[[L:.*]]: index)
// CHECK-DAG:     %[[C900:.*]] = arith.constant 900 : index
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK:         scf.for %{{.*}} = %[[C0]] to %[[N]]
// CHECK:           scf.for
// CHECK:             %[[BITS:.*]] = arith.bitcast %{{.*}} : f32 to i32
// CHECK-NEXT:        %[[WANTED:.*]] = arith.index_castui %[[BITS]] : i32 to index
// CHECK-NEXT:        %[[IS:.*]] = arith.cmpi ult, %[[WANTED]], %[[C900]] : index
// CHECK-NEXT:        %[[ROW:.*]] = arith.select %[[IS]], %[[WANTED]], %[[C0]] : index
// CHECK-NEXT:        %[[A:.*]] = vector.load %[[T]][%[[ROW]], %[[C0]]] : memref<900x8xf32>, vector<4xf32>
// CHECK-NEXT:        arith.select %[[IS]], %[[A]], %{{.*}} : vector<4xf32>
func.func private @lookup(%x: memref<1xf32>, %t: memref<900x8xf32>, %y: memref<1xf32>, %n: index, %l: index) attributes {nn.open_kernel} {
  %zero = arith.constant 0.0 : f32
  %c8 = arith.constant 8 : index
  %sy = arith.muli %l, %c8 : index
  %0 = memref.reinterpret_cast %x to offset: [0], sizes: [%n, %l], strides: [%l, 1] : memref<1xf32> to memref<?x?xf32, strided<[?, 1]>>
  %1 = bufferization.to_tensor %0 restrict : memref<?x?xf32, strided<[?, 1]>> to tensor<?x?xf32>
  %2 = bufferization.to_tensor %t restrict : memref<900x8xf32> to tensor<900x8xf32>
  %3 = tensor.empty(%n, %l) : tensor<?x?x8xf32>
  %4 = linalg.fill ins(%zero : f32) outs(%3 : tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  %5 = linalg.generic {indexing_maps = [affine_map<(n, l, c, r) -> (n, l)>, affine_map<(n, l, c, r) -> (r, c)>, affine_map<(n, l, c, r) -> (n, l, c)>],
                       iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%1, %2 : tensor<?x?xf32>, tensor<900x8xf32>) outs(%4 : tensor<?x?x8xf32>) {
  ^bb0(%w: f32, %row: f32, %none: f32):
    %place = linalg.index 3 : index
    %bits = arith.bitcast %w : f32 to i32
    %wanted = arith.index_castui %bits : i32 to index
    %is = arith.cmpi eq, %place, %wanted : index
    %found = arith.select %is, %row, %none : f32
    linalg.yield %found : f32
  } -> tensor<?x?x8xf32>
  %6 = memref.reinterpret_cast %y to offset: [0], sizes: [%n, %l, 8], strides: [%sy, 8, 1] : memref<1xf32> to memref<?x?x8xf32, strided<[?, 8, 1]>>
  bufferization.materialize_in_destination %5 in restrict writable %6 : (tensor<?x?x8xf32>, memref<?x?x8xf32, strided<[?, 8, 1]>>) -> ()
  return
}
