// RUN: nascent-opt %s --nascent-emit-training --verify-roundtrip | FileCheck %s

// Before the steps is one for what the caller's numbers are stored as, which the
// first part does alone.
// CHECK-LABEL: func.func @mlp_loss_and_gradients_step(
// CHECK-SAME:    %[[P:[a-z0-9]+]]: memref<64xi8>, %{{[a-z0-9]+}}: memref<1xi8>, %{{[a-z0-9]+}}: memref<1xi8>, %[[SCALE:[a-z0-9]+]]: f32, %[[ACC:[a-z0-9]+]]: i32, %[[G:[a-z0-9]+]]: memref<64xi8>, %[[LOSS:[a-z0-9]+]]: memref<1xf32>, %{{[a-z0-9]+}}: memref<192xi8>, %[[STEP:[a-z0-9]+]]: i32, %[[PART:[a-z0-9]+]]: i32, %[[PARTS:[a-z0-9]+]]: i32) -> i32
// CHECK-SAME:    nn.steps = 3 : i64
// CHECK:         scf.if
// CHECK:           %[[OWN:.*]] = arith.index_cast %[[PART]]
// CHECK:           %[[ALL:.*]] = arith.index_cast %[[PARTS]]
// CHECK:           %[[AT:.*]] = arith.index_cast %[[STEP]]
// CHECK:           scf.index_switch %[[AT]]
// CHECK-NEXT:      case 0 {
// CHECK:             %[[ISFIRST:.*]] = arith.cmpi eq, %[[OWN]]
// CHECK-NEXT:        scf.if %[[ISFIRST]] {
// CHECK:               memref.store %[[SCALE]]
// CHECK:               %[[ISOFF:.*]] = arith.cmpi eq, %[[ACC]]
// CHECK:               scf.if %[[ISOFF]] {
// CHECK:                 memref.view %[[G]]{{.*}} to memref<3xf32>
// CHECK:           case 1 {
// CHECK-NEXT:        func.call @first(%{{.*}}, %[[G]], %[[OWN]], %[[ALL]])
// CHECK:           case 2 {
// CHECK-NEXT:        func.call @second(%[[G]], %[[LOSS]], %[[OWN]], %[[ALL]])
// CHECK:           default {

// CHECK-LABEL: func.func @mlp_loss_step(
// CHECK-SAME:    nn.steps = 2 : i64
// CHECK:           case 0 {
// CHECK:             memref.store
// CHECK:           case 1 {
// CHECK-NEXT:        func.call @loss(

// CHECK-LABEL: func.func @mlp_train_sgd_step(
// CHECK-SAME:    %{{[a-z0-9]+}}: memref<64xi8>, %{{[a-z0-9]+}}: memref<1xi8>, %{{[a-z0-9]+}}: memref<1xi8>, %[[SCALE:[a-z0-9]+]]: f32, %[[RATE:[a-z0-9]+]]: f32
// CHECK-SAME:    nn.steps = 2 : i64
// CHECK:           case 0 {
// CHECK:             memref.store %[[SCALE]]
// CHECK:             %[[PRODUCT:.*]] = arith.mulf %[[SCALE]], %[[RATE]]
// CHECK:             %[[CHANGE:.*]] = arith.negf %[[PRODUCT]]
// CHECK:             memref.store %[[CHANGE]]
// CHECK:           case 1 {
// CHECK-NEXT:        func.call @loss(
module attributes {
  nn.train_sgd,
  nn.losses = {mlp = [{target = tensor<2x4xf32>}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<2x3xf32>) -> tensor<2x4xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {
func.func private @loss(memref<2x3xf32>, memref<1xf32>, index {nn.role = #nn.role<part>}, index {nn.role = #nn.role<parts>}) attributes {nn.kernel}
func.func private @first(memref<2x3xf32>, memref<64xi8>, index {nn.role = #nn.role<part>}, index {nn.role = #nn.role<parts>}) attributes {nn.kernel}
func.func private @second(memref<64xi8>, memref<1xf32>, index {nn.role = #nn.role<part>}, index {nn.role = #nn.role<parts>}) attributes {nn.kernel}
func.func private @mlp.loss.forward(%p: memref<64xi8> {nn.role = #nn.role<parameters>}, %x: memref<2x3xf32> {nn.role = #nn.role<input>}, %t: memref<2x4xf32> {nn.role = #nn.role<input>}, %c: memref<1xf32> {nn.role = #nn.role<input>}, %l: memref<1xf32> {nn.role = #nn.role<output>}, %s: memref<64xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.steps = 1 : i64, nn.training = "loss"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  call @loss(%x, %l, %c0, %c1) : (memref<2x3xf32>, memref<1xf32>, index, index) -> ()
  return
}
func.func private @mlp.gradients.forward(%p: memref<64xi8> {nn.role = #nn.role<parameters>}, %x: memref<2x3xf32> {nn.role = #nn.role<input>}, %t: memref<2x4xf32> {nn.role = #nn.role<input>}, %c: memref<1xf32> {nn.role = #nn.role<input>}, %k: memref<1xf32> {nn.role = #nn.role<input>}, %g: memref<64xi8> {nn.role = #nn.role<gradients>}, %l: memref<1xf32> {nn.role = #nn.role<output>}, %s: memref<64xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.gradient_gaps = array<i64: 52, 12>, nn.scratch_bytes = 64 : i64, nn.steps = 2 : i64, nn.training = "gradients"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  call @first(%x, %g, %c0, %c1) : (memref<2x3xf32>, memref<64xi8>, index, index) -> ()
  call @second(%g, %l, %c0, %c1) : (memref<64xi8>, memref<1xf32>, index, index) -> ()
  return
}
func.func private @mlp.train_sgd.forward(%p: memref<64xi8> {nn.role = #nn.role<parameters>}, %x: memref<2x3xf32> {nn.role = #nn.role<input>}, %t: memref<2x4xf32> {nn.role = #nn.role<input>}, %c: memref<1xf32> {nn.role = #nn.role<input>}, %r: memref<1xf32> {nn.role = #nn.role<input>}, %l: memref<1xf32> {nn.role = #nn.role<output>}, %s: memref<64xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.steps = 1 : i64, nn.training = "train_sgd"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  call @loss(%x, %l, %c0, %c1) : (memref<2x3xf32>, memref<1xf32>, index, index) -> ()
  return
}
}
