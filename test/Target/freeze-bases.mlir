// The sums of a convolution go on from addresses that the loops around them, which
// write, have computed; LLVM is not to look into how.

// RUN: nascent-compile %s --mtriple=x86_64-linux-gnu --mcpu=x86-64-v3 --emit=llvm | FileCheck %s
// RUN: nascent-compile %s --mtriple=x86_64-linux-gnu --mcpu=x86-64-v3 --emit=llvm -O0 | FileCheck %s --check-prefix=O0

// CHECK-LABEL: define internal void @net.layer_0(
// CHECK:         %[[BASE:.*]] = freeze ptr
// CHECK:         getelementptr {{.*}}ptr %[[BASE]]

// O0-NOT: freeze ptr
nn.sequential @net(%x: tensor<1x8x16x16xf32>) -> tensor<1x16x16x16xf32> {
  %0 = nn.conv2d %x, 16 kernel(3) padding(1) : tensor<1x8x16x16xf32> -> tensor<1x16x16x16xf32>
  nn.return %0 : tensor<1x16x16x16xf32>
}
