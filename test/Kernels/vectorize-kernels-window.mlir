// RUN: nascent-opt %s --nascent-vectorize-kernels --canonicalize --cse --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --nascent-vectorize-kernels | FileCheck %s --check-prefix=CLEAN
// RUN: nascent-opt %s --nascent-vectorize-kernels=remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// CLEAN-NOT: {{(linalg|tensor|bufferization)[.]}}

module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 128, registers = 16, fma = true>} {

// The maximum of 3 × 3 pixels at stride 2. Where lines begin and end is known when
// compiling: the first and the last pixel of the only tile have two columns, the
// other has three. What lines there are is found out for each. No weight is
// shared by pixels: fewer of them, with two vectors of each.
// CHECK-LABEL: func.func private @pooling(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<1x7x5x8xf32>, %[[Y:[a-z0-9]+]]: memref<1x4x3x8xf32>)
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C2:.*]] = arith.constant 2 : index
// CHECK-DAG:     %[[C3:.*]] = arith.constant 3 : index
// CHECK-DAG:     %[[C4:.*]] = arith.constant 4 : index
// CHECK-DAG:     %[[C8:.*]] = arith.constant 8 : index
// CHECK-DAG:     %[[BACK:.*]] = arith.constant -1 : index
// CHECK-DAG:     %[[IN:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [7, 5, 8], strides: [40, 8, 1]
// CHECK-DAG:     %[[OUT:.*]] = memref.reinterpret_cast %[[Y]] to offset: [0], sizes: [4, 3, 8], strides: [24, 8, 1]
// CHECK:         scf.for %[[LINE:.*]] = %[[C0]] to %[[C4]] step %[[C1]] {
// CHECK-NEXT:        %[[FIRST:.*]] = arith.muli %[[LINE]], %[[C2]]
// CHECK-DAG:         %[[LOW:.*]] = arith.subi %[[C1]], %[[FIRST]]
// CHECK-DAG:         %[[HIGH:.*]] = arith.subi %[[C8]], %[[FIRST]]
// CHECK-DAG:         %[[START:.*]] = arith.maxsi %[[LOW]], %[[C0]]
// CHECK-DAG:         %[[END:.*]] = arith.minsi %[[HIGH]], %[[C3]]
// CHECK:             %[[MOST:.*]]:6 = scf.for %[[KH:.*]] = %[[START]] to %[[END]] step %[[C1]] iter_args(%[[A:[a-z0-9]+]] = %{{[a-z0-9_]+}}, %[[B:[a-z0-9]+]] =
// CHECK-NEXT:          %[[SUM:.*]] = arith.addi %[[FIRST]], %[[KH]]
// CHECK-NEXT:          %[[AT:.*]] = arith.addi %[[SUM]], %[[BACK]]
// CHECK-NEXT:          %[[X0:.*]] = vector.load %[[IN]][%[[AT]], %[[C0]], %[[C0]]]
// CHECK-NEXT:          %[[A0:.*]] = arith.maximumf %[[A]], %[[X0]]
// CHECK-NEXT:          %[[X1:.*]] = vector.load %[[IN]][%[[AT]], %[[C1]], %[[C0]]]
// CHECK-NEXT:          arith.maximumf %[[A0]], %[[X1]]
// CHECK-NEXT:          %[[X2:.*]] = vector.load %[[IN]][%[[AT]], %[[C0]], %[[C4]]]
// CHECK-NEXT:          arith.maximumf %[[B]], %[[X2]]
// CHECK-NOT:           scf.for
// CHECK-NOT:           scf.if
// CHECK:               scf.yield
// CHECK:             vector.store %[[MOST]]#0, %[[OUT]][%[[LINE]], %[[C0]], %[[C0]]]
// CHECK:             vector.store %[[MOST]]#5, %[[OUT]][%[[LINE]], %[[C2]], %[[C4]]]
// CHECK:         return
// REMARK: remark: 96 elements of 9 each in tiles of 3 rows and 2 vectors of 4
func.func private @pooling(%x: memref<1x7x5x8xf32>, %y: memref<1x4x3x8xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x7x5x8xf32> to tensor<1x7x5x8xf32>
  %least = arith.constant 0xFF800000 : f32
  %1 = tensor.pad %0 low[0, 1, 1, 0] high[0, 1, 1, 0] {
    ^bb0(%n: index, %h: index, %w: index, %c: index):
      tensor.yield %least : f32
  } : tensor<1x7x5x8xf32> to tensor<1x9x7x8xf32>
  %2 = tensor.empty() : tensor<3x3xf32>
  %3 = tensor.empty() : tensor<1x4x3x8xf32>
  %4 = linalg.fill ins(%least : f32) outs(%3 : tensor<1x4x3x8xf32>) -> tensor<1x4x3x8xf32>
  %5 = linalg.pooling_nhwc_max {strides = dense<2> : tensor<2xi64>} ins(%1, %2 : tensor<1x9x7x8xf32>, tensor<3x3xf32>) outs(%4 : tensor<1x4x3x8xf32>) -> tensor<1x4x3x8xf32>
  bufferization.materialize_in_destination %5 in restrict writable %y : (tensor<1x4x3x8xf32>, memref<1x4x3x8xf32>) -> ()
  return
}

// Where the sign of a zero does not matter, a maximum is a comparison, which finds
// no NaN; those are looked for in pairs. Windows of four pixels are straight code,
// and tiles of few pixels take two vectors.
// CHECK-LABEL: func.func private @comparison(
// CHECK-DAG:     %[[LEAST:.*]] = arith.constant dense<0xFF800000> : vector<4xf32>
// CHECK-DAG:     %[[NAN:.*]] = arith.constant dense<0x7FC00000> : vector<4xf32>
// CHECK:         scf.for
// CHECK-NEXT:      %[[X0:.*]] = vector.load
// CHECK-NEXT:      %[[P0:.*]] = arith.cmpf ogt, %[[X0]], %[[LEAST]]
// CHECK-NEXT:      %[[M0:.*]] = arith.select %[[P0]], %[[X0]], %[[LEAST]]
// CHECK-NEXT:      %[[X1:.*]] = vector.load
// CHECK-NEXT:      %[[P1:.*]] = arith.cmpf ogt, %[[X1]], %[[M0]]
// CHECK-NEXT:      %[[M1:.*]] = arith.select %[[P1]], %[[X1]], %[[M0]]
// CHECK-NEXT:      %[[IS:.*]] = arith.cmpf uno, %[[X0]], %[[X1]]
// CHECK-NEXT:      arith.select %[[IS]], %[[NAN]], %[[M1]]
// CHECK-NOT:       scf.for
// CHECK:         return
// REMARK: remark: 48 elements of 4 each in tiles of 3 rows and 2 vectors of 4
func.func private @comparison(%x: memref<1x4x6x8xf32>, %y: memref<1x2x3x8xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x4x6x8xf32> to tensor<1x4x6x8xf32>
  %least = arith.constant 0xFF800000 : f32
  %1 = tensor.empty() : tensor<2x2xf32>
  %2 = tensor.empty() : tensor<1x2x3x8xf32>
  %3 = linalg.fill ins(%least : f32) outs(%2 : tensor<1x2x3x8xf32>) -> tensor<1x2x3x8xf32>
  %4 = linalg.generic {indexing_maps = [affine_map<(n, h, w, c, kh, kw) -> (n, h * 2 + kh, w * 2 + kw, c)>, affine_map<(n, h, w, c, kh, kw) -> (kh, kw)>, affine_map<(n, h, w, c, kh, kw) -> (n, h, w, c)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%0, %1 : tensor<1x4x6x8xf32>, tensor<2x2xf32>) outs(%3 : tensor<1x2x3x8xf32>) {
    ^bb0(%a: f32, %b: f32, %m: f32):
      %r = arith.maximumf %m, %a fastmath<nsz> : f32
      linalg.yield %r : f32
  } -> tensor<1x2x3x8xf32>
  bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<1x2x3x8xf32>, memref<1x2x3x8xf32>) -> ()
  return
}

// A depthwise convolution of 6 channels, with panels of 8: a vector, and one of
// which two lanes exist. A line of weights is loaded once for a tile of pixels.
// Tiles are short, so that lines are gone along.
// The residual is added before the store.
// CHECK-LABEL: func.func private @depthwise(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<1x5x10x6xf32>, %[[W:[a-z0-9]+]]: memref<1x3x3x1x8xf32>, %[[B:[a-z0-9]+]]: memref<6xf32>
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C4:.*]] = arith.constant 4 : index
// CHECK-DAG:     %[[C5:.*]] = arith.constant 5 : index
// CHECK-DAG:     %[[C8:.*]] = arith.constant 8 : index
// CHECK-DAG:     %[[IN:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [8, 3, 5, 6], strides: [6, 6, 60, 1]
// CHECK-DAG:     %[[FILTER:.*]] = memref.reinterpret_cast %[[W]] to offset: [0], sizes: [3, 3, 1, 8], strides: [24, 8, 72, 1]
// CHECK:         scf.for %[[LINE:.*]] = %[[C0]] to %[[C5]]
// CHECK-NEXT:      scf.for %[[TILE:.*]] = %[[C0]] to %[[C8]]
// CHECK-NEXT:        %[[BIAS:.*]] = vector.load %[[B]][%[[C0]]] : memref<6xf32>, vector<4xf32>
// CHECK:             %[[SUMS:.*]]:4 = scf.for %[[KH:.*]] = {{.*}} iter_args(%[[S0:.*]] = %[[BIAS]], %[[S1:.*]] = %[[BIAS]], %{{.*}} = %[[BIAS]], %{{.*}} = %[[BIAS]])
// CHECK:               %[[X0:.*]] = vector.load %[[IN]][%[[TILE]], %[[C0]], %[[AT:.*]], %[[C0]]]
// CHECK-NEXT:          %[[W0:.*]] = vector.load %[[FILTER]][%[[KH]], %[[C0]], %[[C0]], %[[C0]]]
// CHECK-NEXT:          vector.fma %[[X0]], %[[W0]], %[[S0]]
// CHECK:               %[[NEXT:.*]] = arith.addi %[[TILE]], %[[C1]]
// CHECK-NEXT:          %[[X1:.*]] = vector.load %[[IN]][%[[NEXT]], %[[C0]], %[[AT]], %[[C0]]]
// CHECK-NEXT:          vector.fma %[[X1]], %[[W0]], %[[S1]]
// CHECK:             scf.yield
// CHECK:             %[[Z:.*]] = vector.load
// CHECK-NEXT:        %[[SUM:.*]] = arith.addf %[[SUMS]]#0, %[[Z]]
// CHECK-NEXT:        vector.store %[[SUM]]
// CHECK:         vector.load %[[B]][%[[C4]]] : memref<6xf32>, vector<2xf32>
// CHECK:         return
// REMARK: remark: 240 elements of 9 each in tiles of 4 rows and 1 vectors of 4
func.func private @depthwise(%x: memref<1x5x10x6xf32>, %w: memref<1x3x3x1x8xf32>, %b: memref<6xf32>, %z: memref<1x5x8x6xf32>, %y: memref<1x5x8x6xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x5x10x6xf32> to tensor<1x5x10x6xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x3x3x1x8xf32> to tensor<1x3x3x1x8xf32>
  %2 = bufferization.to_tensor %b restrict : memref<6xf32> to tensor<6xf32>
  %3 = bufferization.to_tensor %z restrict : memref<1x5x8x6xf32> to tensor<1x5x8x6xf32>
  %zero = arith.constant 0.0 : f32
  %4 = tensor.pad %0 low[0, 1, 0, 0] high[0, 1, 0, 0] {
    ^bb0(%n: index, %h: index, %v: index, %c: index):
      tensor.yield %zero : f32
  } : tensor<1x5x10x6xf32> to tensor<1x7x10x6xf32>
  %5 = tensor.empty() : tensor<6x3x3x1xf32>
  %6 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [8] into %5 : tensor<1x3x3x1x8xf32> -> tensor<6x3x3x1xf32>
  %7 = tensor.empty() : tensor<1x5x8x6xf32>
  %8 = linalg.broadcast ins(%2 : tensor<6xf32>) outs(%7 : tensor<1x5x8x6xf32>) dimensions = [0, 1, 2]
  %9 = linalg.generic {indexing_maps = [affine_map<(n, h, w, c, kh, kw) -> (n, h + kh, w + kw, c)>, affine_map<(n, h, w, c, kh, kw) -> (c, kh, kw, 0)>, affine_map<(n, h, w, c, kh, kw) -> (n, h, w, c)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%4, %6 : tensor<1x7x10x6xf32>, tensor<6x3x3x1xf32>) outs(%8 : tensor<1x5x8x6xf32>) {
    ^bb0(%a: f32, %f: f32, %s: f32):
      %p = arith.mulf %a, %f : f32
      %t = arith.addf %s, %p : f32
      linalg.yield %t : f32
  } -> tensor<1x5x8x6xf32>
  %10 = linalg.generic {indexing_maps = [affine_map<(n, h, w, c) -> (n, h, w, c)>, affine_map<(n, h, w, c) -> (n, h, w, c)>, affine_map<(n, h, w, c) -> (n, h, w, c)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%9, %3 : tensor<1x5x8x6xf32>, tensor<1x5x8x6xf32>) outs(%7 : tensor<1x5x8x6xf32>) {
    ^bb0(%a: f32, %r: f32, %s: f32):
      %t = arith.addf %a, %r : f32
      linalg.yield %t : f32
  } -> tensor<1x5x8x6xf32>
  bufferization.materialize_in_destination %10 in restrict writable %y : (tensor<1x5x8x6xf32>, memref<1x5x8x6xf32>) -> ()
  return
}

// The sum of an image is one loop, for several vectors at a time.
// CHECK-LABEL: func.func private @global(
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C15:.*]] = arith.constant 15 : index
// CHECK-DAG:     %[[C16:.*]] = arith.constant 16 : index
// CHECK-DAG:     %[[C32:.*]] = arith.constant 32 : index
// CHECK:         scf.for %[[N:.*]] = %[[C0]] to
// CHECK-NEXT:      scf.for %[[C:.*]] = %[[C0]] to %[[C32]] step %[[C16]]
// CHECK-NEXT:        %{{.*}}:4 = scf.for %[[I:.*]] = %[[C0]] to %[[C15]] step
// CHECK-NEXT:          vector.load %{{.*}}[%[[N]], %[[I]], %[[C]]] : memref<2x15x32xf32, strided<[480, 32, 1]>>, vector<4xf32>
func.func private @global(%x: memref<2x3x5x32xf32>, %y: memref<2x32xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x3x5x32xf32> to tensor<2x3x5x32xf32>
  %zero = arith.constant 0.0 : f32
  %1 = tensor.empty() : tensor<2x32xf32>
  %2 = linalg.fill ins(%zero : f32) outs(%1 : tensor<2x32xf32>) -> tensor<2x32xf32>
  %3 = linalg.reduce { arith.addf } ins(%0 : tensor<2x3x5x32xf32>) outs(%2 : tensor<2x32xf32>) dimensions = [1, 2]
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<2x32xf32>, memref<2x32xf32>) -> ()
  return
}

// Four pixels of four channels are loaded by channel, and stored by pixel.
// CHECK-LABEL: func.func private @transpose(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<1x4x2x3xf32>, %[[Y:[a-z0-9]+]]: memref<1x2x3x4xf32
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[IN:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [2, 4, 3], strides: [3, 6, 1]
// CHECK-DAG:     %[[OUT:.*]] = memref.reinterpret_cast %[[Y]] to offset: [24], sizes: [2, 3, 4], strides: [20, 4, 1]
// CHECK:         scf.for %[[LINE:.*]] = %[[C0]] to
// CHECK:           %[[X0:.*]] = vector.maskedload %[[IN]][%[[LINE]], %[[C0]], %[[C0]]]
// CHECK-NEXT:      %[[X1:.*]] = vector.maskedload
// CHECK-NEXT:      %[[X2:.*]] = vector.maskedload
// CHECK-NEXT:      %[[X3:.*]] = vector.maskedload
// CHECK-NEXT:      %[[A0:.*]] = vector.shuffle %[[X0]], %[[X2]] [0, 1, 4, 5]
// CHECK-NEXT:      %{{.*}} = vector.shuffle %[[X0]], %[[X2]] [2, 3, 6, 7]
// CHECK-NEXT:      %[[A1:.*]] = vector.shuffle %[[X1]], %[[X3]] [0, 1, 4, 5]
// CHECK:           %[[Y0:.*]] = vector.shuffle %[[A0]], %[[A1]] [0, 4, 2, 6]
// CHECK:           vector.store %[[Y0]], %[[OUT]][%[[LINE]], %[[C0]], %[[C0]]]
// CHECK-COUNT-2:   vector.store
// CHECK-NOT:       vector.store
func.func private @transpose(%x: memref<1x4x2x3xf32>, %y: memref<1x2x3x4xf32, strided<[60, 20, 4, 1], offset: 24>>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x4x2x3xf32> to tensor<1x4x2x3xf32>
  %1 = tensor.empty() : tensor<1x2x3x4xf32>
  %2 = linalg.transpose ins(%0 : tensor<1x4x2x3xf32>) outs(%1 : tensor<1x2x3x4xf32>) permutation = [0, 2, 3, 1]
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<1x2x3x4xf32>, memref<1x2x3x4xf32, strided<[60, 20, 4, 1], offset: 24>>) -> ()
  return
}

// What lies side by side everywhere is one loop; lines that lie apart are not.
// CHECK-LABEL: func.func private @dense(
// CHECK:         scf.for %[[I:.*]] = %{{.*}} to %{{.*}} step
// CHECK-NEXT:      %[[V:.*]] = vector.load %{{.*}}[%[[I]]] : memref<180xf32, strided<[1]>>, vector<4xf32>
// CHECK-NEXT:      vector.store %[[V]], %{{.*}}[%[[I]]]
// CHECK-LABEL: func.func private @inside(
// CHECK-SAME:    %[[PART:[a-z0-9]+]]: index {nn.role = #nn.role<part>}, %[[PARTS:[a-z0-9]+]]: index
// CHECK:         %[[OUT:.*]] = memref.reinterpret_cast %{{.*}} to offset: [6], sizes: [2, 3, 30], strides: [210, 42, 1]
// CHECK:         scf.for %[[N:.*]] = %{{.*}} to %{{.*}} step
// CHECK-NEXT:      scf.for %[[LINE:.*]] = %[[PART]] to %{{.*}} step %[[PARTS]]
// CHECK-NEXT:        scf.for %[[I:.*]] = %{{.*}} to %{{.*}} step
// CHECK-NEXT:          vector.store %{{.*}}, %[[OUT]][%[[N]], %[[LINE]], %[[I]]] : {{.*}}, vector<4xf32>
// CHECK:             vector.store %{{.*}}, %[[OUT]][%[[N]], %[[LINE]], %{{.*}}] : {{.*}}, vector<2xf32>
func.func private @dense(%x: memref<2x3x5x6xf32>, %y: memref<2x3x5x6xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x3x5x6xf32> to tensor<2x3x5x6xf32>
  bufferization.materialize_in_destination %0 in restrict writable %y : (tensor<2x3x5x6xf32>, memref<2x3x5x6xf32>) -> ()
  return
}
func.func private @inside(%y: memref<2x3x5x6xf32, strided<[210, 42, 6, 1], offset: 6>>, %part: index {nn.role = #nn.role<part>}, %parts: index {nn.role = #nn.role<parts>}) attributes {nn.kernel} {
  %zero = arith.constant 0.0 : f32
  %0 = tensor.empty() : tensor<2x3x5x6xf32>
  %1 = linalg.fill ins(%zero : f32) outs(%0 : tensor<2x3x5x6xf32>) -> tensor<2x3x5x6xf32>
  bufferization.materialize_in_destination %1 in restrict writable %y : (tensor<2x3x5x6xf32>, memref<2x3x5x6xf32, strided<[210, 42, 6, 1], offset: 6>>) -> ()
  return
}

// Nearest neighbours, whose factor is a position.
// CHECK-LABEL: func.func private @nearest(
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C2:.*]] = arith.constant 2 : i64
// CHECK:         scf.for %[[I:.*]] = %[[C0]] to
// CHECK-NEXT:      %[[WIDE:.*]] = arith.index_cast %[[I]] : index to i64
// CHECK-NEXT:      %[[QUOTIENT:.*]] = arith.divui %[[WIDE]], %[[C2]]
// CHECK-NEXT:      %[[HALF:.*]] = arith.index_cast %[[QUOTIENT]] : i64 to index
// CHECK-NEXT:      %[[X:.*]] = vector.load %{{.*}}[%[[HALF]], %[[C0]]]
// CHECK:           %[[FACTOR:.*]] = arith.sitofp
// CHECK-NEXT:      %[[WIDE:.*]] = vector.broadcast %[[FACTOR]]
// CHECK-NEXT:      %[[Y:.*]] = arith.mulf %[[X]], %[[WIDE]]
// CHECK-NEXT:      vector.store %[[Y]], %{{.*}}[%[[I]], %[[C0]]]
func.func private @nearest(%x: memref<4x4xf32>, %y: memref<8x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4xf32> to tensor<4x4xf32>
  %1 = tensor.empty() : tensor<8x4xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(h, c) -> (h floordiv 2, c)>, affine_map<(h, c) -> (h, c)>], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<4x4xf32>) outs(%1 : tensor<8x4xf32>) {
    ^bb0(%a: f32, %s: f32):
      %i = linalg.index 0 : index
      %j = arith.index_cast %i : index to i32
      %k = arith.sitofp %j : i32 to f32
      %r = arith.mulf %a, %k : f32
      linalg.yield %r : f32
  } -> tensor<8x4xf32>
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<8x4xf32>, memref<8x4xf32>) -> ()
  return
}

// Two outputs for each channel: half a vector of channels is loaded, and spread.
// CHECK-LABEL: func.func private @multiplied(
// CHECK:         %[[X:.*]] = vector.load %{{.*}} : memref<3x4xf32>, vector<2xf32>
// CHECK:         vector.shuffle %[[X]], %[[X]] [0, 0, 1, 1]
func.func private @multiplied(%x: memref<3x4xf32>, %w: memref<8xf32>, %y: memref<3x8xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<3x4xf32> to tensor<3x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<8xf32> to tensor<8xf32>
  %2 = tensor.empty() : tensor<3x8xf32>
  %3 = linalg.generic {indexing_maps = [affine_map<(h, c) -> (h, c floordiv 2)>, affine_map<(h, c) -> (c)>, affine_map<(h, c) -> (h, c)>], iterator_types = ["parallel", "parallel"]}
      ins(%0, %1 : tensor<3x4xf32>, tensor<8xf32>) outs(%2 : tensor<3x8xf32>) {
    ^bb0(%a: f32, %f: f32, %s: f32):
      %r = arith.mulf %a, %f : f32
      linalg.yield %r : f32
  } -> tensor<3x8xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<3x8xf32>, memref<3x8xf32>) -> ()
  return
}

// The places of a vector's elements are those from its first one on; what is the
// same for all of them stays a number.
// CHECK-LABEL: func.func private @places(
// CHECK-DAG:     %[[STEPS:.*]] = arith.constant dense<[0, 1, 2, 3]> : vector<4xindex>
// CHECK:         scf.for %[[ROW:.*]] =
// CHECK:           scf.for %[[COLUMN:.*]] =
// CHECK:             %[[FIRST:.*]] = vector.broadcast %[[COLUMN]] : index to vector<4xindex>
// CHECK:             %[[ALL:.*]] = arith.addi %[[FIRST]], %[[STEPS]] : vector<4xindex>
// CHECK:             arith.index_cast %[[ROW]] : index to i32
// CHECK:             arith.index_cast %[[ALL]] : vector<4xindex> to vector<4xi32>
func.func private @places(%x: memref<3x8xf32>, %y: memref<3x8xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<3x8xf32> to tensor<3x8xf32>
  %1 = tensor.empty() : tensor<3x8xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(r, c) -> (r, c)>, affine_map<(r, c) -> (r, c)>], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<3x8xf32>) outs(%1 : tensor<3x8xf32>) {
    ^bb0(%a: f32, %s: f32):
      %r = linalg.index 0 : index
      %c = linalg.index 1 : index
      %row = arith.index_cast %r : index to i32
      %column = arith.index_cast %c : index to i32
      %n = arith.addi %row, %column : i32
      %f = arith.sitofp %n : i32 to f32
      %p = arith.mulf %a, %f : f32
      linalg.yield %p : f32
  } -> tensor<3x8xf32>
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<3x8xf32>, memref<3x8xf32>) -> ()
  return
}

// Elements that lie side by side nowhere are loaded one by one. They are at equal
// distances, so that there is one loop.
// CHECK-LABEL: func.func private @gathered(
// CHECK-COUNT-4: memref.load %{{.*}} : memref<8xf32, strided<[2]>>
// CHECK:         vector.from_elements
func.func private @gathered(%x: memref<2x4xf32, strided<[8, 2]>>, %y: memref<2x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x4xf32, strided<[8, 2]>> to tensor<2x4xf32>
  bufferization.materialize_in_destination %0 in restrict writable %y : (tensor<2x4xf32>, memref<2x4xf32>) -> ()
  return
}

// A window of more taps than are worth straight code is a loop, and what is at the
// borders is computed one by one: the ends of that loop are found out.
// CHECK-LABEL: func.func private @line(
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C5:.*]] = arith.constant 5 : index
// CHECK-DAG:     %[[C11:.*]] = arith.constant 11 : index
// CHECK-DAG:     %[[C35:.*]] = arith.constant 35 : index
// CHECK-DAG:     %[[C40:.*]] = arith.constant 40 : index
// CHECK:         scf.for %[[W:.*]] = %[[C0]] to %[[C5]]
// CHECK:           %[[START:.*]] = arith.maxsi
// CHECK:           %[[END:.*]] = arith.minsi
// CHECK:           scf.for %{{.*}} = %[[START]] to %[[END]]
// CHECK:         scf.for %[[W:.*]] = %[[C5]] to %[[C35]]
// CHECK-NEXT:      %{{.*}}:6 = scf.for %{{.*}} = %[[C0]] to %[[C11]]
// CHECK:         scf.for %[[W:.*]] = %[[C35]] to %[[C40]]
func.func private @line(%x: memref<40x4xf32>, %y: memref<40x4xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<40x4xf32> to tensor<40x4xf32>
  %zero = arith.constant 0.0 : f32
  %1 = tensor.pad %0 low[5, 0] high[5, 0] {
    ^bb0(%w: index, %c: index):
      tensor.yield %zero : f32
  } : tensor<40x4xf32> to tensor<50x4xf32>
  %2 = tensor.empty() : tensor<11xf32>
  %3 = tensor.empty() : tensor<40x4xf32>
  %4 = linalg.fill ins(%zero : f32) outs(%3 : tensor<40x4xf32>) -> tensor<40x4xf32>
  %5 = linalg.generic {indexing_maps = [affine_map<(w, c, k) -> (w + k, c)>, affine_map<(w, c, k) -> (k)>, affine_map<(w, c, k) -> (w, c)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%1, %2 : tensor<50x4xf32>, tensor<11xf32>) outs(%4 : tensor<40x4xf32>) {
    ^bb0(%a: f32, %b: f32, %s: f32):
      %t = arith.addf %s, %a : f32
      linalg.yield %t : f32
  } -> tensor<40x4xf32>
  bufferization.materialize_in_destination %5 in restrict writable %y : (tensor<40x4xf32>, memref<40x4xf32>) -> ()
  return
}

// A row of a table is loaded from where the index says, without a loop over the rows;
// where there is no such row, from the first one, of which nothing is used.
// CHECK-LABEL: func.func private @lookup(
// CHECK-SAME:    %[[I:[a-z0-9]+]]: memref<6xf32>, %[[T:[a-z0-9]+]]: memref<900x10xf32>, %[[Y:[a-z0-9]+]]: memref<6x10xf32>)
// CHECK-DAG:     %[[C900:.*]] = arith.constant 900 : index
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C4:.*]] = arith.constant 4 : index
// CHECK-DAG:     %[[NONE:.*]] = arith.constant dense<0.000000e+00> : vector<4xf32>
// CHECK:         scf.for %[[W:.*]] = %[[C0]] to
// CHECK-NEXT:      %[[WORD:.*]] = memref.load %[[I]][%[[W]]]
// CHECK-NEXT:      %[[BITS:.*]] = arith.bitcast %[[WORD]] : f32 to i32
// CHECK-NEXT:      %[[WANTED:.*]] = arith.index_castui %[[BITS]] : i32 to index
// CHECK-NEXT:      %[[IS:.*]] = arith.cmpi ult, %[[WANTED]], %[[C900]] : index
// CHECK-NEXT:      %[[ROW:.*]] = arith.select %[[IS]], %[[WANTED]], %[[C0]] : index
// CHECK-NEXT:      %[[A:.*]] = vector.load %[[T]][%[[ROW]], %[[C0]]] : memref<900x10xf32>, vector<4xf32>
// CHECK-NEXT:      %[[FOUND:.*]] = arith.select %[[IS]], %[[A]], %[[NONE]] : vector<4xf32>
// CHECK-NEXT:      vector.load %[[T]][%[[ROW]], %[[C4]]]
// CHECK:           vector.store %[[FOUND]], %[[Y]][%[[W]], %[[C0]]]
// CHECK-NOT:       scf.for
// CHECK:         return
func.func private @lookup(%i: memref<6xf32>, %t: memref<900x10xf32>, %y: memref<6x10xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %i restrict : memref<6xf32> to tensor<6xf32>
  %1 = bufferization.to_tensor %t restrict : memref<900x10xf32> to tensor<900x10xf32>
  %zero = arith.constant 0.0 : f32
  %2 = tensor.empty() : tensor<6x10xf32>
  %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<6x10xf32>) -> tensor<6x10xf32>
  %4 = linalg.generic {indexing_maps = [affine_map<(w, c, r) -> (w)>, affine_map<(w, c, r) -> (r, c)>, affine_map<(w, c, r) -> (w, c)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<6xf32>, tensor<900x10xf32>) outs(%3 : tensor<6x10xf32>) {
    ^bb0(%w: f32, %row: f32, %none: f32):
      %place = linalg.index 2 : index
      %bits = arith.bitcast %w : f32 to i32
      %wanted = arith.index_castui %bits : i32 to index
      %is = arith.cmpi eq, %place, %wanted : index
      %found = arith.select %is, %row, %none : f32
      linalg.yield %found : f32
  } -> tensor<6x10xf32>
  bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<6x10xf32>, memref<6x10xf32>) -> ()
  return
}

// What is read lane by lane keeps a vector busy: one sum at a time.
// REMARK: remark: 64 elements of 6 each in tiles of 1 rows and 1 vectors of 4
func.func private @apart(%x: memref<64x6xf32>, %y: memref<64xf32>) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<64x6xf32> to tensor<64x6xf32>
  %1 = bufferization.to_tensor %y restrict writable : memref<64xf32> to tensor<64xf32>
  %2 = linalg.reduce { arith.addf } ins(%0 : tensor<64x6xf32>) outs(%1 : tensor<64xf32>) dimensions = [1]
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<64xf32>, memref<64xf32>) -> ()
  return
}
}
