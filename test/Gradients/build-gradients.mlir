// What gradients are on tensors. Numbers are compared in every-layer.test.
//
// RUN: nascent-opt %s --nascent-build-gradients --verify-roundtrip | FileCheck %s

#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

// A product of matrices has two, products again: of what it is multiplied with,
// and of the weight, packed as it is stored; their bodies are nothing but products
// and sums. What is there is added, unless it is not kept. The result of relu tells
// where it has a slope; what it was computed from is not kept.
// CHECK-DAG:   #[[$MK:.*]] = affine_map<(d0, d1, d2) -> (d2, d1)>
// CHECK-DAG:   #[[$MN:.*]] = affine_map<(d0, d1, d2) -> (d2, d0)>
// CHECK-DAG:   #[[$NK:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-LABEL: func.func private @mlp.loss.forward(
// CHECK-SAME:    %{{.*}}: tensor<2x3xf32>, %[[SCALE:.*]]: tensor<1xf32>) -> tensor<1xf32>
// CHECK:         %[[SUM:.*]] = linalg.generic
// CHECK:         %[[SCALED:.*]] = linalg.generic {{.*}} ins(%[[SUM]], %[[SCALE]] :
// CHECK:           arith.mulf
// CHECK:         return %[[SCALED]]
// CHECK-NOT:     nn.store_gradient
// CHECK-LABEL: func.func private @mlp.gradients.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3xf32>, %[[SCALE:.*]]: tensor<1xf32>, %[[KEPT:.*]]: tensor<1xf32>) -> tensor<1xf32>
// CHECK:         %[[Y:.*]] = linalg.matmul {{.*}} ins(%[[X]],
// CHECK:         %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]] :
// CHECK:         %[[BACK:.*]] = linalg.generic {{.*}} ins(%[[SCALE]] : tensor<1xf32>) outs(%{{.*}} : tensor<2x4xf32>)
// CHECK:         %[[DY:.*]] = linalg.generic {{.*}} ins(%[[BACK]], %[[R]] :
// CHECK:           %[[OFF:.*]] = arith.cmpf ole, %{{.*}}, %{{.*}} : f32
// CHECK:         %[[DW:.*]] = linalg.generic {indexing_maps = [#[[$MK]], #[[$MN]], #[[$NK]]], iterator_types = ["parallel", "parallel", "reduction"]} ins(%[[X]], %[[DY]] : tensor<2x3xf32>, tensor<2x4xf32>) outs(%{{.*}} : tensor<4x3xf32>) {
// CHECK-NEXT:    ^bb0(%[[A:.*]]: f32, %[[G:.*]]: f32, %[[S:.*]]: f32):
// CHECK-NEXT:      %[[P:.*]] = arith.mulf %[[G]], %[[A]] : f32
// CHECK-NEXT:      %[[N:.*]] = arith.addf %[[S]], %[[P]] : f32
// CHECK-NEXT:      linalg.yield %[[N]] : f32
// CHECK:         %[[DB:.*]] = linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]} ins(%[[DY]] : tensor<2x4xf32>) outs(%{{.*}} : tensor<4xf32>)
// CHECK:         %[[OLDB:.*]] = nn.load_gradient @mlp.b : tensor<4xf32>
// CHECK:         %[[NEWB:.*]] = linalg.generic {{.*}} ins(%[[DB]], %[[OLDB]], %[[KEPT]] :
// CHECK:         %[[OLD:.*]] = nn.load_gradient @mlp.w : tensor<1x3x4xf32>
// CHECK:         %[[SEEN:.*]] = linalg.unpack %[[OLD]]
// CHECK:         %[[NEW:.*]] = linalg.generic {{.*}} ins(%[[DW]], %[[SEEN]], %[[KEPT]] :
// CHECK-NEXT:    ^bb0(%[[G:.*]]: f32, %[[BEFORE:.*]]: f32, %[[K:.*]]: f32, %{{.*}}: f32):
// CHECK:           %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK:           %[[ISKEPT:.*]] = arith.cmpf une, %[[K]], %[[ZERO]] : f32
// CHECK:           %[[STAYS:.*]] = arith.select %[[ISKEPT]], %[[BEFORE]], %[[ZERO]] : f32
// CHECK:           arith.addf %[[G]], %[[STAYS]] : f32
// CHECK:         %[[PACKED:.*]] = linalg.pack %[[NEW]] padding_value(%{{.*}} : f32) inner_dims_pos = [0] inner_tiles = [4] into %{{.*}} : tensor<4x3xf32> -> tensor<1x3x4xf32>
// CHECK:         nn.store_gradient %[[PACKED]], @mlp.w : tensor<1x3x4xf32>
// CHECK-NEXT:    nn.store_gradient %[[NEWB]], @mlp.b : tensor<4xf32>
// CHECK-NEXT:    return
nn.parameter @mlp.w : tensor<4x3xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(0)
nn.parameter @mlp.b : tensor<4xf32> init(#nn.zeros) offset(64)
nn.parameter @mlp.fixed : tensor<4xf32> init(#nn.zeros) trainable(false) offset(128)
func.func private @mlp.loss.forward(%x: tensor<2x3xf32>) -> tensor<1xf32> attributes {nn.parameter_bytes = 192 : i64, nn.training = "loss"} {
  %zero = arith.constant 0.0 : f32
  %space = tensor.empty() : tensor<1x6xf32>
  %flat = tensor.empty() : tensor<1xf32>
  %start = linalg.fill ins(%zero : f32) outs(%flat : tensor<1xf32>) -> tensor<1xf32>
  %c = tensor.collapse_shape %x [[0, 1]] : tensor<2x3xf32> into tensor<6xf32>
  %e = tensor.expand_shape %c [[0, 1]] output_shape [1, 6] : tensor<6xf32> into tensor<1x6xf32>
  %sum = linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]} ins(%e : tensor<1x6xf32>) outs(%start : tensor<1xf32>) {
  ^bb0(%a: f32, %s: f32):
    %r = arith.addf %s, %a : f32
    linalg.yield %r : f32
  } -> tensor<1xf32>
  return %sum : tensor<1xf32>
}
func.func private @mlp.gradients.forward(%x: tensor<2x3xf32>) -> tensor<1xf32> attributes {nn.parameter_bytes = 192 : i64, nn.training = "gradients"} {
  %zero = arith.constant 0.0 : f32
  %p = nn.load_parameter @mlp.w : tensor<1x3x4xf32>
  %b = nn.load_parameter @mlp.b : tensor<4xf32>
  %fixed = nn.load_parameter @mlp.fixed : tensor<4xf32>
  %space = tensor.empty() : tensor<4x3xf32>
  %w = linalg.unpack %p inner_dims_pos = [0] inner_tiles = [4] into %space : tensor<1x3x4xf32> -> tensor<4x3xf32>
  %rows = tensor.empty() : tensor<2x4xf32>
  %init = linalg.broadcast ins(%b : tensor<4xf32>) outs(%rows : tensor<2x4xf32>) dimensions = [0]
  %y = linalg.matmul indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>] ins(%x, %w : tensor<2x3xf32>, tensor<4x3xf32>) outs(%init : tensor<2x4xf32>) -> tensor<2x4xf32>
  %r = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%y : tensor<2x4xf32>) outs(%rows : tensor<2x4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.cmpf olt, %a, %zero : f32
    %s = arith.select %c, %zero, %a : f32
    linalg.yield %s : f32
  } -> tensor<2x4xf32>
  %m = linalg.generic {indexing_maps = [#all, affine_map<(d0, d1) -> (d1)>, #all], iterator_types = ["parallel", "parallel"]} ins(%r, %fixed : tensor<2x4xf32>, tensor<4xf32>) outs(%rows : tensor<2x4xf32>) {
  ^bb0(%a: f32, %f: f32, %o: f32):
    %s = arith.addf %a, %f : f32
    linalg.yield %s : f32
  } -> tensor<2x4xf32>
  %one = tensor.empty() : tensor<1xf32>
  %start = linalg.fill ins(%zero : f32) outs(%one : tensor<1xf32>) -> tensor<1xf32>
  %sum = linalg.generic {indexing_maps = [#all, affine_map<(d0, d1) -> (0)>], iterator_types = ["reduction", "reduction"]} ins(%m : tensor<2x4xf32>) outs(%start : tensor<1xf32>) {
  ^bb0(%a: f32, %s: f32):
    %n = arith.addf %s, %a : f32
    linalg.yield %n : f32
  } -> tensor<1xf32>
  return %sum : tensor<1xf32>
}

// What moves elements by numbers that are not known moves them alike only by the same
// ones: of two cotangents that have been put together from parts, both are added.
// CHECK-LABEL: func.func private @moved.gradients.forward(
// CHECK-SAME:    %[[KEPT:[a-z0-9]+]]: tensor<1xf32>) -> tensor<1xf32>
// CHECK:         %[[ONE:.*]] = tensor.dim %{{.*}}, %c0
// CHECK:         %[[TWO:.*]] = tensor.dim %{{.*}}, %c1
// CHECK:         %[[LATER:.*]] = tensor.extract_slice %{{.*}}[0, %[[TWO]]] [1, 4] [1, 1]
// CHECK:         %[[SOONER:.*]] = tensor.extract_slice %{{.*}}[0, %[[ONE]]] [1, 4] [1, 1]
// CHECK:         %[[SUM:.*]] = linalg.generic {{.*}} ins(%[[LATER]], %[[SOONER]] : tensor<1x4xf32>, tensor<1x4xf32>)
// CHECK:         %[[NEW:.*]] = linalg.generic {{.*}} ins(%[[SUM]], %{{.*}}, %[[KEPT]] :
// CHECK:         nn.store_gradient %[[NEW]], @moved.w
nn.parameter @moved.w : tensor<1x4xf32> init(#nn.zeros) offset(0)
func.func private @moved.gradients.forward(%x: tensor<1x2xf32>) -> tensor<1xf32> attributes {nn.parameter_bytes = 64 : i64, nn.training = "gradients"} {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = tensor.dim %x, %c0 : tensor<1x2xf32>
  %two = tensor.dim %x, %c1 : tensor<1x2xf32>
  %w = nn.load_parameter @moved.w : tensor<1x4xf32>
  %p = tensor.pad %w low[0, %one] high[0, 1] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : f32
  } : tensor<1x4xf32> to tensor<1x6xf32>
  %q = tensor.pad %w low[0, %two] high[0, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : f32
  } : tensor<1x4xf32> to tensor<1x6xf32>
  %p0 = tensor.extract_slice %p[0, 0] [1, 3] [1, 1] : tensor<1x6xf32> to tensor<1x3xf32>
  %p1 = tensor.extract_slice %p[0, 3] [1, 3] [1, 1] : tensor<1x6xf32> to tensor<1x3xf32>
  %q0 = tensor.extract_slice %q[0, 0] [1, 3] [1, 1] : tensor<1x6xf32> to tensor<1x3xf32>
  %q1 = tensor.extract_slice %q[0, 3] [1, 3] [1, 1] : tensor<1x6xf32> to tensor<1x3xf32>
  %flat = tensor.empty() : tensor<1xf32>
  %start = linalg.fill ins(%zero : f32) outs(%flat : tensor<1xf32>) -> tensor<1xf32>
  %sum = linalg.generic {indexing_maps = [#all, #all, #all, #all, #row], iterator_types = ["parallel", "reduction"]} ins(%p0, %p1, %q0, %q1 : tensor<1x3xf32>, tensor<1x3xf32>, tensor<1x3xf32>, tensor<1x3xf32>) outs(%start : tensor<1xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %d: f32, %s: f32):
    %ab = arith.mulf %a, %b : f32
    %cd = arith.mulf %c, %d : f32
    %m = arith.mulf %ab, %cd : f32
    %r = arith.addf %s, %m : f32
    linalg.yield %r : f32
  } -> tensor<1xf32>
  return %sum : tensor<1xf32>
}
