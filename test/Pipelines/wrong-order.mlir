// Passes that are run too early, too late or on nothing say so, or do nothing;
// none crashes. The pipelines check what they are given.
//
// RUN: rm -rf %t && mkdir %t && split-file %s %t
//
// RUN: not nascent-opt %t/authored.mlir --nascent-lower-to-llvm 2>&1 | FileCheck %s --check-prefix=AUTHORED
// AUTHORED: authored.mlir:2:{{[0-9]+}}: error: {{.*}}layer '0' has no parameters yet; run nn-materialize-parameters first
//
// RUN: not nascent-opt %t/authored.mlir --nn-materialize-parameters --nascent-lower-to-llvm 2>&1 | FileCheck %s --check-prefix=UNRESOLVED
// UNRESOLVED: authored.mlir:2:{{[0-9]+}}: error: {{.*}}'0.weight' of network 'net' still has the shape (8, -1)
//
// RUN: not nascent-opt %t/no-parameters.mlir --nascent-lower-to-llvm 2>&1 | FileCheck %s --check-prefix=OPEN
// OPEN: no-parameters.mlir:2:{{[0-9]+}}: error: {{.*}}layer '0' has the open dimension 1 in 'tensor<2x?xf32>', which is not known to follow
//
// Buffers before there are any: parameters that are in use stay.
// RUN: nascent-opt %t/resolved.mlir --nn-assign-layouts --nascent-plan-buffers 2>&1 | FileCheck %s --check-prefix=IN-USE
// IN-USE: nn.parameter @w
//
// Entry points, kernels and mathematics of what is not lowered: none.
// RUN: nascent-opt %t/resolved.mlir -o %t/before
// RUN: nascent-opt %t/resolved.mlir --nascent-vectorize-kernels --nascent-emit-entry-points --nascent-expand-math | diff %t/before -
//
// Twice the same step.
// RUN: not nascent-opt %t/resolved.mlir --nn-assign-layouts --nn-lower-init --nn-lower-init 2>&1 | FileCheck %s --check-prefix=INIT
// INIT: error: {{.*}}needs the symbol 'net_init' for its C interface, but it is taken
// RUN: not nascent-opt %t/resolved.mlir --nn-assign-layouts --nn-lower-access --nn-lower-access 2>&1 | FileCheck %s --check-prefix=ACCESS
// ACCESS: error: {{.*}}needs the symbol 'net_get_range' for its C interface, but it is taken
// RUN: not nascent-opt %t/resolved.mlir --nn-assign-layouts --nascent-lower-to-kernels --nascent-vectorize-kernels --nascent-vectorize-kernels 2>&1 | FileCheck %s --check-prefix=KERNELS
// KERNELS: error: 'func.func' op must store one value and hold at most one contraction
// RUN: nascent-opt %t/resolved.mlir --nn-assign-layouts --nascent-lower-to-kernels --nascent-vectorize-kernels \
// RUN:   --nascent-plan-buffers --nascent-plan-buffers --nascent-emit-entry-points --nascent-expand-math --nascent-expand-math
//
// An empty module, and one with nothing of ours, lower to themselves.
// RUN: nascent-opt %t/empty.mlir --nascent-bind-and-infer --nascent-lower-to-llvm | FileCheck %s --check-prefix=EMPTY
// EMPTY:      module attributes {{[{]}}llvm.data_layout = "{{.*[}] [{]$}}
// EMPTY-NEXT: }
// RUN: nascent-opt %t/foreign.mlir --nascent-bind-and-infer --nascent-lower-to-llvm | FileCheck %s --check-prefix=FOREIGN
// FOREIGN: llvm.func @f
//
// A network with neither inputs nor layers, and one without parameters.
// RUN: nascent-opt %t/nothing.mlir --nascent-lower-to-llvm | FileCheck %s --check-prefix=NOTHING
// NOTHING-DAG: llvm.func @nothing_forward(%{{[^,]*}}: !llvm.ptr, %{{[^,]*}}: !llvm.ptr)
// NOTHING-DAG: llvm.func @scalar_forward(

//--- authored.mlir
nn.sequential @net(%x: tensor<2x?xf32>) -> tensor<2x8xf32> {
  %0 = nn.dense %x, 8 : tensor<2x?xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

//--- no-parameters.mlir
nn.sequential @net(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = nn.relu %x : tensor<2x3xf32> -> tensor<2x?xf32>
  %1 = nn.relu %0 : tensor<2x?xf32> -> tensor<2x3xf32>
  nn.return %1 : tensor<2x3xf32>
}

//--- resolved.mlir
nn.parameter @w : tensor<8x4xf32> init(#nn.zeros)
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x8xf32> {
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return %0 : tensor<2x8xf32>
}

//--- empty.mlir
module {}

//--- foreign.mlir
func.func @f(%x: f32) -> f32 {
  return %x : f32
}

//--- nothing.mlir
nn.sequential @nothing() {
  nn.return
}
nn.sequential @scalar(%x: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  %0 = nn.relu %x : tensor<f32>
  nn.return %x, %0 : tensor<f32>, tensor<f32>
}
