// RUN: nascent-opt %s --nascent-lower-to-kernels --nascent-vectorize-kernels=strict --split-input-file --verify-diagnostics

// expected-error @+1 {{strict numerics need a fused multiply-add, which processor 'generic' lacks; choose one that has it, such as x86-64-v3}}
module {
}

// -----

module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 128, registers = 16, fma = true>} {
nn.parameter @net.0.weight : tensor<16x50xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.sequential @net(%x: tensor<12x50xf32>) -> tensor<12x16xf32> attributes {nn.parameter_bytes = 3200 : i64} {
  // expected-error @+1 {{the layer's nn.plan asks for 4 chains of sums, but strict numerics add terms in one order}}
  %0 = nn.dense %x, 16 no_bias weight(@net.0.weight) {nn.plan = #nn.plan<chains = 4>} : tensor<12x50xf32> -> tensor<12x16xf32>
  nn.return %0 : tensor<12x16xf32>
}
}

// -----

module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 128, registers = 16, fma = true>} {
nn.parameter @net.0.weight : tensor<1024x50xf32> init(#nn.zeros) layout(#nn.panels<1024>) offset(0)
nn.sequential @net(%x: tensor<64x50xf32>) -> tensor<64x1024xf32> attributes {nn.parameter_bytes = 204800 : i64} {
  // expected-error @+1 {{the layer's nn.plan gives tiles of 64 rows with 256 vectors each; more than 1024 vectors take too long to compile}}
  %0 = nn.dense %x, 1024 no_bias weight(@net.0.weight) {nn.plan = #nn.plan<tile_rows = 64>} : tensor<64x50xf32> -> tensor<64x1024xf32>
  nn.return %0 : tensor<64x1024xf32>
}
}
