// RUN: nascent-opt %s --nascent-lower-open-networks --canonicalize --split-input-file --verify-diagnostics | FileCheck %s --enable-var-scope

// A state has no place in scratch: it is read on one side of the caller's buffer, and
// what a kernel gives for it is written on the other.
// CHECK-LABEL: func.func @net_forward(
// CHECK-SAME:    %{{.*}}: memref<64xi8>, %[[X:[^ ]*]]: memref<1xi8>, %[[LENGTH:[^ ]*]]: i64, %[[Y:[^ ]*]]: memref<1xi8>, %[[STATE:[^ ]*]]: memref<192xi8>, %[[SCRATCH:[^ ]*]]: memref<1xi8>) -> i32
// CHECK-SAME:    nn.state_bytes = 192
// CHECK:         scf.if
// CHECK:           %[[WORD:.*]] = memref.view %[[STATE]][%c0][] : memref<192xi8> to memref<48xi32>
// CHECK:           %[[READ:.*]] = arith.select
// CHECK:           %[[WRITTEN:.*]] = arith.select
// CHECK-DAG:       %[[BEFORE:.*]] = memref.view %[[STATE]][%[[READ]]][] : memref<192xi8> to memref<1xf32>
// CHECK-DAG:       %[[AFTER:.*]] = memref.view %[[STATE]][%[[WRITTEN]]][] : memref<192xi8> to memref<1xf32>
// CHECK:           func.call @net.layer_0_{{.*}}(%{{.*}}, %[[BEFORE]], %{{.*}}, %{{.*}}, %[[AFTER]], %{{.*}}, %{{.*}})
// CHECK:           memref.store %{{.*}}, %[[WORD]]
nn.parameter @w : tensor<3x3xf32> init(#nn.zeros) offset(0)
func.func private @net.fits(%length: index) -> i1 {
  %c1 = arith.constant 1 : index
  %0 = arith.cmpi sge, %length, %c1 : index
  return %0 : i1
}
func.func private @net.forward(%x: tensor<1x?x3xf32> {nn.sizes = ["1", "length", "3"]}, %h: tensor<1x3xf32>) -> (tensor<1x?x3xf32>, tensor<1x3xf32>)
    attributes {nn.fits = @net.fits, nn.network = "net", nn.parameter_bytes = 64 : i64, nn.sizes = ["length"], nn.states = 1 : i64} {
  %0 = nn.load_parameter @w : tensor<3x3xf32>
  %1:3 = nn.recurrence steps(%x : tensor<1x?x3xf32>) weight(%0 : tensor<3x3xf32>) initial(%h : tensor<1x3xf32>) attributes {nn.layer = "0"} -> tensor<1x?x3xf32>, tensor<1x3xf32>, tensor<1x3xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    %2 = arith.addf %in, %sum : f32
    nn.recurrence_yield %2 : f32
  }
  return %1#0, %1#1 : tensor<1x?x3xf32>, tensor<1x3xf32>
}

// -----

func.func private @net.fits(%length: index) -> i1 {
  %true = arith.constant true
  return %true : i1
}
// expected-error@below {{keeps a state that it reads as 'tensor<1x?x3xf32>' and writes as 'tensor<1x?x3xf32>'; expected one type, of known sizes}}
func.func private @net.forward(%x: tensor<1x?x3xf32> {nn.sizes = ["1", "length", "3"]}) -> tensor<1x?x3xf32>
    attributes {nn.fits = @net.fits, nn.network = "net", nn.parameter_bytes = 64 : i64, nn.sizes = ["length"], nn.states = 1 : i64} {
  return %x : tensor<1x?x3xf32>
}

// -----

// What is returned twice, here also as a state, is computed once, and copied.
// CHECK-LABEL: func.func private @net.output_1(
// CHECK-NOT:     nn.recurrence
// CHECK-LABEL: func.func @net_forward(
// CHECK:         func.call @net.layer_0_{{[0-9]+}}(
// CHECK-NOT:     func.call @net.layer_0_
// CHECK:         func.call @net.output_1(
nn.parameter @w : tensor<3x3xf32> init(#nn.zeros) offset(0)
func.func private @net.fits(%length: index) -> i1 {
  %true = arith.constant true
  return %true : i1
}
func.func private @net.forward(%x: tensor<1x?x3xf32> {nn.sizes = ["1", "length", "3"]}, %h: tensor<1x3xf32>) -> (tensor<1x3xf32>, tensor<1x3xf32>)
    attributes {nn.fits = @net.fits, nn.network = "net", nn.parameter_bytes = 64 : i64, nn.sizes = ["length"], nn.states = 1 : i64} {
  %0 = nn.load_parameter @w : tensor<3x3xf32>
  %1:2 = nn.recurrence steps(%x : tensor<1x?x3xf32>) weight(%0 : tensor<3x3xf32>) initial(%h : tensor<1x3xf32>) last attributes {nn.layer = "0"} -> tensor<1x3xf32>, tensor<1x3xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    %2 = arith.addf %in, %sum : f32
    nn.recurrence_yield %2 : f32
  }
  return %1#0, %1#0 : tensor<1x3xf32>, tensor<1x3xf32>
}
