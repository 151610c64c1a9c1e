//===- NetworkParameters.cpp - A network's parameters in order ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "mlir/IR/BuiltinOps.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringExtras.h"
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <numeric>

using namespace mlir;

namespace nascent::nn {

Fan NetworkParameter::getFan(SymbolTableCollection &symbols) const {
  return ParameterSpec::fanOf(shapesOf(layer, &symbols).parameters.front());
}

/// Which one of its layer's parameters a parameter is.
static size_t indexOf(const NetworkParameter &parameter) {
  LayerOpInterface layer = parameter.layer;
  SmallVector<ParameterSpec> specs = layer.getParameters();
  return llvm::find_if(specs,
                       [&](const ParameterSpec &spec) {
                         return spec.suffix == parameter.spec.suffix;
                       }) -
         specs.begin();
}

int64_t NetworkParameter::getSpatial() const {
  return ordersOf(layer).spatial[indexOf(*this)];
}

bool NetworkParameter::isMatrix() const {
  return spec.role == ParameterRole::Weight &&
         ParameterOp(op).getTensorType().getRank() >= 2;
}

FailureOr<SmallVector<NetworkParameter, 0>>
collectParameters(SequentialOp network, SymbolTableCollection &symbols) {
  SmallVector<NetworkParameter, 0> parameters;
  llvm::DenseMap<StringAttr, size_t> known;
  auto nameOf = [](LayerOpInterface layer, const ParameterSpec &spec) {
    return (layer.getLayerName().getValue() + "." + spec.suffix).str();
  };
  auto collect = [&](LayerOpInterface layer) -> LogicalResult {
    SmallVector<ParameterSpec> specs = layer.getParameters();
    if (specs.empty())
      return success();
    LayerOrders orders = ordersOf(layer);
    for (auto [index, spec] : llvm::enumerate(specs)) {
      FlatSymbolRefAttr ref = layer.getParameterRef(index);
      if (!ref)
        return emitLayerError(layer)
               << "has no parameters yet; run nn-materialize-parameters "
                  "first";
      auto parameter = symbols.lookupNearestSymbolFrom<ParameterOp>(layer, ref);
      if (!parameter)
        return emitLayerError(layer)
               << "refers to " << ref << ", which is not an nn.parameter";
      spec.trainable &= parameter.getTrainable();
      auto [it, inserted] = known.try_emplace(ref.getAttr(), parameters.size());
      std::string name = nameOf(layer, spec);
      if (inserted)
        parameters.push_back({std::move(name), parameter, layer, spec, {}});
      else
        parameters[it->second].aliases.push_back(std::move(name));
      int64_t &groups = parameters[it->second].groups;
      groups = std::lcm(groups, orders.groups[index]);
    }
    return success();
  };
  // Owners before the layers tied to them, wherever those stand.
  for (bool tied : {false, true})
    for (LayerOpInterface layer : network.getLayers())
      if (bool(layer.getTieAttr()) == tied && failed(collect(layer)))
        return failure();
  return parameters;
}

/// Checks that each parameter lies in the buffer of `bytes`, apart from the
/// others.
static LogicalResult verifyPlaces(SequentialOp network,
                                  ArrayRef<NetworkParameter> parameters,
                                  int64_t bytes) {
  SmallVector<std::pair<int64_t, size_t>> places;
  for (auto [index, parameter] : llvm::enumerate(parameters))
    places.emplace_back(*ParameterOp(parameter.op).getOffset(), index);
  llvm::sort(places);
  const NetworkParameter *last = nullptr;
  int64_t end = 0;
  for (auto [offset, index] : places) {
    const NetworkParameter &parameter = parameters[index];
    ParameterOp op = parameter.op;
    if (offset < end) {
      InFlightDiagnostic diag = op.emitOpError()
                                << "'" << printable(parameter.name)
                                << "' has offset " << offset << ", but '"
                                << printable(last->name)
                                << "' takes the bytes up to " << end;
      diag.attachNote(ParameterOp(last->op).getLoc())
          << "'" << printable(last->name) << "' is declared here";
      return diag;
    }
    std::optional<int64_t> size = op.getStorageBytes();
    if (!size || *size > bytes - offset)
      return op.emitOpError()
             << "'" << printable(parameter.name) << "' at offset " << offset
             << " does not end within the " << bytes
             << " bytes of parameters of network '"
             << printable(network.getSymName()) << "'";
    end = offset + *size;
    last = &parameter;
  }
  return success();
}

FailureOr<int64_t> getParameterBytes(SequentialOp network,
                                     ArrayRef<NetworkParameter> parameters) {
  auto bytes = network->getAttrOfType<IntegerAttr>(kParameterBytesAttrName);
  auto isPlaced = [](const NetworkParameter &parameter) {
    ParameterOp op = parameter.op;
    return op.getOffset() && op.getTensorType().hasStaticShape();
  };
  if (!bytes || !llvm::all_of(parameters, isPlaced))
    return network.emitOpError() << "'" << printable(network.getSymName())
                                 << "' has no layouts yet; run "
                                    "nn-assign-layouts first";
  if (failed(verifyPlaces(network, parameters, bytes.getInt())))
    return failure();
  return bytes.getInt();
}

bool isTrainedByLoss(SequentialOp network) {
  auto module = network->getParentOfType<ModuleOp>();
  return module &&
         llvm::any_of(module.getOps<SequentialOp>(), [&](SequentialOp other) {
           return other->hasAttr(kTrainingAttrName) &&
                  other.getNetworkName() == network.getNetworkName();
         });
}

bool isStatistic(const ParameterSpec &spec) {
  return spec.role == ParameterRole::Mean ||
         spec.role == ParameterRole::Variance;
}

FailureOr<int64_t> getGradientBytes(SequentialOp network,
                                    ArrayRef<NetworkParameter> parameters) {
  if (failed(getParameterBytes(network, parameters)))
    return failure();
  int64_t end = 0;
  auto endOf = [](ParameterOp op) {
    return int64_t(llvm::alignTo(*op.getOffset() + *op.getStorageBytes(),
                                 kBufferAlignment));
  };
  for (const NetworkParameter &parameter : parameters)
    if (parameter.spec.trainable)
      end = std::max(end, endOf(parameter.op));
  for (const NetworkParameter &parameter : parameters)
    if (ParameterOp op = parameter.op;
        !parameter.spec.trainable && int64_t(*op.getOffset()) < end)
      return op.emitOpError()
             << "'" << printable(parameter.name) << "' has offset "
             << *op.getOffset() << ", but training does not change it, and "
             << "parameters that it changes take the bytes up to " << end
             << "; run nn-assign-layouts";
  if (isTrainedByLoss(network))
    for (const NetworkParameter &parameter : parameters)
      if (isStatistic(parameter.spec))
        end = std::max(end, endOf(parameter.op));
  return end;
}

std::string formatShape(ArrayRef<int64_t> sizes) {
  std::string text = "(";
  for (auto [index, size] : llvm::enumerate(sizes)) {
    text += index ? ", " : "";
    text += std::to_string(ShapedType::isDynamic(size) ? -1 : size);
  }
  return text + (sizes.size() == 1 ? ",)" : ")");
}

std::string bindingHint(SequentialOp network) {
  // A letter for each open dimension but the batch.
  static constexpr StringLiteral letters = "NMKLPQRS";
  size_t used = 0, inputs = network.getNumArguments();
  SmallVector<std::string> types, bindings, meanings;
  for (auto [input, type] : llvm::enumerate(network.getArgumentTypes())) {
    std::string dims;
    auto shape = cast<RankedTensorType>(type).getShape();
    for (auto [index, size] : llvm::enumerate(shape)) {
      if (!ShapedType::isDynamic(size)) {
        dims += std::to_string(size) + "x";
      } else if (index == 0) {
        dims += "?x";
      } else {
        char letter = letters[std::min(used++, letters.size() - 1)];
        dims += {letter, 'x'};
        meanings.push_back(
            fmt::format("{} being the size of dimension {}{}", letter, index,
                        inputs == 1 ? "" : fmt::format(" of input {}", input)));
      }
    }
    llvm::raw_string_ostream(types.emplace_back()) << type;
    llvm::raw_string_ostream(bindings.emplace_back())
        << dims << cast<RankedTensorType>(type).getElementType();
  }
  std::string name = printable(network.getSymName());
  if (meanings.empty())
    return fmt::format("bind the batch of network '{}'", name);
  std::string binding = llvm::join(bindings, ", ");
  return fmt::format("bind its {} {}, for example with '{}={}', {}",
                     inputs == 1 ? "input" : "inputs",
                     fmt::join(types, " and "), name,
                     inputs == 1 ? binding : "(" + binding + ")",
                     fmt::join(meanings, " and "));
}

} // namespace nascent::nn
