// RUN: nascent-opt %s --nascent-emit-backward | FileCheck %s

module attributes {
  nn.losses = {mlp = [{random}], any = [{}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<2x3xf32>) -> tensor<2x4xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>,
    #nn.interface<"any", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<?x3xf32>) -> tensor<?x3xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {

// The parts of a function, by what is read and written: gradients begin with what reads
// %dy, and a copy into a gradient is for parameters, wherever it is.
// CHECK-LABEL: func.func private @mlp.backward.forward.outputs(
// CHECK:         call @hidden
// CHECK-NEXT:    call @output
// CHECK-NEXT:    return
// CHECK-LABEL: func.func private @mlp.backward.forward.parameters(
// CHECK-NOT:     call @output
// CHECK:         call @slope(
// CHECK-NOT:     call @of_input
// CHECK:         call @copy(
// CHECK:         return
// CHECK-LABEL: func.func private @mlp.backward.forward.all(
// CHECK:         call @slope(
// CHECK:         call @of_input(
// CHECK:         call @copy(
// CHECK:         return
// CHECK-NOT:   @mlp.backward.forward(
func.func private @mlp.backward.forward(%p: memref<64xi8> {nn.role = #nn.role<parameters>}, %x: memref<2x3xf32> {nn.role = #nn.role<input>}, %w: memref<4xf32> {nn.role = #nn.role<input>}, %dy: memref<2x4xf32> {nn.role = #nn.role<input>}, %k: memref<1xf32> {nn.role = #nn.role<input>}, %g: memref<64xi8> {nn.role = #nn.role<gradients>}, %y: memref<2x4xf32> {nn.role = #nn.role<output>}, %dx: memref<2x3xf32> {nn.role = #nn.role<output>}, %s: memref<64xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "backward"} {
  %c0 = arith.constant 0 : index
  %h = memref.view %s[%c0][] : memref<64xi8> to memref<2x4xf32>
  %b = memref.view %g[%c0][] : memref<64xi8> to memref<2x4xf32>
  call @hidden(%x, %h) : (memref<2x3xf32>, memref<2x4xf32>) -> ()
  call @output(%h, %y) : (memref<2x4xf32>, memref<2x4xf32>) -> ()
  call @slope(%dy, %h) : (memref<2x4xf32>, memref<2x4xf32>) -> ()
  call @of_input(%h, %dx) : (memref<2x4xf32>, memref<2x3xf32>) -> ()
  call @copy(%h, %b) : (memref<2x4xf32>, memref<2x4xf32>) -> ()
  return
}
func.func private @hidden(%from: memref<2x3xf32>, %to: memref<2x4xf32>) attributes {nn.kernel} {
  %c0 = arith.constant 0 : index
  %0 = memref.load %from[%c0, %c0] : memref<2x3xf32>
  memref.store %0, %to[%c0, %c0] : memref<2x4xf32>
  return
}
func.func private @output(%from: memref<2x4xf32>, %to: memref<2x4xf32>) attributes {nn.kernel} {
  %c0 = arith.constant 0 : index
  %0 = memref.load %from[%c0, %c0] : memref<2x4xf32>
  memref.store %0, %to[%c0, %c0] : memref<2x4xf32>
  return
}
func.func private @slope(%from: memref<2x4xf32>, %to: memref<2x4xf32>) attributes {nn.kernel} {
  %c0 = arith.constant 0 : index
  %0 = memref.load %from[%c0, %c0] : memref<2x4xf32>
  memref.store %0, %to[%c0, %c0] : memref<2x4xf32>
  return
}
func.func private @of_input(%from: memref<2x4xf32>, %to: memref<2x3xf32>) attributes {nn.kernel} {
  %c0 = arith.constant 0 : index
  %0 = memref.load %from[%c0, %c0] : memref<2x4xf32>
  memref.store %0, %to[%c0, %c0] : memref<2x3xf32>
  return
}
func.func private @copy(%from: memref<2x4xf32>, %to: memref<2x4xf32>) attributes {nn.kernel} {
  %c0 = arith.constant 0 : index
  %0 = memref.load %from[%c0, %c0] : memref<2x4xf32>
  memref.store %0, %to[%c0, %c0] : memref<2x4xf32>
  return
}

// What dropout draws by, and whether gradients are kept, is at the start of scratch, and
// the rest behind it. Gradients of inputs are computed where there is a place for them.
func.func private @any.rows_1.backward.forward(%p: memref<64xi8> {nn.role = #nn.role<parameters>}, %x: memref<1x3xf32> {nn.role = #nn.role<input>}, %dy: memref<1x3xf32> {nn.role = #nn.role<input>}, %k: memref<1xf32> {nn.role = #nn.role<input>}, %g: memref<64xi8> {nn.role = #nn.role<gradients>}, %y: memref<1x3xf32> {nn.role = #nn.role<output>}, %dx: memref<1x3xf32> {nn.role = #nn.role<output>}, %s: memref<64xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.network = "any", nn.rows = 1 : i64, nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "backward"} {
  return
}
func.func private @any.rows_4.backward.forward(%p: memref<64xi8> {nn.role = #nn.role<parameters>}, %x: memref<4x3xf32> {nn.role = #nn.role<input>}, %dy: memref<4x3xf32> {nn.role = #nn.role<input>}, %k: memref<1xf32> {nn.role = #nn.role<input>}, %g: memref<64xi8> {nn.role = #nn.role<gradients>}, %y: memref<4x3xf32> {nn.role = #nn.role<output>}, %dx: memref<4x3xf32> {nn.role = #nn.role<output>}, %s: memref<192xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.network = "any", nn.rows = 4 : i64, nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 192 : i64, nn.training = "backward"} {
  return
}

// CHECK-LABEL: func.func @mlp_forward_train(
// CHECK-SAME:    %[[P:[a-z0-9]+]]: memref<64xi8>, %[[X:[a-z0-9]+]]: memref<1xi8>, %[[Y:[a-z0-9]+]]: memref<1xi8>, %[[SEED:[a-z0-9]+]]: i64, %[[ROW:[a-z0-9]+]]: i64, %[[S:[a-z0-9]+]]: memref<128xi8>) -> i32
// CHECK:         %[[C64:.*]] = arith.constant 64 : index
// CHECK:         %[[WORDS:.*]] = memref.view %[[S]][%{{.*}}][] : memref<128xi8> to memref<4xi32>
// CHECK-COUNT-4: memref.store %{{.*}}, %[[WORDS]]
// CHECK:         %[[OWN:.*]] = memref.view %[[S]][%[[C64]]][] : memref<128xi8> to memref<64xi8>
// CHECK:         call @mlp.backward.forward.outputs(%[[P]], %{{.*}}, %[[OWN]])
// CHECK-LABEL: func.func @mlp_backward(
// CHECK-SAME:    %[[P:[a-z0-9]+]]: memref<64xi8>, %[[X:[a-z0-9]+]]: memref<1xi8>, %[[DY:[a-z0-9]+]]: memref<1xi8>, %[[ACC:[a-z0-9]+]]: i32, %[[SEED:[a-z0-9]+]]: i64, %[[ROW:[a-z0-9]+]]: i64, %[[G:[a-z0-9]+]]: memref<64xi8>, %[[DX:[a-z0-9]+]]: memref<1xi8>, %[[S:[a-z0-9]+]]: memref<128xi8>) -> i32
// CHECK:         %[[ISOFF:.*]] = arith.cmpi eq, %[[ACC]]
// CHECK:         %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK:         %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
// CHECK:         %[[NUMBER:.*]] = arith.select %[[ISOFF]], %[[ZERO]], %[[ONE]] : f32
// CHECK:         %[[C16:.*]] = arith.constant 16 : index
// CHECK:         %[[KEPT:.*]] = memref.view %[[S]][%[[C16]]][] : memref<128xi8> to memref<1xf32>
// CHECK:         memref.store %[[NUMBER]], %[[KEPT]]
// CHECK:         scf.if %[[ISOFF]] {
// CHECK:         %[[PLACE:.*]] = memref.extract_aligned_pointer_as_index %[[DX]]
// CHECK:         %[[THERE:.*]] = arith.cmpi ne, %[[PLACE]]
// CHECK:         scf.if
// CHECK:           call @mlp.backward.forward.all(
// CHECK:         } else {
// CHECK:           call @mlp.backward.forward.parameters(

// Each block of an open batch has a scratch of its own, largest first.
// CHECK-LABEL: func.func @any_forward_train(
// CHECK-SAME:    nn.blocks = array<i64: 4, 192, 1, 64>
// CHECK:         %[[START:.*]] = arith.constant 64 : index
// CHECK:         %[[REST:.*]] = scf.for %[[I:.*]] = %{{.*}} to %[[END:.*]] step %{{.*}} iter_args(%[[AT:.*]] = %[[START]]) -> (index) {
// CHECK:           memref.view %{{.*}}[%[[AT]]][] : memref<64xi8> to memref<192xi8>
// CHECK:           call @any.rows_4.backward.forward.outputs(
// CHECK:         scf.for %{{.*}} = %[[END]] to %{{.*}} step %{{.*}} iter_args(%{{.*}} = %[[REST]]) -> (index) {
// CHECK:           call @any.rows_1.backward.forward.outputs(
}
