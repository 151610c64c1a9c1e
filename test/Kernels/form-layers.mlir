// Which layers become one kernel.
//
// RUN: nascent-opt %s --convert-nn-to-linalg --nascent-form-kernels --verify-roundtrip | FileCheck %s --implicit-check-not=nn.layer

// A value with two uses is needed in memory: each user has a kernel of its own.
// CHECK-LABEL: func.func private @two_uses.forward(
// CHECK:         %[[Y:.*]] = nn.launch @two_uses.layer_0
// CHECK:         tensor.collapse_shape %[[Y]]
// CHECK:         nn.launch @two_uses.layer_1
// CHECK:         tensor.collapse_shape %[[Y]]
// CHECK:         nn.launch @two_uses.layer_2
nn.sequential @two_uses(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x : tensor<2x4xf32>
  %1 = nn.relu %0 : tensor<2x4xf32>
  %2 = nn.tanh %0 : tensor<2x4xf32>
  nn.return %1, %2 : tensor<2x4xf32>, tensor<2x4xf32>
}

// A value that is returned, too, is one with two uses.
// CHECK-LABEL: func.func private @returned.forward(
// CHECK:         %[[Y:.*]] = nn.launch @returned.layer_0
// CHECK:         %[[Z:.*]] = nn.launch @returned.layer_1
// CHECK:         %[[ZE:.*]] = tensor.expand_shape %[[Z]]
// CHECK:         return %[[Y]], %[[ZE]]
nn.sequential @returned(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x : tensor<2x4xf32>
  %1 = nn.relu %0 : tensor<2x4xf32>
  nn.return %0, %1 : tensor<2x4xf32>, tensor<2x4xf32>
}

// Layers that are not elementwise begin a kernel; all that such a layer has become
// is one, also where sizes are asked for within.
// CHECK-LABEL: func.func private @apart.forward(
// CHECK:         nn.launch @apart.layer_0
// CHECK:         nn.launch @apart.layer_1
// CHECK-COUNT-4:   linalg.generic
// CHECK:           nn.launch_yield
// CHECK-NOT:     nn.launch
// CHECK:         return
nn.sequential @apart(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.relu %x : tensor<?x4xf32>
  %1 = nn.log_softmax %0 : tensor<?x4xf32>
  nn.return %1 : tensor<?x4xf32>
}

// Two layers that do the same to one value are two kernels.
// CHECK-LABEL: func.func private @twins.forward(
// CHECK:         nn.launch @twins.layer_0
// CHECK:         nn.launch @twins.layer_1
nn.sequential @twins(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x : tensor<2x4xf32>
  %1 = nn.softmax %x : tensor<2x4xf32>
  nn.return %0, %1 : tensor<2x4xf32>, tensor<2x4xf32>
}

// A vector through softmax is a row; what follows is computed on it as well.
// CHECK-LABEL: func.func private @vector.forward(
// CHECK:         %[[R:.*]] = nn.launch @vector.layer_0 ins(%{{.*}} : tensor<1x7xf32>) -> tensor<1x7xf32>
// CHECK:           math.tanh
// CHECK:         tensor.collapse_shape %[[R]] {{\[\[}}0, 1]] : tensor<1x7xf32> into tensor<7xf32>
nn.sequential @vector(%x: tensor<7xf32>) -> tensor<7xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x : tensor<7xf32>
  %1 = nn.tanh %0 : tensor<7xf32>
  nn.return %1 : tensor<7xf32>
}

// A scalar is a vector of one element.
// CHECK-LABEL: func.func private @scalar.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<f32>
// CHECK-NEXT:    %[[A:.*]] = tensor.expand_shape %[[X]] [] output_shape [1] : tensor<f32> into tensor<1xf32>
// CHECK-NEXT:    %[[R:.*]] = nn.launch @scalar.layer_0 ins(%[[A]] : tensor<1xf32>) -> tensor<1xf32>
// CHECK:         tensor.collapse_shape %[[R]] [] : tensor<1xf32> into tensor<f32>
nn.sequential @scalar(%x: tensor<f32>) -> tensor<f32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.relu %x : tensor<f32>
  nn.return %0 : tensor<f32>
}

// One value a column, as those of channels, is read where the elements are, behind
// a layer as well as alone; what reads one keeps its shape.
// CHECK-LABEL: func.func private @columns.forward(
// CHECK-DAG:     %[[M:.*]] = nn.load_parameter @m
// CHECK-DAG:     %[[V:.*]] = nn.load_parameter @v
// CHECK:         %[[A:.*]] = nn.launch @columns.layer_0 ins(%{{.*}} : tensor<2x6x5x4xf32>) parameters(%[[M]], %[[V]] : tensor<4xf32>, tensor<4xf32>) -> tensor<2x3x5x4xf32> {
// CHECK:           linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
// CHECK:             arith.maximumf
// CHECK:           linalg.generic {indexing_maps = [#[[$ALL4:.*]], #[[$LAST4:.*]], #[[$LAST4]], #[[$ALL4]]]
// CHECK:             math.sqrt
// CHECK:           linalg.generic {indexing_maps = [#[[$ALL4]], #[[$ALL4]]]
// CHECK:             arith.cmpf
// CHECK:           nn.launch_yield
// CHECK:         %[[B:.*]] = nn.launch @columns.layer_3 ins(%[[A]] : tensor<2x3x5x4xf32>) parameters(%[[M]], %[[V]] : {{.*}} -> tensor<2x3x5x4xf32> {
// CHECK:           linalg.generic {indexing_maps = [#[[$ALL4]], #[[$LAST4]], #[[$LAST4]], #[[$ALL4]]]
// CHECK:           math.tanh
// CHECK:         return %[[B]], %[[A]]
nn.parameter @m : tensor<4xf32> init(#nn.zeros) trainable(false) offset(0)
nn.parameter @v : tensor<4xf32> init(#nn.ones) trainable(false) offset(64)
nn.sequential @columns(%x: tensor<2x4x6x5xf32, #nn.channels_last>) -> (tensor<2x4x3x5xf32, #nn.channels_last>, tensor<2x4x3x5xf32, #nn.channels_last>) attributes {nn.parameter_bytes = 128 : i64} {
  %0 = nn.max_pool2d %x kernel(2, 1) : tensor<2x4x6x5xf32, #nn.channels_last> -> tensor<2x4x3x5xf32, #nn.channels_last>
  %1 = nn.batch_norm %0 no_affine running_mean(@m) running_var(@v) : tensor<2x4x3x5xf32, #nn.channels_last>
  %2 = nn.relu %1 : tensor<2x4x3x5xf32, #nn.channels_last>
  %3 = nn.batch_norm %2 no_affine running_mean(@m) running_var(@v) : tensor<2x4x3x5xf32, #nn.channels_last>
  %4 = nn.tanh %3 : tensor<2x4x3x5xf32, #nn.channels_last>
  nn.return %4, %2 : tensor<2x4x3x5xf32, #nn.channels_last>, tensor<2x4x3x5xf32, #nn.channels_last>
}

// Behind the view of a layer's matrix, where the columns are those of the matrix.
// CHECK-LABEL: func.func private @columns_of_matrix.forward(
// CHECK:         %[[R:.*]] = nn.launch @columns_of_matrix.layer_0 ins(%{{.*}} : tensor<6x4xf32>) parameters(%{{.*}}, %{{.*}} : tensor<4xf32>, tensor<4xf32>) -> tensor<6x4xf32> {
// CHECK:           linalg.generic {indexing_maps = [#[[$ALL2:.*]], #[[$LAST2:.*]], #[[$LAST2]], #[[$ALL2]]]
// CHECK:         tensor.expand_shape %[[R]]
func.func private @columns_of_matrix.forward(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> attributes {nn.parameter_bytes = 128 : i64} {
  %m = nn.load_parameter @m : tensor<4xf32>
  %v = nn.load_parameter @v : tensor<4xf32>
  %rows = tensor.collapse_shape %x [[0, 1], [2]] : tensor<2x3x4xf32> into tensor<6x4xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<6xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<6xf32>) -> tensor<6xf32>
  %sum = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%rows : tensor<6x4xf32>) outs(%init : tensor<6xf32>) attrs = {nn.layer = "0"} {
  ^bb0(%in: f32, %acc: f32):
    %0 = arith.addf %acc, %in : f32
    linalg.yield %0 : f32
  } -> tensor<6xf32>
  %space = tensor.empty() : tensor<6x4xf32>
  %scaled = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%rows, %sum : tensor<6x4xf32>, tensor<6xf32>) outs(%space : tensor<6x4xf32>) attrs = {nn.layer = "0"} {
  ^bb0(%in: f32, %s: f32, %out: f32):
    %0 = arith.divf %in, %s : f32
    linalg.yield %0 : f32
  } -> tensor<6x4xf32>
  %seen = tensor.expand_shape %scaled [[0, 1], [2]] output_shape [2, 3, 4] {nn.layer = "0"} : tensor<6x4xf32> into tensor<2x3x4xf32>
  %room = tensor.empty() : tensor<2x3x4xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%seen, %m, %v : tensor<2x3x4xf32>, tensor<4xf32>, tensor<4xf32>) outs(%room : tensor<2x3x4xf32>) attrs = {nn.layer = "1"} {
  ^bb0(%in: f32, %a: f32, %b: f32, %out: f32):
    %0 = arith.mulf %in, %b : f32
    %1 = arith.addf %0, %a : f32
    linalg.yield %1 : f32
  } -> tensor<2x3x4xf32>
  return %y : tensor<2x3x4xf32>
}

// A layer that says so is several kernels, called by their parts.
// CHECK-LABEL: func.func private @parts.forward(
// CHECK:         nn.launch @parts.layer_0.sums
// CHECK:         nn.launch @parts.layer_0.mean
// CHECK:         nn.launch @parts.layer_0.squares
// CHECK:         nn.launch @parts.layer_0.deviation
// CHECK:         nn.launch @parts.layer_0 ins
// CHECK:           arith.cmpf
nn.sequential @parts(%x: tensor<2x4x6xf32, #nn.channels_last>) -> tensor<2x4x6xf32, #nn.channels_last> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.group_norm %x, 2 no_affine : tensor<2x4x6xf32, #nn.channels_last>
  %1 = nn.relu %0 : tensor<2x4x6xf32, #nn.channels_last>
  nn.return %1 : tensor<2x4x6xf32, #nn.channels_last>
}
