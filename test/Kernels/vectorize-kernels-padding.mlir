// RUN: nascent-opt %s --nascent-vectorize-kernels --canonicalize --cse --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --nascent-vectorize-kernels=remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 128, registers = 16, fma = true>} {

// Lines of five pixels with one of padding on each side, of two vectors of columns.
// Where the window's left column, the first 32 of 96 terms, is padding, four pixels
// are added to, and so where its right column is.
// CHECK-LABEL: func.func private @short(
// CHECK:           %{{.*}}:10 = scf.for %[[KH:.*]] = %c0 to %c3 step %c1 iter_args(%[[S0:[a-z0-9]+]] = %{{[a-z0-9]+}}, %[[S1:[a-z0-9]+]] = %{{[a-z0-9]+}}, %[[S2:[a-z0-9]+]] =
// CHECK-NEXT:        %[[LEFT:.*]]:8 = scf.for %[[K:.*]] = %c0 to %c32 step %c1 iter_args(%{{[a-z0-9]+}} = %[[S2]],
// CHECK:               memref.load %[[X:.*]][%{{.*}}, %c1, %[[KH]], %[[K]]]
// CHECK-COUNT-3:       memref.load %[[X]][%{{.*}}, %c{{[2-4]}}, %[[KH]], %[[K]]]
// CHECK-NOT:           memref.load
// CHECK:             %[[MIDDLE:.*]]:10 = scf.for %[[K:.*]] = %c32 to %c64 step %c1 iter_args(%{{[a-z0-9]+}} = %[[S0]], %{{[a-z0-9]+}} = %[[S1]], %{{[a-z0-9]+}} = %[[LEFT]]#0,
// CHECK-COUNT-5:       memref.load %[[X]][%{{.*}}, %c{{[0-4]}}, %[[KH]], %[[K]]]
// CHECK-NOT:           memref.load
// CHECK:             %[[RIGHT:.*]]:8 = scf.for %[[K:.*]] = %c64 to %c96 step %c1 iter_args(%{{[a-z0-9]+}} = %[[MIDDLE]]#0,
// CHECK-COUNT-4:       memref.load %[[X]][%{{.*}}, %c{{[0-3]}}, %[[KH]], %[[K]]]
// CHECK-NOT:           memref.load
// CHECK:             scf.yield %[[RIGHT]]#0, {{.*}} %[[RIGHT]]#7, %[[MIDDLE]]#8, %[[MIDDLE]]#9
// CHECK:         return
// REMARK: remark: 10 x 288 times 288 x 8 in tiles of 5 rows and 8 columns, without padding
func.func private @short(%x: memref<1x4x7x32xf32>, %w: memref<1x3x3x32x8xf32>, %b: memref<8xf32>, %y: memref<1x2x5x8xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x4x7x32xf32> to tensor<1x4x7x32xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x3x3x32x8xf32> to tensor<1x3x3x32x8xf32>
  %2 = bufferization.to_tensor %b restrict : memref<8xf32> to tensor<8xf32>
  %3 = tensor.empty() : tensor<3x3x32x8xf32>
  %4 = linalg.unpack %1 outer_dims_perm = [3, 0, 1, 2] inner_dims_pos = [3] inner_tiles = [8] into %3 : tensor<1x3x3x32x8xf32> -> tensor<3x3x32x8xf32>
  %5 = tensor.empty() : tensor<1x2x5x8xf32>
  %6 = linalg.broadcast ins(%2 : tensor<8xf32>) outs(%5 : tensor<1x2x5x8xf32>) dimensions = [0, 1, 2]
  %7 = linalg.conv_2d_nhwc_hwcf {nn.line_halo = array<i64: 1, 1>} ins(%0, %4 : tensor<1x4x7x32xf32>, tensor<3x3x32x8xf32>) outs(%6 : tensor<1x2x5x8xf32>) -> tensor<1x2x5x8xf32>
  bufferization.materialize_in_destination %7 in restrict writable %y : (tensor<1x2x5x8xf32>, memref<1x2x5x8xf32>) -> ()
  return
}

// The window's columns are a loop of their own where pixels have more room than
// channels; it becomes three.
// CHECK-LABEL: func.func private @apart(
// CHECK:           scf.for %[[KH:.*]] = %c0 to %c3 step
// CHECK-NEXT:        scf.for %{{.*}} = %c0 to %c32 step
// CHECK-COUNT-4:       memref.load %{{.*}}[%{{.*}}, %{{.*}}, %[[KH]], %c0,
// CHECK-NOT:           memref.load
// CHECK:             scf.for %{{.*}} = %c0 to %c32 step
// CHECK-COUNT-5:       memref.load %{{.*}}[%{{.*}}, %{{.*}}, %[[KH]], %c1,
// CHECK-NOT:           memref.load
// CHECK:             scf.for %{{.*}} = %c0 to %c32 step
// CHECK-COUNT-4:       memref.load %{{.*}}[%{{.*}}, %{{.*}}, %[[KH]], %c2,
// CHECK-NOT:           memref.load
// CHECK:         return
// REMARK: remark: {{.*}}, without padding
func.func private @apart(%x: memref<1x4x7x32xf32, strided<[1120, 280, 40, 1]>>, %w: memref<1x3x3x32x8xf32>, %b: memref<8xf32>, %y: memref<1x2x5x8xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x4x7x32xf32, strided<[1120, 280, 40, 1]>> to tensor<1x4x7x32xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x3x3x32x8xf32> to tensor<1x3x3x32x8xf32>
  %2 = bufferization.to_tensor %b restrict : memref<8xf32> to tensor<8xf32>
  %3 = tensor.empty() : tensor<3x3x32x8xf32>
  %4 = linalg.unpack %1 outer_dims_perm = [3, 0, 1, 2] inner_dims_pos = [3] inner_tiles = [8] into %3 : tensor<1x3x3x32x8xf32> -> tensor<3x3x32x8xf32>
  %5 = tensor.empty() : tensor<1x2x5x8xf32>
  %6 = linalg.broadcast ins(%2 : tensor<8xf32>) outs(%5 : tensor<1x2x5x8xf32>) dimensions = [0, 1, 2]
  %7 = linalg.conv_2d_nhwc_hwcf {nn.line_halo = array<i64: 1, 1>} ins(%0, %4 : tensor<1x4x7x32xf32>, tensor<3x3x32x8xf32>) outs(%6 : tensor<1x2x5x8xf32>) -> tensor<1x2x5x8xf32>
  bufferization.materialize_in_destination %7 in restrict writable %y : (tensor<1x2x5x8xf32>, memref<1x2x5x8xf32>) -> ()
  return
}

// Only tiles at the ends are code of their own. Here the second of two has all of
// its window, with a stride of two and no padding on the right.
// CHECK-LABEL: func.func private @long(
// CHECK:           scf.for %[[KH:.*]] = %c0 to %c3 step
// CHECK:             scf.for %{{.*}} = %c0 to %c64 step
// CHECK-COUNT-4:       memref.load
// CHECK-NOT:           memref.load
// CHECK:             scf.for %{{.*}} = %c64 to %c192 step
// CHECK-COUNT-5:       memref.load
// CHECK-NOT:           memref.load
// CHECK:           scf.for %[[KH:.*]] = %c0 to %c3 step
// CHECK:             scf.for %{{.*}} = %c0 to %c192 step
// CHECK-COUNT-5:       memref.load
// CHECK-NOT:           memref.load
// CHECK:         return
// REMARK: remark: {{.*}}, without padding
func.func private @long(%x: memref<1x5x22x64xf32>, %w: memref<1x3x3x64x8xf32>, %b: memref<8xf32>, %y: memref<1x2x10x8xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x5x22x64xf32> to tensor<1x5x22x64xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x3x3x64x8xf32> to tensor<1x3x3x64x8xf32>
  %2 = bufferization.to_tensor %b restrict : memref<8xf32> to tensor<8xf32>
  %3 = tensor.empty() : tensor<3x3x64x8xf32>
  %4 = linalg.unpack %1 outer_dims_perm = [3, 0, 1, 2] inner_dims_pos = [3] inner_tiles = [8] into %3 : tensor<1x3x3x64x8xf32> -> tensor<3x3x64x8xf32>
  %5 = tensor.empty() : tensor<1x2x10x8xf32>
  %6 = linalg.broadcast ins(%2 : tensor<8xf32>) outs(%5 : tensor<1x2x10x8xf32>) dimensions = [0, 1, 2]
  %7 = linalg.conv_2d_nhwc_hwcf {nn.line_halo = array<i64: 1, 0>, strides = dense<2> : tensor<2xi64>} ins(%0, %4 : tensor<1x5x22x64xf32>, tensor<3x3x64x8xf32>) outs(%6 : tensor<1x2x10x8xf32>) -> tensor<1x2x10x8xf32>
  bufferization.materialize_in_destination %7 in restrict writable %y : (tensor<1x2x10x8xf32>, memref<1x2x10x8xf32>) -> ()
  return
}

// What is not in memory is never read, however few terms that leaves out: the window's
// left column begins a pixel before the line.
// CHECK-LABEL: func.func private @absent(
// CHECK:           scf.for %[[KH:.*]] = %{{.*}} to %{{.*}} step %c1 iter_args(
// CHECK:             scf.for %[[K:.*]] = %c0 to %c8 step
// CHECK:               %[[AT:.*]] = arith.addi %[[K]], %c-8 : index
// CHECK:               memref.load %[[X:.*]][%{{.*}}, %c1, %[[H:.*]], %[[AT]]]
// CHECK-COUNT-3:       memref.load %[[X]][%{{.*}}, %c{{[2-4]}}, %[[H]], %[[AT]]]
// CHECK-NOT:           memref.load
// CHECK:             scf.for %{{.*}} = %c8 to %c16 step
// CHECK-COUNT-5:       memref.load %[[X]][
// CHECK-NOT:           memref.load
// CHECK:             scf.for %{{.*}} = %c16 to %c24 step
// CHECK-COUNT-4:       memref.load %[[X]][%{{.*}}, %c{{[0-3]}}, %[[H]],
// CHECK-NOT:           memref.load
// CHECK:         return
// REMARK: remark: {{.*}}, without padding
func.func private @absent(%x: memref<1x4x5x8xf32>, %w: memref<1x3x3x8x8xf32>, %b: memref<8xf32>, %y: memref<1x4x5x8xf32>) attributes {nn.kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = bufferization.to_tensor %x restrict : memref<1x4x5x8xf32> to tensor<1x4x5x8xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x3x3x8x8xf32> to tensor<1x3x3x8x8xf32>
  %2 = bufferization.to_tensor %b restrict : memref<8xf32> to tensor<8xf32>
  %3 = tensor.empty() : tensor<3x3x8x8xf32>
  %4 = linalg.unpack %1 outer_dims_perm = [3, 0, 1, 2] inner_dims_pos = [3] inner_tiles = [8] into %3 : tensor<1x3x3x8x8xf32> -> tensor<3x3x8x8xf32>
  %5 = tensor.empty() : tensor<1x4x5x8xf32>
  %6 = linalg.broadcast ins(%2 : tensor<8xf32>) outs(%5 : tensor<1x4x5x8xf32>) dimensions = [0, 1, 2]
  %padded = tensor.pad %0 low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x4x5x8xf32> to tensor<1x6x7x8xf32>
  %7 = linalg.conv_2d_nhwc_hwcf {nn.line_halo = array<i64: 1, 1>} ins(%padded, %4 : tensor<1x6x7x8xf32>, tensor<3x3x8x8xf32>) outs(%6 : tensor<1x4x5x8xf32>) -> tensor<1x4x5x8xf32>
  bufferization.materialize_in_destination %7 in restrict writable %y : (tensor<1x4x5x8xf32>, memref<1x4x5x8xf32>) -> ()
  return
}

// So it is where a step along the line is all of the window's, behind several lines.
// CHECK-LABEL: func.func private @lone(
// CHECK:         scf.for %{{.*}} = %{{.*}} to %{{.*}} step %c1 iter_args(
// CHECK:         return
// REMARK: remark: {{.*}}, without padding
func.func private @lone(%x: memref<1x4x3x8xf32>, %w: memref<1x3x1x8x8xf32>, %b: memref<8xf32>, %y: memref<1x4x5x8xf32>) attributes {nn.kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = bufferization.to_tensor %x restrict : memref<1x4x3x8xf32> to tensor<1x4x3x8xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x3x1x8x8xf32> to tensor<1x3x1x8x8xf32>
  %2 = bufferization.to_tensor %b restrict : memref<8xf32> to tensor<8xf32>
  %3 = tensor.empty() : tensor<3x1x8x8xf32>
  %4 = linalg.unpack %1 outer_dims_perm = [3, 0, 1, 2] inner_dims_pos = [3] inner_tiles = [8] into %3 : tensor<1x3x1x8x8xf32> -> tensor<3x1x8x8xf32>
  %5 = tensor.empty() : tensor<1x4x5x8xf32>
  %6 = linalg.broadcast ins(%2 : tensor<8xf32>) outs(%5 : tensor<1x4x5x8xf32>) dimensions = [0, 1, 2]
  %padded = tensor.pad %0 low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x4x3x8xf32> to tensor<1x6x5x8xf32>
  %7 = linalg.conv_2d_nhwc_hwcf {nn.line_halo = array<i64: 1, 1>} ins(%padded, %4 : tensor<1x6x5x8xf32>, tensor<3x1x8x8xf32>) outs(%6 : tensor<1x4x5x8xf32>) -> tensor<1x4x5x8xf32>
  bufferization.materialize_in_destination %7 in restrict writable %y : (tensor<1x4x5x8xf32>, memref<1x4x5x8xf32>) -> ()
  return
}

// So it is where the terms of a step are in two dimensions.
// REMARK: remark: {{.*}}, without padding
func.func private @two_terms(%x: memref<4x2x2xf32>, %w: memref<3x2x2x8xf32>, %y: memref<4x8xf32>) attributes {nn.kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = bufferization.to_tensor %x restrict : memref<4x2x2xf32> to tensor<4x2x2xf32>
  %1 = bufferization.to_tensor %w restrict : memref<3x2x2x8xf32> to tensor<3x2x2x8xf32>
  %empty = tensor.empty() : tensor<4x8xf32>
  %2 = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x8xf32>) -> tensor<4x8xf32>
  %padded = tensor.pad %0 low[1, 0, 0] high[1, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index):
    tensor.yield %zero : f32
  } : tensor<4x2x2xf32> to tensor<6x2x2xf32>
  %3 = linalg.generic {indexing_maps = [affine_map<(w, f, j, c, d) -> (w + j, c, d)>, affine_map<(w, f, j, c, d) -> (j, c, d, f)>, affine_map<(w, f, j, c, d) -> (w, f)>], iterator_types = ["parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%padded, %1 : tensor<6x2x2xf32>, tensor<3x2x2x8xf32>) outs(%2 : tensor<4x8xf32>) attrs = {nn.line_halo = array<i64: 1, 1>} {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<4x8xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<4x8xf32>, memref<4x8xf32>) -> ()
  return
}

// Few terms are not worth it.
// REMARK-NOT: without padding
func.func private @few(%x: memref<1x4x7x8xf32>, %w: memref<1x3x3x8x8xf32>, %b: memref<8xf32>, %y: memref<1x2x5x8xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x4x7x8xf32> to tensor<1x4x7x8xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x3x3x8x8xf32> to tensor<1x3x3x8x8xf32>
  %2 = bufferization.to_tensor %b restrict : memref<8xf32> to tensor<8xf32>
  %3 = tensor.empty() : tensor<3x3x8x8xf32>
  %4 = linalg.unpack %1 outer_dims_perm = [3, 0, 1, 2] inner_dims_pos = [3] inner_tiles = [8] into %3 : tensor<1x3x3x8x8xf32> -> tensor<3x3x8x8xf32>
  %5 = tensor.empty() : tensor<1x2x5x8xf32>
  %6 = linalg.broadcast ins(%2 : tensor<8xf32>) outs(%5 : tensor<1x2x5x8xf32>) dimensions = [0, 1, 2]
  %7 = linalg.conv_2d_nhwc_hwcf {nn.line_halo = array<i64: 1, 1>} ins(%0, %4 : tensor<1x4x7x8xf32>, tensor<3x3x8x8xf32>) outs(%6 : tensor<1x2x5x8xf32>) -> tensor<1x2x5x8xf32>
  bufferization.materialize_in_destination %7 in restrict writable %y : (tensor<1x2x5x8xf32>, memref<1x2x5x8xf32>) -> ()
  return
}

}
