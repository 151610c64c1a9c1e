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
        Emits the layer's output. Its inputs come as they are, their first
        dimension `?` where the batch is open, and parameters without
        their panels, in the order they are stored in: (out, in), or (out,
        kernel…, in) of a convolution. What may be emitted: one matmul on
        matrices; linalg ops over (row, column) of which the columns may be
        reduced; elementwise ops of any rank, by maps that a kernel can follow;
        views between a value and a matrix; transposes, each a kernel of its own;
        `tensor.concat` and `tensor.extract_slice` of neighbours. All of it is one
        kernel, but for what has an `nn.layer_part` of its own.
      }],
      "::mlir::Value", "lowerToLinalg",
      (ins "::mlir::ImplicitLocOpBuilder &":$b, "::mlir::ValueRange":$inputs,
           "::mlir::ValueRange":$parameters)>,
    InterfaceMethod<[{
        Emits what the layer computes while the network is trained, where that is
        something else: normalisation by the batch's own statistics, dropout. What
        it learns about the batch it stores by `nn.store_gradient`. A layer that
        is random in training has one input more, a tensor<4xf32> of the words of
        the step's seed and of the number of the batch's first row.
      }],
      "::mlir::Value", "lowerForTraining",
      (ins "::mlir::ImplicitLocOpBuilder &":$b, "::mlir::ValueRange":$inputs,
           "::mlir::ValueRange":$parameters),
      "", [{
        return ::llvm::cast<::nascent::nn::LinalgLoweringOpInterface>(
                   $_op.getOperation())
            .lowerToLinalg(b, inputs, parameters);
      }]>,
    InterfaceMethod<[{
        Emits all that a layer gives which may give more than its output.
      }],
      "::llvm::SmallVector<::mlir::Value>", "lowerAll",
      (ins "::mlir::ImplicitLocOpBuilder &":$b, "::mlir::ValueRange":$inputs,
           "::mlir::ValueRange":$parameters,
           "bool":$isTrained),
      "", [{
        auto layer = ::llvm::cast<::nascent::nn::LinalgLoweringOpInterface>(
            $_op.getOperation());
        return {isTrained ? layer.lowerForTraining(b, inputs, parameters)
                          : layer.lowerToLinalg(b, inputs, parameters)};
      }]>
  ];
}

#endif // NASCENT_CONVERSION_NNTOLINALG_LINALGLOWERING_TD
