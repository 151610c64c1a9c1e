// RUN: not nascent-opt %s --nascent-omit-functions=functions=frobnicate 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: error: there is no optional function 'frobnicate'; known are init, init_rows, get,
// RUN: not nascent-opt %s --nascent-lower-to-llvm=without=init,forward 2>&1 | FileCheck %s --check-prefix=FORWARD
// FORWARD: error: there is no optional function 'forward'; known are init,

nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = nn.relu %x : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}
