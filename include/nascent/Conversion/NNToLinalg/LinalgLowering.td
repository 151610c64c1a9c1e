//===- LinalgLowering.td - How a layer computes ------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CONVERSION_NNTOLINALG_LINALGLOWERING_TD
#define NASCENT_CONVERSION_NNTOLINALG_LINALGLOWERING_TD

include "mlir/IR/OpBase.td"

def LinalgLoweringOpInterface : OpInterface<"LinalgLoweringOpInterface"> {
  let cppNamespace = "::nascent::nn";
  let description = [{
    A layer's computation in linalg on tensors. Attached to layers as external
    models, so that the dialect itself does not depend on linalg.
  }];
  let methods = [
    InterfaceMethod<[{
        Emits the layer's output. An elementwise layer gets its inputs as they
        are; any other gets matrices, all dimensions but the last merged into
        rows, of which there may be `?`. Parameters come in their canonical
        shapes. What may be emitted is what `nascent-vectorize-kernels` accepts:
        at most one matmul, and linalg ops over (row, column) of which the
        columns may be reduced.
      }],
      "::mlir::Value", "lowerToLinalg",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc,
           "::mlir::ValueRange":$inputs, "::mlir::ValueRange":$parameters)>
  ];
}

#endif // NASCENT_CONVERSION_NNTOLINALG_LINALGLOWERING_TD
