// RUN: nascent-opt %s --nn-bind=bindings=net=4x6xf32 --nn-infer-shapes --nn-materialize-parameters --nn-add-loss=loss=cross_entropy --nn-assign-layouts --nascent-declare-interface=optimizers=sgd --nn-lower-optimizers --canonicalize --cse | FileCheck %s

// A step goes through running statistics that change alike in one loop, with the
// padding between them.
// CHECK:         nn.parameter @net.0.running_mean {{.*}} offset(384)
// CHECK:         nn.parameter @net.1.running_var {{.*}} offset(576)
// CHECK:         nn.parameter @net.2.running_mean {{.*}} offset(640)
// CHECK-LABEL: func.func @net_step_sgd(
// CHECK-DAG:     %[[BEGIN:.*]] = arith.constant 96 : index
// CHECK-DAG:     %[[END:.*]] = arith.constant 150 : index
// CHECK-DAG:     %[[OTHER_BEGIN:.*]] = arith.constant 160 : index
// CHECK-DAG:     %[[OTHER_END:.*]] = arith.constant 182 : index
// CHECK-DAG:     %[[KEPT:.*]] = arith.constant 0.899999976 : f32
// CHECK-DAG:     %[[OTHER_KEPT:.*]] = arith.constant 0.699999988 : f32
// CHECK:         scf.for %{{.*}} = %[[BEGIN]] to %[[END]]
// CHECK:           arith.mulf %{{.*}}, %[[KEPT]] : f32
// CHECK:         scf.for %{{.*}} = %[[OTHER_BEGIN]] to %[[OTHER_END]]
// CHECK:           arith.mulf %{{.*}}, %[[OTHER_KEPT]] : f32
// CHECK-NOT:     scf.for
// CHECK:         return
nn.sequential @net(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = nn.batch_norm %x : tensor<?x?xf32> -> tensor<?x?xf32>
  %1 = nn.batch_norm %0 : tensor<?x?xf32> -> tensor<?x?xf32>
  %2 = nn.batch_norm %1 momentum(0.3) : tensor<?x?xf32> -> tensor<?x?xf32>
  nn.return %2 : tensor<?x?xf32>
}
