// RUN: nascent-opt %s --nascent-emit-training | FileCheck %s

module attributes {
  nn.losses = {mlp = [{target = tensor<2xi32>, labels = 4 : i64},
                      {target = tensor<?x4xf32>, label = "any"}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<2x3xf32>) -> tensor<2x4xf32>>,
    #nn.interface_entry<(tensor<?x3xf32>) -> tensor<?x4xf32>, label = "any">],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {

// Labels are checked before anything is written; the one that does not count is
// there. What losses are multiplied by is behind the functions' scratch, and so is
// whether gradients are kept: if not, what is between them is zero.
// CHECK-LABEL: func.func @mlp_loss_and_gradients(
// CHECK-SAME:    %[[P:[a-z0-9]+]]: memref<64xi8>, %[[X:[a-z0-9]+]]: memref<1xi8>, %[[T:[a-z0-9]+]]: memref<1xi8>, %[[SCALE:[a-z0-9]+]]: f32, %[[ACC:[a-z0-9]+]]: i32, %[[G:[a-z0-9]+]]: memref<64xi8>, %[[LOSS:[a-z0-9]+]]: memref<1xf32>, %[[S:[a-z0-9]+]]: memref<256xi8>) -> i32
// CHECK:         %[[GREATEST:.*]] = scf.for
// CHECK:           arith.constant -100 : i32
// CHECK:           arith.select
// CHECK:           arith.maxui
// CHECK:         %[[FOUR:.*]] = arith.constant 4 : i32
// CHECK:         arith.cmpi ult, %[[GREATEST]], %[[FOUR]]
// CHECK:         scf.if
// CHECK:           %[[C128:.*]] = arith.constant 128 : index
// CHECK:           memref.view %[[S]][%[[C128]]][] : memref<256xi8> to memref<1xf32>
// CHECK:           memref.store %[[SCALE]]
// CHECK:           %[[ISOFF:.*]] = arith.cmpi eq, %[[ACC]]
// CHECK:           %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK:           %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
// CHECK:           %[[KEPT:.*]] = arith.select %[[ISOFF]], %[[ZERO]], %[[ONE]] : f32
// CHECK:           %[[C160:.*]] = arith.constant 160 : index
// CHECK:           %[[PLACE:.*]] = memref.view %[[S]][%[[C160]]][] : memref<256xi8> to memref<1xf32>
// CHECK:           memref.store %[[KEPT]], %[[PLACE]]
// CHECK:           scf.if %[[ISOFF]] {
// CHECK:             %[[C52:.*]] = arith.constant 52 : index
// CHECK:             memref.view %[[G]][%[[C52]]][] : memref<64xi8> to memref<3xf32>
// CHECK:           }
// CHECK:           %[[C160:.*]] = arith.constant 160 : index
// CHECK:           %[[KEPT:.*]] = memref.view %[[S]][%[[C160]]][] : memref<256xi8> to memref<1xf32>
// CHECK:           call @mlp.gradients.forward(%[[P]], %{{.*}}, %{{.*}}, %{{.*}}, %[[KEPT]], %[[G]], %[[LOSS]], %{{.*}})
// CHECK-LABEL: func.func @mlp_loss(
// CHECK-SAME:    %{{[a-z0-9]+}}: memref<64xi8>, %{{[a-z0-9]+}}: memref<1xi8>, %{{[a-z0-9]+}}: memref<1xi8>, %{{[a-z0-9]+}}: f32, %[[LOSS:[a-z0-9]+]]: memref<1xf32>, %{{[a-z0-9]+}}: memref<256xi8>) -> i32
// CHECK:           call @mlp.loss.forward({{.*}}, %[[LOSS]], %{{.*}})
// CHECK-LABEL: func.func @mlp_loss_terms(%{{[a-z0-9]+}}: memref<1xi8>) -> i64
// CHECK:         scf.for
// CHECK:           arith.cmpi eq
// CHECK:           arith.select {{.*}} : i64
func.func private @mlp.loss.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<2xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "loss"}
func.func private @mlp.gradients.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<2xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<64xi8> {nn.role = #nn.role<gradients>}, memref<1xf32> {nn.role = #nn.role<output>}, memref<128xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.gradient_gaps = array<i64: 52, 12>, nn.scratch_bytes = 128 : i64, nn.training = "gradients"}

// An open batch goes through functions of fixed numbers of rows, of which all but
// the first add to gradients; of no rows, these are zero. Losses add up.
// CHECK-LABEL: func.func @mlp_loss_and_gradients_any(
// CHECK-SAME:    %{{[a-z0-9]+}}: memref<64xi8>, %[[X:[a-z0-9]+]]: memref<1xi8>, %[[T:[a-z0-9]+]]: memref<1xi8>, %[[BATCH:[a-z0-9]+]]: i64, %{{[a-z0-9]+}}: f32, %[[ACC:[a-z0-9]+]]: i32, %[[G:[a-z0-9]+]]: memref<64xi8>, %[[LOSS:[a-z0-9]+]]: memref<1xf32>, %{{[a-z0-9]+}}: memref<192xi8>) -> i32
// CHECK:         %[[ROWS:.*]] = arith.maxsi
// CHECK:         %[[ISOFF:.*]] = arith.cmpi eq, %[[ACC]]
// CHECK:         %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK:         %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
// CHECK:         %[[KEPT:.*]] = arith.select %[[ISOFF]], %[[ZERO]], %[[ONE]] : f32
// CHECK:         memref.store %[[KEPT]], %{{.*}} : memref<1xf32>
// CHECK:         scf.if %[[ISOFF]] {
// CHECK:           %[[ISEMPTY:.*]] = arith.cmpi eq, %[[ROWS]]
// CHECK:           scf.if %[[ISEMPTY]] {
// CHECK:             memref.view %[[G]][{{.*}}][] : memref<64xi8> to memref<16xf32>
// CHECK:             scf.for
// CHECK:               memref.store
// CHECK:         memref.store %{{.*}}, %[[LOSS]][
// CHECK:         scf.for %[[ROW:.*]] = {{.*}} {
// CHECK:           %[[C12:.*]] = arith.constant 12 : index
// CHECK:           %[[START:.*]] = arith.muli %[[ROW]], %[[C12]]
// CHECK:           memref.view %[[X]][%[[START]]][] : memref<1xi8> to memref<2x3xf32>
// CHECK:           call @mlp.any.rows_2.gradients.forward(
// CHECK:           %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
// CHECK:           memref.store %[[ONE]]
// CHECK:           arith.addf
// CHECK:         scf.for
// CHECK:           call @mlp.any.rows_1.gradients.forward(
// CHECK-LABEL: func.func @mlp_loss_terms_any(%{{[a-z0-9]+}}: memref<1xi8>, %{{[a-z0-9]+}}: i64) -> i64
// CHECK-NOT:     scf.for
// CHECK:         return
func.func private @mlp.any.rows_1.loss.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<1x3xf32> {nn.role = #nn.role<input>}, memref<1x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.entry = "any", nn.network = "mlp", nn.rows = 1 : i64, nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "loss"}
func.func private @mlp.any.rows_2.loss.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<2x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.entry = "any", nn.network = "mlp", nn.rows = 2 : i64, nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "loss"}
func.func private @mlp.any.rows_1.gradients.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<1x3xf32> {nn.role = #nn.role<input>}, memref<1x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<64xi8> {nn.role = #nn.role<gradients>}, memref<1xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.entry = "any", nn.network = "mlp", nn.rows = 1 : i64, nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "gradients"}
func.func private @mlp.any.rows_2.gradients.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<2x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<64xi8> {nn.role = #nn.role<gradients>}, memref<1xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.entry = "any", nn.network = "mlp", nn.rows = 2 : i64, nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "gradients"}
}
