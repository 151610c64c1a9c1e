// RUN: nascent-opt %s --nascent-place-halos | FileCheck %s
// RUN: nascent-opt %s --nascent-place-halos --nascent-form-kernels --nascent-assign-buffers --nascent-outline-kernels | FileCheck %s --check-prefix=KERNEL

#conv_in = affine_map<(n, h, w, f, i, j, c) -> (n, h + i, w + j, c)>
#conv_weight = affine_map<(n, h, w, f, i, j, c) -> (f, i, j, c)>
#conv_out = affine_map<(n, h, w, f, i, j, c) -> (n, h, w, f)>
#all = affine_map<(n, h, w, c) -> (n, h, w, c)>

// What pads lines is in memory, and written by who computes the value; what pads
// columns of pixels is left to loops. Whoever reads the value without its halo
// reads a part.
// CHECK-LABEL: func.func private @net.forward(
// CHECK:         %[[RELU:.*]] = linalg.generic
// CHECK:         %[[HALO:.*]] = tensor.pad %[[RELU]] low[0, 0, 1, 0] high[0, 0, 2, 0]
// CHECK:         {nn.halo} : tensor<1x8x8x4xf32> to tensor<1x8x11x4xf32>
// CHECK:         %[[INSIDE:.*]] = tensor.extract_slice %[[HALO]][0, 0, 1, 0] [1, 8, 8, 4] [1, 1, 1, 1]
// CHECK:         %[[PADDED:.*]] = tensor.pad %[[HALO]] low[0, 1, 0, 0] high[0, 1, 0, 0]
// CHECK:         linalg.generic {{.*}} ins(%[[PADDED]], {{.*}} attrs = {{.*}}nn.line_halo = array<i64: 1, 2>
// CHECK:         return %{{.*}}, %[[INSIDE]]

// KERNEL-LABEL: func.func private @net.forward(
// KERNEL:         %[[BUFFER:.*]] = memref.alloc() : memref<1x8x11x4xf32>
// KERNEL:         call @net.layer_relu(%{{.*}}, %[[BUFFER]])
// KERNEL-LABEL: func.func private @net.layer_relu(
// KERNEL:         %[[LEFT:.*]] = memref.subview %arg1[0, 0, 0, 0] [1, 8, 1, 4] [1, 1, 1, 1]
// KERNEL:         linalg.fill ins(%{{.*}} : f32) outs(%[[LEFT]] :
// KERNEL:         %[[RIGHT:.*]] = memref.subview %arg1[0, 0, 9, 0] [1, 8, 2, 4] [1, 1, 1, 1]
// KERNEL:         linalg.fill ins(%{{.*}} : f32) outs(%[[RIGHT]] :
// KERNEL:         %[[PIXELS:.*]] = memref.subview %arg1[0, 0, 1, 0] [1, 8, 8, 4] [1, 1, 1, 1]
// KERNEL:         materialize_in_destination %{{.*}} in restrict writable %[[PIXELS]]
func.func private @net.forward(%x: tensor<1x8x8x4xf32>, %w: tensor<8x3x4x4xf32>) -> (tensor<1x8x8x8xf32>, tensor<1x8x8x4xf32>) attributes {nn.network = "net", nn.parameter_bytes = 0 : i64} {
  %zero = arith.constant 0.0 : f32
  %0 = tensor.empty() : tensor<1x8x8x4xf32>
  %1 = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x : tensor<1x8x8x4xf32>) outs(%0 : tensor<1x8x8x4xf32>) attrs = {nn.layer = "relu"} {
  ^bb0(%a: f32, %b: f32):
    %m = arith.maximumf %a, %zero : f32
    linalg.yield %m : f32
  } -> tensor<1x8x8x4xf32>
  %2 = tensor.pad %1 low[0, 1, 1, 0] high[0, 1, 2, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x8x8x4xf32> to tensor<1x10x11x4xf32>
  %3 = tensor.empty() : tensor<1x8x8x8xf32>
  %4 = linalg.fill ins(%zero : f32) outs(%3 : tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
  %5 = linalg.generic {indexing_maps = [#conv_in, #conv_weight, #conv_out], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%2, %w : tensor<1x10x11x4xf32>, tensor<8x3x4x4xf32>) outs(%4 : tensor<1x8x8x8xf32>) attrs = {nn.layer = "conv"} {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x8x8x8xf32>
  return %5, %1 : tensor<1x8x8x8xf32>, tensor<1x8x8x4xf32>
}

// An input, which is not computed here, is copied into a value with a halo; the
// parts of a concatenation get one each.
// CHECK-LABEL: func.func private @joined.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<1x8x8x2xf32>, %[[W:.*]]: tensor
// CHECK:         %[[COPY:.*]] = linalg.generic {{.*}} ins(%[[X]] :
// CHECK:         %[[FIRST:.*]] = tensor.pad %[[COPY]] low[0, 0, 1, 0] high[0, 0, 2, 0]
// CHECK:         %[[RELU:.*]] = linalg.generic {{.*}} ins(%[[X]] :
// CHECK:         %[[SECOND:.*]] = tensor.pad %[[RELU]] low[0, 0, 1, 0] high[0, 0, 2, 0]
// CHECK:         tensor.concat dim(3) %[[FIRST]], %[[SECOND]]
func.func private @joined.forward(%x: tensor<1x8x8x2xf32>, %w: tensor<8x3x4x4xf32>) -> tensor<1x6x8x8xf32> attributes {nn.network = "joined", nn.parameter_bytes = 0 : i64} {
  %zero = arith.constant 0.0 : f32
  %0 = tensor.empty() : tensor<1x8x8x2xf32>
  %1 = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x : tensor<1x8x8x2xf32>) outs(%0 : tensor<1x8x8x2xf32>) attrs = {nn.layer = "relu"} {
  ^bb0(%a: f32, %b: f32):
    %m = arith.maximumf %a, %zero : f32
    linalg.yield %m : f32
  } -> tensor<1x8x8x2xf32>
  %joined = tensor.concat dim(3) %x, %1 : (tensor<1x8x8x2xf32>, tensor<1x8x8x2xf32>) -> tensor<1x8x8x4xf32>
  %2 = tensor.pad %joined low[0, 0, 1, 0] high[0, 0, 2, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x8x8x4xf32> to tensor<1x8x11x4xf32>
  %3 = tensor.empty() : tensor<1x6x8x8xf32>
  %4 = linalg.fill ins(%zero : f32) outs(%3 : tensor<1x6x8x8xf32>) -> tensor<1x6x8x8xf32>
  %5 = linalg.generic {indexing_maps = [#conv_in, #conv_weight, #conv_out], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%2, %w : tensor<1x8x11x4xf32>, tensor<8x3x4x4xf32>) outs(%4 : tensor<1x6x8x8xf32>) attrs = {nn.layer = "conv"} {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x6x8x8xf32>
  return %5 : tensor<1x6x8x8xf32>
}

// A gradient of the weight, which moves along channels, reads the same lines.
// CHECK-LABEL: func.func private @trained.forward(
// CHECK:         tensor.pad %{{.*}} low[0, 0, 1, 0] high[0, 0, 2, 0]
// CHECK:         {nn.halo} : tensor<1x8x8x4xf32> to tensor<1x8x11x4xf32>
// CHECK:         %[[PADDED:.*]] = tensor.pad %{{.*}} low[0, 1, 0, 0] high[0, 1, 0, 0]
// CHECK:         linalg.generic {{.*}} ins(%[[PADDED]], {{.*}} attrs = {{.*}}nn.line_halo = array<i64: 1, 2>
// CHECK:         linalg.generic {{.*}} ins(%[[PADDED]], %{{.*}}) outs(%{{.*}}) {
func.func private @trained.forward(%x: tensor<1x8x8x4xf32>, %w: tensor<8x3x4x4xf32>) -> (tensor<1x8x8x8xf32>, tensor<3x4x4x8xf32>) attributes {nn.network = "trained", nn.parameter_bytes = 0 : i64} {
  %zero = arith.constant 0.0 : f32
  %2 = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 2, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x8x8x4xf32> to tensor<1x10x11x4xf32>
  %3 = tensor.empty() : tensor<1x8x8x8xf32>
  %4 = linalg.fill ins(%zero : f32) outs(%3 : tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
  %5 = linalg.generic {indexing_maps = [#conv_in, #conv_weight, #conv_out], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%2, %w : tensor<1x10x11x4xf32>, tensor<8x3x4x4xf32>) outs(%4 : tensor<1x8x8x8xf32>) attrs = {nn.layer = "conv"} {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x8x8x8xf32>
  %6 = tensor.empty() : tensor<3x4x4x8xf32>
  %7 = linalg.fill ins(%zero : f32) outs(%6 : tensor<3x4x4x8xf32>) -> tensor<3x4x4x8xf32>
  %8 = linalg.generic {indexing_maps = [affine_map<(i, j, c, f, n, h, w) -> (n, h + i, w + j, c)>, affine_map<(i, j, c, f, n, h, w) -> (n, h, w, f)>, affine_map<(i, j, c, f, n, h, w) -> (i, j, c, f)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%2, %5 : tensor<1x10x11x4xf32>, tensor<1x8x8x8xf32>) outs(%7 : tensor<3x4x4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<3x4x4x8xf32>
  return %5, %8 : tensor<1x8x8x8xf32>, tensor<3x4x4x8xf32>
}

// What is kept for gradients has none: tiles leave out what pads the line, of which each
// contraction is told. With one channel there would be little to leave out, and a loss
// alone keeps nothing.
// CHECK-LABEL: func.func private @kept.forward(
// CHECK-NOT:     nn.halo
// CHECK:         %[[PADDED:.*]] = tensor.pad %arg0 low[0, 1, 1, 0] high[0, 1, 2, 0]
// CHECK:         linalg.generic {{.*}} ins(%[[PADDED]], {{.*}} attrs = {{.*}}nn.line_halo = array<i64: 1, 2>
// CHECK-LABEL: func.func private @narrow.forward(
// CHECK:         {nn.halo} : tensor<1x8x8x1xf32> to tensor<1x8x11x1xf32>
// CHECK-LABEL: func.func private @loss.forward(
// CHECK:         {nn.halo} : tensor<1x8x8x4xf32> to tensor<1x8x11x4xf32>
func.func private @kept.forward(%x: tensor<1x8x8x4xf32>, %w: tensor<8x3x4x4xf32>) -> tensor<1x8x8x8xf32> attributes {nn.network = "kept", nn.parameter_bytes = 0 : i64, nn.training = "gradients"} {
  %zero = arith.constant 0.0 : f32
  %2 = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 2, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x8x8x4xf32> to tensor<1x10x11x4xf32>
  %3 = tensor.empty() : tensor<1x8x8x8xf32>
  %4 = linalg.fill ins(%zero : f32) outs(%3 : tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
  %5 = linalg.generic {indexing_maps = [#conv_in, #conv_weight, #conv_out], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%2, %w : tensor<1x10x11x4xf32>, tensor<8x3x4x4xf32>) outs(%4 : tensor<1x8x8x8xf32>) attrs = {nn.layer = "conv"} {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x8x8x8xf32>
  return %5 : tensor<1x8x8x8xf32>
}
func.func private @narrow.forward(%x: tensor<1x8x8x1xf32>, %w: tensor<8x3x4x1xf32>) -> tensor<1x8x8x8xf32> attributes {nn.network = "narrow", nn.parameter_bytes = 0 : i64, nn.training = "gradients"} {
  %zero = arith.constant 0.0 : f32
  %2 = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 2, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x8x8x1xf32> to tensor<1x10x11x1xf32>
  %3 = tensor.empty() : tensor<1x8x8x8xf32>
  %4 = linalg.fill ins(%zero : f32) outs(%3 : tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
  %5 = linalg.generic {indexing_maps = [#conv_in, #conv_weight, #conv_out], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%2, %w : tensor<1x10x11x1xf32>, tensor<8x3x4x1xf32>) outs(%4 : tensor<1x8x8x8xf32>) attrs = {nn.layer = "conv"} {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x8x8x8xf32>
  return %5 : tensor<1x8x8x8xf32>
}
func.func private @loss.forward(%x: tensor<1x8x8x4xf32>, %w: tensor<8x3x4x4xf32>) -> tensor<1x8x8x8xf32> attributes {nn.network = "loss", nn.parameter_bytes = 0 : i64, nn.training = "loss"} {
  %zero = arith.constant 0.0 : f32
  %2 = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 2, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x8x8x4xf32> to tensor<1x10x11x4xf32>
  %3 = tensor.empty() : tensor<1x8x8x8xf32>
  %4 = linalg.fill ins(%zero : f32) outs(%3 : tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
  %5 = linalg.generic {indexing_maps = [#conv_in, #conv_weight, #conv_out], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%2, %w : tensor<1x10x11x4xf32>, tensor<8x3x4x4xf32>) outs(%4 : tensor<1x8x8x8xf32>) attrs = {nn.layer = "conv"} {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x8x8x8xf32>
  return %5 : tensor<1x8x8x8xf32>
}

// So much padding would be much code, and a line that no window slides along, or one that
// it slides along from further on, is not left out either.
// CHECK-LABEL: func.func private @long.forward(
// CHECK:         {nn.halo} : tensor<1x8x8x4xf32> to tensor<1x8x25x4xf32>
// CHECK-LABEL: func.func private @stands.forward(
// CHECK:         {nn.halo} : tensor<1x8x8x4xf32> to tensor<1x8x10x4xf32>
// CHECK-LABEL: func.func private @begins.forward(
// CHECK:         {nn.halo} : tensor<1x8x8x4xf32> to tensor<1x8x11x4xf32>
func.func private @long.forward(%x: tensor<1x8x8x4xf32>, %w: tensor<8x3x18x4xf32>) -> tensor<1x8x8x8xf32> attributes {nn.network = "long", nn.parameter_bytes = 0 : i64, nn.training = "gradients"} {
  %zero = arith.constant 0.0 : f32
  %2 = tensor.pad %x low[0, 1, 8, 0] high[0, 1, 9, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x8x8x4xf32> to tensor<1x10x25x4xf32>
  %3 = tensor.empty() : tensor<1x8x8x8xf32>
  %4 = linalg.fill ins(%zero : f32) outs(%3 : tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
  %5 = linalg.generic {indexing_maps = [#conv_in, #conv_weight, #conv_out], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%2, %w : tensor<1x10x25x4xf32>, tensor<8x3x18x4xf32>) outs(%4 : tensor<1x8x8x8xf32>) attrs = {nn.layer = "conv"} {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x8x8x8xf32>
  return %5 : tensor<1x8x8x8xf32>
}
func.func private @stands.forward(%x: tensor<1x8x8x4xf32>, %w: tensor<8x3x4xf32>) -> tensor<1x8x10x8xf32> attributes {nn.network = "stands", nn.parameter_bytes = 0 : i64, nn.training = "gradients"} {
  %zero = arith.constant 0.0 : f32
  %2 = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x8x8x4xf32> to tensor<1x10x10x4xf32>
  %3 = tensor.empty() : tensor<1x8x10x8xf32>
  %4 = linalg.fill ins(%zero : f32) outs(%3 : tensor<1x8x10x8xf32>) -> tensor<1x8x10x8xf32>
  %5 = linalg.generic {indexing_maps = [affine_map<(n, h, w, f, kh, c) -> (n, h + kh, w, c)>, affine_map<(n, h, w, f, kh, c) -> (f, kh, c)>, affine_map<(n, h, w, f, kh, c) -> (n, h, w, f)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%2, %w : tensor<1x10x10x4xf32>, tensor<8x3x4xf32>) outs(%4 : tensor<1x8x10x8xf32>) attrs = {nn.layer = "conv"} {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x8x10x8xf32>
  return %5 : tensor<1x8x10x8xf32>
}
func.func private @begins.forward(%x: tensor<1x8x8x4xf32>, %w: tensor<8x3x4x4xf32>) -> tensor<1x8x7x8xf32> attributes {nn.network = "begins", nn.parameter_bytes = 0 : i64, nn.training = "gradients"} {
  %zero = arith.constant 0.0 : f32
  %2 = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 2, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x8x8x4xf32> to tensor<1x10x11x4xf32>
  %3 = tensor.empty() : tensor<1x8x7x8xf32>
  %4 = linalg.fill ins(%zero : f32) outs(%3 : tensor<1x8x7x8xf32>) -> tensor<1x8x7x8xf32>
  %5 = linalg.generic {indexing_maps = [affine_map<(n, h, w, f, kh, kw, c) -> (n, h + kh, w + kw + 1, c)>, affine_map<(n, h, w, f, kh, kw, c) -> (f, kh, kw, c)>, affine_map<(n, h, w, f, kh, kw, c) -> (n, h, w, f)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%2, %w : tensor<1x10x11x4xf32>, tensor<8x3x4x4xf32>) outs(%4 : tensor<1x8x7x8xf32>) attrs = {nn.layer = "conv"} {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x8x7x8xf32>
  return %5 : tensor<1x8x7x8xf32>
}

// Pooling reads beyond its input by shorter loops only, and what is padded by
// something else than zeros is no business of contractions.
// CHECK-LABEL: func.func private @pooled.forward(
// CHECK:         tensor.pad %{{.*}} low[0, 1, 1, 0] high[0, 1, 1, 0]
// CHECK-NOT:     nn.halo
func.func private @pooled.forward(%x: tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32> attributes {nn.network = "pooled", nn.parameter_bytes = 0 : i64} {
  %low = arith.constant 0xFF800000 : f32
  %2 = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %low : f32
  } : tensor<1x8x8x4xf32> to tensor<1x10x10x4xf32>
  %window = tensor.empty() : tensor<3x3xf32>
  %3 = tensor.empty() : tensor<1x8x8x4xf32>
  %4 = linalg.fill ins(%low : f32) outs(%3 : tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  %5 = linalg.pooling_nhwc_max ins(%2, %window : tensor<1x10x10x4xf32>, tensor<3x3xf32>) outs(%4 : tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  return %5 : tensor<1x8x8x4xf32>
}

// A copy is made for the gradients that read it: what comes before them does not know yet
// what it copies.
// CHECK-LABEL: func.func private @gradient.forward(
// CHECK:         %[[COPY:.*]] = linalg.generic {{.*}} ins(%{{.*}} : tensor<2x8x1xf32>) outs(%{{.*}})
// CHECK:         tensor.pad %[[COPY]] low[0, 1, 0] high[0, 1, 0]
func.func private @gradient.forward(%dy: tensor<2x8x1xf32>, %w: tensor<1x3x2xf32>) -> tensor<2x8x2xf32> attributes {nn.network = "gradient", nn.parameter_bytes = 0 : i64} {
  %zero = arith.constant 0.0 : f32
  %0 = tensor.pad %dy low[0, 1, 0] high[0, 1, 0] {
  ^bb0(%i: index, %j: index, %k: index):
    tensor.yield %zero : f32
  } : tensor<2x8x1xf32> to tensor<2x10x1xf32>
  %1 = tensor.empty() : tensor<2x8x2xf32>
  %2 = linalg.fill ins(%zero : f32) outs(%1 : tensor<2x8x2xf32>) -> tensor<2x8x2xf32>
  %3 = linalg.generic {indexing_maps = [affine_map<(n, w, f, j, c) -> (n, w + j, c)>, affine_map<(n, w, f, j, c) -> (c, j, f)>, affine_map<(n, w, f, j, c) -> (n, w, f)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%0, %w : tensor<2x10x1xf32>, tensor<1x3x2xf32>) outs(%2 : tensor<2x8x2xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<2x8x2xf32>
  return %3 : tensor<2x8x2xf32>
}
