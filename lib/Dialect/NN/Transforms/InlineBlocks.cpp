//===- InlineBlocks.cpp - Put the layers of blocks in their place ---------===//
//
// A block is written once and used often, each time with parameters of its own.
// Once its layers stand in its place, called by their path, every later pass
// sees a flat list of layers, and nothing else needs to know of blocks.
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/IRMapping.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/Transforms/Passes.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"
#include <fmt/format.h>

namespace nascent::nn {

#define GEN_PASS_DEF_NNINLINEBLOCKS
#include "nascent/Dialect/NN/Transforms/Passes.h.inc"

using namespace mlir;

namespace {

struct InlineBlocks : impl::NNInlineBlocksBase<InlineBlocks> {
  void runOnOperation() override;

private:
  /// Inlines all blocks of `network`, those of the networks it names first.
  LogicalResult inlineInto(SequentialOp network);
  LogicalResult inlineBlock(BlockOp block);
  LogicalResult verifyTie(BlockOp block);
  SequentialOp networkOf(BlockOp block) {
    return symbols->lookup<SequentialOp>(block.getNetwork());
  }

  SymbolTable *symbols = nullptr;
  /// The blocks that led to the network at hand, outermost first.
  llvm::SetVector<Operation *> active;
  llvm::SetVector<Operation *> done;
  /// The network that a block of a network stands for, by the block's path.
  llvm::DenseMap<Operation *, llvm::StringMap<SequentialOp>> blocks;
  llvm::SetVector<Operation *> used;
};

/// Blocks of blocks multiply: a file of a hundred lines can stand for more
/// layers than there is memory. This is more than anybody writes.
constexpr size_t kMaxLayers = 1 << 20;

std::string pathOf(StringAttr block, StringRef name) {
  return (block.getValue() + "." + name).str();
}

/// The place `location` as it is reached from `block`: from the innermost block
/// to the outermost.
Location reachedFrom(Location location, Location block) {
  auto call = dyn_cast<CallSiteLoc>(location);
  if (!call)
    return CallSiteLoc::get(location, block);
  return CallSiteLoc::get(call.getCallee(),
                          reachedFrom(call.getCaller(), block));
}

/// Narrows the shapes of two values that are about to become one to what both
/// of them state.
LogicalResult join(BlockOp block, Shape &expected, Shape &actual,
                   StringRef what) {
  auto emitError = [&] {
    return block.emitOpError() << quotedName(block) << " ";
  };
  for (unsigned dim = 0; dim < expected.rank(); ++dim)
    if (failed(unify(
            expected, dim, actual, dim,
            fmt::format("size of dimension {} of its {}", dim, what.str()),
            emitError)))
      return failure();
  return success();
}

/// Initialisers by name are those of the network that has the parameters.
LogicalResult verifyNoRules(BlockOp block, SequentialOp inner) {
  for (StringRef name :
       {NNDialect::kInitRulesAttrName, NNDialect::kDefaultInitAttrName,
        NNDialect::kDefaultBiasInitAttrName}) {
    if (!inner->hasAttr(name))
      continue;
    InFlightDiagnostic diag = block.emitOpError()
                              << quotedName(block) << " stands for network '"
                              << printable(inner.getSymName()) << "', whose '"
                              << name
                              << "' would be lost; give the initialisers to "
                                 "its layers, or to the network that uses it";
    diag.attachNote(inner.getLoc())
        << "network '" << printable(inner.getSymName()) << "' is here";
    return diag;
  }
  return success();
}

LogicalResult InlineBlocks::verifyTie(BlockOp block) {
  if (!block.getTieAttr())
    return success();
  auto outer = cast<SequentialOp>(block->getParentOp());
  auto it = blocks[outer].find(block.getTieAttr());
  if (it == blocks[outer].end())
    return block.emitOpError()
           << quotedName(block) << " is tied to block '" << *block.getTie()
           << "', which this network does not have";
  SequentialOp other = it->second;
  if (other == networkOf(block))
    return success();
  InFlightDiagnostic diag = block.emitOpError()
                            << quotedName(block) << " stands for network '"
                            << block.getNetwork() << "', but the block '"
                            << *block.getTie() << "' that it is tied to for '"
                            << printable(other.getSymName()) << "'";
  diag.attachNote(other.getLoc())
      << "network '" << printable(other.getSymName()) << "' is here";
  return diag;
}

LogicalResult InlineBlocks::inlineBlock(BlockOp block) {
  SequentialOp inner = networkOf(block);
  StringAttr name = block.getNameAttr();
  IRMapping mapping;
  for (auto [index, values] : llvm::enumerate(
           llvm::zip_equal(inner.getArguments(), block.getInputs()))) {
    auto [argument, input] = values;
    Shape inside = shapeOf(argument), outside = shapeOf(input);
    if (failed(join(block, inside, outside, fmt::format("input {}", index))))
      return failure();
    setShape(input, outside);
    mapping.map(argument, input);
  }
  OpBuilder builder(block);
  for (LayerOpInterface layer : inner.getLayers()) {
    auto copy = cast<LayerOpInterface>(builder.clone(*layer, mapping));
    // Errors say which of the block's uses they are about.
    copy->setLoc(reachedFrom(layer.getLoc(), block.getLoc()));
    copy.setLayerName(
        builder.getStringAttr(pathOf(name, layer.getLayerName())));
    StringAttr tie = layer.getTieAttr();
    if (tie)
      copy.setTieAttr(builder.getStringAttr(pathOf(name, tie)));
    else if (block.getTieAttr())
      copy.setTieAttr(builder.getStringAttr(
          pathOf(block.getTieAttr(), layer.getLayerName())));
    if (block.getTieAttr() && !copy.getParameters().empty() &&
        !copy.getTieAttr())
      return copy.emitOpError() << quotedName(copy)
                                << " cannot share parameters, but its block is "
                                << "tied to '" << *block.getTie() << "'";
  }
  for (auto [index, output] : llvm::enumerate(block.getOutputs())) {
    Value result =
        mapping.lookupOrDefault(Value(inner.getReturn().getOperand(index)));
    auto stated = cast<RankedTensorType>(inner.getResultTypes()[index]);
    std::string what = fmt::format("output {}", index);
    Origin origin{inner.getLoc(),
                  fmt::format("output {} of network '{}'", index,
                              printable(inner.getSymName()))};
    Shape inside(stated, origin), outside = shapeOf(output);
    Shape actual = shapeOf(result);
    if (failed(join(block, inside, outside, what)) ||
        failed(join(block, outside, actual, what)))
      return failure();
    setShape(result, actual);
    output.replaceAllUsesWith(result);
  }
  block.erase();
  ++numInlined;
  return success();
}

LogicalResult InlineBlocks::inlineInto(SequentialOp network) {
  if (done.contains(network))
    return success();
  active.insert(network);
  auto own = llvm::to_vector(network.getBody().front().getOps<BlockOp>());
  size_t count = 0; // of the layers and blocks that the blocks stand for
  for (BlockOp block : own) {
    SequentialOp inner = networkOf(block);
    if (active.contains(inner)) {
      InFlightDiagnostic diag =
          block.emitOpError()
          << quotedName(block) << " would hold itself: network '"
          << printable(inner.getSymName()) << "' leads back to its own block";
      for (Operation *op : active)
        diag.attachNote(op->getLoc())
            << "by way of network '"
            << printable(cast<SequentialOp>(op).getSymName()) << "'";
      return diag;
    }
    if (failed(verifyNoRules(block, inner)) || failed(inlineInto(inner)))
      return failure();
    used.insert(inner);
    auto layers = inner.getLayers();
    count +=
        1 + std::distance(layers.begin(), layers.end()) + blocks[inner].size();
    if (count > kMaxLayers)
      return block.emitOpError()
             << quotedName(block) << " makes network '"
             << printable(network.getSymName()) << "' have more than "
             << kMaxLayers << " layers and blocks";
    blocks[network][block.getNameAttr()] = inner;
    // A copy: the entry of another network may move while it is read.
    llvm::StringMap<SequentialOp> nested = blocks[inner];
    for (auto &entry : nested)
      blocks[network][pathOf(block.getNameAttr(), entry.getKey())] =
          entry.getValue();
  }
  for (BlockOp block : own)
    if (failed(verifyTie(block)))
      return failure();
  for (BlockOp block : own)
    if (failed(inlineBlock(block)))
      return failure();
  if (!own.empty())
    network.setType(FunctionType::get(
        &getContext(), network.getBody().front().getArgumentTypes(),
        network.getResultTypes()));
  active.remove(network);
  done.insert(network);
  return success();
}

void InlineBlocks::runOnOperation() {
  SymbolTable table(getOperation());
  symbols = &table;
  active.clear();
  done.clear();
  blocks.clear();
  used.clear();
  for (auto network : llvm::to_vector(getOperation().getOps<SequentialOp>()))
    if (failed(inlineInto(network)))
      return signalPassFailure();
  // What else refers to a network keeps it.
  SymbolTableCollection tables;
  SymbolUserMap users(tables, getOperation());
  for (Operation *network : used)
    if (cast<SequentialOp>(network).isPrivate() && users.useEmpty(network))
      table.erase(network);
}

} // namespace

} // namespace nascent::nn
