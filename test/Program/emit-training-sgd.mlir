// RUN: nascent-opt %s --nascent-emit-training --split-input-file | FileCheck %s

// The whole batch: minus the scale times the rate is what gradients begin with.
// CHECK-LABEL: func.func @mlp_train_sgd(
// CHECK-SAME:    %[[P:[a-z0-9]+]]: memref<64xi8>, %{{[a-z0-9]+}}: memref<1xi8>, %{{[a-z0-9]+}}: memref<1xi8>, %[[SCALE:[a-z0-9]+]]: f32, %[[RATE:[a-z0-9]+]]: f32, %[[LOSS:[a-z0-9]+]]: memref<1xf32>, %{{[a-z0-9]+}}: memref<192xi8>) -> i32
// CHECK:         memref.store %[[SCALE]]
// CHECK:         %[[PRODUCT:.*]] = arith.mulf %[[SCALE]], %[[RATE]] : f32
// CHECK:         %[[CHANGE:.*]] = arith.negf %[[PRODUCT]] : f32
// CHECK:         memref.store %[[CHANGE]]
// CHECK:         call @mlp.train_sgd.forward(%[[P]], %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %[[LOSS]], %{{.*}})
module attributes {
  nn.train_sgd,
  nn.losses = {mlp = [{target = tensor<2x4xf32>}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<2x3xf32>) -> tensor<2x4xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {
func.func private @mlp.loss.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<2x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "loss"}
func.func private @mlp.gradients.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<2x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<64xi8> {nn.role = #nn.role<gradients>}, memref<1xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "gradients"}
func.func private @mlp.train_sgd.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<2x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.network = "mlp", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "train_sgd"}
}

// -----

// A batch in blocks: gradients are in scratch, behind the hyperparameters of a step.
// CHECK-LABEL: func.func @mlp_train_sgd(
// CHECK-SAME:    %[[P:[a-z0-9]+]]: memref<64xi8>, %{{[a-z0-9]+}}: memref<1xi8>, %{{[a-z0-9]+}}: memref<1xi8>, %{{[a-z0-9]+}}: i64, %{{[a-z0-9]+}}: f32, %[[RATE:[a-z0-9]+]]: f32, %{{[a-z0-9]+}}: memref<1xf32>, %[[S:[a-z0-9]+]]: memref<320xi8>) -> i32
// CHECK:         %[[START:.*]] = arith.constant 256 : index
// CHECK:         %[[G:.*]] = memref.view %[[S]][%[[START]]][] : memref<320xi8> to memref<64xi8>
// CHECK:         scf.for
// CHECK:           func.call @mlp.rows_1.gradients.forward(%[[P]], %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %[[G]], %{{.*}}, %{{.*}})
// CHECK:         memref.store %[[RATE]]
// CHECK:         call @mlp_step_sgd(%[[P]], %{{.*}}, %{{.*}}, %{{.*}})
module attributes {
  nn.train_sgd,
  nn.losses = {mlp = [{target = tensor<?x4xf32>}]},
  nn.interfaces = [#nn.interface<"mlp", parameter_bytes = 64, parameters = [], entries = [
    #nn.interface_entry<(tensor<?x3xf32>) -> tensor<?x4xf32>>],
    gradient_bytes = 64, optimizers = [#nn.sgd]>]} {
func.func private @mlp.rows_1.loss.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<1x3xf32> {nn.role = #nn.role<input>}, memref<1x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.network = "mlp", nn.rows = 1 : i64, nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "loss"}
func.func private @mlp.rows_1.gradients.forward(memref<64xi8> {nn.role = #nn.role<parameters>}, memref<1x3xf32> {nn.role = #nn.role<input>}, memref<1x4xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<1xf32> {nn.role = #nn.role<input>}, memref<64xi8> {nn.role = #nn.role<gradients>}, memref<1xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
    attributes {nn.network = "mlp", nn.rows = 1 : i64, nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 64 : i64, nn.training = "gradients"}
func.func private @mlp_step_sgd(memref<64xi8>, memref<64xi8>, memref<64xi8>, memref<24xi8>)
}
