// RUN: nascent-opt %s --nascent-emit-self-test | FileCheck %s
// RUN: nascent-opt %s --nascent-emit-self-test=strict | FileCheck %s --check-prefix=STRICT

// Inputs are drawn, all forward functions are called, each sample is compared.

#interface = #nn.interface<"net", parameter_bytes = 64, parameters = [], entries = [#nn.interface_entry<(tensor<?x4xf32>, tensor<?x1xi32>) -> tensor<?x2xf32>, limits = [0, 9], scratch_bytes = 64>]>
module attributes {nn.golden = {net = [dense<[1.0, 2.0, -3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]> : tensor<42xf32>]}, nn.interfaces = [#interface]} {
  func.func @net_forward(%parameters: memref<64xi8>, %x0: memref<1xi8>, %x1: memref<1xi8>, %batch: i64, %y: memref<1xi8>, %scratch: memref<64xi8>) -> i32 {
    %zero = arith.constant 0 : i32
    return %zero : i32
  }
}

// CHECK: memref.global "private" constant @net.golden.0.0 : memref<42xf32>
// CHECK-LABEL: func.func @net_self_test(
// CHECK-SAME:    %[[PARAMETERS:.*]]: memref<64xi8>, %[[WORKSPACE:.*]]: memref<1xi8>, %[[WORST:.*]]: memref<1xi8>) -> i32
// CHECK:   call @net.self_test.x0(%[[WORKSPACE]]
// CHECK:   call @net.self_test.x1(%[[WORKSPACE]]
// CHECK:   scf.for
// CHECK:     arith.fptosi
// CHECK:     arith.minsi %{{.*}}, %c8_i32
// CHECK:   %[[ROWS:.*]] = arith.constant 21 : i64
// CHECK:   call @net_forward(%{{.*}}, %{{.*}}, %{{.*}}, %[[ROWS]],
// A ten-thousandth of the largest.
// CHECK:   arith.constant 3.000000e-04 : f32
// CHECK:   memref.get_global @net.golden.0.0
// CHECK:   scf.for
// CHECK:     arith.cmpf oeq
// CHECK:     scf.if
// STRICT-LABEL: func.func @net_self_test(
// STRICT-NOT:   3.000000e-04
