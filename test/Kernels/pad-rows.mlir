// RUN: nascent-opt %s --nascent-lower-to-kernels --nascent-pad-rows --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --nascent-lower-to-kernels --nascent-pad-rows --nascent-vectorize-kernels --nascent-plan-buffers | FileCheck %s --check-prefix=PLAN

// An input whose rows are 4096 bytes long is copied to longer ones; the hidden
// layer's values, 8192 bytes a row, are written to longer ones from the start.
// CHECK-LABEL: func.func private @net.layer_0.pad(
// CHECK-SAME:    %[[FROM:.*]]: memref<8x1024xf32> {llvm.noalias{{[^}]*}}}, %[[TO:.*]]: memref<8x1024xf32, strided<[1040, 1]>> {llvm.noalias{{[^}]*}}}) attributes {nn.kernel}
// CHECK-NEXT:    %[[T:.*]] = bufferization.to_tensor %[[FROM]] restrict
// CHECK-NEXT:    bufferization.materialize_in_destination %[[T]] in restrict writable %[[TO]]
// CHECK-LABEL: func.func private @net.forward(
// CHECK-SAME:    %[[X:.*]]: memref<8x1024xf32> {llvm.noalias{{[^}]*}}}, %[[Y:.*]]: memref<8x10xf32> {llvm.noalias{{[^}]*}}})
// CHECK:         %[[HIDDEN:.*]] = memref.alloc() : memref<8x2048xf32, strided<[2064, 1]>>
// CHECK:         %[[COPY:.*]] = memref.alloc() : memref<8x1024xf32, strided<[1040, 1]>>
// CHECK:         call @net.layer_0.pad(%[[X]], %[[COPY]])
// CHECK:         call @net.layer_0(%[[COPY]], %{{.*}}, %[[HIDDEN]])
// CHECK:         call @net.layer_2(%[[HIDDEN]], %{{.*}}, %[[Y]])
// CHECK-LABEL: func.func private @net.layer_0(
// CHECK-SAME:    memref<8x1024xf32, strided<[1040, 1]>> {llvm.noalias, nn.padded}, %{{.*}}: memref<64x1024x32xf32> {llvm.noalias, nn.padded}, %{{.*}}: memref<8x2048xf32, strided<[2064, 1]>> {llvm.noalias, nn.padded})

// Their places in scratch are as long as they are: 8 · 2064 · 4 and 8 · 1040 · 4.
// PLAN-LABEL: func.func private @net.forward(
// PLAN-SAME:    %[[SCRATCH:[a-z0-9]+]]: memref<99328xi8> {llvm.noalias{{[^}]*}}}) attributes
// PLAN:         %[[ROWS:.*]] = memref.view %[[SCRATCH]][%{{.*}}][] : memref<99328xi8> to memref<8x2064xf32>
// PLAN-NEXT:    memref.reinterpret_cast %[[ROWS]] to offset: [0], sizes: [8, 2048], strides: [2064, 1] : memref<8x2064xf32> to memref<8x2048xf32, strided<[2064, 1]>>
nn.parameter @net.0.weight : tensor<2048x1024xf32> init(#nn.zeros) layout(#nn.panels<32>) offset(0)
nn.parameter @net.2.weight : tensor<10x2048xf32> init(#nn.zeros) layout(#nn.panels<16>) offset(8388608)
nn.sequential @net(%x: tensor<8x1024xf32>) -> tensor<8x10xf32> attributes {nn.parameter_bytes = 8519680 : i64} {
  %0 = nn.dense %x, 2048 no_bias weight(@net.0.weight) : tensor<8x1024xf32> -> tensor<8x2048xf32>
  %1 = nn.relu %0 : tensor<8x2048xf32>
  %2 = nn.dense %1, 10 no_bias weight(@net.2.weight) : tensor<8x2048xf32> -> tensor<8x10xf32>
  nn.return %2 : tensor<8x10xf32>
}

// What an elementwise layer takes as one dimension must stay one; matmuls get a
// copy, and two of them share it.
// CHECK-LABEL: func.func private @shared.forward(
// CHECK:         %[[H:.*]] = memref.alloc() : memref<8x1024xf32>{{$}}
// CHECK:         call @shared.layer_1.pad(%[[H]], %[[PADDED:[a-z0-9_]+]])
// CHECK:         call @shared.layer_1(%[[PADDED]],
// CHECK:         call @shared.layer_2(%[[PADDED]],
nn.parameter @shared.0.weight : tensor<1024x3xf32> init(#nn.zeros) layout(#nn.panels<32>) offset(0)
nn.parameter @shared.1.weight : tensor<2x1024xf32> init(#nn.zeros) layout(#nn.panels<16>) offset(12288)
nn.parameter @shared.2.weight : tensor<2x1024xf32> init(#nn.zeros) layout(#nn.panels<16>) offset(77824)
nn.sequential @shared(%x: tensor<8x3xf32>) -> (tensor<8x2xf32>, tensor<8x2xf32>, tensor<8x1024xf32>) attributes {nn.parameter_bytes = 143360 : i64} {
  %0 = nn.dense %x, 1024 no_bias weight(@shared.0.weight) : tensor<8x3xf32> -> tensor<8x1024xf32>
  %1 = nn.dense %0, 2 no_bias weight(@shared.1.weight) : tensor<8x1024xf32> -> tensor<8x2xf32>
  %2 = nn.dense %0, 2 no_bias weight(@shared.2.weight) : tensor<8x1024xf32> -> tensor<8x2xf32>
  %3 = nn.relu %0 : tensor<8x1024xf32>
  nn.return %1, %2, %3 : tensor<8x2xf32>, tensor<8x2xf32>, tensor<8x1024xf32>
}

// Rows of ten get room for whole vectors, of four lanes here, which the layer
// after it may read and the layer before it may write.
// CHECK-LABEL: func.func private @hidden.forward(
// CHECK:         memref.alloc() : memref<2x10xf32, strided<[12, 1]>>
// CHECK-LABEL: func.func private @hidden.layer_0(
// CHECK-SAME:    memref<2x10xf32, strided<[12, 1]>> {llvm.noalias, nn.padded})
// CHECK-LABEL: func.func private @hidden.layer_1(
// CHECK-SAME:    memref<2x10xf32, strided<[12, 1]>> {llvm.noalias, nn.padded},
nn.parameter @hidden.0.weight : tensor<10x3xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.parameter @hidden.1.weight : tensor<10x10xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(192)
nn.sequential @hidden(%x: tensor<2x3xf32>) -> tensor<2x10xf32> attributes {nn.parameter_bytes = 832 : i64} {
  %0 = nn.dense %x, 10 no_bias weight(@hidden.0.weight) : tensor<2x3xf32> -> tensor<2x10xf32>
  %1 = nn.dense %0, 10 no_bias weight(@hidden.1.weight) : tensor<2x10xf32> -> tensor<2x10xf32>
  nn.return %1 : tensor<2x10xf32>
}

// Of what is joined, the whole gets room. Behind rows of a part lie those of the
// next one.
// CHECK-LABEL: func.func private @joined.forward(
// CHECK:         %[[ALL:.*]] = memref.alloc() : memref<2x10xf32, strided<[12, 1]>>
// CHECK:         memref.subview %[[ALL]][0, 0] [2, 4] [1, 1] : {{.*}} to memref<2x4xf32, strided<[12, 1]>>
// CHECK:         memref.subview %[[ALL]][0, 4] [2, 6] [1, 1] : {{.*}} to memref<2x6xf32, strided<[12, 1], offset: 4>>
// CHECK-LABEL: func.func private @joined.layer_0(
// CHECK-SAME:    memref<2x4xf32, strided<[12, 1]>> {llvm.noalias{{[^}]*}}})
// CHECK-LABEL: func.func private @joined.layer_1(
// CHECK-SAME:    memref<2x6xf32, strided<[12, 1], offset: 4>> {llvm.noalias{{[^}]*}}})
// CHECK-LABEL: func.func private @joined.layer_3(
// CHECK-SAME:    memref<2x10xf32, strided<[12, 1]>> {llvm.noalias, nn.padded},
nn.parameter @joined.0.weight : tensor<4x3xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.parameter @joined.1.weight : tensor<6x3xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(128)
nn.parameter @joined.3.weight : tensor<4x10xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(256)
nn.sequential @joined(%x: tensor<2x3xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 576 : i64} {
  %0 = nn.dense %x, 4 no_bias weight(@joined.0.weight) : tensor<2x3xf32> -> tensor<2x4xf32>
  %1 = nn.dense %x, 6 no_bias weight(@joined.1.weight) : tensor<2x3xf32> -> tensor<2x6xf32>
  %2 = nn.concat %0, %1 axis(1) : tensor<2x4xf32>, tensor<2x6xf32> -> tensor<2x10xf32>
  %3 = nn.dense %2, 4 no_bias weight(@joined.3.weight) : tensor<2x10xf32> -> tensor<2x4xf32>
  nn.return %3 : tensor<2x4xf32>
}

// Few rows, or rows that lie well, stay as they are.
// CHECK-LABEL: func.func private @few.forward(
// CHECK-NOT:     alloc
// CHECK-LABEL: func.func private @other.forward(
// CHECK-NOT:     alloc
nn.parameter @few.0.weight : tensor<2x1024xf32> init(#nn.zeros) layout(#nn.panels<16>) offset(0)
nn.sequential @few(%x: tensor<4x1024xf32>) -> tensor<4x2xf32> attributes {nn.parameter_bytes = 65536 : i64} {
  %0 = nn.dense %x, 2 no_bias weight(@few.0.weight) : tensor<4x1024xf32> -> tensor<4x2xf32>
  nn.return %0 : tensor<4x2xf32>
}
nn.parameter @other.0.weight : tensor<2x1000xf32> init(#nn.zeros) layout(#nn.panels<16>) offset(0)
nn.sequential @other(%x: tensor<64x1000xf32>) -> tensor<64x2xf32> attributes {nn.parameter_bytes = 64000 : i64} {
  %0 = nn.dense %x, 2 no_bias weight(@other.0.weight) : tensor<64x1000xf32> -> tensor<64x2xf32>
  nn.return %0 : tensor<64x2xf32>
}

// Pixels that a depthwise convolution reads get a cache line of their own, whoever
// else reads them, with a halo or without; not what it writes, nor images of fewer
// channels.
// CHECK-LABEL: func.func private @pixels.forward(
// CHECK:         %[[H:.*]] = memref.alloc() : memref<1x4x6x128xf32, strided<[3456, 864, 144, 1]>>
// CHECK:         call @pixels.layer_0(%{{.*}}, %[[H]])
// CHECK:         %[[D:.*]] = memref.alloc() : memref<1x4x4x128xf32>
// CHECK:         %[[INSIDE:.*]] = memref.subview %[[H]][0, 0, 1, 0] [1, 4, 4, 128] [1, 1, 1, 1] : memref<1x4x6x128xf32, strided<[3456, 864, 144, 1]>> to memref<1x4x4x128xf32, strided<[3456, 864, 144, 1], offset: 144>>
// CHECK:         call @pixels.layer_1(%[[INSIDE]], %{{.*}}, %[[D]])
// CHECK:         call @pixels.layer_2(%[[H]],
// CHECK-LABEL: func.func private @pixels.layer_0(
// CHECK-SAME:    %[[TO:[a-z0-9]+]]: memref<1x4x6x128xf32, strided<[3456, 864, 144, 1]>> {llvm.noalias})
// CHECK:         memref.subview %[[TO]][0, 0, 1, 0] [1, 4, 4, 128] [1, 1, 1, 1] : memref<1x4x6x128xf32, strided<[3456, 864, 144, 1]>> to memref<1x4x4x128xf32, strided<[3456, 864, 144, 1], offset: 144>>
nn.parameter @pixels.0.weight : tensor<128x4x1x1xf32> init(#nn.zeros) layout(#nn.panels<16>) offset(0)
nn.parameter @pixels.1.weight : tensor<128x1x3x3xf32> init(#nn.zeros) layout(#nn.panels<16, spatial = 9>) offset(2048)
nn.parameter @pixels.2.weight : tensor<8x128x3x3xf32> init(#nn.zeros) layout(#nn.panels<8, spatial = 9>) offset(6656)
nn.parameter @pixels.3.weight : tensor<8x128x1x1xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(43520)
nn.sequential @pixels(%x: tensor<1x4x4x4xf32, #nn.channels_last>) -> (tensor<1x8x4x4xf32, #nn.channels_last>, tensor<1x8x4x4xf32, #nn.channels_last>) attributes {nn.parameter_bytes = 47616 : i64} {
  %0 = nn.conv2d %x, 128 kernel(1) no_bias weight(@pixels.0.weight) : tensor<1x4x4x4xf32, #nn.channels_last> -> tensor<1x128x4x4xf32, #nn.channels_last>
  %1 = nn.conv2d %0, 128 kernel(3) padding(1) groups(128) no_bias weight(@pixels.1.weight) : tensor<1x128x4x4xf32, #nn.channels_last> -> tensor<1x128x4x4xf32, #nn.channels_last>
  %2 = nn.conv2d %0, 8 kernel(3) padding(1) no_bias weight(@pixels.2.weight) : tensor<1x128x4x4xf32, #nn.channels_last> -> tensor<1x8x4x4xf32, #nn.channels_last>
  %3 = nn.conv2d %1, 8 kernel(1) no_bias weight(@pixels.3.weight) : tensor<1x128x4x4xf32, #nn.channels_last> -> tensor<1x8x4x4xf32, #nn.channels_last>
  nn.return %2, %3 : tensor<1x8x4x4xf32, #nn.channels_last>, tensor<1x8x4x4xf32, #nn.channels_last>
}
