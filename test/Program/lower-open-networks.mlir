// RUN: nascent-opt %s --nascent-lower-open-networks --split-input-file | FileCheck %s --enable-var-scope
// RUN: nascent-opt %s --nascent-lower-open-networks --duplicate-function-elimination --split-input-file | FileCheck %s --check-prefix=MERGED

// Halves a length, then adds what has been added up to each element: two values
// in memory, of which one is the caller's; the sum's elementwise reader is
// computed with it.
// CHECK-LABEL: func.func private @net.fits
// CHECK-LABEL: func.func private @net.layer_0_9(
// CHECK-SAME:    %[[X:.*]]: memref<1xf32> {llvm.noalias}, %[[B:.*]]: memref<4xf32> {llvm.noalias, nn.padded}, %[[Y:.*]]: memref<1xf32> {llvm.noalias}, %[[N:.*]]: index, %[[L:.*]]: index) attributes {nn.open_kernel} {
// CHECK:         %[[XV:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [%[[N]], %[[L]], 4], strides: [%{{.*}}, 4, 1] : memref<1xf32> to memref<?x?x4xf32, strided<[?, 4, 1]>>
// CHECK:         bufferization.to_tensor %[[XV]]
// CHECK:         bufferization.to_tensor %[[B]]
// CHECK:         %[[C2:.*]] = arith.constant 2 : index
// CHECK:         %[[H:.*]] = arith.divui %[[L]], %[[C2]] : index
// CHECK:         tensor.empty(%[[N]], %[[H]])
// CHECK:         %[[V:.*]] = linalg.generic
// CHECK:         %[[YV:.*]] = memref.reinterpret_cast %[[Y]] to offset: [0], sizes: [%[[N]], %[[H]], 4]
// CHECK:         bufferization.materialize_in_destination %[[V]] in restrict writable %[[YV]]
// CHECK-LABEL: func.func private @net.layer_1_13(
// CHECK:         %[[SUM:.*]] = linalg.generic {{.*}}iterator_types = ["parallel", "reduction", "parallel"]
// CHECK:         linalg.generic {{.*}} ins(%[[SUM]]
// CHECK:           math.exp
// CHECK:         bufferization.materialize_in_destination
// CHECK-LABEL: func.func private @net.layer_2_16(
// CHECK-NOT:   func.func private @net.forward
// CHECK-LABEL: func.func @net_scratch_bytes(
// CHECK-SAME:    %[[N:.*]]: i64, %[[L:.*]]: i64) -> i64 attributes {nn.network = "net"} {
// CHECK:         %[[FITS:.*]] = call @net.fits(
// CHECK:         %[[NONE:.*]] = arith.constant -1 : i64
// CHECK:         %[[BYTES:.*]] = arith.select %[[FITS]], %{{.*}}, %[[NONE]]
// CHECK:         return %[[BYTES]]
// CHECK-LABEL: func.func @net_forward(
// CHECK-SAME:    %[[P:.*]]: memref<128xi8>, %[[X:.*]]: memref<1xi8>, %[[N:.*]]: i64, %[[L:.*]]: i64, %[[Y:.*]]: memref<1xi8>, %[[S:.*]]: memref<1xi8>) -> i32
// CHECK:         %[[ROWS:.*]] = arith.maxsi
// CHECK:         %[[LENGTH:.*]] = arith.maxsi
// CHECK:         %[[FITS:.*]] = call @net.fits(%[[ROWS]], %[[LENGTH]])
// CHECK:         scf.if %[[FITS]] {
// CHECK:           %[[HALF:.*]] = arith.divui %[[LENGTH]], %{{.*}} : index
// CHECK:           %[[XV:.*]] = memref.view %[[X]]
// CHECK:           %[[AT:.*]] = arith.constant 64 : index
// CHECK:           %[[BV:.*]] = memref.view %[[P]][%[[AT]]][] : memref<128xi8> to memref<4xf32>
// CHECK:           %[[V:.*]] = memref.view %[[S]][%{{.*}}][]
// CHECK:           func.call @net.layer_0_9(%[[XV]], %[[BV]], %[[V]], %[[ROWS]], %[[LENGTH]])
// CHECK:           func.call @net.layer_1_13({{.*}}, %[[ROWS]], %[[HALF]])
// CHECK:           %[[YV:.*]] = memref.view %[[Y]]
// CHECK:           func.call @net.layer_2_16({{.*}}, %[[YV]], %[[ROWS]], %[[HALF]])
// CHECK:         }
// CHECK:         arith.select %[[FITS]], %{{.*}}, %{{.*}} : i32
nn.parameter @net.0.bias : tensor<4xf32> init(#nn.zeros) offset(64)
func.func private @net.fits(%batch: index, %length: index) -> i1 {
  %c2 = arith.constant 2 : index
  %0 = arith.cmpi sge, %length, %c2 : index
  return %0 : i1
}
func.func private @net.forward(%x: tensor<?x?x4xf32> {nn.sizes = ["batch", "length", "4"]}) -> tensor<?x?x4xf32>
    attributes {nn.fits = @net.fits, nn.network = "net", nn.parameter_bytes = 128 : i64, nn.sizes = ["batch", "length"]} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0.0 : f32
  %batch = tensor.dim %x, %c0 : tensor<?x?x4xf32>
  %length = tensor.dim %x, %c1 : tensor<?x?x4xf32>
  %half = arith.divui %length, %c2 : index
  %bias = nn.load_parameter @net.0.bias : tensor<4xf32>
  %0 = tensor.empty(%batch, %half) : tensor<?x?x4xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(n, l, c) -> (n, l * 2, c)>, affine_map<(n, l, c) -> (c)>, affine_map<(n, l, c) -> (n, l, c)>],
                       iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x, %bias : tensor<?x?x4xf32>, tensor<4xf32>) outs(%0 : tensor<?x?x4xf32>) attrs = {nn.layer = "0"} {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<?x?x4xf32>
  %2 = tensor.empty(%batch) : tensor<?x4xf32>
  %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<?x4xf32>) -> tensor<?x4xf32>
  %4 = linalg.generic {indexing_maps = [affine_map<(n, l, c) -> (n, l, c)>, affine_map<(n, l, c) -> (n, c)>],
                       iterator_types = ["parallel", "reduction", "parallel"]}
      ins(%1 : tensor<?x?x4xf32>) outs(%3 : tensor<?x4xf32>) attrs = {nn.layer = "1"} {
  ^bb0(%a: f32, %out: f32):
    %s = arith.addf %a, %out : f32
    linalg.yield %s : f32
  } -> tensor<?x4xf32>
  %5 = linalg.generic {indexing_maps = [affine_map<(n, c) -> (n, c)>, affine_map<(n, c) -> (n, c)>], iterator_types = ["parallel", "parallel"]}
      ins(%4 : tensor<?x4xf32>) outs(%2 : tensor<?x4xf32>) attrs = {nn.layer = "1"} {
  ^bb0(%a: f32, %out: f32):
    %s = math.exp %a : f32
    linalg.yield %s : f32
  } -> tensor<?x4xf32>
  %6 = tensor.dim %1, %c1 : tensor<?x?x4xf32>
  %7 = tensor.empty(%batch, %6) : tensor<?x?x4xf32>
  %8 = linalg.generic {indexing_maps = [affine_map<(n, l, c) -> (n, l, c)>, affine_map<(n, l, c) -> (n, c)>, affine_map<(n, l, c) -> (n, l, c)>],
                       iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%1, %5 : tensor<?x?x4xf32>, tensor<?x4xf32>) outs(%7 : tensor<?x?x4xf32>) attrs = {nn.layer = "2"} {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<?x?x4xf32>
  return %8 : tensor<?x?x4xf32>
}

// -----

// Parts are put at their places along an open dimension; an input that is
// returned is copied.
// CHECK-LABEL: func.func private @joined.join_3_0(
// CHECK-SAME:    %[[X:.*]]: memref<1xf32> {{.*}}, %[[Y:.*]]: memref<1xf32> {{.*}}, %[[A:.*]]: index, %[[B:.*]]: index)
// CHECK:         sizes: [2, %[[A]], 4]
// CHECK:         %[[SUM:.*]] = arith.addi %[[A]], %[[B]] : index
// CHECK:         memref.reinterpret_cast %[[Y]] to offset: [0], sizes: [2, %[[A]], 4]
// CHECK-LABEL: func.func private @joined.join_3_1(
// CHECK-SAME:    %[[X:.*]]: memref<1xf32> {{.*}}, %[[Y:.*]]: memref<1xf32> {{.*}}, %[[B:.*]]: index, %[[A:.*]]: index)
// CHECK:         %[[SUM:.*]] = arith.addi %[[A]], %[[B]] : index
// CHECK:         %[[AT:.*]] = arith.muli %[[A]], %{{.*}} : index
// CHECK:         memref.reinterpret_cast %[[Y]] to offset: [%[[AT]]], sizes: [2, %[[B]], 4]
// CHECK-LABEL: func.func private @joined.output_1(
// CHECK-LABEL: func.func @joined_forward_long(
func.func private @joined.fits(%a: index, %b: index) -> i1 {
  %true = arith.constant true
  return %true : i1
}
func.func private @joined.forward(%x: tensor<2x?x4xf32> {nn.sizes = ["2", "x0.length", "4"]}, %y: tensor<2x?x4xf32> {nn.sizes = ["2", "x1.length", "4"]})
    -> (tensor<2x?x4xf32>, tensor<2x?x4xf32>)
    attributes {nn.fits = @joined.fits, nn.network = "joined", nn.entry = "long", nn.parameter_bytes = 0 : i64, nn.sizes = ["x0.length", "x1.length"]} {
  %c1 = arith.constant 1 : index
  %a = tensor.dim %x, %c1 : tensor<2x?x4xf32>
  %b = tensor.dim %y, %c1 : tensor<2x?x4xf32>
  %0 = tensor.concat dim(1) %x, %y : (tensor<2x?x4xf32>, tensor<2x?x4xf32>) -> tensor<2x?x4xf32>
  return %0, %y : tensor<2x?x4xf32>, tensor<2x?x4xf32>
}

// -----

// Equal layers on values of different lengths have one kernel: each length is
// computed once, by the network, from the one before.
// CHECK-LABEL: func.func private @deep.layer_0
// CHECK-LABEL: func.func private @deep.layer_1
// CHECK-LABEL: func.func @deep_forward(
// CHECK:         %[[GIVEN:.*]] = arith.maxsi
// CHECK:           %[[ONE:.*]] = arith.constant -1 : index
// CHECK:           %[[SHORT:.*]] = arith.addi %[[GIVEN]], %[[ONE]]
// CHECK-NOT:       arith.addi %[[GIVEN]], %[[ONE]]
// CHECK:           func.call @deep.layer_0{{.*}}, %[[GIVEN]])
// CHECK:           func.call @deep.layer_1{{.*}}, %[[SHORT]])
// MERGED-LABEL: func.func @deep_forward(
// MERGED:         func.call @[[KERNEL:deep.layer_[0-9_]*]](
// MERGED:         func.call @[[KERNEL]](
func.func private @deep.fits(%length: index) -> i1 {
  %true = arith.constant true
  return %true : i1
}
func.func private @deep.forward(%x: tensor<2x?x4xf32> {nn.sizes = ["2", "length", "4"]}) -> tensor<2x?x4xf32>
    attributes {nn.fits = @deep.fits, nn.network = "deep", nn.parameter_bytes = 0 : i64, nn.sizes = ["length"]} {
  %c1 = arith.constant 1 : index
  %less = arith.constant -1 : index
  %zero = arith.constant 0.0 : f32
  %window = tensor.empty() : tensor<2xf32>
  %length = tensor.dim %x, %c1 : tensor<2x?x4xf32>
  %0 = arith.addi %length, %less : index
  %1 = tensor.empty(%0) : tensor<2x?x4xf32>
  %2 = linalg.fill ins(%zero : f32) outs(%1 : tensor<2x?x4xf32>) -> tensor<2x?x4xf32>
  %3 = linalg.generic {indexing_maps = [affine_map<(n, l, c, k) -> (n, l + k, c)>, affine_map<(n, l, c, k) -> (k)>, affine_map<(n, l, c, k) -> (n, l, c)>],
                       iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%x, %window : tensor<2x?x4xf32>, tensor<2xf32>) outs(%2 : tensor<2x?x4xf32>) attrs = {nn.layer = "0"} {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %s = arith.addf %a, %out : f32
    linalg.yield %s : f32
  } -> tensor<2x?x4xf32>
  %4 = tensor.dim %3, %c1 : tensor<2x?x4xf32>
  %5 = arith.addi %4, %less : index
  %6 = tensor.empty(%5) : tensor<2x?x4xf32>
  %7 = linalg.fill ins(%zero : f32) outs(%6 : tensor<2x?x4xf32>) -> tensor<2x?x4xf32>
  %8 = linalg.generic {indexing_maps = [affine_map<(n, l, c, k) -> (n, l + k, c)>, affine_map<(n, l, c, k) -> (k)>, affine_map<(n, l, c, k) -> (n, l, c)>],
                       iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%3, %window : tensor<2x?x4xf32>, tensor<2xf32>) outs(%7 : tensor<2x?x4xf32>) attrs = {nn.layer = "1"} {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %s = arith.addf %a, %out : f32
    linalg.yield %s : f32
  } -> tensor<2x?x4xf32>
  return %8 : tensor<2x?x4xf32>
}
