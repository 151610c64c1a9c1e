// RUN: nascent-opt %s --nascent-lower-to-kernels --nascent-vectorize-kernels=strict --canonicalize --cse | FileCheck %s

module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 256, registers = 16, fma = true>} {

// One sum an output, whatever waits for it.
// CHECK-LABEL: func.func private @one.layer_0(
// CHECK:         %{{.*}} = scf.for {{.*}} iter_args(%{{[a-z0-9]+}} = %{{[a-z0-9]+}}) -> (vector<8xf32>)
// CHECK-NEXT:      vector.load
// CHECK-NEXT:      memref.load
// CHECK-NEXT:      vector.broadcast
// CHECK-NEXT:      vector.fma
// CHECK-NEXT:      scf.yield
// CHECK-NOT:     arith.addf
// CHECK:         return
nn.parameter @one.0.weight : tensor<8x37xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.parameter @one.0.bias : tensor<8xf32> init(#nn.zeros) offset(1216)
nn.sequential @one(%x: tensor<1x37xf32>) -> tensor<1x8xf32> attributes {nn.parameter_bytes = 1280 : i64} {
  %0 = nn.dense %x, 8 weight(@one.0.weight) bias(@one.0.bias) : tensor<1x37xf32> -> tensor<1x8xf32>
  nn.return %0 : tensor<1x8xf32>
}

// Rows are reduced in sixteen lanes, however many a register has.
// CHECK-LABEL: func.func private @row.layer_0(
// CHECK:         scf.for {{.*}} iter_args({{.*}}) -> (vector<16xf32>)
nn.sequential @row(%x: tensor<2x40xf32>) -> tensor<2x40xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x : tensor<2x40xf32>
  nn.return %0 : tensor<2x40xf32>
}

}
