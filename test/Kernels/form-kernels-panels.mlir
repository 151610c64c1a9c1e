// What backward passes read and store otherwise than forward ones.
//
// RUN: nascent-opt %s --nascent-form-kernels --split-input-file --verify-roundtrip | FileCheck %s

// A weight's gradient is stored in the weight's panels, accumulated or not; its
// launch ends with them.
// CHECK-LABEL: func.func private @packed(
// CHECK:         %[[OLD:.*]] = nn.load_gradient @w : tensor<2x3x8xf32>
// CHECK-NEXT:    %[[NEW:.*]] = nn.launch @packed.kernel_0 ins({{.*}}, %[[OLD]] : {{.*}}) -> tensor<2x3x8xf32> {
// CHECK-DAG:       %[[UNPACK:.*]] = linalg.unpack
// CHECK-DAG:       %[[SUMS:.*]] = linalg.matmul
// CHECK:           %[[SUM:.*]] = linalg.generic {{.*}} ins(%[[SUMS]], %[[UNPACK]]
// CHECK:           %[[PACK:.*]] = linalg.pack %[[SUM]] padding_value({{.*}}) inner_dims_pos = [0] inner_tiles = [8]
// CHECK-NEXT:      nn.launch_yield %[[PACK]] : tensor<2x3x8xf32>
// CHECK:         nn.store_gradient %[[NEW]], @w
// CHECK-NEXT:    return
#id = affine_map<(d0, d1) -> (d0, d1)>
nn.parameter @w : tensor<10x3xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
func.func private @packed(%x: tensor<5x3xf32>, %dy: tensor<5x10xf32>) attributes {nn.parameter_bytes = 192 : i64} {
  %zero = arith.constant 0.0 : f32
  %space = tensor.empty() : tensor<10x3xf32>
  %init = linalg.fill ins(%zero : f32) outs(%space : tensor<10x3xf32>) -> tensor<10x3xf32>
  %dw = linalg.matmul indexing_maps = [affine_map<(k, n, m) -> (m, k)>, affine_map<(k, n, m) -> (m, n)>, affine_map<(k, n, m) -> (n, k)>] ins(%x, %dy : tensor<5x3xf32>, tensor<5x10xf32>) outs(%init : tensor<10x3xf32>) -> tensor<10x3xf32>
  %old = nn.load_gradient @w : tensor<2x3x8xf32>
  %unpacked = linalg.unpack %old inner_dims_pos = [0] inner_tiles = [8] into %space : tensor<2x3x8xf32> -> tensor<10x3xf32>
  %new = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%dw, %unpacked : tensor<10x3xf32>, tensor<10x3xf32>) outs(%space : tensor<10x3xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %r = arith.addf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<10x3xf32>
  %panels = tensor.empty() : tensor<2x3x8xf32>
  %packed = linalg.pack %new padding_value(%zero : f32) inner_dims_pos = [0] inner_tiles = [8] into %panels : tensor<10x3xf32> -> tensor<2x3x8xf32>
  nn.store_gradient %packed, @w : tensor<2x3x8xf32>
  return
}

// -----

// The weight is read along its panels by the first product, and by the other two
// from one copy that has none.
// CHECK-LABEL: func.func private @turned(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<5x3xf32>, %[[DY:[a-z0-9]+]]: tensor<5x10xf32>
// CHECK-NEXT:    %[[W:.*]] = nn.load_parameter @w
// CHECK-NEXT:    nn.launch @turned.layer_0 ins(%[[X]] : tensor<5x3xf32>) parameters(%[[W]] : tensor<2x3x8xf32>)
// CHECK:         %[[T:.*]] = nn.launch @turned.layer_0.turned parameters(%[[W]] : tensor<2x3x8xf32>) -> tensor<10x3xf32> {
// CHECK:           linalg.unpack
// CHECK:         nn.launch @turned.layer_0.gradient ins(%[[DY]], %[[T]] : tensor<5x10xf32>, tensor<10x3xf32>)
// CHECK-NOT:     unpack
// CHECK:         nn.launch @turned.layer_1.gradient ins(%[[DY]], %[[T]] : tensor<5x10xf32>, tensor<10x3xf32>)
nn.parameter @w : tensor<10x3xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
func.func private @turned(%x: tensor<5x3xf32>, %dy: tensor<5x10xf32>) -> (tensor<5x10xf32>, tensor<5x3xf32>, tensor<5x3xf32>) attributes {nn.parameter_bytes = 192 : i64} {
  %zero = arith.constant 0.0 : f32
  %w = nn.load_parameter @w : tensor<2x3x8xf32>
  %whole = tensor.empty() : tensor<10x3xf32>
  %unpacked = linalg.unpack %w inner_dims_pos = [0] inner_tiles = [8] into %whole : tensor<2x3x8xf32> -> tensor<10x3xf32>
  %space = tensor.empty() : tensor<5x10xf32>
  %init = linalg.fill ins(%zero : f32) outs(%space : tensor<5x10xf32>) -> tensor<5x10xf32>
  %y = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] {nn.layer = "0"} ins(%x, %unpacked : tensor<5x3xf32>, tensor<10x3xf32>) outs(%init : tensor<5x10xf32>) -> tensor<5x10xf32>
  %space_x = tensor.empty() : tensor<5x3xf32>
  %init_x = linalg.fill ins(%zero : f32) outs(%space_x : tensor<5x3xf32>) -> tensor<5x3xf32>
  %dx = linalg.matmul {nn.layer = "0", nn.layer_part = "gradient"} ins(%dy, %unpacked : tensor<5x10xf32>, tensor<10x3xf32>) outs(%init_x : tensor<5x3xf32>) -> tensor<5x3xf32>
  %again = linalg.matmul {nn.layer = "1", nn.layer_part = "gradient"} ins(%dy, %unpacked : tensor<5x10xf32>, tensor<10x3xf32>) outs(%init_x : tensor<5x3xf32>) -> tensor<5x3xf32>
  return %y, %dx, %again : tensor<5x10xf32>, tensor<5x3xf32>, tensor<5x3xf32>
}

// -----

// Where others see several values of a layer, each operation is a kernel.
// CHECK-LABEL: func.func private @several(
// CHECK:         nn.launch @several.layer_0 ins(%{{.*}} : tensor<8xf32>) -> tensor<8xf32>
// CHECK:         nn.launch @several.layer_0 ins(%{{.*}} : tensor<8xf32>) -> tensor<8xf32>
// CHECK-NOT:     nn.launch @
#all = affine_map<(d0, d1) -> (d0, d1)>
func.func private @several(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %space = tensor.empty() : tensor<2x4xf32>
  %a = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<2x4xf32>) outs(%space : tensor<2x4xf32>) attrs = {nn.layer = "0"} {
  ^bb0(%in: f32, %out: f32):
    %r = arith.negf %in : f32
    linalg.yield %r : f32
  } -> tensor<2x4xf32>
  %b = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%a : tensor<2x4xf32>) outs(%space : tensor<2x4xf32>) attrs = {nn.layer = "0"} {
  ^bb0(%in: f32, %out: f32):
    %r = arith.negf %in : f32
    linalg.yield %r : f32
  } -> tensor<2x4xf32>
  return %a, %b : tensor<2x4xf32>, tensor<2x4xf32>
}

// -----

// A number for each row is no row: each reduction is a kernel.
// CHECK-LABEL: func.func private @loss(
// CHECK:         %[[MOST:.*]] = nn.launch @loss.layer_0 ins(%arg0 : tensor<2x4xf32>) -> tensor<2xf32>
// CHECK:         nn.launch @loss.layer_0 ins(%arg0, %[[MOST]] : tensor<2x4xf32>, tensor<2xf32>) -> tensor<2xf32>
#row = affine_map<(d0, d1) -> (d0)>
#whole = affine_map<(d0, d1) -> (d0, d1)>
func.func private @loss(%x: tensor<2x4xf32>) -> tensor<2xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %zero = arith.constant 0.0 : f32
  %space = tensor.empty() : tensor<2xf32>
  %init = linalg.fill ins(%zero : f32) outs(%space : tensor<2xf32>) -> tensor<2xf32>
  %a = linalg.generic {indexing_maps = [#whole, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<2x4xf32>) outs(%init : tensor<2xf32>) attrs = {nn.layer = "0"} {
  ^bb0(%in: f32, %out: f32):
    %r = arith.addf %out, %in : f32
    linalg.yield %r : f32
  } -> tensor<2xf32>
  %b = linalg.generic {indexing_maps = [#whole, #row, #row], iterator_types = ["parallel", "reduction"]} ins(%x, %a : tensor<2x4xf32>, tensor<2xf32>) outs(%init : tensor<2xf32>) attrs = {nn.layer = "0"} {
  ^bb0(%in: f32, %by: f32, %out: f32):
    %d = arith.divf %in, %by : f32
    %r = arith.addf %out, %d : f32
    linalg.yield %r : f32
  } -> tensor<2xf32>
  return %b : tensor<2xf32>
}

// -----

// Columns of what is stored are those of the second operand, whichever comes first.
// CHECK-LABEL: func.func private @ordered(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<5x3xf32>, %[[DY:[a-z0-9]+]]: tensor<5x2xf32>
// CHECK:         nn.launch @ordered.kernel_0 ins(%[[DY]], %[[X]] :
// CHECK:           linalg.generic {indexing_maps = [#[[DYMAP:.*]], #[[XMAP:.*]], #{{.*}}], {{.*}} ins(%{{.*}}, %{{.*}} : tensor<5x2xf32>, tensor<5x3xf32>)
func.func private @ordered(%x: tensor<5x3xf32>, %dy: tensor<5x2xf32>) -> tensor<2x3xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %zero = arith.constant 0.0 : f32
  %space = tensor.empty() : tensor<2x3xf32>
  %init = linalg.fill ins(%zero : f32) outs(%space : tensor<2x3xf32>) -> tensor<2x3xf32>
  %dw = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (m, n)>, affine_map<(m, n, k) -> (n, k)>], iterator_types = ["reduction", "parallel", "parallel"]} ins(%x, %dy : tensor<5x3xf32>, tensor<5x2xf32>) outs(%init : tensor<2x3xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %p = arith.mulf %a, %b : f32
    %r = arith.addf %out, %p : f32
    linalg.yield %r : f32
  } -> tensor<2x3xf32>
  return %dw : tensor<2x3xf32>
}

// -----

// A convolution's gradient that is added to another one is not stored in panels. Its
// columns come last, and whoever adds puts them where they are in the weight.
// CHECK-LABEL: func.func private @added(
// CHECK:         %[[LAST:.*]] = nn.launch @added.kernel_0 ins({{.*}}) -> tensor<2x3x5xf32> {
// CHECK:         nn.launch @added.kernel_1 ins(%[[LAST]], %{{.*}} : tensor<2x3x5xf32>, tensor<5x2x3xf32>) -> tensor<5x2x3xf32> {
// CHECK:           linalg.transpose {{.*}} permutation = [2, 0, 1]
// CHECK:           arith.addf
#rank3 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
func.func private @added(%x: tensor<4x8x2xf32>, %dy: tensor<4x6x5xf32>, %other: tensor<5x2x3xf32>) -> tensor<5x2x3xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %zero = arith.constant 0.0 : f32
  %space = tensor.empty() : tensor<5x2x3xf32>
  %init = linalg.fill ins(%zero : f32) outs(%space : tensor<5x2x3xf32>) -> tensor<5x2x3xf32>
  %dw = linalg.generic {indexing_maps = [affine_map<(o, c, k, n, l) -> (n, l + k, c)>, affine_map<(o, c, k, n, l) -> (n, l, o)>, affine_map<(o, c, k, n, l) -> (o, c, k)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %dy : tensor<4x8x2xf32>, tensor<4x6x5xf32>) outs(%init : tensor<5x2x3xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %product = arith.mulf %a, %b : f32
    %r = arith.addf %sum, %product : f32
    linalg.yield %r : f32
  } -> tensor<5x2x3xf32>
  %both = linalg.generic {indexing_maps = [#rank3, #rank3, #rank3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%dw, %other : tensor<5x2x3xf32>, tensor<5x2x3xf32>) outs(%space : tensor<5x2x3xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %r = arith.addf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<5x2x3xf32>
  return %both : tensor<5x2x3xf32>
}
