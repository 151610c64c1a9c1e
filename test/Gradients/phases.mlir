// Of what convolutions with a stride read, the gradients have phases, which are computed
// where their elements are in the end. Those of two that read the same add up phase by
// phase: the one that is computed first is added to by the product of the other, and one
// that has none in a phase adds nothing.

// RUN: nascent-compile %s --train --loss=mse --mtriple=x86_64-linux-gnu --mcpu=x86-64-v3 --compile-to=linalg | FileCheck %s
// CHECK-LABEL: func.func private @net.gradients.forward(
// CHECK:         %[[ALL:.*]] = memref.alloc() : memref<4x6x2x6x2x16xf32>
// CHECK:         call @net.gradients.layer_wide.gradient_4(%[[DY:.*]], %{{.*}}, %{{.*}}) : ({{.*}}, memref<4x6x6x16xf32, strided<[2304, 384, 32, 1], offset: 16>>)
// CHECK:         call @net.gradients.layer_wide.gradient_6(%[[DY]], %{{.*}}, %{{.*}}) : ({{.*}}, memref<4x6x6x16xf32, strided<[2304, 384, 32, 1], offset: 192>>)
// CHECK:         call @net.gradients.layer_wide.gradient_8(%[[DY]], %{{.*}}, %{{.*}}) : ({{.*}}, memref<4x6x6x16xf32, strided<[2304, 384, 32, 1], offset: 208>>)
// CHECK:         call @net.gradients.layer_narrow.gradient_2(%[[DY]], %{{.*}}, %[[NARROW:.*]]) : ({{.*}}, memref<4x6x6x16xf32>)
// CHECK:         call @net.gradients.layer_wide.gradient_2(%[[DY]], %{{.*}}, %[[NARROW]], %{{.*}}) : ({{.*}}, memref<4x6x6x16xf32>, memref<4x6x6x16xf32, strided<[2304, 384, 32, 1]>>)
// CHECK-NOT:     memref.alloc() : memref<4x6x2x6x2x16xf32>
// CHECK:         return

nn.sequential @net(%x: tensor<4x8x12x12xf32>) -> tensor<4x16x6x6xf32> {
  %0 = nn.conv2d %x, 16 kernel(3) padding(1) name("first") : tensor<4x8x12x12xf32> -> tensor<4x16x12x12xf32>
  %1 = nn.relu %0 : tensor<4x16x12x12xf32>
  %2 = nn.conv2d %1, 16 kernel(3) stride(2) padding(1) name("wide") : tensor<4x16x12x12xf32> -> tensor<4x16x6x6xf32>
  %3 = nn.conv2d %1, 16 kernel(1) stride(2) name("narrow") : tensor<4x16x12x12xf32> -> tensor<4x16x6x6xf32>
  %4 = nn.add %2, %3 : tensor<4x16x6x6xf32>, tensor<4x16x6x6xf32>
  nn.return %4 : tensor<4x16x6x6xf32>
}
