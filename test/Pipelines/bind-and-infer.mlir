// The first stages as one pipeline: the book's deferred network, before and after
// its input is known.
//
// RUN: nascent-opt %examples/mlp.mlir --nascent-bind-and-infer=bindings=mlp=2x20xf32 --verify-roundtrip | FileCheck %s --check-prefix=STATIC
// RUN: nascent-opt %examples/mlp.mlir --nascent-bind-and-infer="bindings=mlp=?x20xf32" --verify-roundtrip | FileCheck %s --check-prefix=OPEN
// RUN: not nascent-opt %examples/mlp.mlir --nascent-bind-and-infer 2>&1 | FileCheck %s --check-prefix=UNBOUND
// RUN: not nascent-opt %examples/mlp.mlir --nascent-bind-and-infer=bindings=mlp=2xf32 2>&1 | FileCheck %s --check-prefix=RANK
// RUN: nascent-opt %examples/mlp.mlir --nascent-bind-and-infer="bindings=mlp=2x20xf32 init-profile=keras init=mlp:2.*=#nn.ones,0.bias=#nn.constant<2.0>" | FileCheck %s --check-prefix=INIT
// Braces keep the commas of an initialiser from ending its rule.
// RUN: nascent-opt %examples/mlp.mlir --nascent-bind-and-infer="bindings=mlp=2x20xf32 init-profile=keras init={{mlp:2.*=#nn.ones},{0.bias=#nn.uniform<1.0,2.0>}}" | FileCheck %s --check-prefix=COMMAS
// Twice is as once.
// RUN: nascent-opt %examples/mlp.mlir --nascent-bind-and-infer=bindings=mlp=2x20xf32 -o %t.once
// RUN: nascent-opt %t.once --nascent-bind-and-infer | diff %t.once -

// STATIC:      nn.parameter @mlp.0.weight : tensor<256x20xf32>
// STATIC-NEXT: nn.parameter @mlp.0.bias : tensor<256xf32>
// STATIC-NEXT: nn.parameter @mlp.2.weight : tensor<10x256xf32>
// STATIC-NEXT: nn.parameter @mlp.2.bias : tensor<10xf32>
// STATIC:      nn.sequential @mlp(%{{.*}}: tensor<2x20xf32> {nn.binding = "mlp=2x20xf32"}) -> tensor<2x10xf32>

// INIT:      nn.parameter @mlp.0.weight : tensor<256x20xf32> init(#nn.xavier_uniform)
// INIT-NEXT: nn.parameter @mlp.0.bias : tensor<256xf32> init(#nn.constant<2.0>)
// INIT-NEXT: nn.parameter @mlp.2.weight : tensor<10x256xf32> init(#nn.ones)
// INIT-NEXT: nn.parameter @mlp.2.bias : tensor<10xf32> init(#nn.ones)
//
// COMMAS: nn.parameter @mlp.0.bias : tensor<256xf32> init(#nn.uniform<1.0, 2.0>)
// COMMAS: nn.parameter @mlp.2.weight : tensor<10x256xf32> init(#nn.ones)

// OPEN: nn.parameter @mlp.0.weight : tensor<256x20xf32>
// OPEN: nn.parameter @mlp.2.weight : tensor<10x256xf32>
// OPEN: nn.sequential @mlp(%{{.*}}: tensor<?x20xf32> {nn.binding = "mlp=?x20xf32"}) -> tensor<?x10xf32>

// UNBOUND: mlp.mlir:{{[0-9]+}}:{{[0-9]+}}: error: {{.*}}'0.weight' of network 'mlp' still has the shape (256, -1)
// UNBOUND: mlp.mlir:{{[0-9]+}}:{{[0-9]+}}: note: bind its input tensor<?x?xf32>, for example with 'mlp=?xNxf32'

// RANK: mlp.mlir:{{[0-9]+}}:{{[0-9]+}}: error: {{.*}}binding 'mlp=2xf32' has rank 1, but the network's input 'tensor<?x?xf32>' has rank 2

// Which binding and which layer disagree.
// RUN: not nascent-opt %s --nascent-bind-and-infer=bindings=stated=2x20xf32 2>&1 | FileCheck %s --check-prefix=CONTRADICTION
// CONTRADICTION: :[[#@LINE+6]]:{{[0-9]+}}: error: 'nn.dense' op layer '1' expects input width 30, got 20
// CONTRADICTION: :[[#@LINE+5]]:{{[0-9]+}}: note: 30 comes from 'in(30)' of layer '1'
// CONTRADICTION: :[[#@LINE+2]]:{{[0-9]+}}: note: 20 comes from binding 'stated=2x20xf32'

nn.sequential @stated(%x: tensor<?x?xf32>) -> tensor<?x10xf32> {
  %0 = nn.relu %x : tensor<?x?xf32>
  %1 = nn.dense %0, 10 in(30) : tensor<?x?xf32> -> tensor<?x10xf32>
  nn.return %1 : tensor<?x10xf32>
}

// After inference nothing is remembered.
// RUN: nascent-opt %s --nascent-bind-and-infer="bindings=stated=2x30xf32" | FileCheck %s --check-prefix=FORGOTTEN --implicit-check-not=nn.origins
// FORGOTTEN: nn.sequential @outer(%{{.*}}: tensor<?x20xf32>)

// A size that a block's network states, not the network that holds the block.
// RUN: not nascent-opt %s --nascent-bind-and-infer=bindings=chain=2x30xf32 2>&1 | FileCheck %s --check-prefix=BLOCK
// BLOCK: :[[#@LINE+12]]:{{[0-9]+}}: error: 'nn.relu' op layer '0' expects dimension 1 to be 30, got 20
// BLOCK: :[[#@LINE+10]]:{{[0-9]+}}: note: 30 comes from binding 'chain=2x30xf32'
// BLOCK: :[[#@LINE+5]]:{{[0-9]+}}: note: 20 comes from input 0 of network 'inner'
// RUN: not nascent-opt %s --nascent-bind-and-infer=bindings=outer=2x30xf32 2>&1 | FileCheck %s --check-prefix=INPUT
// INPUT: error: {{.*}}'outer=2x30xf32' gives dimension 1 of the input the size 30, but the network states 20
// INPUT: :[[#@LINE+2]]:{{[0-9]+}}: note: 20 comes from input 0 of network 'inner'

nn.sequential private @inner(%x: tensor<?x20xf32>) -> tensor<?x8xf32> {
  %0 = nn.dense %x, 8 : tensor<?x20xf32> -> tensor<?x8xf32>
  nn.return %0 : tensor<?x8xf32>
}
nn.sequential @chain(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = nn.relu %x : tensor<?x?xf32>
  %1 = nn.block @inner(%0) : tensor<?x?xf32> -> tensor<?x?xf32>
  nn.return %1 : tensor<?x?xf32>
}
nn.sequential @outer(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = nn.block @inner(%x) : tensor<?x?xf32> -> tensor<?x?xf32>
  nn.return %0 : tensor<?x?xf32>
}
