// What a parameter becomes is computed where it is, or copied there in the end.
//
// RUN: nascent-opt %s --canonicalize --nascent-form-kernels --nascent-walk-batch --nascent-assign-buffers --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --nascent-form-kernels --nascent-walk-batch --nascent-assign-buffers --nascent-outline-kernels | FileCheck %s --check-prefix=KERNEL

#one = affine_map<(d0) -> (d0)>
#all = affine_map<(d0, d1, d2) -> (d0, d1, d2)>

// Element by element: one buffer is read and written. Panels are a vector, and
// the loaded value is in none of the two lists twice.
// CHECK-LABEL: func.func private @sgd.forward(
// CHECK-SAME:    %[[G:.*]]: memref<2x3x4xf32> {llvm.noalias, nn.role = #nn.role<input>})
// CHECK-NEXT:    %[[W:.*]] = nn.load_parameter @sgd.w : memref<2x3x4xf32>
// CHECK-NEXT:    %[[PART:.*]] = memref.collapse_shape %[[W]] {{.*}} into memref<24xf32>
// CHECK-NEXT:    %[[GV:.*]] = memref.collapse_shape %[[G]] {{.*}} into memref<24xf32>
// CHECK-NEXT:    nn.launch @sgd.kernel_0 ins(%[[PART]], %[[GV]] : memref<24xf32>, memref<24xf32>) outs(%[[PART]] : memref<24xf32>) {
// CHECK-NOT:     nn.launch @
// CHECK-NOT:     nn.store_parameter
// CHECK:         return
// KERNEL-LABEL: func.func private @sgd.kernel_0(
// KERNEL-SAME:    %[[G:.*]]: memref<24xf32> {llvm.noalias}, %[[W:.*]]: memref<24xf32> {llvm.noalias}) attributes {nn.kernel}
// KERNEL:         bufferization.to_tensor %[[W]] restrict
// KERNEL:         bufferization.to_tensor %[[G]] restrict
// KERNEL:         bufferization.materialize_in_destination %{{.*}} in restrict writable %[[W]]
nn.parameter @sgd.w : tensor<7x3xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(0)
func.func private @sgd.forward(%g: tensor<2x3x4xf32>) attributes {nn.parameter_bytes = 128 : i64} {
  %rate = arith.constant 0.1 : f32
  %w = nn.load_parameter @sgd.w : tensor<2x3x4xf32>
  %space = tensor.empty() : tensor<2x3x4xf32>
  %new = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel", "parallel"]} ins(%w, %g : tensor<2x3x4xf32>, tensor<2x3x4xf32>) outs(%space : tensor<2x3x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %step = arith.mulf %b, %rate : f32
    %r = arith.subf %a, %step : f32
    linalg.yield %r : f32
  } -> tensor<2x3x4xf32>
  nn.store_parameter %new, @sgd.w : tensor<2x3x4xf32>
  return
}

// Panels that are turned round are read elsewhere, too: a copy.
// CHECK-LABEL: func.func private @turned.forward(
// CHECK-NEXT:    %[[T:.*]] = memref.alloc() : memref<1x4x4xf32>
// CHECK:         nn.launch @turned.kernel_0 {{.*}} outs(%{{.*}} : memref<{{.*}}>) {
// CHECK:         nn.launch @turned.store_turned.w ins(%{{.*}} : memref<16xf32>) outs(%{{.*}} : memref<16xf32>) {
// CHECK:         return
nn.parameter @turned.w : tensor<4x4xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(0)
func.func private @turned.forward() attributes {nn.parameter_bytes = 64 : i64} {
  %w = nn.load_parameter @turned.w : tensor<1x4x4xf32>
  %space = tensor.empty() : tensor<1x4x4xf32>
  %new = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2, d1)>, #all], iterator_types = ["parallel", "parallel", "parallel"]} ins(%w : tensor<1x4x4xf32>) outs(%space : tensor<1x4x4xf32>) {
  ^bb0(%a: f32, %out: f32):
    linalg.yield %a : f32
  } -> tensor<1x4x4xf32>
  nn.store_parameter %new, @turned.w : tensor<1x4x4xf32>
  return
}

// Another kernel still reads what the parameter was.
// CHECK-LABEL: func.func private @read.forward(
// CHECK-SAME:    %[[G:.*]]: memref<4xf32> {{.*}}, %[[Y:.*]]: memref<4xf32> {{.*}})
// CHECK:         %[[T:.*]] = memref.alloc() : memref<4xf32>
// CHECK:         nn.launch @read.kernel_0 {{.*}} outs(%[[T]] : memref<4xf32>) {
// CHECK:         nn.launch @read.kernel_1 {{.*}} outs(%[[Y]] : memref<4xf32>) {
// CHECK:         nn.launch @read.store_read.w ins(%[[T]] : memref<4xf32>) outs(%[[W:.*]] : memref<4xf32>) {
nn.parameter @read.w : tensor<4xf32> init(#nn.zeros) offset(0)
func.func private @read.forward(%g: tensor<4xf32>) -> tensor<4xf32> attributes {nn.parameter_bytes = 64 : i64} {
  %w = nn.load_parameter @read.w : tensor<4xf32>
  %space = tensor.empty() : tensor<4xf32>
  %new = linalg.generic {indexing_maps = [#one, #one, #one], iterator_types = ["parallel"]} ins(%w, %g : tensor<4xf32>, tensor<4xf32>) outs(%space : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %r = arith.subf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#one, #one], iterator_types = ["parallel"]} ins(%w : tensor<4xf32>) outs(%space : tensor<4xf32>) {
  ^bb0(%a: f32, %out: f32):
    %r = arith.negf %a : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  nn.store_parameter %new, @read.w : tensor<4xf32>
  return %y : tensor<4xf32>
}

// A parameter that is not loaded is written where it is. An input is copied.
// CHECK-LABEL: func.func private @given.forward(
// CHECK-SAME:    %[[X:.*]]: memref<4xf32> {{.*}})
// CHECK-NEXT:    %[[V:.*]] = nn.load_parameter @given.v : memref<4xf32>
// CHECK-NEXT:    nn.launch @given.kernel_0 ins(%[[X]] : memref<4xf32>) outs(%[[V]] : memref<4xf32>) {
// CHECK:         %[[W:.*]] = nn.load_parameter @given.w : memref<4xf32>
// CHECK-NEXT:    nn.launch @given.store_given.w ins(%[[X]] : memref<4xf32>) outs(%[[W]] : memref<4xf32>) {
nn.parameter @given.v : tensor<4xf32> init(#nn.zeros) offset(0)
nn.parameter @given.w : tensor<4xf32> init(#nn.zeros) offset(64)
func.func private @given.forward(%x: tensor<4xf32>) attributes {nn.parameter_bytes = 128 : i64} {
  %space = tensor.empty() : tensor<4xf32>
  %new = linalg.generic {indexing_maps = [#one, #one], iterator_types = ["parallel"]} ins(%x : tensor<4xf32>) outs(%space : tensor<4xf32>) {
  ^bb0(%a: f32, %out: f32):
    %r = arith.negf %a : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  nn.store_parameter %new, @given.v : tensor<4xf32>
  nn.store_parameter %x, @given.w : tensor<4xf32>
  return
}

// A contraction whose sums are not whole for a while must not be where what is
// updated is. Here they are; what is accumulated onto is updated, too.
// CHECK-LABEL: func.func private @epilogue.forward(
// CHECK:         %[[W:.*]] = memref.collapse_shape %{{.*}} : memref<1x3x8xf32> into memref<3x8xf32>
// CHECK-NEXT:    nn.launch @epilogue.kernel_0 ins(%{{.*}}, %{{.*}}, %[[W]] : memref<5x3xf32>, memref<5x8xf32>, memref<3x8xf32>) outs(%[[W]] : memref<3x8xf32>) {
// CHECK-NOT:     nn.launch @
// CHECK:         return
nn.parameter @epilogue.w : tensor<8x3xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
func.func private @epilogue.forward(%x: tensor<5x3xf32>, %dy: tensor<5x8xf32>) attributes {nn.parameter_bytes = 128 : i64} {
  %zero = arith.constant 0.0 : f32
  %rate = arith.constant 0.1 : f32
  %w = nn.load_parameter @epilogue.w : tensor<1x3x8xf32>
  %old = tensor.collapse_shape %w [[0, 1], [2]] : tensor<1x3x8xf32> into tensor<3x8xf32>
  %space = tensor.empty() : tensor<3x8xf32>
  %init = linalg.fill ins(%zero : f32) outs(%space : tensor<3x8xf32>) -> tensor<3x8xf32>
  %dw = linalg.matmul indexing_maps = [affine_map<(k, n, r) -> (r, k)>, affine_map<(k, n, r) -> (r, n)>, affine_map<(k, n, r) -> (k, n)>] ins(%x, %dy : tensor<5x3xf32>, tensor<5x8xf32>) outs(%init : tensor<3x8xf32>) -> tensor<3x8xf32>
  %new = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%dw, %old : tensor<3x8xf32>, tensor<3x8xf32>) outs(%space : tensor<3x8xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %step = arith.mulf %a, %rate : f32
    %r = arith.subf %b, %step : f32
    linalg.yield %r : f32
  } -> tensor<3x8xf32>
  %panels = tensor.expand_shape %new [[0, 1], [2]] output_shape [1, 3, 8] : tensor<3x8xf32> into tensor<1x3x8xf32>
  nn.store_parameter %panels, @epilogue.w : tensor<1x3x8xf32>
  return
}
