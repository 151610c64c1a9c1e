//===- NetworkInterface.cpp - What a C program sees of a network ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/CInterface/NetworkInterface.h"
#include "nascent/CInterface/SelfTest.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Dialect/NN/IR/NetworkSizes.h"
#include "nascent/Dialect/NN/IR/TrainedNetworks.h"
#include "nascent/Support/CName.h"
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
  return numbered("x", index, inputs.size());
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

/// Values as the caller has them.
static std::vector<RankedTensorType> tensors(TypeRange types) {
  auto range = llvm::map_range(types, nn::storedType);
  return {range.begin(), range.end()};
}

/// How many elements a value has, dimension by dimension, as C computes it.
static std::string elementsOf(const nn::Shape &shape) {
  std::string text;
  for (const nn::Dim &dim : shape.dims) {
    std::string size = dim.getExpr().format(nn::SizeStyle::C);
    bool isWord =
        llvm::all_of(size, [](char c) { return llvm::isAlnum(c) || c == '_'; });
    text += (text.empty() ? "" : " * ") + (isWord ? size : "(" + size + ")");
  }
  return text;
}

/// Says what is open in `entry`, beyond the batch.
static void describeSizes(EntryInterface &entry, nn::SequentialOp network,
                          const nn::NetworkSizes &sizes) {
  if (nn::hasOpenBatch(network))
    entry.sizes.push_back("batch");
  for (const nn::SizeName &name : sizes.getNames())
    entry.sizes.push_back(mangle(name.name));
  SmallVector<Value> values(network.getArguments());
  llvm::append_range(values, network.getReturn().getOperands());
  for (Value value : values)
    entry.elements.push_back(elementsOf(sizes.getShape(value)));
  for (const nn::SizeCondition &condition : sizes.getConditions())
    entry.conditions.push_back(condition.format(nn::SizeStyle::C));
}

/// One more than the greatest index that all readers of an input have; 0 where
/// it is no indices.
static int64_t limitOf(Value input) {
  int64_t limit = 0;
  for (OpOperand &use : input.getUses())
    if (auto layer = dyn_cast<nn::LayerOpInterface>(use.getOwner()))
      if (auto own = layer.getIndexLimit(use.getOperandNumber()))
        limit = limit == 0 ? *own : std::min(limit, *own);
  return limit;
}

/// Says which inputs of `entry` are lengths, and of what.
static LogicalResult describeLengths(EntryInterface &entry,
                                     nn::SequentialOp network,
                                     const nn::NetworkSizes &sizes) {
  std::vector<std::string> lengths(entry.inputs.size());
  for (BlockArgument input : network.getArguments()) {
    std::string &known = lengths[input.getArgNumber()];
    for (OpOperand &use : input.getUses()) {
      auto layer = dyn_cast<nn::LayerOpInterface>(use.getOwner());
      auto dim =
          layer ? layer.getLengthDim(use.getOperandNumber()) : std::nullopt;
      if (!dim)
        continue;
      const nn::SizeExpr &size =
          sizes.getShape(layer->getOperand(0)).dims[*dim].getExpr();
      if (!size.isNumber() && !size.isName())
        return layer.emitOpError()
               << nn::quotedName(layer) << " has lengths of a sequence of "
               << size.format() << ", which is open; bind what stands there";
      std::string text = size.format(nn::SizeStyle::C);
      if (!known.empty() && known != text)
        return layer.emitOpError()
               << nn::quotedName(layer) << " has lengths of a sequence of "
               << text << ", which are also those of one of " << known
               << "; give each an input of its own";
      known = text;
    }
  }
  if (llvm::any_of(lengths,
                   [](const std::string &text) { return !text.empty(); }))
    entry.lengths = std::move(lengths);
  return success();
}

/// What a layer takes an input of i32 for.
static StringRef meaningOf(nn::LayerOpInterface layer, unsigned operand) {
  if (layer.getLengthDim(operand))
    return "lengths";
  return layer->hasTrait<nn::OpTrait::TakesLabels>() ? "labels" : "indices";
}

/// Numbers that are two things at once would have to be in two ranges.
static LogicalResult verifyMeanings(BlockArgument input) {
  nn::LayerOpInterface first;
  StringRef known;
  // Uses are kept from the last one to the first.
  auto uses = llvm::to_vector(llvm::make_pointer_range(input.getUses()));
  for (OpOperand *use : llvm::reverse(uses)) {
    auto layer = dyn_cast<nn::LayerOpInterface>(use->getOwner());
    if (!layer)
      continue;
    StringRef meaning = meaningOf(layer, use->getOperandNumber());
    if (!first) {
      first = layer;
      known = meaning;
    } else if (meaning != known) {
      InFlightDiagnostic error = layer.emitOpError();
      error << nn::quotedName(layer) << " has input " << input.getArgNumber()
            << " as " << meaning << ", but it is " << known
            << " already; give each an input of its own";
      error.attachNote(first.getLoc())
          << nn::quotedName(first) << " reads it as " << known;
      return error;
    }
  }
  return success();
}

FailureOr<EntryInterface> describeEntry(nn::SequentialOp network,
                                        SymbolTableCollection &symbols) {
  EntryInterface entry;
  entry.label = network.getEntry().value_or("").str();
  entry.inputs = tensors(network.getArgumentTypes());
  entry.outputs = tensors(network.getResultTypes());
  std::vector<int64_t> limits;
  for (BlockArgument input : network.getArguments()) {
    Type type = cast<RankedTensorType>(input.getType()).getElementType();
    limits.push_back(limitOf(input));
    if (type.isInteger(32) && limits.back() == 0)
      return network.emitOpError()
             << "has input " << input.getArgNumber()
             << " of indices, but no layer reads it; leave it out";
    if (type.isInteger(32) && failed(verifyMeanings(input)))
      return failure();
  }
  if (llvm::any_of(limits, [](int64_t limit) { return limit != 0; }))
    entry.limits = std::move(limits);
  if (!nn::hasOpenSizes(network) && !entry.hasIndices())
    return entry;
  auto sizes = nn::NetworkSizes::get(network, symbols);
  if (failed(sizes) || failed(describeLengths(entry, network, *sizes)))
    return failure();
  if (nn::hasOpenSizes(network))
    describeSizes(entry, network, *sizes);
  return entry;
}

LogicalResult describeLoss(EntryInterface &entry, nn::SequentialOp companion) {
  entry.isRandom = nn::isRandomInTraining(companion);
  entry.hasOwnLoss = nn::isBackward(companion);
  if (entry.hasOwnLoss)
    return success();
  ValueRange results = companion.getReturn().getOperands();
  Operation *loss = results.empty() ? nullptr : results[0].getDefiningOp();
  if (!loss || !loss->hasTrait<nn::OpTrait::IsLoss>() ||
      loss->getNumOperands() != 2)
    return companion.emitOpError()
           << "has '" << nn::kTrainingAttrName
           << "', so it must end in a loss of two values";
  Value target = loss->getOperand(1);
  entry.target = cast<RankedTensorType>(target.getType());
  if (companion->hasAttr(nn::kRowsAttrName)) {
    SmallVector<int64_t> shape(entry.target.getShape());
    auto batch = companion->getAttrOfType<IntegerAttr>(nn::kBatchAttrName);
    shape.front() = batch ? batch.getInt() : ShapedType::kDynamic;
    entry.target = entry.target.clone(shape);
  }
  entry.endsInLoss = companion.getNumArguments() == entry.inputs.size();
  if (!entry.target.getElementType().isInteger(32))
    return success();
  // Nothing computes labels.
  entry.labelInput = cast<BlockArgument>(target).getArgNumber();
  entry.numLabels = limitOf(target);
  entry.ignoredLabel =
      loss->getAttrOfType<IntegerAttr>("ignore_index").getInt();
  if (auto weights = loss->getAttrOfType<DenseF64ArrayAttr>("weights"))
    entry.weights = weights.asArrayRef().vec();
  return success();
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
          {entry.getLabel().str(), tensors(entry.getType().getInputs()),
           tensors(entry.getType().getResults()), entry.getScratchBytes(),
           entry.getSteps(), entry.getParallel(), getStrings(entry.getSizes()),
           getStrings(entry.getElements()), getStrings(entry.getConditions()),
           getNumbers(entry.getLimits()), getStrings(entry.getLengths())});
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
    return nn::InterfaceEntryAttr::get(
        context, b.getFunctionType(inputs, outputs), entry.label,
        getArray(b, entry.sizes), getArray(b, entry.elements),
        getArray(b, entry.conditions),
        entry.hasIndices() ? b.getDenseI64ArrayAttr(entry.limits)
                           : DenseI64ArrayAttr(),
        getArray(b, entry.lengths), entry.scratchBytes, entry.steps,
        entry.isParallel);
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
