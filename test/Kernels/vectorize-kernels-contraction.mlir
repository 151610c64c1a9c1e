// RUN: nascent-opt %s --nascent-vectorize-kernels --canonicalize --cse --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --nascent-vectorize-kernels | FileCheck %s --check-prefix=CLEAN
// RUN: nascent-opt %s --nascent-vectorize-kernels=remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// CLEAN-NOT: {{(linalg|tensor|bufferization)[.]}}

module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 128, registers = 16, fma = true>} {

// A convolution of stride 2, whose pixels lie side by side: the input is seen as
// rows that overlap, of three segments of kw and c. Tiles run along a line. What
// is stored is channels 8 to 15 of 24.
// CHECK-LABEL: func.func private @convolution(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<1x9x11x3xf32>, %[[W:[a-z0-9]+]]: memref<1x3x3x3x8xf32>, %[[B:[a-z0-9]+]]: memref<8xf32>, %[[Y:[a-z0-9]+]]: memref<1x4x5x8xf32, strided<[480, 120, 24, 1], offset: 8>>)
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C3:.*]] = arith.constant 3 : index
// CHECK-DAG:     %[[C4:.*]] = arith.constant 4 : index
// CHECK-DAG:     %[[C9:.*]] = arith.constant 9 : index
// CHECK-DAG:     %[[OUT:.*]] = memref.reinterpret_cast %[[Y]] to offset: [8], sizes: [4, 5, 8], strides: [120, 24, 1]
// CHECK-DAG:     %[[IN:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [4, 5, 3, 9], strides: [66, 6, 33, 1]
// CHECK-DAG:     %[[FILTER:.*]] = memref.reinterpret_cast %[[W]] to offset: [0], sizes: [1, 3, 9, 8], strides: [216, 72, 8, 1]
// CHECK:         scf.for %[[LINE:.*]] = %[[C0]] to %[[C4]] step
// CHECK-NOT:       scf.for %{{.*}} = %{{.*}} to %{{.*}} step %{{[a-z0-9]+}} {
// CHECK:           vector.load %[[B]][%[[C0]]]
// CHECK:           %{{.*}}:10 = scf.for %[[KH:.*]] = %[[C0]] to %[[C3]] step
// CHECK-NEXT:        %{{.*}}:10 = scf.for %[[K:.*]] = %[[C0]] to %[[C9]] step
// CHECK:               vector.load %[[FILTER]][%[[C0]], %[[KH]], %[[K]], %[[C0]]]
// CHECK:               memref.load %[[IN]][%[[LINE]], %[[C0]], %[[KH]], %[[K]]]
// CHECK:               memref.load %[[IN]][%[[LINE]], %[[C4]], %[[KH]], %[[K]]]
// CHECK:           vector.store %{{.*}}, %[[OUT]][%[[LINE]], %[[C4]], %[[C4]]]
// CHECK:         return
// REMARK: remark: 20 x 27 times 27 x 8 in tiles of 5 rows and 8 columns
func.func private @convolution(%x: memref<1x9x11x3xf32>, %w: memref<1x3x3x3x8xf32>, %b: memref<8xf32>, %y: memref<1x4x5x8xf32, strided<[480, 120, 24, 1], offset: 8>>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x9x11x3xf32> to tensor<1x9x11x3xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x3x3x3x8xf32> to tensor<1x3x3x3x8xf32>
  %2 = bufferization.to_tensor %b restrict : memref<8xf32> to tensor<8xf32>
  %3 = tensor.empty() : tensor<3x3x3x8xf32>
  %4 = linalg.unpack %1 outer_dims_perm = [3, 0, 1, 2] inner_dims_pos = [3] inner_tiles = [8] into %3 : tensor<1x3x3x3x8xf32> -> tensor<3x3x3x8xf32>
  %5 = tensor.empty() : tensor<1x4x5x8xf32>
  %6 = linalg.broadcast ins(%2 : tensor<8xf32>) outs(%5 : tensor<1x4x5x8xf32>) dimensions = [0, 1, 2]
  %7 = linalg.conv_2d_nhwc_hwcf {strides = dense<2> : tensor<2xi64>} ins(%0, %4 : tensor<1x9x11x3xf32>, tensor<3x3x3x8xf32>) outs(%6 : tensor<1x4x5x8xf32>) -> tensor<1x4x5x8xf32>
  bufferization.materialize_in_destination %7 in restrict writable %y : (tensor<1x4x5x8xf32>, memref<1x4x5x8xf32, strided<[480, 120, 24, 1], offset: 8>>) -> ()
  return
}

// Where pixels have more room than channels, kw and c are two loops. With a window
// of one pixel, all pixels of an image are one loop, and with them the images.
// CHECK-LABEL: func.func private @apart(
// CHECK:         memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [4, 4, 3, 3, 5], strides: [48, 8, 48, 8, 1]
// CHECK-LABEL: func.func private @pixels(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<2x3x4x5xf32, strided<[96, 32, 8, 1]>>
// CHECK-DAG:     memref.reinterpret_cast %[[X]] to offset: [0], sizes: [24, 5], strides: [8, 1]
// CHECK-DAG:     memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [24, 8], strides: [8, 1]
func.func private @apart(%x: memref<1x6x6x5xf32, strided<[288, 48, 8, 1]>>, %w: memref<1x3x3x5x8xf32>, %y: memref<1x4x4x8xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x6x6x5xf32, strided<[288, 48, 8, 1]>> to tensor<1x6x6x5xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x3x3x5x8xf32> to tensor<1x3x3x5x8xf32>
  %2 = tensor.empty() : tensor<8x3x3x5xf32>
  %3 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [8] into %2 : tensor<1x3x3x5x8xf32> -> tensor<8x3x3x5xf32>
  %4 = tensor.empty() : tensor<1x4x4x8xf32>
  %zero = arith.constant 0.0 : f32
  %5 = linalg.fill ins(%zero : f32) outs(%4 : tensor<1x4x4x8xf32>) -> tensor<1x4x4x8xf32>
  %6 = linalg.conv_2d_nhwc_fhwc ins(%0, %3 : tensor<1x6x6x5xf32>, tensor<8x3x3x5xf32>) outs(%5 : tensor<1x4x4x8xf32>) -> tensor<1x4x4x8xf32>
  bufferization.materialize_in_destination %6 in restrict writable %y : (tensor<1x4x4x8xf32>, memref<1x4x4x8xf32>) -> ()
  return
}
func.func private @pixels(%x: memref<2x3x4x5xf32, strided<[96, 32, 8, 1]>>, %w: memref<1x1x1x5x8xf32>, %y: memref<2x3x4x8xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x3x4x5xf32, strided<[96, 32, 8, 1]>> to tensor<2x3x4x5xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x1x1x5x8xf32> to tensor<1x1x1x5x8xf32>
  %2 = tensor.empty() : tensor<8x1x1x5xf32>
  %3 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [8] into %2 : tensor<1x1x1x5x8xf32> -> tensor<8x1x1x5xf32>
  %4 = tensor.empty() : tensor<2x3x4x8xf32>
  %zero = arith.constant 0.0 : f32
  %5 = linalg.fill ins(%zero : f32) outs(%4 : tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32>
  %6 = linalg.conv_2d_nhwc_fhwc ins(%0, %3 : tensor<2x3x4x5xf32>, tensor<8x1x1x5xf32>) outs(%5 : tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32>
  bufferization.materialize_in_destination %6 in restrict writable %y : (tensor<2x3x4x8xf32>, memref<2x3x4x8xf32>) -> ()
  return
}

// Lines of padding are left out of the loop over kh, and the index into the input
// is the line's. In x, the halo is in the buffer.
// CHECK-LABEL: func.func private @padded(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<1x6x5x4xf32>,
// CHECK-DAG:     %[[IN:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [3, 3, 6, 12], strides: [0, 4, 20, 1]
// CHECK-DAG:     %[[FILTER:.*]] = memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [1, 3, 12, 8]
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C2:.*]] = arith.constant 2 : index
// CHECK-DAG:     %[[C3:.*]] = arith.constant 3 : index
// CHECK-DAG:     %[[C7:.*]] = arith.constant 7 : index
// CHECK:         scf.for %[[LINE:.*]] = %[[C0]] to %[[C3]] step
// CHECK:           %[[SCALED:.*]] = arith.muli %[[LINE]], %[[C2]]
// CHECK-DAG:       %[[FIRST:.*]] = arith.subi %[[SCALED]], %[[C1]]
// CHECK-DAG:       %[[LOW:.*]] = arith.subi %[[C1]], %[[SCALED]]
// CHECK-DAG:       %[[HIGH:.*]] = arith.subi %[[C7]], %[[SCALED]]
// CHECK-DAG:       %[[START:.*]] = arith.maxsi %[[LOW]], %[[C0]]
// CHECK-DAG:       %[[END:.*]] = arith.minsi %[[HIGH]], %[[C3]]
// CHECK:           scf.for %[[KH:[a-z0-9]+]] = %[[START]] to %[[END]] step
// CHECK:             %[[AT:.*]] = arith.addi %[[KH]], %[[FIRST]]
// CHECK-NEXT:        %{{.*}} = scf.for %[[K:[a-z0-9]+]] =
// CHECK:               vector.load %[[FILTER]][%[[C0]], %[[KH]], %[[K]], %[[C0]]]
// CHECK:               memref.load %[[IN]][%[[LINE]], %[[C0]], %[[AT]], %[[K]]]
func.func private @padded(%x: memref<1x6x5x4xf32>, %w: memref<1x3x3x4x8xf32>, %y: memref<1x3x3x8xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x6x5x4xf32> to tensor<1x6x5x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x3x3x4x8xf32> to tensor<1x3x3x4x8xf32>
  %2 = tensor.empty() : tensor<8x3x3x4xf32>
  %3 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [8] into %2 : tensor<1x3x3x4x8xf32> -> tensor<8x3x3x4xf32>
  %4 = bufferization.to_tensor %y restrict : memref<1x3x3x8xf32> to tensor<1x3x3x8xf32>
  %zero = arith.constant 0.0 : f32
  %padded = tensor.pad %0 low[0, 1, 0, 0] high[0, 0, 0, 0] {
    ^bb0(%n: index, %h: index, %v: index, %c: index):
      tensor.yield %zero : f32
  } : tensor<1x6x5x4xf32> to tensor<1x7x5x4xf32>
  %5 = linalg.generic {indexing_maps = [affine_map<(n, h, w, f, kh, kw, c) -> (n, h * 2 + kh, w + kw, c)>, affine_map<(n, h, w, f, kh, kw, c) -> (f, kh, kw, c)>, affine_map<(n, h, w, f, kh, kw, c) -> (n, h, w, f)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%padded, %3 : tensor<1x7x5x4xf32>, tensor<8x3x3x4xf32>) outs(%4 : tensor<1x3x3x8xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %p = arith.mulf %a, %b : f32
      %s = arith.addf %c, %p : f32
      linalg.yield %s : f32
  } -> tensor<1x3x3x8xf32>
  bufferization.materialize_in_destination %5 in restrict writable %y : (tensor<1x3x3x8xf32>, memref<1x3x3x8xf32>) -> ()
  return
}

// A weight's gradient: the first operand is read along its columns, rows of the
// second one are vectors, and sums start from what is in memory. What lies past
// the last column belongs to the next row, and is not read.
// CHECK-LABEL: func.func private @gradient(
// CHECK-SAME:    %[[DY:[a-z0-9]+]]: memref<9x3xf32>, %[[X:[a-z0-9]+]]: memref<9x6xf32>, %[[DW:[a-z0-9]+]]: memref<3x6xf32>)
// CHECK:         %[[DYT:.*]] = memref.reinterpret_cast %[[DY]] to offset: [0], sizes: [3, 9], strides: [1, 3]
// CHECK:         vector.load %[[DW]][%[[C0:[a-z0-9]+]], %[[C0]]]
// CHECK:         vector.maskedload %[[DW]][%[[C0]], %[[C4:[a-z0-9]+]]]
// CHECK:         scf.for %[[R:[a-z0-9]+]] =
// CHECK:           vector.load %[[X]][%[[R]], %[[C0]]] : memref<9x6xf32>, vector<4xf32>
// CHECK:           vector.maskedload %[[X]][%[[R]], %[[C4]]]
// CHECK:           memref.load %[[DYT]][%[[C0]], %[[R]]]
// CHECK:           memref.load %[[DYT]][%{{.*}}, %[[R]]]
// CHECK:         vector.store %{{.*}}, %[[DW]][%[[C0]], %[[C0]]]
// CHECK:         return
func.func private @gradient(%dy: memref<9x3xf32>, %x: memref<9x6xf32>, %dw: memref<3x6xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %dy restrict : memref<9x3xf32> to tensor<9x3xf32>
  %1 = bufferization.to_tensor %x restrict : memref<9x6xf32> to tensor<9x6xf32>
  %2 = bufferization.to_tensor %dw restrict : memref<3x6xf32> to tensor<3x6xf32>
  %3 = linalg.matmul indexing_maps = [affine_map<(n, k, r) -> (r, n)>, affine_map<(n, k, r) -> (r, k)>, affine_map<(n, k, r) -> (n, k)>]
      ins(%0, %1 : tensor<9x3xf32>, tensor<9x6xf32>) outs(%2 : tensor<3x6xf32>) -> tensor<3x6xf32>
  bufferization.materialize_in_destination %3 in restrict writable %dw : (tensor<3x6xf32>, memref<3x6xf32>) -> ()
  return
}

// Values for each column are vectors, loaded once a panel; one for each row is a
// scalar. No row dimension at all is one row.
// CHECK-LABEL: func.func private @operands(
// CHECK-SAME:    %{{.*}}: memref<2x3xf32>, %{{.*}}: memref<1x3x4xf32>, %[[S:[a-z0-9]+]]: memref<4xf32>, %[[M:[a-z0-9]+]]: memref<2xf32>,
// CHECK:         vector.load %[[S]][%[[C0:[a-z0-9]+]]] : memref<4xf32>, vector<4xf32>
// CHECK:         %[[ONE:.*]] = memref.load %[[M]][%[[C0]]]
// CHECK:         vector.broadcast %[[ONE]] : f32 to vector<4xf32>
func.func private @operands(%x: memref<2x3xf32>, %w: memref<1x3x4xf32>, %s: memref<4xf32>, %m: memref<2xf32>, %y: memref<2x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x3xf32> to tensor<2x3xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x3x4xf32> to tensor<1x3x4xf32>
  %2 = bufferization.to_tensor %s restrict : memref<4xf32> to tensor<4xf32>
  %3 = bufferization.to_tensor %m restrict : memref<2xf32> to tensor<2xf32>
  %4 = tensor.empty() : tensor<4x3xf32>
  %5 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [4] into %4 : tensor<1x3x4xf32> -> tensor<4x3xf32>
  %6 = tensor.empty() : tensor<2x4xf32>
  %zero = arith.constant 0.0 : f32
  %7 = linalg.fill ins(%zero : f32) outs(%6 : tensor<2x4xf32>) -> tensor<2x4xf32>
  %8 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%0, %5 : tensor<2x3xf32>, tensor<4x3xf32>) outs(%7 : tensor<2x4xf32>) -> tensor<2x4xf32>
  %9 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%8, %2, %3 : tensor<2x4xf32>, tensor<4xf32>, tensor<2xf32>) outs(%6 : tensor<2x4xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32, %d: f32):
      %e = arith.mulf %a, %b : f32
      %f = arith.mulf %e, %c : f32
      linalg.yield %f : f32
  } -> tensor<2x4xf32>
  bufferization.materialize_in_destination %9 in restrict writable %y : (tensor<2x4xf32>, memref<2x4xf32>) -> ()
  return
}

// The same without a contraction.
// CHECK-LABEL: func.func private @rows(
// CHECK-SAME:    %{{.*}}: memref<3x4xf32>, %[[S:[a-z0-9]+]]: memref<3xf32>, %[[T:[a-z0-9]+]]: memref<4xf32>,
// CHECK:         scf.for %[[ROW:[a-z0-9]+]] =
// CHECK:           memref.load %[[S]][%[[ROW]]]
// CHECK:           vector.load %[[T]][%{{.*}}] : memref<4xf32>, vector<4xf32>
func.func private @rows(%x: memref<3x4xf32>, %s: memref<3xf32>, %t: memref<4xf32>, %y: memref<3x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<3x4xf32> to tensor<3x4xf32>
  %1 = bufferization.to_tensor %s restrict : memref<3xf32> to tensor<3xf32>
  %2 = bufferization.to_tensor %t restrict : memref<4xf32> to tensor<4xf32>
  %3 = tensor.empty() : tensor<3x4xf32>
  %4 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%0, %1, %2 : tensor<3x4xf32>, tensor<3xf32>, tensor<4xf32>) outs(%3 : tensor<3x4xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32, %d: f32):
      %e = arith.mulf %a, %b : f32
      %f = arith.addf %e, %c : f32
      linalg.yield %f : f32
  } -> tensor<3x4xf32>
  bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<3x4xf32>, memref<3x4xf32>) -> ()
  return
}

// What is the same in every column is broadcast to be stored.
// CHECK-LABEL: func.func private @one_a_row(
// CHECK:         %[[E:.*]] = memref.load
// CHECK:         %[[V:.*]] = vector.broadcast %[[E]] : f32 to vector<4xf32>
// CHECK:         vector.store %[[V]]
func.func private @one_a_row(%s: memref<3xf32>, %y: memref<3x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %s restrict : memref<3xf32> to tensor<3xf32>
  %1 = tensor.empty() : tensor<3x4xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<3xf32>) outs(%1 : tensor<3x4xf32>) {
    ^bb0(%a: f32, %b: f32):
      linalg.yield %a : f32
  } -> tensor<3x4xf32>
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<3x4xf32>, memref<3x4xf32>) -> ()
  return
}

// A vector times a matrix has no row: it is one.
// CHECK-LABEL: func.func private @vector(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<5xf32>, %[[W:[a-z0-9]+]]: memref<5x4xf32>, %[[Y:[a-z0-9]+]]: memref<4xf32>)
// CHECK-DAG:     memref.reinterpret_cast %[[Y]] to offset: [0], sizes: [1, 4], strides: [0, 1]
// CHECK-DAG:     memref.reinterpret_cast %[[X]] to offset: [0], sizes: [1, 5], strides: [0, 1]
func.func private @vector(%x: memref<5xf32>, %w: memref<5x4xf32>, %y: memref<4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<5xf32> to tensor<5xf32>
  %1 = bufferization.to_tensor %w restrict : memref<5x4xf32> to tensor<5x4xf32>
  %2 = bufferization.to_tensor %y restrict : memref<4xf32> to tensor<4xf32>
  %3 = linalg.vecmat ins(%0, %1 : tensor<5xf32>, tensor<5x4xf32>) outs(%2 : tensor<4xf32>) -> tensor<4xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// Blocks of the depth are steps of its outermost loop: between them, the sums of
// four rows wait in memory.
// CHECK-LABEL: func.func private @blocks(
// CHECK-COUNT-12: vector.store
// CHECK-NOT:     vector.store
// CHECK:         return
// REMARK: remark: 4 x 15 times 15 x 4 in tiles of 4 rows and 4 columns, 5 terms at a time
func.func private @blocks(%x: memref<6x5xf32, strided<[8, 1]>>, %w: memref<1x3x5x4xf32>, %y: memref<4x4xf32>) attributes {nn.kernel, nn.plan = #nn.plan<depth_block = 5>} {
  %0 = bufferization.to_tensor %x restrict : memref<6x5xf32, strided<[8, 1]>> to tensor<6x5xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x3x5x4xf32> to tensor<1x3x5x4xf32>
  %2 = tensor.empty() : tensor<4x3x5xf32>
  %3 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [4] into %2 : tensor<1x3x5x4xf32> -> tensor<4x3x5xf32>
  %4 = bufferization.to_tensor %y restrict : memref<4x4xf32> to tensor<4x4xf32>
  %5 = linalg.generic {indexing_maps = [affine_map<(w, f, kw, c) -> (w + kw, c)>, affine_map<(w, f, kw, c) -> (f, kw, c)>, affine_map<(w, f, kw, c) -> (w, f)>], iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%0, %3 : tensor<6x5xf32>, tensor<4x3x5xf32>) outs(%4 : tensor<4x4xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %p = arith.mulf %a, %b : f32
      %s = arith.addf %c, %p : f32
      linalg.yield %s : f32
  } -> tensor<4x4xf32>
  bufferization.materialize_in_destination %5 in restrict writable %y : (tensor<4x4xf32>, memref<4x4xf32>) -> ()
  return
}

}
