// Operations of lowered networks, printed as they are read.
//
// RUN: nascent-opt %s --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --canonicalize --cse | FileCheck %s --check-prefix=CLEAN

nn.parameter @w : tensor<4x2xf32> init(#nn.zeros) layout(#nn.panels<4, f16>) offset(0)

// On tensors a launch is pure, on buffers it writes.
// CHECK-LABEL: func.func @tensors(
// CHECK-NEXT:    %[[W:.*]] = nn.load_parameter @w : tensor<1x2x4xf16>
// CHECK-NEXT:    %[[R:.*]]:2 = nn.launch @"a kernel" ins(%arg0, %arg0 : tensor<?x2xf32>, tensor<?x2xf32>) parameters(%[[W]] : tensor<1x2x4xf16>) attributes {test.note} -> tensor<?x2xf32>, tensor<?x2xf32> {
// CHECK-NEXT:    ^bb0(%[[A:.*]]: tensor<?x2xf32>, %[[B:.*]]: tensor<?x2xf32>, %{{.*}}: tensor<1x2x4xf16>):
// CHECK-NEXT:      nn.launch_yield %[[A]], %[[B]] : tensor<?x2xf32>, tensor<?x2xf32>
// CHECK-NEXT:    }
// CHECK-NEXT:    return %[[R]]#1
// CHECK:       func.func @unused(
// CHECK-NEXT:    nn.launch @kernel {
// CHECK-NEXT:      nn.launch_yield
// CLEAN-LABEL: func.func @unused(
// CLEAN-NEXT:    return
func.func @tensors(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = nn.load_parameter @w : tensor<1x2x4xf16>
  %0:2 = nn.launch @"a kernel" ins(%x, %x : tensor<?x2xf32>, tensor<?x2xf32>) parameters(%w : tensor<1x2x4xf16>) attributes {test.note} -> tensor<?x2xf32>, tensor<?x2xf32> {
  ^bb0(%a: tensor<?x2xf32>, %b: tensor<?x2xf32>, %c: tensor<1x2x4xf16>):
    nn.launch_yield %a, %b : tensor<?x2xf32>, tensor<?x2xf32>
  }
  return %0#1 : tensor<?x2xf32>
}
func.func @unused() {
  nn.launch @kernel {
    nn.launch_yield
  }
  return
}

// CHECK-LABEL: func.func @buffers(
// CHECK:         nn.launch @kernel ins(%arg0 : memref<2x2xf32>) outs(%arg1 : memref<2x2xf32, strided<[16, 1]>>) {
// CLEAN-LABEL: func.func @buffers(
// CLEAN:         nn.launch @kernel
func.func @buffers(%x: memref<2x2xf32>, %y: memref<2x2xf32, strided<[16, 1]>>) {
  nn.launch @kernel ins(%x : memref<2x2xf32>) outs(%y : memref<2x2xf32, strided<[16, 1]>>) {
  ^bb0(%a: tensor<2x2xf32>):
    nn.launch_yield %a : tensor<2x2xf32>
  }
  return
}

// A parameter's new value is an effect: nothing uses it, and it stays.
nn.parameter @p : tensor<4x2xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(64)
// CHECK-LABEL: func.func @store(
// CHECK-NEXT:    nn.store_parameter %arg0, @p : tensor<1x2x4xf32>
// CLEAN-LABEL: func.func @store(
// CLEAN-NEXT:    nn.store_parameter %arg0, @p : tensor<1x2x4xf32>
func.func @store(%value: tensor<1x2x4xf32>) {
  nn.store_parameter %value, @p : tensor<1x2x4xf32>
  return
}

// So is a gradient, which is stored as its parameter is.
// CHECK-LABEL: func.func @gradient(
// CHECK-NEXT:    %[[OLD:.*]] = nn.load_gradient @p : tensor<1x2x4xf32>
// CHECK-NEXT:    nn.store_gradient %[[OLD]], @p : tensor<1x2x4xf32>
// CLEAN-LABEL: func.func @gradient(
// CLEAN-NEXT:    nn.load_gradient
// CLEAN-NEXT:    nn.store_gradient
func.func @gradient() {
  %old = nn.load_gradient @p : tensor<1x2x4xf32>
  nn.store_gradient %old, @p : tensor<1x2x4xf32>
  return
}
