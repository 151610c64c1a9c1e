// How wide panels are goes by the target, not by the rows, and is never more than
// the layer's outputs fill.
//
// RUN: sed -e s/BITS/512/ -e s/REGISTERS/32/ %s | nascent-opt --nn-assign-layouts --verify-roundtrip | FileCheck %s --check-prefixes=CHECK,V512
// RUN: sed -e s/BITS/256/ -e s/REGISTERS/16/ %s | nascent-opt --nn-assign-layouts | FileCheck %s --check-prefixes=CHECK,V256
// RUN: sed -e s/BITS/128/ -e s/REGISTERS/32/ %s | nascent-opt --nn-assign-layouts | FileCheck %s --check-prefixes=CHECK,V128
// RUN: sed -e s/BITS/32/ -e s/REGISTERS/8/ %s | nascent-opt --nn-assign-layouts | FileCheck %s --check-prefixes=CHECK,V32
// Twice is as once.
// RUN: sed -e s/BITS/256/ -e s/REGISTERS/16/ %s | nascent-opt --nn-assign-layouts --nn-assign-layouts | FileCheck %s --check-prefixes=CHECK,V256

module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = BITS, registers = REGISTERS, fma = true>} {

// V512: nn.parameter @one.weight {{.*}} layout(#nn.panels<32>) offset(0)
// V256: nn.parameter @one.weight {{.*}} layout(#nn.panels<16>) offset(0)
// V128: nn.parameter @one.weight {{.*}} layout(#nn.panels<16>) offset(0)
// V32:  nn.parameter @one.weight {{.*}} layout(#nn.panels<2>) offset(0)
nn.parameter @one.weight : tensor<256x20xf32> init(#nn.zeros)
// CHECK: nn.sequential @one({{.*}} attributes {nn.parameter_bytes = 20480 : i64}
nn.sequential @one(%x: tensor<1x20xf32>) -> tensor<1x256xf32> {
  %0 = nn.dense %x, 256 no_bias weight(@one.weight) : tensor<1x20xf32> -> tensor<1x256xf32>
  nn.return %0 : tensor<1x256xf32>
}

// V512: nn.parameter @two.weight {{.*}} layout(#nn.panels<32>)
// V256: nn.parameter @two.weight {{.*}} layout(#nn.panels<16>)
// V128: nn.parameter @two.weight {{.*}} layout(#nn.panels<16>)
// V32:  nn.parameter @two.weight {{.*}} layout(#nn.panels<2>)
nn.parameter @two.weight : tensor<256x20xf32> init(#nn.zeros)
nn.sequential @two(%x: tensor<2x1x20xf32>) -> tensor<2x1x256xf32> {
  %0 = nn.dense %x, 256 no_bias weight(@two.weight) : tensor<2x1x20xf32> -> tensor<2x1x256xf32>
  nn.return %0 : tensor<2x1x256xf32>
}

// V512: nn.parameter @many.weight {{.*}} layout(#nn.panels<32>)
// V256: nn.parameter @many.weight {{.*}} layout(#nn.panels<16>)
// V128: nn.parameter @many.weight {{.*}} layout(#nn.panels<16>)
// V32:  nn.parameter @many.weight {{.*}} layout(#nn.panels<2>)
nn.parameter @many.weight : tensor<256x20xf32> init(#nn.zeros)
nn.sequential @many(%x: tensor<64x20xf32>) -> tensor<64x256xf32> {
  %0 = nn.dense %x, 256 no_bias weight(@many.weight) : tensor<64x20xf32> -> tensor<64x256xf32>
  nn.return %0 : tensor<64x256xf32>
}

// V512: nn.parameter @open.weight {{.*}} layout(#nn.panels<32>)
// V256: nn.parameter @open.weight {{.*}} layout(#nn.panels<16>)
// V128: nn.parameter @open.weight {{.*}} layout(#nn.panels<16>)
// V32:  nn.parameter @open.weight {{.*}} layout(#nn.panels<2>)
nn.parameter @open.weight : tensor<256x20xf32> init(#nn.zeros)
nn.sequential @open(%x: tensor<?x20xf32>) -> tensor<?x256xf32> {
  %0 = nn.dense %x, 256 no_bias weight(@open.weight) : tensor<?x20xf32> -> tensor<?x256xf32>
  nn.return %0 : tensor<?x256xf32>
}

// No more vectors than the layer's outputs fill.
// V512: nn.parameter @narrow.weight {{.*}} layout(#nn.panels<16>)
// V256: nn.parameter @narrow.weight {{.*}} layout(#nn.panels<16>)
// V128: nn.parameter @narrow.weight {{.*}} layout(#nn.panels<12>)
// V32:  nn.parameter @narrow.weight {{.*}} layout(#nn.panels<2>)
nn.parameter @narrow.weight : tensor<10x20xf32> init(#nn.zeros)
nn.sequential @narrow(%x: tensor<1x20xf32>) -> tensor<1x10xf32> {
  %0 = nn.dense %x, 10 no_bias weight(@narrow.weight) : tensor<1x20xf32> -> tensor<1x10xf32>
  nn.return %0 : tensor<1x10xf32>
}

// In layer order, weight before bias, each on a multiple of 64 bytes; the last
// panel is stored whole; a tied layer's parameters have one place.
// V256: nn.parameter @places.0.weight : tensor<18x5xf32> init(#nn.zeros) layout(#nn.panels<16>) offset(0)
// V256: nn.parameter @places.0.bias : tensor<18xf32> init(#nn.zeros) offset(640)
// V256: nn.parameter @places.1.weight : tensor<18x18xf32> init(#nn.zeros) layout(#nn.panels<16>) offset(768)
// V256: nn.parameter @places.1.bias : tensor<18xf32> init(#nn.zeros) offset(3072)
// V256: nn.sequential @places({{.*}} attributes {nn.parameter_bytes = 3200 : i64}
nn.parameter @places.0.weight : tensor<18x5xf32> init(#nn.zeros)
nn.parameter @places.0.bias : tensor<18xf32> init(#nn.zeros)
nn.parameter @places.1.weight : tensor<18x18xf32> init(#nn.zeros)
nn.parameter @places.1.bias : tensor<18xf32> init(#nn.zeros)
nn.sequential @places(%x: tensor<64x5xf32>) -> tensor<64x18xf32> {
  %0 = nn.dense %x, 18 weight(@places.0.weight) bias(@places.0.bias) : tensor<64x5xf32> -> tensor<64x18xf32>
  %1 = nn.dense %0, 18 weight(@places.1.weight) bias(@places.1.bias) : tensor<64x18xf32> -> tensor<64x18xf32>
  %2 = nn.dense %1, 18 tie("1") weight(@places.1.weight) bias(@places.1.bias) : tensor<64x18xf32> -> tensor<64x18xf32>
  nn.return %2 : tensor<64x18xf32>
}

// A layout that is stated stays.
// CHECK: nn.parameter @stated.weight {{.*}} layout(#nn.panels<3>) offset(0)
// CHECK: nn.sequential @stated({{.*}} attributes {nn.parameter_bytes = 128 : i64}
nn.parameter @stated.weight : tensor<4x5xf32> init(#nn.zeros) layout(#nn.panels<3>)
nn.sequential @stated(%x: tensor<2x5xf32>) -> tensor<2x4xf32> {
  %0 = nn.dense %x, 4 no_bias weight(@stated.weight) : tensor<2x5xf32> -> tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}

// So does the order of columns.
// CHECK: nn.parameter @ordered.weight {{.*}} layout(#nn.panels<4, spatial = 3>) offset(0)
// CHECK: nn.parameter @ordered.bias {{.*}} layout(#nn.panels<1, spatial = 2>) offset(128)
nn.parameter @ordered.weight : tensor<4x6xf32> init(#nn.zeros) layout(#nn.panels<4, spatial = 3>)
nn.parameter @ordered.bias : tensor<4xf32> init(#nn.zeros) layout(#nn.panels<1, spatial = 2>)
nn.sequential @ordered(%x: tensor<2x6xf32>) -> tensor<2x4xf32> {
  %0 = nn.dense %x, 4 weight(@ordered.weight) bias(@ordered.bias) : tensor<2x6xf32> -> tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}

// Panels are as wide as rows of one group of any layer can have them, whichever of
// the layers comes first, and whichever is tied to the other.
// V512: nn.parameter @groups.0.weight {{.*}} layout(#nn.panels<4, spatial = 9>)
// V256: nn.parameter @groups.0.weight {{.*}} layout(#nn.panels<4, spatial = 9>)
// V128: nn.parameter @groups.0.weight {{.*}} layout(#nn.panels<4, spatial = 9>)
// V32:  nn.parameter @groups.0.weight {{.*}} layout(#nn.panels<2, spatial = 9>)
nn.parameter @groups.0.weight : tensor<8x4x3x3xf32> init(#nn.zeros)
nn.sequential @groups(%x: tensor<1x4x8x8xf32, #nn.channels_last>) -> tensor<1x8x4x4xf32, #nn.channels_last> {
  %0 = nn.conv2d %x, 8 kernel(3) no_bias weight(@groups.0.weight) : tensor<1x4x8x8xf32, #nn.channels_last> -> tensor<1x8x6x6xf32, #nn.channels_last>
  %1 = nn.conv2d %0, 8 kernel(3) groups(2) no_bias tie("0") weight(@groups.0.weight) : tensor<1x8x6x6xf32, #nn.channels_last> -> tensor<1x8x4x4xf32, #nn.channels_last>
  nn.return %1 : tensor<1x8x4x4xf32, #nn.channels_last>
}

// What training changes comes first, so that gradients are one range.
// CHECK: nn.parameter @trained.weight : tensor<4xf32> init(#nn.ones) offset(0)
// CHECK: nn.parameter @trained.mean : tensor<4xf32> init(#nn.zeros) offset(256)
// CHECK: nn.parameter @trained.var : tensor<4xf32> init(#nn.ones) offset(320)
// CHECK: nn.parameter @trained.bias : tensor<4xf32> init(#nn.zeros) offset(64)
// CHECK: nn.parameter @trained.dense : tensor<2x4xf32> init(#nn.zeros) layout({{.*}}) offset(128)
nn.parameter @trained.weight : tensor<4xf32> init(#nn.ones)
nn.parameter @trained.mean : tensor<4xf32> init(#nn.zeros)
nn.parameter @trained.var : tensor<4xf32> init(#nn.ones)
nn.parameter @trained.bias : tensor<4xf32> init(#nn.zeros)
nn.parameter @trained.dense : tensor<2x4xf32> init(#nn.zeros) layout(#nn.panels<8>)
nn.sequential @trained(%x: tensor<2x4xf32>) -> tensor<2x2xf32> {
  %0 = nn.batch_norm %x weight(@trained.weight) bias(@trained.bias) running_mean(@trained.mean) running_var(@trained.var) : tensor<2x4xf32>
  %1 = nn.dense %0, 2 no_bias weight(@trained.dense) : tensor<2x4xf32> -> tensor<2x2xf32>
  nn.return %1 : tensor<2x2xf32>
}

// CHECK: nn.sequential @none({{.*}} attributes {nn.parameter_bytes = 0 : i64}
nn.sequential @none(%x: tensor<2x5xf32>) -> tensor<2x5xf32> {
  %0 = nn.relu %x : tensor<2x5xf32>
  nn.return %0 : tensor<2x5xf32>
}

}
