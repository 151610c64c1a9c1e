// RUN: nascent-opt %s --nascent-keep-states --split-input-file --verify-roundtrip | FileCheck %s --enable-var-scope

#rows = affine_map<(b, t, o, k, c) -> (b, t + k * 2, c)>
#weight = affine_map<(b, t, o, k, c) -> (o, k, c)>
#out = affine_map<(b, t, o, k, c) -> (b, t, o)>
module attributes {nn.stream} {
// What is padded before the sequence is what came before it; the last of what is
// there is kept for the next block.
// CHECK-LABEL: func.func private @conv.forward(
// CHECK-SAME:      %[[X:.*]]: tensor<2x16x4xf32>, %[[BEFORE:.*]]: tensor<2x4x4xf32>) -> (tensor<2x16x8xf32>, tensor<2x4x4xf32>)
// CHECK-SAME:      nn.states = 1
// CHECK:         %[[JOINED:.*]] = tensor.concat dim(1) %[[BEFORE]], %[[X]] : {{.*}} -> tensor<2x20x4xf32>
// CHECK-NOT:     tensor.pad
// CHECK:         %[[Y:.*]] = linalg.generic {{.*}} ins(%[[JOINED]]
// CHECK:         %[[KEPT:.*]] = tensor.extract_slice %[[JOINED]][0, 16, 0] [2, 4, 4] [1, 1, 1]
// CHECK:         return %[[Y]], %[[KEPT]]
func.func private @conv.forward(%x: tensor<2x16x4xf32>) -> tensor<2x16x8xf32> attributes {nn.network = "conv", nn.parameter_bytes = 0 : i64} {
  %zero = arith.constant 0.0 : f32
  %w = tensor.empty() : tensor<8x3x4xf32>
  %0 = tensor.pad %x low[0, 4, 0] high[0, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index):
    tensor.yield %zero : f32
  } : tensor<2x16x4xf32> to tensor<2x20x4xf32>
  %1 = tensor.empty() : tensor<2x16x8xf32>
  %2 = linalg.fill ins(%zero : f32) outs(%1 : tensor<2x16x8xf32>) -> tensor<2x16x8xf32>
  %3 = linalg.generic {indexing_maps = [#rows, #weight, #out], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%0, %w : tensor<2x20x4xf32>, tensor<8x3x4xf32>) outs(%2 : tensor<2x16x8xf32>) attrs = {nn.layer = "0"} {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %4 = arith.mulf %a, %b : f32
    %5 = arith.addf %c, %4 : f32
    linalg.yield %5 : f32
  } -> tensor<2x16x8xf32>
  return %3 : tensor<2x16x8xf32>
}
}

// -----

module attributes {nn.stream} {
// A recurrence goes on from its last states. Views in which steps and rows are merged
// are followed, and what two layers pad by the same is kept once.
// CHECK-LABEL: func.func private @both.forward(
// CHECK-SAME:      %[[X:.*]]: tensor<2x1x3xf32>, %[[H:.*]]: tensor<2x3xf32>, %[[BEFORE:.*]]: tensor<2x1x3xf32>)
// CHECK-SAME:      nn.states = 2
// CHECK:         %[[R:.*]]:3 = nn.recurrence steps(%{{.*}}) weight(%{{.*}}) initial(%[[H]] : tensor<2x3xf32>)
// CHECK:         %[[ONCE:.*]] = tensor.concat dim(1) %[[BEFORE]], %[[R]]#0
// CHECK-NOT:     tensor.concat
// CHECK:         %[[KEPT:.*]] = tensor.extract_slice %[[ONCE]][0, 1, 0] [2, 1, 3]
// CHECK:         return %{{.*}}, %[[R]]#1, %[[KEPT]]
func.func private @both.forward(%x: tensor<2x1x3xf32>) -> tensor<2x1x3xf32> attributes {nn.network = "both", nn.parameter_bytes = 0 : i64} {
  %zero = arith.constant 0.0 : f32
  %w = tensor.empty() : tensor<3x3xf32>
  %m = tensor.collapse_shape %x [[0, 1], [2]] : tensor<2x1x3xf32> into tensor<2x3xf32>
  %s = tensor.expand_shape %m [[0, 1], [2]] output_shape [2, 1, 3] : tensor<2x3xf32> into tensor<2x1x3xf32>
  %0:3 = nn.recurrence steps(%s : tensor<2x1x3xf32>) weight(%w : tensor<3x3xf32>) attributes {nn.layer = "0"} -> tensor<2x1x3xf32>, tensor<2x3xf32>, tensor<2x3xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    %1 = arith.addf %in, %sum : f32
    nn.recurrence_yield %1 : f32
  }
  %p = tensor.pad %0#0 low[0, 1, 0] high[0, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index):
    tensor.yield %zero : f32
  } : tensor<2x1x3xf32> to tensor<2x2x3xf32>
  %q = tensor.pad %0#0 low[0, 1, 0] high[0, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index):
    tensor.yield %zero : f32
  } : tensor<2x1x3xf32> to tensor<2x2x3xf32>
  %e = tensor.empty() : tensor<2x1x3xf32>
  %window = tensor.empty() : tensor<2xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<2x1x3xf32>) -> tensor<2x1x3xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(b, t, c, k) -> (b, t + k, c)>, affine_map<(b, t, c, k) -> (b, t + k, c)>, affine_map<(b, t, c, k) -> (k)>, affine_map<(b, t, c, k) -> (b, t, c)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%p, %q, %window : tensor<2x2x3xf32>, tensor<2x2x3xf32>, tensor<2xf32>) outs(%f : tensor<2x1x3xf32>) attrs = {nn.layer = "1"} {
  ^bb0(%a: f32, %b: f32, %c: f32, %d: f32):
    %4 = arith.addf %a, %b : f32
    %5 = arith.addf %d, %4 : f32
    linalg.yield %5 : f32
  } -> tensor<2x1x3xf32>
  return %y : tensor<2x1x3xf32>
}
}

// -----

module attributes {nn.stream} {
// An open length is the sequence's: what is kept begins so many steps before its end.
// CHECK-LABEL: func.func private @open.forward(
// CHECK-SAME:      %[[X:.*]]: tensor<1x?x3xf32> {nn.sizes = ["1", "length", "3"]}, %[[BEFORE:.*]]: tensor<1x2x3xf32>)
// CHECK:         %[[JOINED:.*]] = tensor.concat dim(1) %[[BEFORE]], %[[X]]
// CHECK:         %[[SIZE:.*]] = tensor.dim %[[JOINED]], %c1
// CHECK:         %[[START:.*]] = arith.subi %[[SIZE]], %c2
// CHECK:         tensor.extract_slice %[[JOINED]][0, %[[START]], 0] [1, 2, 3] [1, 1, 1]
func.func private @open.forward(%x: tensor<1x?x3xf32> {nn.sizes = ["1", "length", "3"]}) -> tensor<1x?x3xf32> attributes {nn.network = "open", nn.parameter_bytes = 0 : i64, nn.sizes = ["length"]} {
  %zero = arith.constant 0.0 : f32
  %c1 = arith.constant 1 : index
  %length = tensor.dim %x, %c1 : tensor<1x?x3xf32>
  %0 = tensor.pad %x low[0, 2, 0] high[0, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index):
    tensor.yield %zero : f32
  } : tensor<1x?x3xf32> to tensor<1x?x3xf32>
  %e = tensor.empty(%length) : tensor<1x?x3xf32>
  %window = tensor.empty() : tensor<3xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x?x3xf32>) -> tensor<1x?x3xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(b, t, c, k) -> (b, t + k, c)>, affine_map<(b, t, c, k) -> (k)>, affine_map<(b, t, c, k) -> (b, t, c)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%0, %window : tensor<1x?x3xf32>, tensor<3xf32>) outs(%f : tensor<1x?x3xf32>) attrs = {nn.layer = "0"} {
  ^bb0(%a: f32, %b: f32, %d: f32):
    %5 = arith.addf %d, %a : f32
    linalg.yield %5 : f32
  } -> tensor<1x?x3xf32>
  return %y : tensor<1x?x3xf32>
}
}

// -----

#window = affine_map<(b, t, c, k) -> (b, t + k * 9, c)>
#places = affine_map<(b, t, c, k) -> (b, t, c)>
#taps = affine_map<(b, t, c, k) -> (k)>
module attributes {nn.stream} {
// More steps than any block has stay where they are, with the block's behind them.
// CHECK-LABEL: func.func private @long.forward(
// CHECK-SAME:      %[[X:.*]]: tensor<1x4x3xf32>, %[[BEFORE:.*]]: tensor<1x9x3xf32>) -> (tensor<1x4x3xf32>, tensor<1x13x3xf32>)
// CHECK-SAME:      nn.ring_steps = 8
// CHECK:         %[[JOINED:.*]] = tensor.concat dim(1) %[[BEFORE]], %[[X]]
// CHECK:         return %{{.*}}, %[[JOINED]] :
// CHECK-LABEL: func.func private @long.b8.forward(
// CHECK-SAME:      nn.ring_steps = 8
// CHECK-NOT:     tensor.extract_slice
func.func private @long.forward(%x: tensor<1x4x3xf32>) -> tensor<1x4x3xf32> attributes {nn.network = "long", nn.parameter_bytes = 0 : i64} {
  %zero = arith.constant 0.0 : f32
  %0 = tensor.pad %x low[0, 9, 0] high[0, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index):
    tensor.yield %zero : f32
  } : tensor<1x4x3xf32> to tensor<1x13x3xf32>
  %e = tensor.empty() : tensor<1x4x3xf32>
  %t = tensor.empty() : tensor<2xf32>
  %y = linalg.generic {indexing_maps = [#window, #taps, #places], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%0, %t : tensor<1x13x3xf32>, tensor<2xf32>) outs(%e : tensor<1x4x3xf32>) attrs = {nn.layer = "0"} {
  ^bb0(%a: f32, %b: f32, %d: f32):
    %5 = arith.addf %d, %a : f32
    linalg.yield %5 : f32
  } -> tensor<1x4x3xf32>
  return %y : tensor<1x4x3xf32>
}
func.func private @long.b8.forward(%x: tensor<1x8x3xf32>) -> tensor<1x8x3xf32> attributes {nn.network = "long", nn.entry = "b8", nn.parameter_bytes = 0 : i64} {
  %zero = arith.constant 0.0 : f32
  %0 = tensor.pad %x low[0, 9, 0] high[0, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index):
    tensor.yield %zero : f32
  } : tensor<1x8x3xf32> to tensor<1x17x3xf32>
  %e = tensor.empty() : tensor<1x8x3xf32>
  %t = tensor.empty() : tensor<2xf32>
  %y = linalg.generic {indexing_maps = [#window, #taps, #places], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%0, %t : tensor<1x17x3xf32>, tensor<2xf32>) outs(%e : tensor<1x8x3xf32>) attrs = {nn.layer = "0"} {
  ^bb0(%a: f32, %b: f32, %d: f32):
    %5 = arith.addf %d, %a : f32
    linalg.yield %5 : f32
  } -> tensor<1x8x3xf32>
  return %y : tensor<1x8x3xf32>
}
}

// -----

// Without nn.stream, nothing is kept.
// CHECK-LABEL: func.func private @net.forward(
// CHECK-SAME:      %{{.*}}: tensor<1x4x3xf32>) -> tensor<1x5x3xf32>
// CHECK:         tensor.pad
func.func private @net.forward(%x: tensor<1x4x3xf32>) -> tensor<1x5x3xf32> attributes {nn.network = "net", nn.parameter_bytes = 0 : i64} {
  %zero = arith.constant 0.0 : f32
  %0 = tensor.pad %x low[0, 1, 0] high[0, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index):
    tensor.yield %zero : f32
  } : tensor<1x4x3xf32> to tensor<1x5x3xf32>
  return %0 : tensor<1x5x3xf32>
}

// -----

module attributes {nn.stream} {
// Places count from the sequence's beginning: how many steps came before is a state.
// CHECK-LABEL: func.func private @places.forward(
// CHECK-SAME:      %[[X:.*]]: tensor<2x4x3xf32>, %[[BEFORE:.*]]: tensor<2x1xf32>) -> (tensor<2x4x3xf32>, tensor<2x1xf32>)
// CHECK-SAME:      nn.places = 5 : i64, nn.states = 1 : i64
// CHECK:         %[[COUNTS:.*]] = tensor.collapse_shape %[[BEFORE]]
// CHECK:         %[[PLACES:.*]] = linalg.generic {{.*}} ins(%[[COUNTS]] : tensor<2xf32>) {{.*}}nn.layer_part = "places"
// CHECK:         %[[NEXT:.*]] = linalg.generic {{.*}} ins(%[[COUNTS]] : tensor<2xf32>) {{.*}}nn.layer_part = "next"
// CHECK:         %[[FOUND:.*]] = linalg.generic {{.*}} ins(%[[PLACES]], %{{.*}} : tensor<2x4xf32>, tensor<9x3xf32>)
// CHECK:         %[[Y:.*]] = linalg.generic {{.*}} ins(%[[X]], %[[FOUND]] : tensor<2x4x3xf32>, tensor<2x4x3xf32>)
// CHECK:         %[[KEPT:.*]] = tensor.extract_slice %[[NEXT]][0, 3] [2, 1] [1, 1]
// CHECK:         return %[[Y]], %[[KEPT]]
func.func private @places.forward(%x: tensor<2x4x3xf32>) -> tensor<2x4x3xf32> attributes {nn.network = "places", nn.parameter_bytes = 0 : i64} {
  %w = tensor.empty() : tensor<9x3xf32>
  %e = tensor.empty() : tensor<2x4x3xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(b, t, c) -> (b, t, c)>, affine_map<(b, t, c) -> (t mod 9, c)>, affine_map<(b, t, c) -> (b, t, c)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x, %w : tensor<2x4x3xf32>, tensor<9x3xf32>) outs(%e : tensor<2x4x3xf32>) attrs = {nn.layer = "0"} {
  ^bb0(%a: f32, %row: f32, %out: f32):
    %1 = arith.addf %a, %row : f32
    linalg.yield %1 : f32
  } -> tensor<2x4x3xf32>
  return %y : tensor<2x4x3xf32>
}
}
