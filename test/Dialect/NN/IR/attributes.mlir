// Every attribute, printed as the shortest text that restores it.
//
// RUN: nascent-opt %s --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --emit-bytecode | nascent-opt | FileCheck %s

// CHECK: nn.target = #nn.target<triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "+avx2,+fma", vector_bits = 256, registers = 16, fma = true>
module attributes {nn.target = #nn.target<
    fma = true, registers = 16, vector_bits = 256, features = "+avx2,+fma",
    cpu = "x86-64-v3", triple = "x86_64-unknown-linux-gnu">} {

// CHECK: nn.parameter @zeros : tensor<2x2xf32> init(#nn.zeros)
nn.parameter @zeros : tensor<2x2xf32> init(#nn.zeros)
// CHECK: nn.parameter @ones : tensor<f32> init(#nn.ones)
nn.parameter @ones : tensor<f32> init(#nn.ones)

// CHECK: nn.parameter @constant : tensor<2xf32> init(#nn.constant<42.0>)
nn.parameter @constant : tensor<2xf32> init(#nn.constant<42.0>)
// CHECK: nn.parameter @minus_zero : tensor<2xf32> init(#nn.constant<-0.0>)
nn.parameter @minus_zero : tensor<2xf32> init(#nn.constant<-0.0>)
// CHECK: nn.parameter @many_digits : tensor<2xf32> init(#nn.constant<0.30000000000000004>)
nn.parameter @many_digits : tensor<2xf32> init(#nn.constant<0.30000000000000004>)
// CHECK: nn.parameter @large : tensor<2xf32> init(#nn.constant<3.4e+38>)
nn.parameter @large : tensor<2xf32> init(#nn.constant<340000000000000000000000000000000000000.0>)
// CHECK: nn.parameter @power : tensor<2xf32> init(#nn.constant<1{{.*}}e+20>)
nn.parameter @power : tensor<2xf32> init(#nn.constant<1.0e20>)
// CHECK: nn.parameter @no_point : tensor<2xf32> init(#nn.constant<-0.012>)
nn.parameter @no_point : tensor<2xf32> init(#nn.constant<-12e-3>)
// CHECK: nn.parameter @plus : tensor<2xf32> init(#nn.constant<50.0>)
nn.parameter @plus : tensor<2xf32> init(#nn.constant<5E+1>)
// CHECK: nn.parameter @joined : tensor<2xf32> init(#nn.constant<50.0>)
nn.parameter @joined : tensor<2xf32> init(#nn.constant<5e1>)
// CHECK: nn.parameter @small : tensor<2xf32> init(#nn.constant<1{{.*}}e-20>)
nn.parameter @small : tensor<2xf32> init(#nn.constant<1.0e-20>)
// CHECK: nn.parameter @whole : tensor<2xf32> init(#nn.constant<1.0>)
nn.parameter @whole : tensor<2xf32> init(#nn.constant<1>)
// CHECK: nn.parameter @minus_one : tensor<2xf32> init(#nn.constant<-1.0>)
nn.parameter @minus_one : tensor<2xf32> init(#nn.constant<-1>)
// CHECK: nn.parameter @minus_whole_zero : tensor<2xf32> init(#nn.constant<-0.0>)
nn.parameter @minus_whole_zero : tensor<2xf32> init(#nn.constant<-0>)
// CHECK: nn.parameter @many_whole_digits : tensor<2xf32> init(#nn.constant<1{{.*}}e+20>)
nn.parameter @many_whole_digits : tensor<2xf32> init(#nn.constant<100000000000000000000>)
// CHECK: nn.parameter @whole_bounds : tensor<2xf32> init(#nn.uniform<0.0, 1.0>)
nn.parameter @whole_bounds : tensor<2xf32> init(#nn.uniform<0, 1>)
// CHECK: nn.parameter @whole_gain : tensor<2x2xf32> init(#nn.xavier_uniform<gain = 2.0>)
nn.parameter @whole_gain : tensor<2x2xf32> init(#nn.xavier_uniform<gain = 2>)

// CHECK: nn.parameter @uniform : tensor<2xf32> init(#nn.uniform<-0.07, 0.07>)
nn.parameter @uniform : tensor<2xf32> init(#nn.uniform<-0.07, 0.07>)
// CHECK: nn.parameter @point : tensor<2xf32> init(#nn.uniform<1.0, 1.0>)
nn.parameter @point : tensor<2xf32> init(#nn.uniform<1.0, 1.0>)
// CHECK: nn.parameter @normal : tensor<2xf32> init(#nn.normal<0.0, 0.01>)
nn.parameter @normal : tensor<2xf32> init(#nn.normal<0.0, 0.01>)
// CHECK: nn.parameter @spike : tensor<2xf32> init(#nn.normal<3.0, 0.0>)
nn.parameter @spike : tensor<2xf32> init(#nn.normal<3.0, 0.0>)

// CHECK: nn.parameter @xavier_uniform : tensor<2x2xf32> init(#nn.xavier_uniform)
nn.parameter @xavier_uniform : tensor<2x2xf32> init(#nn.xavier_uniform<gain = 1.0>)
// CHECK: nn.parameter @xavier_uniform_2 : tensor<2x2xf32> init(#nn.xavier_uniform<gain = 2.0>)
nn.parameter @xavier_uniform_2 : tensor<2x2xf32> init(#nn.xavier_uniform<gain = 2.0>)
// CHECK: nn.parameter @xavier_normal : tensor<2x2xf32> init(#nn.xavier_normal)
nn.parameter @xavier_normal : tensor<2x2xf32> init(#nn.xavier_normal)
// CHECK: nn.parameter @xavier_normal_2 : tensor<2x2xf32> init(#nn.xavier_normal<gain = 0.5>)
nn.parameter @xavier_normal_2 : tensor<2x2xf32> init(#nn.xavier_normal<gain = 0.5>)
// CHECK: nn.parameter @kaiming_uniform : tensor<2x2xf32> init(#nn.kaiming_uniform)
nn.parameter @kaiming_uniform : tensor<2x2xf32> init(#nn.kaiming_uniform)
// CHECK: nn.parameter @kaiming_uniform_torch : tensor<2x2xf32> init(#nn.kaiming_uniform<a = 2.23606797749979>)
nn.parameter @kaiming_uniform_torch : tensor<2x2xf32> init(#nn.kaiming_uniform<a = 2.23606797749979>)
// CHECK: nn.parameter @kaiming_normal : tensor<2x2xf32> init(#nn.kaiming_normal)
nn.parameter @kaiming_normal : tensor<2x2xf32> init(#nn.kaiming_normal<a = 0.0>)
// CHECK: nn.parameter @kaiming_normal_leaky : tensor<2x2xf32> init(#nn.kaiming_normal<a = 0.01>)
nn.parameter @kaiming_normal_leaky : tensor<2x2xf32> init(#nn.kaiming_normal<a = 0.01>)

// CHECK: nn.parameter @kaiming_fan_out : tensor<2x2xf32> init(#nn.kaiming_uniform<mode = fan_out, nonlinearity = relu>)
nn.parameter @kaiming_fan_out : tensor<2x2xf32> init(#nn.kaiming_uniform<nonlinearity = relu, a = 0.0, mode = fan_out>)
// CHECK: nn.parameter @kaiming_selu : tensor<2x2xf32> init(#nn.kaiming_normal<nonlinearity = selu>)
nn.parameter @kaiming_selu : tensor<2x2xf32> init(#nn.kaiming_normal<mode = fan_in, nonlinearity = selu>)
// CHECK: nn.parameter @lecun_uniform : tensor<2x2xf32> init(#nn.lecun_uniform)
nn.parameter @lecun_uniform : tensor<2x2xf32> init(#nn.lecun_uniform)
// CHECK: nn.parameter @lecun_normal : tensor<2x2xf32> init(#nn.lecun_normal)
nn.parameter @lecun_normal : tensor<2x2xf32> init(#nn.lecun_normal)
// CHECK: nn.parameter @variance_scaling : tensor<2x2xf32> init(#nn.variance_scaling)
nn.parameter @variance_scaling : tensor<2x2xf32> init(#nn.variance_scaling<scale = 1.0, mode = fan_in, distribution = truncated_normal>)
// CHECK: nn.parameter @variance_scaling_2 : tensor<2x2xf32> init(#nn.variance_scaling<scale = 2.0, mode = fan_avg, distribution = uniform>)
nn.parameter @variance_scaling_2 : tensor<2x2xf32> init(#nn.variance_scaling<scale = 2.0, mode = fan_avg, distribution = uniform>)
// CHECK: nn.parameter @truncated : tensor<2x2xf32> init(#nn.truncated_normal<0.0, 0.01>)
nn.parameter @truncated : tensor<2x2xf32> init(#nn.truncated_normal<0.0, 0.01, lower = -2.0, upper = 2.0>)
// CHECK: nn.parameter @padded : tensor<4x2xf32> init(#nn.padded_normal<0.0, 1.0, row = 3>)
nn.parameter @padded : tensor<4x2xf32> init(#nn.padded_normal<0.0, 1.0, row = 3>)
// CHECK: nn.parameter @truncated_far : tensor<2x2xf32> init(#nn.truncated_normal<0.0, 0.02, lower = -100.0, upper = 100.0>)
nn.parameter @truncated_far : tensor<2x2xf32> init(#nn.truncated_normal<0.0, 0.02, lower = -100.0, upper = 100.0>)
// CHECK: nn.parameter @orthogonal : tensor<2x2xf32> init(#nn.orthogonal)
nn.parameter @orthogonal : tensor<2x2xf32> init(#nn.orthogonal)
// CHECK: nn.parameter @orthogonal_2 : tensor<2x2xf32> init(#nn.orthogonal<gain = 2.0>)
nn.parameter @orthogonal_2 : tensor<2x2xf32> init(#nn.orthogonal<gain = 2.0>)
// CHECK: nn.parameter @sparse : tensor<2x2xf32> init(#nn.sparse<sparsity = 0.5>)
nn.parameter @sparse : tensor<2x2xf32> init(#nn.sparse<sparsity = 0.5, std = 0.01>)
// CHECK: nn.parameter @identity : tensor<2x2xf32> init(#nn.identity)
nn.parameter @identity : tensor<2x2xf32> init(#nn.identity)
// CHECK: nn.parameter @dirac : tensor<2x2x3x3xf32> init(#nn.dirac)
nn.parameter @dirac : tensor<2x2x3x3xf32> init(#nn.dirac)

// CHECK: nn.initializer private @half
nn.initializer private @half {
  %half = arith.constant 0.5 : f32
  nn.yield %half
}
// CHECK: nn.parameter @custom : tensor<2x2xf32> init(#nn.custom<@half>)
nn.parameter @custom : tensor<2x2xf32> init(#nn.custom<@half>)
// CHECK: nn.parameter @frozen : tensor<2x2xf32> init(#nn.zeros) trainable(false)
nn.parameter @frozen : tensor<2x2xf32> init(#nn.zeros) trainable(false)
// CHECK: nn.parameter @trained : tensor<2x2xf32> init(#nn.zeros)
// CHECK-NOT: trainable
nn.parameter @trained : tensor<2x2xf32> init(#nn.zeros) trainable(true)

// CHECK: nn.parameter @panels : tensor<10x20xf32> init(#nn.zeros) layout(#nn.panels<16>)
nn.parameter @panels : tensor<10x20xf32> init(#nn.zeros) layout(#nn.panels<16>)

// CHECK: nn.parameter @narrow_panels : tensor<10x20xf32> init(#nn.zeros) layout(#nn.panels<16, f16>)
nn.parameter @narrow_panels : tensor<10x20xf32> init(#nn.zeros) layout(#nn.panels<16, f16>)

// CHECK: nn.parameter @no_places : tensor<10x20xf32> init(#nn.zeros) layout(#nn.panels<16>)
nn.parameter @no_places : tensor<10x20xf32> init(#nn.zeros) layout(#nn.panels<16, spatial = 1>)

// CHECK: nn.parameter @behind_flatten : tensor<10x20xf32> init(#nn.zeros) layout(#nn.panels<16, spatial = 4>)
nn.parameter @behind_flatten : tensor<10x20xf32> init(#nn.zeros) layout(#nn.panels<16, spatial = 4>)

// CHECK: nn.parameter @scales : tensor<20xf32> init(#nn.ones) layout(#nn.panels<1, spatial = 4>)
nn.parameter @scales : tensor<20xf32> init(#nn.ones) layout(#nn.panels<1, spatial = 4>)

// CHECK: nn.parameter @filters : tensor<10x20x3x3xf32> init(#nn.zeros) layout(#nn.panels<16, bf16, spatial = 9>)
nn.parameter @filters : tensor<10x20x3x3xf32> init(#nn.zeros) layout(#nn.panels<16, bf16, spatial = 9>)

// CHECK: nn.dense %{{.*}}, 3 {nn.plan = #nn.plan<tile_rows = 2, chains = 1>}
nn.sequential @planned(%x: tensor<2x4xf32>) -> tensor<2x3xf32> {
  %0 = nn.dense %x, 3 {nn.plan = #nn.plan<tile_rows = 2, chains = 1>} : tensor<2x4xf32> -> tensor<2x3xf32>
  nn.return %0 : tensor<2x3xf32>
}
}
