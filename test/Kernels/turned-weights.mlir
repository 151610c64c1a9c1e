// Only gradients turn weights. The forward pass reads all weights as they are stored:
// depthwise convolutions, too, read panels of channels.

// RUN: nascent-compile %s --bind net=1x3x32x32xf32 --compile-to=llvm -o - | FileCheck %s --implicit-check-not=.turned
// CHECK: @net.layer_1(

// RUN: nascent-compile %s --bind net=1x3x32x32xf32 --train --loss=mse --compile-to=llvm -o - | FileCheck %s --check-prefix=TRAIN
// TRAIN: @net.gradients.layer_6.turned(

// The kernel of a dense layer's product of eight rows or more turns a tile's columns of
// the weight by itself, in scratch; with threads, which would share that, and with fewer
// rows, between which it would not pay, the whole weight is turned once.
// RUN: nascent-compile %s --bind net=8x3x32x32xf32 --train --loss=mse --mtriple=x86_64-linux-gnu --mcpu=x86-64-v3 --compile-to=linalg -o - | FileCheck %s --check-prefix=INSIDE --implicit-check-not=layer_6.turned
// INSIDE:      func.func private @net.gradients.forward(
// INSIDE:      %[[TURNED:.*]] = memref.alloc() : memref<16x16xf32>
// INSIDE:      call @net.gradients.layer_6.gradient_{{[0-9]+}}({{.*}}, %[[TURNED]])
// RUN: nascent-compile %s --bind net=8x3x32x32xf32 --train --loss=mse --threads=openmp --compile-to=linalg -o - | FileCheck %s --check-prefix=TRAIN

nn.sequential @net(%x: tensor<?x?x?x?xf32>) -> tensor<?x10xf32> {
  %0 = nn.conv2d %x, 24 kernel(3) padding(1) : tensor<?x?x?x?xf32> -> tensor<?x24x?x?xf32>
  %1 = nn.conv2d %0, 24 kernel(3) stride(2) padding(1) groups(24) : tensor<?x24x?x?xf32> -> tensor<?x24x?x?xf32>
  %2 = nn.conv2d %1, 48 kernel(3) groups(4) : tensor<?x24x?x?xf32> -> tensor<?x48x?x?xf32>
  %3 = nn.conv_transpose2d %2, 16 kernel(2) stride(2) : tensor<?x48x?x?xf32> -> tensor<?x16x?x?xf32>
  %4 = nn.global_avg_pool %3 : tensor<?x16x?x?xf32> -> tensor<?x16x?x?xf32>
  %5 = nn.flatten %4 : tensor<?x16x?x?xf32> -> tensor<?x?xf32>
  %6 = nn.dense %5, 10 : tensor<?x?xf32> -> tensor<?x10xf32>
  nn.return %6 : tensor<?x10xf32>
}
