// RUN: nascent-opt %s --nascent-form-kernels --verify-roundtrip | FileCheck %s

#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#cube = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
nn.parameter @w : tensor<4x5xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(0)

// Elementwise operations after a layer belong to its kernel, however many. How
// the parameter is read and what the matmul accumulates onto is in the kernel,
// too. The name is the first layer's, and so is the plan.
// CHECK-LABEL: func.func private @fused.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<?x5xf32>
// CHECK-NEXT:    %[[W:.*]] = nn.load_parameter @w
// CHECK-NEXT:    %[[R:.*]] = nn.launch @fused.layer_fc ins(%[[X]] : tensor<?x5xf32>) parameters(%[[W]] : tensor<1x5x4xf32>) attributes {nn.plan = #nn.plan<chains = 1>} -> tensor<?x4xf32> {
// CHECK-NEXT:    ^bb0(%[[A:.*]]: tensor<?x5xf32>, %[[B:.*]]: tensor<1x5x4xf32>):
// CHECK:           %[[WT:.*]] = linalg.unpack %[[B]]
// CHECK:           tensor.dim %[[A]]
// CHECK:           %[[INIT:.*]] = linalg.fill
// CHECK:           %[[Y:.*]] = linalg.matmul {{.*}}] ins(%[[A]], %[[WT]] : {{.*}} outs(%[[INIT]] :
// CHECK:           %[[N:.*]] = linalg.generic {{.*}} ins(%[[Y]] :
// CHECK:             arith.negf
// CHECK:           %[[T:.*]] = linalg.generic {{.*}} ins(%[[N]] :
// CHECK:             math.tanh
// CHECK:           nn.launch_yield %[[T]]
// CHECK-NEXT:    }
// CHECK-NEXT:    return %[[R]]
func.func private @fused.forward(%x: tensor<?x5xf32>) -> tensor<?x4xf32> attributes {nn.parameter_bytes = 128 : i64} {
  %w = nn.load_parameter @w : tensor<1x5x4xf32>
  %e = tensor.empty() : tensor<4x5xf32>
  %u = linalg.unpack %w inner_dims_pos = [0] inner_tiles = [4] into %e : tensor<1x5x4xf32> -> tensor<4x5xf32>
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %x, %c0 : tensor<?x5xf32>
  %space = tensor.empty(%rows) : tensor<?x4xf32>
  %init = linalg.fill ins(%zero : f32) outs(%space : tensor<?x4xf32>) -> tensor<?x4xf32>
  %y = linalg.matmul indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>] {nn.layer = "fc", nn.plan = #nn.plan<chains = 1>} ins(%x, %u : tensor<?x5xf32>, tensor<4x5xf32>) outs(%init : tensor<?x4xf32>) -> tensor<?x4xf32>
  %n = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%y : tensor<?x4xf32>) outs(%space : tensor<?x4xf32>) attrs = {nn.layer = "1"} {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.negf %in : f32
    linalg.yield %0 : f32
  } -> tensor<?x4xf32>
  %t = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%n : tensor<?x4xf32>) outs(%space : tensor<?x4xf32>) attrs = {nn.layer = "2"} {
  ^bb0(%in: f32, %out: f32):
    %0 = math.tanh %in : f32
    linalg.yield %0 : f32
  } -> tensor<?x4xf32>
  return %t : tensor<?x4xf32>
}

// A second operand is there where the last operation of the group stood. What has
// no name is called by its place.
// CHECK-LABEL: func.func private @second.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<2x4xf32>
// CHECK-NEXT:    %[[B:.*]] = nn.launch @second.kernel_1 ins(%[[X]] : tensor<2x4xf32>) -> tensor<2xf32> {
// CHECK:           math.absf
// CHECK:         %[[XC:.*]] = tensor.collapse_shape %[[X]] {{\[\[}}0, 1]] : tensor<2x4xf32> into tensor<8xf32>
// CHECK:         %[[R:.*]] = nn.launch @second.kernel_0 ins(%[[XC]] : tensor<8xf32>) -> tensor<8xf32> {
// CHECK-NEXT:    ^bb0(%[[A:.*]]: tensor<8xf32>):
// CHECK:           %[[N:.*]] = linalg.generic {{.*}} iterator_types = ["parallel"]} ins(%[[A]] : tensor<8xf32>)
// CHECK:             arith.negf
// CHECK:           linalg.generic {{.*}} ins(%[[N]], %[[A]] : tensor<8xf32>, tensor<8xf32>)
// CHECK:             arith.addf
// CHECK:         tensor.expand_shape %[[R]] {{\[\[}}0, 1]] output_shape [2, 4] : tensor<8xf32> into tensor<2x4xf32>
func.func private @second.forward(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %space = tensor.empty() : tensor<2x4xf32>
  %n = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<2x4xf32>) outs(%space : tensor<2x4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.negf %in : f32
    linalg.yield %0 : f32
  } -> tensor<2x4xf32>
  %zero = arith.constant 0.0 : f32
  %column = tensor.empty() : tensor<2xf32>
  %init = linalg.fill ins(%zero : f32) outs(%column : tensor<2xf32>) -> tensor<2xf32>
  %sum = linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<2x4xf32>) outs(%init : tensor<2xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = math.absf %in : f32
    %1 = arith.addf %out, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<2xf32>
  %a = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%n, %x : tensor<2x4xf32>, tensor<2x4xf32>) outs(%space : tensor<2x4xf32>) {
  ^bb0(%in: f32, %other: f32, %out: f32):
    %0 = arith.addf %in, %other : f32
    linalg.yield %0 : f32
  } -> tensor<2x4xf32>
  return %a, %sum : tensor<2x4xf32>, tensor<2xf32>
}

// What follows a layer's own view of its matrix is computed on the matrix, and its
// second operand is seen so.
// CHECK-LABEL: func.func private @view.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3x4xf32>
// CHECK-NEXT:    %[[M:.*]] = tensor.collapse_shape %[[X]] {{\[\[}}0, 1], [2]]
// CHECK-NEXT:    %[[C:.*]] = tensor.collapse_shape %[[X]] {{\[\[}}0, 1], [2]]
// CHECK-NEXT:    %[[R:.*]] = nn.launch @view.layer_0 ins(%[[M]], %[[C]] : tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xf32> {
// CHECK-NEXT:    ^bb0(%[[A:.*]]: tensor<6x4xf32>, %[[B:.*]]: tensor<6x4xf32>):
// CHECK:           math.absf
// CHECK:           %[[S:.*]] = linalg.generic {{.*}} ins(%[[A]], %{{.*}} : tensor<6x4xf32>, tensor<6xf32>)
// CHECK:           linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]} ins(%[[S]], %[[B]] : tensor<6x4xf32>, tensor<6x4xf32>)
// CHECK:         %[[V:.*]] = tensor.expand_shape %[[R]] {{\[\[}}0, 1], [2]] output_shape [2, 3, 4] : tensor<6x4xf32> into tensor<2x3x4xf32>
// CHECK-NEXT:    return %[[V]]
func.func private @view.forward(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %m = tensor.collapse_shape %x [[0, 1], [2]] : tensor<2x3x4xf32> into tensor<6x4xf32>
  %zero = arith.constant 0.0 : f32
  %column = tensor.empty() : tensor<6xf32>
  %init = linalg.fill ins(%zero : f32) outs(%column : tensor<6xf32>) -> tensor<6xf32>
  %sum = linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]} ins(%m : tensor<6x4xf32>) outs(%init : tensor<6xf32>) attrs = {nn.layer = "0"} {
  ^bb0(%in: f32, %out: f32):
    %0 = math.absf %in : f32
    %1 = arith.addf %out, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<6xf32>
  %space = tensor.empty() : tensor<6x4xf32>
  %s = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]} ins(%m, %sum : tensor<6x4xf32>, tensor<6xf32>) outs(%space : tensor<6x4xf32>) attrs = {nn.layer = "0"} {
  ^bb0(%in: f32, %norm: f32, %out: f32):
    %0 = arith.divf %in, %norm : f32
    linalg.yield %0 : f32
  } -> tensor<6x4xf32>
  %v = tensor.expand_shape %s [[0, 1], [2]] output_shape [2, 3, 4] {nn.layer = "0"} : tensor<6x4xf32> into tensor<2x3x4xf32>
  %cube = tensor.empty() : tensor<2x3x4xf32>
  %a = linalg.generic {indexing_maps = [#cube, #cube, #cube], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v, %x : tensor<2x3x4xf32>, tensor<2x3x4xf32>) outs(%cube : tensor<2x3x4xf32>) attrs = {nn.layer = "1"} {
  ^bb0(%in: f32, %other: f32, %out: f32):
    %0 = arith.addf %in, %other : f32
    linalg.yield %0 : f32
  } -> tensor<2x3x4xf32>
  return %a : tensor<2x3x4xf32>
}

// Rows of a part of a value lie apart, and so do those of what becomes a part:
// such kernels have rows and columns, of any more dimensions.
// CHECK-LABEL: func.func private @parts.forward(
// CHECK:         nn.launch @parts.layer_0 ins(%{{.*}} : tensor<?x6xf32>) -> tensor<?x6xf32> {
// CHECK:           iterator_types = ["parallel", "parallel"]
// CHECK:         nn.launch @parts.layer_1 ins(%{{.*}} : tensor<?x12xf32>) -> tensor<?x12xf32> {
// CHECK:         nn.launch @parts.layer_2 ins(%{{.*}} : tensor<?xf32>) -> tensor<?xf32> {
func.func private @parts.forward(%x: tensor<?x3x4xf32>) -> tensor<?x6x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %x, %c0 : tensor<?x3x4xf32>
  %part = tensor.extract_slice %x[0, 0, 1] [%rows, 3, 2] [1, 1, 1] : tensor<?x3x4xf32> to tensor<?x3x2xf32>
  %flat = tensor.collapse_shape %part [[0], [1, 2]] : tensor<?x3x2xf32> into tensor<?x6xf32>
  %space = tensor.empty(%rows) : tensor<?x6xf32>
  %0 = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%flat : tensor<?x6xf32>) outs(%space : tensor<?x6xf32>) attrs = {nn.layer = "0"} {
  ^bb0(%in: f32, %out: f32):
    %4 = arith.negf %in : f32
    linalg.yield %4 : f32
  } -> tensor<?x6xf32>
  %both = tensor.concat dim(1) %0, %0 : (tensor<?x6xf32>, tensor<?x6xf32>) -> tensor<?x12xf32>
  %cube = tensor.empty(%rows) : tensor<?x3x4xf32>
  %1 = linalg.generic {indexing_maps = [#cube, #cube], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x : tensor<?x3x4xf32>) outs(%cube : tensor<?x3x4xf32>) attrs = {nn.layer = "1"} {
  ^bb0(%in: f32, %out: f32):
    %4 = arith.negf %in : f32
    linalg.yield %4 : f32
  } -> tensor<?x3x4xf32>
  %high = tensor.concat dim(1) %1, %x : (tensor<?x3x4xf32>, tensor<?x3x4xf32>) -> tensor<?x6x4xf32>
  %result = tensor.empty(%rows) : tensor<?x6x4xf32>
  %2 = linalg.generic {indexing_maps = [#cube, #cube], iterator_types = ["parallel", "parallel", "parallel"]} ins(%high : tensor<?x6x4xf32>) outs(%result : tensor<?x6x4xf32>) attrs = {nn.layer = "2"} {
  ^bb0(%in: f32, %out: f32):
    %4 = math.tanh %in : f32
    linalg.yield %4 : f32
  } -> tensor<?x6x4xf32>
  return %2 : tensor<?x6x4xf32>
}
