// RUN: nascent-compile %s --train --loss=own --bind net=3x2x8x8xf32 -o %t.o --mtriple=x86_64-linux-gnu --mcpu=x86-64-v3 --mlir-print-ir-before=nascent-place-halos --mlir-print-ir-module-scope 2> %t.mlir
// RUN: nascent-opt %t.mlir --nascent-place-halos | FileCheck %s

// The gradient of two halves, which windows spread, is read with a halo: each half
// has its copy with one before these are put together. It has one channel only, so that
// tiles do not leave out what pads it.
// CHECK-LABEL: func.func private @net.backward.forward(
// CHECK:         tensor.concat {{.*}} : (tensor<3x4x10x1xf32>, tensor<3x4x10x1xf32>) -> tensor<3x8x10x1xf32>
// CHECK-NOT:     tensor.concat
// CHECK:         return
nn.sequential @net(%x: tensor<?x?x?x?xf32>) -> tensor<?x1x?x?xf32> {
  %0 = nn.conv2d %x, 4 kernel(3) padding(1) : tensor<?x?x?x?xf32> -> tensor<?x4x?x?xf32>
  %1 = nn.relu %0 : tensor<?x4x?x?xf32>
  %2 = nn.conv2d %1, 1 kernel(3) padding(1) : tensor<?x4x?x?xf32> -> tensor<?x1x?x?xf32>
  %3 = nn.slice %2 axis(2) end(4) : tensor<?x1x?x?xf32> -> tensor<?x1x?x?xf32>
  %4 = nn.slice %2 axis(2) start(4) : tensor<?x1x?x?xf32> -> tensor<?x1x?x?xf32>
  %5 = nn.relu %3 : tensor<?x1x?x?xf32>
  %6 = nn.tanh %4 : tensor<?x1x?x?xf32>
  %7 = nn.max_pool2d %5 kernel(2) : tensor<?x1x?x?xf32> -> tensor<?x1x?x?xf32>
  %8 = nn.max_pool2d %6 kernel(2) : tensor<?x1x?x?xf32> -> tensor<?x1x?x?xf32>
  %9 = nn.add %7, %8 : tensor<?x1x?x?xf32>
  nn.return %9 : tensor<?x1x?x?xf32>
}
