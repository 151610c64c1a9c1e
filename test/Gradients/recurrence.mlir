// Gradients through time. Numbers are compared in every-layer.test.
//
// RUN: nascent-opt %s --nascent-build-gradients --verify-roundtrip | FileCheck %s

nn.parameter @net.w : tensor<4x4xf32> init(#nn.ones) layout(#nn.panels<4>) offset(0)
nn.parameter @net.b : tensor<4xf32> init(#nn.ones) offset(64)

// The recurrence has its states in memory after every step, of which the last one is
// what the loss is of. The sums of all steps are one product, of what each step
// finds. Backwards, sums have the same cotangents as the inputs they are added to.
// CHECK-LABEL: func.func private @net.gradients.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<2x5x4xf32>
// CHECK-DAG:     %[[W:.*]] = linalg.unpack
// CHECK-DAG:     %[[B:.*]] = nn.load_parameter @net.b
// CHECK:         %[[Y:.*]]:3 = nn.recurrence steps(%[[X]] : tensor<2x5x4xf32>) weight(%[[W]] : {{.*}}) bias(%[[B]] : {{.*}}) all attributes {nn.layer = "0", nn.layer_part = "l0"} -> tensor<2x5x4xf32>, tensor<2x4xf32>, tensor<2x4xf32> {
// CHECK-NEXT:    ^bb0(%{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32):
// CHECK:         linalg.generic {{.*}} ins(%[[Y]]#1 : tensor<2x4xf32>)
// CHECK:         %[[ONLY:.*]] = tensor.expand_shape %{{.*}} {{\[}}[0], [1, 2]] {{.*}} : tensor<2x4xf32> into tensor<2x1x4xf32>
// CHECK:         %[[DY:.*]] = tensor.concat dim(1) %{{.*}}, %[[ONLY]] : (tensor<2x4x4xf32>, tensor<2x1x4xf32>) -> tensor<2x5x4xf32>
// CHECK:         %[[PART:.*]] = tensor.extract_slice %[[Y]]#0[0, 0, 0] [2, 4, 4] [1, 1, 1]
// CHECK:         %[[BEFORE:.*]] = tensor.concat dim(1) %{{.*}}, %[[PART]] : (tensor<2x1x4xf32>, tensor<2x4x4xf32>) -> tensor<2x5x4xf32>
// CHECK:         %[[ROWS:.*]] = tensor.collapse_shape %[[BEFORE]]
// CHECK:         %[[SUM:.*]] = linalg.matmul {{.*}} ins(%[[ROWS]], %[[W]] : tensor<10x4xf32>, tensor<4x4xf32>)
// CHECK:         %[[SUMS:.*]] = tensor.expand_shape %[[SUM]]
// CHECK:         %[[BACK:.*]]:4 = nn.recurrence steps(%[[X]], %[[SUMS]], %[[BEFORE]], %[[DY]] : tensor<2x5x4xf32>, tensor<2x5x4xf32>, tensor<2x5x4xf32>, tensor<2x5x4xf32>) weight(%[[W]] : tensor<4x4xf32>) transposed reverse attributes {nn.layer = "0", nn.layer_part = "l0.gradient_1"} -> tensor<2x5x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32> {
// CHECK-NEXT:    ^bb0(%[[IN:.*]]: f32, %[[S:.*]]: f32, %{{.*}}: f32, %[[D:.*]]: f32, %[[NEXT:.*]]: f32, %{{.*}}: f32, %[[CARRIED:.*]]: f32):
// CHECK-NEXT:      %[[ABOVE:.*]] = arith.addf %[[D]], %[[NEXT]]
// CHECK-NEXT:      %[[ALL:.*]] = arith.addf %[[ABOVE]], %[[CARRIED]]
// CHECK:           %[[H:.*]] = math.tanh
// CHECK:           %[[SLOPE:.*]] = arith.subf
// CHECK:           %[[DS:.*]] = arith.mulf %[[ALL]], %[[SLOPE]]
// CHECK:           %[[NONE:.*]] = arith.constant 0.0
// CHECK:           nn.recurrence_yield %[[DS]], %[[NONE]] : f32, f32
// CHECK:         %[[DSUMS:.*]] = tensor.collapse_shape %[[BACK]]#0
// CHECK:         linalg.generic {{.*}} ins(%[[ROWS]], %[[DSUMS]] : tensor<10x4xf32>, tensor<10x4xf32>) outs(%{{.*}} : tensor<4x4xf32>)
// CHECK:         linalg.generic {{.*}} ins(%[[DSUMS]] : tensor<10x4xf32>) outs(%{{.*}} : tensor<4xf32>)
// CHECK:         nn.store_gradient %{{.*}}, @net.w
// CHECK:         nn.store_gradient %{{.*}}, @net.b
func.func private @net.gradients.forward(%x: tensor<2x5x4xf32>) -> tensor<1xf32> attributes {nn.parameter_bytes = 128 : i64, nn.training = "gradients"} {
  %p = nn.load_parameter @net.w : tensor<1x4x4xf32>
  %e = tensor.empty() : tensor<4x4xf32>
  %w = linalg.unpack %p inner_dims_pos = [0] inner_tiles = [4] into %e : tensor<1x4x4xf32> -> tensor<4x4xf32>
  %b = nn.load_parameter @net.b : tensor<4xf32>
  %y:2 = nn.recurrence steps(%x : tensor<2x5x4xf32>) weight(%w : tensor<4x4xf32>) bias(%b : tensor<4xf32>) last attributes {nn.layer = "0", nn.layer_part = "l0"} -> tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    %0 = arith.addf %in, %sum : f32
    %1 = math.tanh %0 : f32
    nn.recurrence_yield %1 : f32
  }
  %zero = arith.constant 0.0 : f32
  %s = tensor.empty() : tensor<1xf32>
  %f = linalg.fill ins(%zero : f32) outs(%s : tensor<1xf32>) -> tensor<1xf32>
  %l = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0)>], iterator_types = ["parallel", "reduction", "reduction"]} ins(%y#0 : tensor<2x4xf32>) outs(%f : tensor<1xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.addf %o, %a : f32
    linalg.yield %0 : f32
  } -> tensor<1xf32>
  return %l : tensor<1xf32>
}

// Backwards in time; where an input is not only added to a sum, it has a cotangent of
// its own, which is a state for the sake of its sequence. The first layer's weight is
// frozen; what is trained is before it.
nn.parameter @gated.w : tensor<4x4xf32> init(#nn.ones) trainable(false) layout(#nn.panels<4>) offset(128)
nn.parameter @gated.s : tensor<2x5x4xf32> init(#nn.ones) offset(192)
// CHECK-LABEL: func.func private @gated.gradients.forward(
// CHECK-SAME:    %[[KEPT:[a-z0-9]+]]: tensor<1xf32>) -> tensor<1xf32>
// CHECK:         %[[S:.*]] = nn.load_parameter @gated.s
// CHECK:         %[[Y:.*]]:3 = nn.recurrence steps(%[[S]] : {{.*}}) weight(%{{.*}}) reverse attributes
// CHECK:         %[[PART:.*]] = tensor.extract_slice %[[Y]]#0[0, 1, 0] [2, 4, 4] [1, 1, 1]
// CHECK:         tensor.concat dim(1) %[[PART]], %{{.*}} : (tensor<2x4x4xf32>, tensor<2x1x4xf32>) -> tensor<2x5x4xf32>
// CHECK:         %[[BACK:.*]]:7 = nn.recurrence steps({{.*}}) weight({{.*}}) transposed all attributes
// CHECK:         %[[NEW:.*]] = linalg.generic {{.*}} ins(%[[BACK]]#1, %{{.*}}, %[[KEPT]] :
// CHECK:         nn.store_gradient %[[NEW]], @gated.s
func.func private @gated.gradients.forward() -> tensor<1xf32> attributes {nn.parameter_bytes = 384 : i64, nn.training = "gradients"} {
  %p = nn.load_parameter @gated.w : tensor<1x4x4xf32>
  %x = nn.load_parameter @gated.s : tensor<2x5x4xf32>
  %e = tensor.empty() : tensor<4x4xf32>
  %w = linalg.unpack %p inner_dims_pos = [0] inner_tiles = [4] into %e : tensor<1x4x4xf32> -> tensor<4x4xf32>
  %y:3 = nn.recurrence steps(%x : tensor<2x5x4xf32>) weight(%w : tensor<4x4xf32>) reverse attributes {nn.layer = "0", nn.layer_part = "l0"} -> tensor<2x5x4xf32>, tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    %0 = arith.mulf %in, %sum : f32
    %1 = arith.addf %0, %state : f32
    nn.recurrence_yield %1 : f32
  }
  %zero = arith.constant 0.0 : f32
  %s = tensor.empty() : tensor<1xf32>
  %f = linalg.fill ins(%zero : f32) outs(%s : tensor<1xf32>) -> tensor<1xf32>
  %l = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0)>], iterator_types = ["parallel", "reduction", "reduction", "reduction"]} ins(%y#0 : tensor<2x5x4xf32>) outs(%f : tensor<1xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.addf %o, %a : f32
    linalg.yield %0 : f32
  } -> tensor<1xf32>
  return %l : tensor<1xf32>
}

nn.parameter @two.w : tensor<4x4xf32> init(#nn.ones) layout(#nn.panels<4>) offset(0)

// Two halves a step become two steps, forwards, too: each is there twice, and what is
// seen of them is every second one. One more state says which half it is. The input's
// cotangent is the sum of both.
// CHECK-LABEL: func.func private @two.gradients.forward(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x5x4xf32>, %[[N:[^:]*]]: tensor<?xf32>
// CHECK:         %[[BOTH:.*]] = linalg.generic {{.*}} ins(%[[X]] : tensor<?x5x4xf32>) outs(%{{.*}} : tensor<?x10x4xf32>)
// CHECK:         %[[M:.*]] = linalg.generic {{.*}} ins(%[[N]] : tensor<?xf32>)
// CHECK:           %[[WORD:.*]] = arith.bitcast %{{.*}} : f32 to i32
// CHECK-NEXT:      arith.addi %[[WORD]], %[[WORD]] : i32
// CHECK:         %[[Y:.*]]:5 = nn.recurrence steps(%[[BOTH]] : tensor<?x10x4xf32>) weight({{.*}}) lengths(%[[M]] : tensor<?xf32>) reverse all attributes {nn.layer = "0"{{.*}}} -> tensor<?x10x4xf32>, tensor<?x10x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32> {
// CHECK-NEXT:    ^bb0(%{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32, %[[HALF:.*]]: f32):
// CHECK:           %[[NEXT:.*]] = arith.subf %{{.*}}, %[[HALF]] : f32
// CHECK-NEXT:      nn.recurrence_yield %{{.*}}, %[[NEXT]] : f32, f32
// CHECK:         linalg.generic {{.*}} ins(%[[Y]]#0 : tensor<?x10x4xf32>) outs(%{{.*}} : tensor<?x5x4xf32>)
// CHECK:         %[[STEP:.*]] = tensor.expand_shape %{{.*}} {{\[}}[0], [1, 2], [3]] {{.*}} : tensor<?x5x4xf32> into tensor<?x5x1x4xf32>
// CHECK:         tensor.concat dim(2) %[[STEP]], %{{.*}} : (tensor<?x5x1x4xf32>, tensor<?x5x1x4xf32>) -> tensor<?x5x2x4xf32>
// CHECK:         nn.recurrence steps({{.*}}) weight({{.*}}) lengths(%[[M]] : tensor<?xf32>) transposed attributes
func.func private @two.gradients.forward(%x: tensor<?x5x4xf32>, %n: tensor<?xf32>) -> tensor<1xf32> attributes {nn.parameter_bytes = 64 : i64, nn.training = "gradients"} {
  %p = nn.load_parameter @two.w : tensor<1x4x4xf32>
  %e = tensor.empty() : tensor<4x4xf32>
  %w = linalg.unpack %p inner_dims_pos = [0] inner_tiles = [4] into %e : tensor<1x4x4xf32> -> tensor<4x4xf32>
  %y:3 = nn.recurrence steps(%x : tensor<?x5x4xf32>) weight(%w : tensor<4x4xf32>) lengths(%n : tensor<?xf32>) reverse twice attributes {nn.layer = "0", nn.layer_part = "l0"} -> tensor<?x5x4xf32>, tensor<?x4xf32>, tensor<?x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32, %half: f32):
    %0 = arith.addf %in, %sum : f32
    %1 = arith.mulf %0, %half : f32
    nn.recurrence_yield %1 : f32
  }
  %zero = arith.constant 0.0 : f32
  %s = tensor.empty() : tensor<1xf32>
  %f = linalg.fill ins(%zero : f32) outs(%s : tensor<1xf32>) -> tensor<1xf32>
  %l = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0)>], iterator_types = ["parallel", "reduction", "reduction", "reduction"]} ins(%y#0 : tensor<?x5x4xf32>) outs(%f : tensor<1xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.addf %o, %a : f32
    linalg.yield %0 : f32
  } -> tensor<1xf32>
  return %l : tensor<1xf32>
}
