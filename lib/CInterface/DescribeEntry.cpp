//===- DescribeEntry.cpp - An entry as C sees it, from its network --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/CInterface/NetworkInterface.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NetworkSizes.h"
#include "nascent/Dialect/NN/IR/Orders.h"
#include "nascent/Dialect/NN/IR/TrainedNetworks.h"
#include "nascent/Support/CName.h"

using namespace mlir;

namespace nascent {

/// How many elements a value has, dimension by dimension as they are stored, as
/// C computes it.
static std::string elementsOf(const nn::Shape &shape, Type type) {
  std::string text;
  for (int64_t dim : nn::storedDims(cast<RankedTensorType>(type))) {
    std::string size = shape.dims[dim].getExpr().format(nn::SizeStyle::C);
    text +=
        (text.empty() ? "" : " * ") + (isCWord(size) ? size : "(" + size + ")");
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
    entry.elements.push_back(
        elementsOf(sizes.getShape(value), value.getType()));
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
        return nn::emitLayerError(layer)
               << "has lengths of a sequence of " << size.format()
               << ", which is open; bind what stands there";
      std::string text = size.format(nn::SizeStyle::C);
      if (!known.empty() && known != text)
        return nn::emitLayerError(layer)
               << "has lengths of a sequence of " << text
               << ", which are also those of one of " << known
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
  entry.inputs = tensorsOf(network.getArgumentTypes());
  entry.outputs = tensorsOf(network.getResultTypes());
  if (network.getInputNames())
    entry.names = network.getInputsInC();
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
  nn::LayerOpInterface loss = nn::getLoss(companion);
  if (!loss || loss->getNumOperands() != 2)
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

} // namespace nascent
