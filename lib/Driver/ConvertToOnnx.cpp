//===- ConvertToOnnx.cpp - A module's network as ONNX ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ConvertToOnnx.h"
#include "NetworkChoice.h"
#include "nascent/Driver/Values.h"
#include "nascent/Export/OnnxExport.h"
#include "nascent/Support/Quote.h"
#include "nascent/Support/TensorValues.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

/// The network that a file, which has but one, is of.
static FailureOr<nn::SequentialOp> findNetwork(ModuleOp module) {
  SmallVector<nn::SequentialOp> networks;
  for (auto network : module.getOps<nn::SequentialOp>())
    if (network.isPublic())
      networks.push_back(network);
  if (networks.size() == 1)
    return networks.front();
  return module.emitError(
      fmt::format("--emit=onnx writes a file of one network with one binding; "
                  "there is {}",
                  quoteAll(listNetworks(module))));
}

FailureOr<std::string> convertToOnnx(ModuleOp module, uint64_t seed,
                                     ArrayRef<ParameterFile> files) {
  FailureOr<nn::SequentialOp> network = findNetwork(module);
  if (failed(network))
    return failure();
  SymbolTableCollection symbols;
  auto parameters = nn::collectParameters(*network, symbols);
  if (failed(parameters))
    return failure();
  std::vector<std::vector<float>> trained;
  if (const ParameterFile *file = fileOf(*network, files)) {
    if (failed(verifyShapesKnown(module, files)))
      return failure();
    auto read = readParameters(*network, *parameters, *file);
    if (failed(read))
      return failure();
    for (const Tensor *tensor : read->tensors) {
      trained.emplace_back(*elementCount(tensor->shape));
      readFloats(*tensor, trained.back());
    }
  }
  InitialValues initial;
  auto valuesOf = [&](const nn::NetworkParameter &parameter)
      -> FailureOr<std::optional<std::vector<float>>> {
    if (!trained.empty())
      return std::optional(trained[&parameter - parameters->data()]);
    nn::ParameterOp op = parameter.op;
    if (!op.getTensorType().hasStaticShape())
      return std::optional<std::vector<float>>();
    // Where the fan is open, only some initialisers have values.
    nn::Fan fan = parameter.getFan(symbols);
    bool isOpen =
        ShapedType::isDynamic(fan.in) || ShapedType::isDynamic(fan.out);
    std::optional<ScopedDiagnosticHandler> quiet;
    if (isOpen)
      quiet.emplace(module.getContext(), [](Diagnostic &) {});
    auto values = initial.compute(*network, parameter, seed);
    if (succeeded(values))
      return std::optional(values->vec());
    if (isOpen)
      return std::optional<std::vector<float>>();
    return failure();
  };
  return exportOnnx(*network, *parameters, valuesOf);
}

} // namespace nascent
