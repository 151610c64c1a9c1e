// RUN: nascent-opt %s --nascent-outline-kernels --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --nascent-outline-kernels --duplicate-function-elimination | FileCheck %s --check-prefix=MERGED

nn.parameter @w : tensor<4x5xf32> init(#nn.zeros) offset(0)

// Each launch becomes the call of a function of what it reads, its parameters and
// what it writes. Parameters own what lies behind their rows. Kernels follow
// their network, in order.
// CHECK-LABEL: func.func private @net.forward(
// CHECK-SAME:    %[[X:.*]]: memref<2x4xf32> {llvm.noalias}, %[[Y:.*]]: memref<2x4xf32> {llvm.noalias})
// CHECK-NEXT:    %[[W:.*]] = nn.load_parameter @w : memref<4x5xf32>
// CHECK-NEXT:    %[[T:.*]] = memref.alloc() : memref<2x4xf32, strided<[16, 1]>>
// CHECK-NEXT:    call @net.layer_0(%[[X]], %[[W]], %[[T]]) : (memref<2x4xf32>, memref<4x5xf32>, memref<2x4xf32, strided<[16, 1]>>) -> ()
// CHECK-NEXT:    call @net.layer_1(%[[T]], %[[Y]])
// CHECK-NEXT:    call @net.layer_2(%[[T]], %[[Y]])
// CHECK-NEXT:    return
// CHECK:       func.func private @net.layer_0(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<2x4xf32> {llvm.noalias}, %[[W:[a-z0-9]+]]: memref<4x5xf32> {llvm.noalias, nn.padded},
// CHECK-SAME:    %[[Y:[a-z0-9]+]]: memref<2x4xf32, strided<[16, 1]>> {llvm.noalias}) attributes {nn.kernel, nn.plan = #nn.plan<chains = 1>}
// CHECK-NEXT:    %[[XT:.*]] = bufferization.to_tensor %[[X]] restrict : memref<2x4xf32> to tensor<2x4xf32>
// CHECK-NEXT:    bufferization.to_tensor %[[W]] restrict
// CHECK-NEXT:    bufferization.materialize_in_destination %[[XT]] in restrict writable %[[Y]]
// CHECK-NEXT:    return
// CHECK:       func.func private @net.layer_1(
// CHECK-SAME:    attributes {nn.kernel} {
// CHECK:       func.func private @net.layer_2(

// Equal kernels are merged afterwards: compile time follows the distinct ones.
// MERGED:      call @net.layer_0(
// MERGED:      call @[[KERNEL:net.layer_[12]]](
// MERGED:      call @[[KERNEL]](
// MERGED-DAG:  func.func private @[[KERNEL]](
// MERGED-DAG:  func.func private @net.layer_0(
// MERGED-NOT:  func.func
func.func private @net.forward(%x: memref<2x4xf32> {llvm.noalias}, %y: memref<2x4xf32> {llvm.noalias}) attributes {nn.parameter_bytes = 128 : i64} {
  %w = nn.load_parameter @w : memref<4x5xf32>
  %t = memref.alloc() : memref<2x4xf32, strided<[16, 1]>>
  nn.launch @net.layer_0 ins(%x : memref<2x4xf32>) parameters(%w : memref<4x5xf32>) outs(%t : memref<2x4xf32, strided<[16, 1]>>) attributes {nn.plan = #nn.plan<chains = 1>} {
  ^bb0(%a: tensor<2x4xf32>, %b: tensor<4x5xf32>):
    nn.launch_yield %a : tensor<2x4xf32>
  }
  nn.launch @net.layer_1 ins(%t : memref<2x4xf32, strided<[16, 1]>>) outs(%y : memref<2x4xf32>) {
  ^bb0(%a: tensor<2x4xf32>):
    nn.launch_yield %a : tensor<2x4xf32>
  }
  nn.launch @net.layer_2 ins(%t : memref<2x4xf32, strided<[16, 1]>>) outs(%y : memref<2x4xf32>) {
  ^bb0(%a: tensor<2x4xf32>):
    nn.launch_yield %a : tensor<2x4xf32>
  }
  return
}
