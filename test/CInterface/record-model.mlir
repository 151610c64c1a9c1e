// The hash is of the networks as they are resolved, not of the bindings' words,
// and the same when they are hashed again.
//
// RUN: nascent-opt %s --nascent-bind-and-infer=bindings=net=2x4xf32 --nascent-record-model -o %t.mlir
// RUN: FileCheck %s < %t.mlir
// CHECK: module attributes {nn.model = "{{[0-9a-f]+}}"} {
// CHECK: nn.binding = "net=2x4xf32"
// RUN: nascent-opt %t.mlir --nascent-record-model | diff %t.mlir -
// RUN: nascent-opt %s "--nascent-bind-and-infer=bindings=net=(2x4xf32)" --nascent-record-model | grep -o 'nn.model = "[^"]*"' > %t.hash
// RUN: grep -o 'nn.model = "[^"]*"' %t.mlir | diff %t.hash -
// RUN: nascent-opt %s --nascent-bind-and-infer=bindings=net=3x4xf32 --nascent-record-model | grep -o 'nn.model = "[^"]*"' | not diff %t.hash - > %t.other
// How a user wants IR to be printed does not count.
// RUN: nascent-opt %s --nascent-bind-and-infer=bindings=net=2x4xf32 --nascent-record-model --mlir-print-debuginfo --mlir-print-op-generic --mlir-print-local-scope | grep -o 'nn.model = "[^"]*"' | diff %t.hash -
nn.sequential @net(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.relu %x : tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}
