// RUN: nascent-opt %s --nascent-assign-buffers --verify-roundtrip | FileCheck %s

nn.parameter @w : tensor<4x4xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(0)

// Inputs and outputs are the caller's buffers. What is returned is written there,
// and what is between is a temporary.
// CHECK-LABEL: func.func private @net.forward(
// CHECK-SAME:    %[[X:.*]]: memref<2x4xf32> {llvm.noalias, nn.role = #nn.role<input>}, %[[Y:.*]]: memref<2x4xf32> {llvm.noalias, nn.role = #nn.role<output>})
// CHECK-SAME:    attributes {nn.parameter_bytes = 64 : i64}
// CHECK-NEXT:    %[[T:.*]] = memref.alloc() : memref<2x4xf32>
// CHECK-NEXT:    %[[W:.*]] = nn.load_parameter @w : memref<1x4x4xf32>
// CHECK-NEXT:    nn.launch @net.layer_0 ins(%[[X]] : memref<2x4xf32>) parameters(%[[W]] : memref<1x4x4xf32>) outs(%[[T]] : memref<2x4xf32>) attributes {nn.plan = #nn.plan<chains = 1>} {
// CHECK-NEXT:    ^bb0(%[[A:.*]]: tensor<2x4xf32>, %{{.*}}: tensor<1x4x4xf32>):
// CHECK-NEXT:      nn.launch_yield %[[A]] : tensor<2x4xf32>
// CHECK-NEXT:    }
// CHECK-NEXT:    nn.launch @net.layer_1 ins(%[[T]] : memref<2x4xf32>) parameters(%[[W]] : memref<1x4x4xf32>) outs(%[[Y]] : memref<2x4xf32>) {
// CHECK:         return
func.func private @net.forward(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 64 : i64} {
  %w = nn.load_parameter @w : tensor<1x4x4xf32>
  %0 = nn.launch @net.layer_0 ins(%x : tensor<2x4xf32>) parameters(%w : tensor<1x4x4xf32>) attributes {nn.plan = #nn.plan<chains = 1>} -> tensor<2x4xf32> {
  ^bb0(%a: tensor<2x4xf32>, %b: tensor<1x4x4xf32>):
    nn.launch_yield %a : tensor<2x4xf32>
  }
  %1 = nn.launch @net.layer_1 ins(%0 : tensor<2x4xf32>) parameters(%w : tensor<1x4x4xf32>) -> tensor<2x4xf32> {
  ^bb0(%a: tensor<2x4xf32>, %b: tensor<1x4x4xf32>):
    nn.launch_yield %a : tensor<2x4xf32>
  }
  return %1 : tensor<2x4xf32>
}

// A value of which a view is returned is written through the same view of the
// caller's buffer. One that is seen only as a view is allocated as others see it.
// CHECK-LABEL: func.func private @views.forward(
// CHECK-SAME:    %[[X:.*]]: memref<2x3x4xf32> {llvm.noalias{{[^}]*}}}, %[[Y:.*]]: memref<2x12xf32> {llvm.noalias{{[^}]*}}})
// CHECK-NEXT:    %[[T:.*]] = memref.alloc() : memref<2x3x4xf32>
// CHECK-NEXT:    %[[XC:.*]] = memref.collapse_shape %[[X]] {{\[\[}}0, 1], [2]] : memref<2x3x4xf32> into memref<6x4xf32>
// CHECK-NEXT:    %[[TC:.*]] = memref.collapse_shape %[[T]] {{\[\[}}0, 1], [2]] : memref<2x3x4xf32> into memref<6x4xf32>
// CHECK-NEXT:    nn.launch @views.layer_0 ins(%[[XC]] : memref<6x4xf32>) outs(%[[TC]] : memref<6x4xf32>) {
// CHECK:         %[[TF:.*]] = memref.collapse_shape %[[T]] {{\[\[}}0, 1, 2]] : memref<2x3x4xf32> into memref<24xf32>
// CHECK-NEXT:    %[[YE:.*]] = memref.expand_shape %[[Y]] {{\[\[}}0], [1, 2]] output_shape [2, 3, 4] : memref<2x12xf32> into memref<2x3x4xf32>
// CHECK-NEXT:    %[[YF:.*]] = memref.collapse_shape %[[YE]] {{\[\[}}0, 1, 2]] : memref<2x3x4xf32> into memref<24xf32>
// CHECK-NEXT:    nn.launch @views.layer_1 ins(%[[TF]] : memref<24xf32>) outs(%[[YF]] : memref<24xf32>) {
// CHECK-NOT:     nn.launch @
// CHECK:         return
func.func private @views.forward(%x: tensor<2x3x4xf32>) -> tensor<2x12xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %c = tensor.collapse_shape %x [[0, 1], [2]] : tensor<2x3x4xf32> into tensor<6x4xf32>
  %0 = nn.launch @views.layer_0 ins(%c : tensor<6x4xf32>) -> tensor<6x4xf32> {
  ^bb0(%a: tensor<6x4xf32>):
    nn.launch_yield %a : tensor<6x4xf32>
  }
  %e = tensor.expand_shape %0 [[0, 1], [2]] output_shape [2, 3, 4] : tensor<6x4xf32> into tensor<2x3x4xf32>
  %f = tensor.collapse_shape %e [[0, 1, 2]] : tensor<2x3x4xf32> into tensor<24xf32>
  %1 = nn.launch @views.layer_1 ins(%f : tensor<24xf32>) -> tensor<24xf32> {
  ^bb0(%a: tensor<24xf32>):
    nn.launch_yield %a : tensor<24xf32>
  }
  %g = tensor.expand_shape %1 [[0, 1, 2]] output_shape [2, 3, 4] : tensor<24xf32> into tensor<2x3x4xf32>
  %h = tensor.collapse_shape %g [[0], [1, 2]] : tensor<2x3x4xf32> into tensor<2x12xf32>
  return %h : tensor<2x12xf32>
}

// An input that is returned is copied, and so is what another output has claimed.
// The copy is part of the function that it is in.
// CHECK-LABEL: func.func private @copies.forward.rows_4(
// CHECK-SAME:    %[[X:.*]]: memref<4x2xf32> {llvm.noalias{{[^}]*}}}, %[[A:.*]]: memref<4x2xf32> {llvm.noalias{{[^}]*}}}, %[[B:.*]]: memref<4x2xf32> {llvm.noalias{{[^}]*}}}, %[[C:.*]]: memref<8xf32> {llvm.noalias{{[^}]*}}})
// CHECK-NEXT:    nn.launch @copies.layer_0.rows_4 ins(%[[X]] : memref<4x2xf32>) outs(%[[A]] : memref<4x2xf32>) {
// CHECK:         %[[FROM:.*]] = memref.collapse_shape %[[X]] {{.*}} into memref<8xf32>
// CHECK-NEXT:    %[[TO:.*]] = memref.collapse_shape %[[B]] {{.*}} into memref<8xf32>
// CHECK-NEXT:    nn.launch @copies.output_1.rows_4 ins(%[[FROM]] : memref<8xf32>) outs(%[[TO]] : memref<8xf32>) {
// CHECK-NEXT:    ^bb0(%[[V:.*]]: tensor<8xf32>):
// CHECK-NEXT:      nn.launch_yield %[[V]] : tensor<8xf32>
// CHECK-NEXT:    }
// CHECK-NEXT:    %[[AC:.*]] = memref.collapse_shape %[[A]]
// CHECK-NEXT:    nn.launch @copies.output_2.rows_4 ins(%[[AC]] : memref<8xf32>) outs(%[[C]] : memref<8xf32>) {
// CHECK:         return
func.func private @copies.forward.rows_4(%x: tensor<4x2xf32>) -> (tensor<4x2xf32>, tensor<4x2xf32>, tensor<8xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.launch @copies.layer_0.rows_4 ins(%x : tensor<4x2xf32>) -> tensor<4x2xf32> {
  ^bb0(%a: tensor<4x2xf32>):
    nn.launch_yield %a : tensor<4x2xf32>
  }
  %1 = tensor.collapse_shape %0 [[0, 1]] : tensor<4x2xf32> into tensor<8xf32>
  return %0, %x, %1 : tensor<4x2xf32>, tensor<4x2xf32>, tensor<8xf32>
}

// CHECK-LABEL: func.func private @scalar.forward(
// CHECK-SAME:    %[[X:.*]]: memref<f32> {llvm.noalias{{[^}]*}}}, %[[Y:.*]]: memref<f32>
// CHECK-NEXT:    memref.expand_shape %[[X]] [] output_shape [1] : memref<f32> into memref<1xf32>
func.func private @scalar.forward(%x: tensor<f32>) -> tensor<f32> attributes {nn.parameter_bytes = 0 : i64} {
  return %x : tensor<f32>
}

// CHECK-LABEL: func.func private @nothing.forward() attributes {
// CHECK-NEXT:    return
func.func private @nothing.forward() attributes {nn.parameter_bytes = 0 : i64} {
  return
}
