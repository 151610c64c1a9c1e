// What pads a layer's input has no gradient: the product computes what others read, and
// what follows it with that, over what it reads there. Nothing that is kept has zeros
// around it in memory, but for what the forward pass alone reads.

// RUN: nascent-compile %s --train --loss=mse --mtriple=x86_64-linux-gnu --mcpu=x86-64-v3 --compile-to=linalg | FileCheck %s
// CHECK:      call @conv.layer_second(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) : (memref<16x12x14x16xf32>,
// CHECK:      call @conv.gradients.layer_second(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) : (memref<16x12x12x16xf32>,
// CHECK:      call @conv.gradients.layer_third.gradient_0({{.*}}) : (memref<16x6x6x32xf32>, memref<16x6x6x32xf32>, memref<1xf32>, memref<2x3x3x32x16xf32>)
// CHECK:      call @conv.gradients.layer_third.gradient_2(%{{.*}}, %{{.*}}, %[[DX:.*]]) : (memref<16x6x6x32xf32>, memref<3x3x32x32xf32>, memref<16x6x6x32xf32>)
// With a stride of two, four phases have one element in 2 x 2 each, and each reads its
// own part of the window.
// CHECK:      call @conv.gradients.layer_second.gradient_2(%[[DX]], {{.*}}) : (memref<16x6x6x32xf32>, memref<1x1x32x16xf32>, memref<16x6x6x16xf32, {{.*}}>)
// CHECK:      call @conv.gradients.layer_second.gradient_4(%[[DX]], {{.*}}) : (memref<16x6x6x32xf32>, memref<1x2x32x16xf32>, memref<16x6x6x16xf32, {{.*}}>)
// CHECK:      call @conv.gradients.layer_second.gradient_6(%[[DX]], {{.*}}) : (memref<16x6x6x32xf32>, memref<2x1x32x16xf32>, memref<16x6x6x16xf32, {{.*}}>)
// CHECK:      call @conv.gradients.layer_second.gradient_8(%[[DX]], {{.*}}) : (memref<16x6x6x32xf32>, memref<2x2x32x16xf32>, memref<16x6x6x16xf32, {{.*}}>)

nn.sequential @conv(%x: tensor<16x8x12x12xf32>) -> tensor<16x10xf32> {
  %0 = nn.conv2d %x, 16 kernel(3) padding(1) name("first") : tensor<16x8x12x12xf32> -> tensor<16x16x12x12xf32>
  %1 = nn.relu %0 : tensor<16x16x12x12xf32>
  %2 = nn.conv2d %1, 32 kernel(3) stride(2) padding(1) name("second") : tensor<16x16x12x12xf32> -> tensor<16x32x6x6xf32>
  %3 = nn.relu %2 : tensor<16x32x6x6xf32>
  %4 = nn.conv2d %3, 32 kernel(3) padding(1) name("third") : tensor<16x32x6x6xf32> -> tensor<16x32x6x6xf32>
  %5 = nn.relu %4 : tensor<16x32x6x6xf32>
  %6 = nn.global_avg_pool %5 : tensor<16x32x6x6xf32> -> tensor<16x32x1x1xf32>
  %7 = nn.flatten %6 : tensor<16x32x1x1xf32> -> tensor<16x32xf32>
  %8 = nn.dense %7, 10 name("last") : tensor<16x32xf32> -> tensor<16x10xf32>
  nn.return %8 : tensor<16x10xf32>
}
