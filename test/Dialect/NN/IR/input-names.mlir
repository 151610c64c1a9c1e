// Several inputs keep the names that they have in the text.
// RUN: nascent-opt --verify-roundtrip %s | FileCheck %s
// RUN: nascent-opt %s --mlir-print-op-generic | nascent-opt | FileCheck %s
// RUN: nascent-opt %s --mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC

// CHECK: nn.sequential private @two(%query: tensor<?x4xf32>, %mask: tensor<?x4xf32> {nn.binding = "b"}) -> tensor<?x4xf32> attributes {nn.conditions = []} {
// CHECK-NEXT: nn.add %query, %mask
// GENERIC: input_names = ["query", "mask"]
nn.sequential private @two(%query: tensor<?x4xf32>, %mask: tensor<?x4xf32> {nn.binding = "b"}) -> tensor<?x4xf32> attributes {nn.conditions = []} {
  %0 = nn.add %query, %mask : tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}

// Those that MLIR gives are none; one input has no need of one.
// CHECK: nn.sequential @some(%arg0: tensor<?x4xf32>, %mask: tensor<?x4xf32>, %arg2: tensor<?x4xf32>)
// GENERIC: input_names = ["", "mask", ""]
nn.sequential @some(%arg0: tensor<?x4xf32>, %mask: tensor<?x4xf32>, %2: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.add %arg0, %mask, %2 : tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}
// A name may be MLIR's word alone.
// CHECK: nn.sequential @word(%arg: tensor<?x4xf32>, %mask: tensor<?x4xf32>)
// GENERIC: input_names = ["arg", "mask"]
nn.sequential @word(%arg: tensor<?x4xf32>, %mask: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.add %arg, %mask : tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}
// CHECK: nn.sequential @one(%arg0: tensor<?x4xf32>)
// GENERIC-NOT: input_names
nn.sequential @one(%query: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.relu %query : tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}
nn.sequential @none(%arg0: tensor<?x4xf32>, %arg1: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.add %arg0, %arg1 : tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}
