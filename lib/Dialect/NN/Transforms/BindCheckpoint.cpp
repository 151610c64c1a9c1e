//===- BindCheckpoint.cpp - Shapes of parameters from a file --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A checkpoint holds no input, but its weights tell how wide the input has to
// be. So it is the parameters that are bound, and inference works backwards.
//
//===----------------------------------------------------------------------===//

#include "BindCheckpoint.h"
#include "nascent/Dialect/NN/IR/Checkpoint.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent::nn {

LogicalResult bindCheckpoint(SequentialOp network, const Binding &binding) {
  SymbolTableCollection symbols;
  auto parameters = collectParameters(network, symbols);
  if (failed(parameters))
    return failure();
  for (NetworkParameter &parameter : *parameters)
    if (auto earlier = parameter.op->getAttrOfType<StringAttr>(
            NNDialect::kCheckpointAttrName))
      return network.emitOpError()
             << "binding '" << binding.text << "' is a second checkpoint, but "
             << earlier.getValue()
             << " is bound already; bind a network to one";
  llvm::Expected<TensorFile> file = readTensorFile(binding.checkpoint);
  if (!file)
    return network->getParentOp()->emitError()
           << "binding '" << binding.text
           << "': " << llvm::toString(file.takeError());
  auto tensors = findTensors(network, *parameters, *file, binding.checkpoint);
  if (failed(tensors))
    return failure();
  for (auto [parameter, tensor] : llvm::zip(*parameters, *tensors)) {
    ParameterOp op = parameter.op;
    op.setType(RankedTensorType::get(tensor->shape,
                                     op.getTensorType().getElementType()));
    std::string origin =
        fmt::format("tensor '{}' of '{}', of shape {}", tensor->name,
                    binding.checkpoint, formatShape(tensor->shape));
    op->setAttr(NNDialect::kCheckpointAttrName,
                StringAttr::get(op.getContext(), origin));
  }
  return success();
}

} // namespace nascent::nn
