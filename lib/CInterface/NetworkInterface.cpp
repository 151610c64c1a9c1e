//===- NetworkInterface.cpp - What a C program sees of a network ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/CInterface/NetworkInterface.h"
#include "nascent/CInterface/SelfTest.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

bool EntryInterface::hasOpenDims() const {
  return llvm::any_of(
      inputs, [](RankedTensorType type) { return !type.hasStaticShape(); });
}

std::vector<std::string> EntryInterface::sizeArguments() const {
  if (hasOpenSizes())
    return sizes;
  return hasOpenDims() ? std::vector<std::string>{"batch"}
                       : std::vector<std::string>();
}

static std::string numbered(const char *stem, size_t index, size_t count) {
  return count == 1 ? stem : fmt::format("{}{}", stem, index);
}

std::string EntryInterface::inputName(size_t index) const {
  return names.empty() ? numbered("x", index, inputs.size()) : names[index];
}

std::optional<size_t> EntryInterface::findInput(StringRef name) const {
  for (size_t i = 0; i < inputs.size(); ++i)
    if (inputName(i) == name)
      return i;
  return std::nullopt;
}

std::string EntryInterface::outputName(size_t index) const {
  return numbered("y", index, outputs.size());
}

std::string EntryInterface::describeElements(size_t input) const {
  if (isLengths(input))
    return fmt::format("lengths from 1 to {}", lengths[input]);
  if (input < limits.size() && limits[input] != 0)
    return fmt::format("indices from 0 to {}", limits[input] - 1);
  return "floats";
}

//===----------------------------------------------------------------------===//
// From networks
//===----------------------------------------------------------------------===//

std::vector<RankedTensorType> tensorsOf(TypeRange types) {
  auto range = llvm::map_range(types, nn::storedType);
  return {range.begin(), range.end()};
}

/// C has no arrays without elements: a buffer's size is never 0.
static int64_t declarable(int64_t bytes) {
  return std::max<int64_t>(bytes, nn::kBufferAlignment);
}

FailureOr<NetworkInterface> describeNetwork(nn::SequentialOp network,
                                            SymbolTableCollection &symbols) {
  auto parameters = nn::collectParameters(network, symbols);
  if (failed(parameters))
    return failure();
  NetworkInterface interface;
  interface.name = network.getSymName().str();
  for (nn::NetworkParameter &parameter : *parameters) {
    std::string init;
    llvm::raw_string_ostream(init) << parameter.op.getInit();
    ArrayRef<int64_t> shape = parameter.op.getTensorType().getShape();
    interface.parameters.push_back(
        {parameter.name,
         {parameter.aliases.begin(), parameter.aliases.end()},
         shape.vec(),
         init});
  }
  FailureOr<int64_t> bytes = nn::getParameterBytes(network, *parameters);
  if (failed(bytes))
    return failure();
  interface.parameterBytes = declarable(*bytes);
  return interface;
}

//===----------------------------------------------------------------------===//
// In the IR
//===----------------------------------------------------------------------===//

static std::vector<std::string> getStrings(ArrayAttr array) {
  std::vector<std::string> strings;
  if (array)
    for (StringRef string : array.getAsValueRange<StringAttr>())
      strings.push_back(string.str());
  return strings;
}

static std::vector<int64_t> getNumbers(DenseI64ArrayAttr array) {
  return array ? array.asArrayRef().vec() : std::vector<int64_t>();
}

/// Null if there are none.
static ArrayAttr getArray(Builder &b, ArrayRef<std::string> strings) {
  SmallVector<StringRef> refs(strings.begin(), strings.end());
  return refs.empty() ? ArrayAttr() : b.getStrArrayAttr(refs);
}

nn::Threads getThreads(ModuleOp module) {
  auto threads = module->getAttrOfType<nn::ThreadsAttr>(nn::kThreadsAttrName);
  return threads ? threads.getValue() : nn::Threads::None;
}

/// Says of a network's entries what the module says of their losses.
static void addLosses(NetworkInterface &interface, ModuleOp module) {
  auto all = module->getAttrOfType<DictionaryAttr>(nn::kLossesAttrName);
  auto own = all ? all.getAs<ArrayAttr>(interface.name) : ArrayAttr();
  if (!own)
    return;
  for (auto loss : own.getAsRange<DictionaryAttr>()) {
    auto number = [&](StringRef name, int64_t usual = 0) {
      auto value = loss.getAs<IntegerAttr>(name);
      return value ? value.getInt() : usual;
    };
    auto label = loss.getAs<StringAttr>("label");
    for (EntryInterface &entry : interface.entries) {
      if (entry.label != (label ? label.getValue() : ""))
        continue;
      if (auto target = loss.getAs<TypeAttr>("target"))
        entry.target = cast<RankedTensorType>(target.getValue());
      entry.hasOwnLoss = !entry.target;
      entry.numLabels = number("labels");
      entry.ignoredLabel = number("ignored", entry.ignoredLabel);
      if (auto weights = loss.getAs<DenseF64ArrayAttr>("weights"))
        entry.weights = weights.asArrayRef().vec();
      entry.endsInLoss = loss.contains("in_network");
      entry.labelInput = number("label_input");
      entry.isRandom = loss.contains("random");
      entry.isTrainedInParallel = loss.contains("parallel");
      entry.blocks = getNumbers(loss.getAs<DenseI64ArrayAttr>("blocks"));
      entry.trainingScratchBytes = number("scratch_bytes");
      entry.trainingSteps = number("steps");
    }
  }
}

static Attribute getLoss(Builder &b, const EntryInterface &entry) {
  NamedAttrList loss;
  auto setNumber = [&](StringRef name, int64_t value, int64_t usual = 0) {
    if (value != usual)
      loss.set(name, b.getI64IntegerAttr(value));
  };
  if (!entry.label.empty())
    loss.set("label", b.getStringAttr(entry.label));
  if (entry.target)
    loss.set("target", TypeAttr::get(entry.target));
  setNumber("labels", entry.numLabels);
  setNumber("ignored", entry.ignoredLabel, EntryInterface().ignoredLabel);
  if (!entry.weights.empty())
    loss.set("weights", b.getDenseF64ArrayAttr(entry.weights));
  if (entry.endsInLoss)
    loss.set("in_network", b.getUnitAttr());
  setNumber("label_input", entry.labelInput);
  if (entry.isRandom)
    loss.set("random", b.getUnitAttr());
  if (entry.isTrainedInParallel)
    loss.set("parallel", b.getUnitAttr());
  if (!entry.blocks.empty())
    loss.set("blocks", b.getDenseI64ArrayAttr(entry.blocks));
  setNumber("scratch_bytes", entry.trainingScratchBytes);
  setNumber("steps", entry.trainingSteps);
  return loss.getDictionary(b.getContext());
}

static void setLosses(ModuleOp module, ArrayRef<NetworkInterface> interfaces) {
  Builder b(module.getContext());
  SmallVector<NamedAttribute> all;
  for (const NetworkInterface &interface : interfaces) {
    SmallVector<Attribute> own;
    for (const EntryInterface &entry : interface.entries)
      if (entry.isTrained())
        own.push_back(getLoss(b, entry));
    if (!own.empty())
      all.push_back(b.getNamedAttr(interface.name, b.getArrayAttr(own)));
  }
  if (!all.empty())
    module->setAttr(nn::kLossesAttrName, b.getDictionaryAttr(all));
}

std::vector<NetworkInterface> getInterfaces(ModuleOp module) {
  std::vector<NetworkInterface> interfaces;
  auto all = module->getAttrOfType<ArrayAttr>(nn::kInterfacesAttrName);
  if (!all)
    return interfaces;
  for (auto attribute : all.getAsRange<nn::InterfaceAttr>()) {
    NetworkInterface &interface = interfaces.emplace_back();
    interface.name = attribute.getNetwork().str();
    interface.parameterBytes = attribute.getParameterBytes();
    interface.gradientBytes = attribute.getGradientBytes();
    if (ArrayAttr optimizers = attribute.getOptimizers())
      llvm::append_range(interface.optimizers,
                         optimizers.getAsRange<nn::OptimizerAttrInterface>());
    interface.without = getStrings(attribute.getWithout());
    interface.hasSteps = getThreads(module) != nn::Threads::None;
    interface.hasTrainSgd = module->hasAttr(nn::kTrainSgdAttrName);
    interface.isStream = module->hasAttr(nn::kStreamAttrName);
    interface.stateBytes = attribute.getStateBytes();
    for (auto parameter :
         attribute.getParameters().getAsRange<nn::InterfaceParameterAttr>())
      interface.parameters.push_back(
          {parameter.getName().str(), getStrings(parameter.getAliases()),
           parameter.getType().getShape().vec(), parameter.getInit().str()});
    for (auto entry :
         attribute.getEntries().getAsRange<nn::InterfaceEntryAttr>())
      interface.entries.push_back(
          {entry.getLabel().str(), tensorsOf(entry.getType().getInputs()),
           tensorsOf(entry.getType().getResults()), entry.getScratchBytes(),
           entry.getSteps(), entry.getParallel(), getStrings(entry.getSizes()),
           getStrings(entry.getElements()), getStrings(entry.getConditions()),
           getNumbers(entry.getLimits()), getStrings(entry.getLengths()),
           getStrings(entry.getNames())});
    for (EntryInterface &entry : interface.entries)
      if (entry.limits.size() > entry.inputs.size()) {
        entry.places = entry.limits.back();
        entry.limits.pop_back();
        if (llvm::all_equal(entry.limits) && entry.limits.front() == 0)
          entry.limits.clear();
      }
    if (module->hasAttr(kGoldenAttrName))
      interface.selfTestBytes = SelfTestWorkspace::of(interface).bytes;
    addLosses(interface, module);
  }
  return interfaces;
}

void setInterfaces(ModuleOp module, ArrayRef<NetworkInterface> interfaces) {
  MLIRContext *context = module.getContext();
  Builder b(context);
  auto parameterOf = [&](const ParameterInterface &parameter) -> Attribute {
    return nn::InterfaceParameterAttr::get(
        context, parameter.name,
        RankedTensorType::get(parameter.shape, b.getF32Type()), parameter.init,
        getArray(b, parameter.aliases));
  };
  auto entryOf = [&](const EntryInterface &entry) -> Attribute {
    SmallVector<Type> inputs(entry.inputs.begin(), entry.inputs.end());
    SmallVector<Type> outputs(entry.outputs.begin(), entry.outputs.end());
    std::vector<int64_t> limits = entry.limits;
    if (entry.places != 0) {
      limits.resize(inputs.size());
      limits.push_back(entry.places);
    }
    return nn::InterfaceEntryAttr::get(
        context, b.getFunctionType(inputs, outputs), entry.label,
        getArray(b, entry.sizes), getArray(b, entry.elements),
        getArray(b, entry.conditions),
        limits.empty() ? DenseI64ArrayAttr() : b.getDenseI64ArrayAttr(limits),
        getArray(b, entry.lengths), getArray(b, entry.names),
        entry.scratchBytes, entry.steps, entry.isParallel);
  };
  auto interfaceOf = [&](const NetworkInterface &interface) -> Attribute {
    return nn::InterfaceAttr::get(
        context, interface.name, interface.parameterBytes,
        b.getArrayAttr(llvm::map_to_vector(interface.parameters, parameterOf)),
        b.getArrayAttr(llvm::map_to_vector(interface.entries, entryOf)),
        getArray(b, interface.without), interface.gradientBytes,
        interface.optimizers.empty()
            ? ArrayAttr()
            : b.getArrayAttr(
                  llvm::to_vector_of<Attribute>(interface.optimizers)),
        interface.stateBytes);
  };
  module->setAttr(nn::kInterfacesAttrName,
                  b.getArrayAttr(llvm::map_to_vector(interfaces, interfaceOf)));
  setLosses(module, interfaces);
}

} // namespace nascent
