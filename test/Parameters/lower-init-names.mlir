// RUN: nascent-opt %s --nn-lower-init | FileCheck %s

// A function that has the generator's name is not the generator.
module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 128, registers = 16, fma = true>} {

// CHECK: func.func private @nascent.philox(%{{.*}}: i64) -> i64 {
func.func private @nascent.philox(%x: i64) -> i64 {
  return %x : i64
}

// CHECK: func.func private @[[PHILOX:nascent.philox_[0-9]+]](%{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64) -> (i64, i64, i64, i64) {
// CHECK: func.func private @net.fill.uniform(
// CHECK: call @[[PHILOX]](
// CHECK-NOT: call @nascent.philox(
nn.parameter @w : tensor<4x4xf32> init(#nn.uniform<-1.0, 1.0>) layout(#nn.panels<4>) offset(0)
nn.parameter @b : tensor<4xf32> init(#nn.uniform<-1.0, 1.0>) offset(64)
nn.sequential @net(%x: tensor<3x4xf32>) -> tensor<3x4xf32> attributes {nn.parameter_bytes = 128 : i64} {
  %0 = nn.dense %x, 4 weight(@w) bias(@b) : tensor<3x4xf32> -> tensor<3x4xf32>
  nn.return %0 : tensor<3x4xf32>
}
}
