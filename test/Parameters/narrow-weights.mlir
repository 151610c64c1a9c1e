// RUN: nascent-opt %s --nn-assign-layouts=weights=bf16 | FileCheck %s --check-prefix=LAYOUT
// RUN: nascent-opt %s --nn-assign-layouts=weights=bf16 --nn-lower-init --nn-lower-access --canonicalize --cse | FileCheck %s --check-prefix=STORE
// RUN: nascent-opt %s --nn-assign-layouts=weights=bf16 --nascent-lower-to-kernels --nascent-vectorize-kernels --canonicalize --cse | FileCheck %s --check-prefix=KERNEL
// RUN: nascent-opt %s --nn-assign-layouts=weights=bf16 --nascent-lower-to-kernels --nascent-vectorize-kernels --nascent-expand-math | FileCheck %s --check-prefix=EXPAND
// RUN: nascent-opt %s --nn-set-target="triple=x86_64-linux-gnu cpu=x86-64-v3" --nn-assign-layouts=weights=f16 --nascent-lower-to-kernels --nascent-vectorize-kernels --nascent-expand-math --canonicalize --cse | FileCheck %s --check-prefix=HALF

// Weights are stored narrow, biases are not.
// LAYOUT:      nn.parameter @net.0.weight : tensor<8x20xf32> init(#nn.zeros) layout(#nn.panels<8, bf16>) offset(0)
// LAYOUT-NEXT: nn.parameter @net.0.bias : tensor<8xf32> init(#nn.zeros) offset(320)
// LAYOUT:      nn.parameter_bytes = 384 : i64

// STORE-LABEL: func.func private @net.fill.constant.panels_8.bf16(
// STORE:         %[[STORAGE:.*]] = memref.view {{.*}} to memref<?xi16>
// STORE:         %[[ROUNDED:.*]] = arith.truncf %{{.*}} : vector<4xf32> to vector<4xbf16>
// STORE:         %[[BITS:.*]] = arith.bitcast %[[ROUNDED]] : vector<4xbf16> to vector<4xi16>
// STORE:         vector.store %[[BITS]], %[[STORAGE]]
// Each type of storage is read and written in its own way, the table says which.
// STORE-LABEL: func.func private @net.copy(
// STORE:         arith.truncf %{{.*}} : f32 to bf16
// STORE:         arith.extf %{{.*}} : bf16 to f32

// KERNEL-LABEL: func.func private @net.layer_0(
// KERNEL-SAME:    memref<1x20x8xbf16>
// A word holds two columns, the even one below: sums change places around the loop.
// KERNEL-DAG:     %[[SHIFT:.*]] = arith.constant dense<16> : vector<4xi32>
// KERNEL-DAG:     %[[UPPER:.*]] = arith.constant dense<-65536> : vector<4xi32>
// KERNEL:         vector.shuffle %{{.*}}, %{{.*}} [0, 2, 4, 6] : vector<4xf32>, vector<4xf32>
// KERNEL:         vector.shuffle %{{.*}}, %{{.*}} [1, 3, 5, 7] : vector<4xf32>, vector<4xf32>
// KERNEL:         scf.for
// KERNEL:           %[[W:.*]] = vector.load %{{.*}} : memref<1x20x8xbf16>, vector<8xbf16>
// KERNEL-NEXT:      %[[WORDS:.*]] = vector.bitcast %[[W]] : vector<8xbf16> to vector<4xi32>
// KERNEL-NEXT:      %[[LOW:.*]] = arith.shli %[[WORDS]], %[[SHIFT]]
// KERNEL-NEXT:      %[[HIGH:.*]] = arith.andi %[[WORDS]], %[[UPPER]]
// KERNEL-NEXT:      %[[EVEN:.*]] = arith.bitcast %[[LOW]] : vector<4xi32> to vector<4xf32>
// KERNEL-NEXT:      %[[ODD:.*]] = arith.bitcast %[[HIGH]] : vector<4xi32> to vector<4xf32>
// KERNEL:           arith.mulf %{{.*}}, %[[EVEN]]
// KERNEL:           arith.mulf %{{.*}}, %[[ODD]]
// KERNEL:         vector.shuffle %{{.*}}, %{{.*}} [0, 4, 1, 5] : vector<4xf32>, vector<4xf32>
// KERNEL:         vector.shuffle %{{.*}}, %{{.*}} [2, 6, 3, 7] : vector<4xf32>, vector<4xf32>
// KERNEL:         vector.store

// Where a panel is a single vector, none is beside it. bf16 is the upper half of
// f32, on every target.
// EXPAND-LABEL: func.func private @single.layer_0(
// EXPAND-NOT:     arith.extf
// EXPAND:         %[[BITS:.*]] = arith.bitcast %{{.*}} : vector<4xbf16> to vector<4xi16>
// EXPAND:         arith.extui %[[BITS]] : vector<4xi16> to vector<4xi32>
// EXPAND-NOT:     arith.extf

// f16 is left to the instructions that such a target has.
// HALF-LABEL: func.func private @net.layer_0(
// HALF-SAME:    memref<1x20x8xf16>
// HALF:         %[[W:.*]] = vector.load %{{.*}} : memref<1x20x8xf16>, vector<8xf16>
// HALF-NEXT:    %[[WIDE:.*]] = arith.extf %[[W]] : vector<8xf16> to vector<8xf32>
// HALF:         vector.fma %{{.*}}, %[[WIDE]], %{{.*}} : vector<8xf32>
nn.parameter @net.0.weight : tensor<8x20xf32> init(#nn.zeros)
nn.parameter @net.0.bias : tensor<8xf32> init(#nn.zeros)
nn.sequential @net(%x: tensor<3x20xf32>) -> tensor<3x8xf32> {
  %0 = nn.dense %x, 8 weight(@net.0.weight) bias(@net.0.bias) : tensor<3x20xf32> -> tensor<3x8xf32>
  nn.return %0 : tensor<3x8xf32>
}

// LAYOUT:      nn.parameter @ordered.0.weight {{.*}} layout(#nn.panels<4, bf16, spatial = 5>)
nn.parameter @ordered.0.weight : tensor<4x20xf32> init(#nn.zeros) layout(#nn.panels<4, spatial = 5>)
nn.sequential @ordered(%x: tensor<3x20xf32, #nn.channels_last<5>>) -> tensor<3x4xf32> {
  %0 = nn.dense %x, 4 no_bias weight(@ordered.0.weight) : tensor<3x20xf32, #nn.channels_last<5>> -> tensor<3x4xf32>
  nn.return %0 : tensor<3x4xf32>
}

nn.parameter @single.0.weight : tensor<4x20xf32> init(#nn.zeros)
nn.sequential @single(%x: tensor<3x20xf32>) -> tensor<3x4xf32> {
  %0 = nn.dense %x, 4 no_bias weight(@single.0.weight) : tensor<3x20xf32> -> tensor<3x4xf32>
  nn.return %0 : tensor<3x4xf32>
}
