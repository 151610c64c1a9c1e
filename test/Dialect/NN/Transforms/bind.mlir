// RUN: rm -rf %t && mkdir %t && split-file %s %t

// A static type.
// RUN: nascent-opt %t/mlp.mlir --nn-bind=bindings=mlp=2x20xf32 --verify-roundtrip | FileCheck %s --check-prefix=STATIC

// Only the input changes: what follows is inference's work.
// STATIC-LABEL: nn.sequential @mlp(%arg0: tensor<2x20xf32> {nn.binding = "mlp=2x20xf32"}) -> tensor<?x10xf32> {
// STATIC-NEXT:    %[[H:.*]] = nn.dense %arg0, 256 : tensor<2x20xf32> -> tensor<?x256xf32>
// STATIC-NEXT:    nn.dense %[[H]], 10 : tensor<?x256xf32> -> tensor<?x10xf32>
// STATIC-LABEL: nn.sequential @other(%arg0: tensor<4x?xf32>)

// Both spellings of a dimension that stays open.
// RUN: nascent-opt %t/mlp.mlir --nn-bind="bindings=mlp=?x20xf32" | FileCheck %s --check-prefix=OPEN
// RUN: nascent-opt %t/mlp.mlir --nn-bind=bindings=mlp=-1x20xf32 | FileCheck %s --check-prefix=MINUS
// OPEN-LABEL:  nn.sequential @mlp(%arg0: tensor<?x20xf32> {nn.binding = "mlp=?x20xf32"})
// MINUS-LABEL: nn.sequential @mlp(%arg0: tensor<?x20xf32> {nn.binding = "mlp=-1x20xf32"})

// A binding that repeats what is stated.
// RUN: nascent-opt %t/mlp.mlir --nn-bind=bindings=other=4x3xf32 | FileCheck %s --check-prefix=REPEATED
// REPEATED-LABEL: nn.sequential @other(%arg0: tensor<4x3xf32> {nn.binding = "other=4x3xf32"})

// A type for each input, and a second binding that starts from what is stated.
// RUN: nascent-opt %t/two.mlir --nn-bind="bindings=two=(2x3xf32,?x5xf32),two:b=(7x?xf32,7x6xf32)" | FileCheck %s --check-prefix=INPUTS
// INPUTS-LABEL: nn.sequential @two(%arg0: tensor<2x3xf32> {nn.binding = "two=(2x3xf32,?x5xf32)"}, %arg1: tensor<?x5xf32> {nn.binding = "two=(2x3xf32,?x5xf32)"})
// INPUTS-LABEL: nn.sequential @two.b(%arg0: tensor<7x?xf32> {nn.binding = "two:b=(7x?xf32,7x6xf32)"}, %arg1: tensor<7x6xf32> {nn.binding = "two:b=(7x?xf32,7x6xf32)"})

// The book's dummy input: a data file's shape.
// RUN: %python %t/save.py %t/x.npy
// RUN: nascent-opt %t/mlp.mlir --nn-bind=bindings=mlp=@%t/x.npy | FileCheck %s --check-prefix=FILE
// FILE-LABEL: nn.sequential @mlp(%arg0: tensor<2x20xf32> {nn.binding = "mlp=@{{.*}}x.npy"})

// The order in which the input is stored is the network's to say.
// RUN: nascent-opt %t/images.mlir --nn-materialize-parameters --nn-bind=bindings=images=1x3x8x8xf32,images:two=2x3x8x8xf32 | FileCheck %s --check-prefix=ORDER
// ORDER-LABEL: nn.sequential @images(%arg0: tensor<1x3x8x8xf32, #nn.channels_last> {nn.binding = "images=1x3x8x8xf32"})
// ORDER-LABEL: nn.sequential @images.two(%arg0: tensor<2x3x8x8xf32, #nn.channels_last> {nn.binding = "images:two=2x3x8x8xf32"})

// Several bindings.
// RUN: nascent-opt %t/mlp.mlir --nn-bind=bindings=other=4x3xf32,mlp=2x20xf32 | FileCheck %s --check-prefix=TWO
// TWO-LABEL: nn.sequential @mlp(%arg0: tensor<2x20xf32> {nn.binding = "mlp=2x20xf32"})
// TWO-LABEL: nn.sequential @other(%arg0: tensor<4x3xf32> {nn.binding = "other=4x3xf32"})

// No binding changes nothing.
// RUN: nascent-opt %t/mlp.mlir --nn-bind | FileCheck %s --check-prefix=NONE
// NONE-NOT: nn.binding

//--- two.mlir
nn.sequential @two(%arg0: tensor<?x?xf32>, %arg1: tensor<?x?xf32>) -> tensor<?x?xf32> {
  nn.return %arg0 : tensor<?x?xf32>
}

//--- mlp.mlir
nn.sequential @mlp(%x: tensor<?x?xf32>) -> tensor<?x10xf32> {
  %0 = nn.dense %x, 256 : tensor<?x?xf32> -> tensor<?x256xf32>
  %1 = nn.dense %0, 10 : tensor<?x256xf32> -> tensor<?x10xf32>
  nn.return %1 : tensor<?x10xf32>
}
nn.sequential @other(%x: tensor<4x?xf32>) -> tensor<?x?xf32> {
  %0 = nn.relu %x : tensor<4x?xf32> -> tensor<?x?xf32>
  nn.return %0 : tensor<?x?xf32>
}

//--- images.mlir
nn.sequential @images(%x: tensor<?x?x?x?xf32, #nn.channels_last>) -> tensor<?x4x?x?xf32> {
  %0 = nn.conv2d %x, 4 kernel(3) : tensor<?x?x?x?xf32, #nn.channels_last> -> tensor<?x4x?x?xf32>
  nn.return %0 : tensor<?x4x?x?xf32>
}

//--- save.py
import struct
import sys

header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 20), }"
header += b" " * (63 - (10 + len(header)) % 64) + b"\n"
with open(sys.argv[1], "wb") as file:
    file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header)
    file.write(bytes(4 * 2 * 20))
