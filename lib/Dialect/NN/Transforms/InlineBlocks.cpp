//===- InlineBlocks.cpp - Put the layers of blocks in their place ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block is written once and used often, each time with parameters of its own.
// Once its layers stand in its place, called by their path, every later pass
// sees a flat list of layers, and nothing else needs to know of blocks.
//
//===----------------------------------------------------------------------===//

#include "BlockExpansion.h"
#include "nascent/Dialect/NN/Transforms/Passes.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"

namespace nascent::nn {

#define GEN_PASS_DEF_NNINLINEBLOCKS
#include "nascent/Dialect/NN/Transforms/Passes.h.inc"

using namespace mlir;

namespace {

/// Blocks of blocks multiply: a file of a hundred lines can stand for more
/// layers than there is memory. These are more than anybody writes.
constexpr size_t kMaxLayers = 1 << 20;
constexpr size_t kMaxNameBytes = 1 << 25;
/// Whatever follows the tree of blocks may recurse.
constexpr size_t kMaxDepth = 10'000;

/// What a network is with the layers of all blocks in their place.
struct Extent {
  size_t layers = 0, blocks = 0;
  /// Of the names of the layers.
  size_t nameBytes = 0;
  /// How many blocks are inside one another.
  size_t depth = 0;
};

struct InlineBlocks : impl::NNInlineBlocksBase<InlineBlocks> {
  void runOnOperation() override;

private:
  /// Takes `network` and those its blocks name into `extents`.
  LogicalResult visit(SequentialOp network);
  FailureOr<Extent> measure(SequentialOp network);
  LogicalResult verifyTie(BlockOp block);
  SequentialOp networkOf(BlockOp block) {
    return symbols->lookup<SequentialOp>(block.getNetwork());
  }
  /// The network that the block `path` of a network stands for, or null.
  SequentialOp findBlock(SequentialOp network, StringRef path);

  SymbolTable *symbols = nullptr;
  /// All networks, each after those that its blocks name.
  llvm::MapVector<SequentialOp, Extent> extents;
  /// The network that a block of a network stands for, by the block's name.
  llvm::DenseMap<Operation *, llvm::StringMap<SequentialOp>> blocks;
};

/// Initialisers by name are those of the network that has the parameters.
LogicalResult verifyNoRules(BlockOp block, SequentialOp inner) {
  for (StringRef name :
       {NNDialect::kInitRulesAttrName, NNDialect::kDefaultInitAttrName,
        NNDialect::kDefaultBiasInitAttrName}) {
    if (!inner->hasAttr(name))
      continue;
    InFlightDiagnostic diag = emitLayerError(block)
                              << "stands for network '"
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

SequentialOp InlineBlocks::findBlock(SequentialOp network, StringRef path) {
  auto place = blocks.find(network);
  if (place == blocks.end())
    return {};
  const llvm::StringMap<SequentialOp> &own = place->second;
  if (SequentialOp found = own.lookup(path))
    return found;
  // Names may have dots, too.
  for (size_t dot = path.find('.'); dot != StringRef::npos;
       dot = path.find('.', dot + 1))
    if (SequentialOp inner = own.lookup(path.take_front(dot)))
      if (SequentialOp found = findBlock(inner, path.drop_front(dot + 1)))
        return found;
  return {};
}

LogicalResult InlineBlocks::verifyTie(BlockOp block) {
  if (!block.getTieAttr())
    return success();
  SequentialOp other =
      findBlock(cast<SequentialOp>(block->getParentOp()), *block.getTie());
  if (!other)
    return emitLayerError(block)
           << "is tied to block '" << printable(*block.getTie())
           << "', which this network does not have";
  if (other == networkOf(block))
    return success();
  InFlightDiagnostic diag =
      emitLayerError(block)
      << "stands for network '" << printable(block.getNetwork())
      << "', but the block '" << printable(*block.getTie())
      << "' that it is tied to for '" << printable(other.getSymName()) << "'";
  diag.attachNote(other.getLoc())
      << "network '" << printable(other.getSymName()) << "' is here";
  return diag;
}

FailureOr<Extent> InlineBlocks::measure(SequentialOp network) {
  Extent all;
  for (LayerOpInterface layer : network.getLayers()) {
    size_t length = layer.getLayerName().size();
    auto block = dyn_cast<BlockOp>(layer.getOperation());
    if (!block) {
      ++all.layers;
      all.nameBytes += length;
      continue;
    }
    const Extent &inner = extents.find(networkOf(block))->second;
    all.layers += inner.layers;
    all.blocks += 1 + inner.blocks;
    all.nameBytes += inner.nameBytes + (length + 1) * inner.layers;
    all.depth = std::max(all.depth, 1 + inner.depth);
    auto emitError = [&] {
      return emitLayerError(block)
             << "makes network '" << printable(network.getSymName())
             << "' have ";
    };
    if (all.layers + all.blocks > kMaxLayers)
      return emitError() << "more than " << kMaxLayers << " layers and blocks";
    if (all.depth > kMaxDepth)
      return emitError() << "blocks that are nested more than " << kMaxDepth
                         << " deep";
    if (all.nameBytes > kMaxNameBytes)
      return emitError() << "layers whose paths are longer than "
                         << kMaxNameBytes
                         << " bytes together; nest fewer blocks, or give them "
                            "shorter names";
  }
  return all;
}

LogicalResult InlineBlocks::visit(SequentialOp root) {
  if (extents.contains(root))
    return success();
  /// The networks on the way to the one at hand, and which of its blocks is
  /// next.
  llvm::SetVector<Operation *> active;
  SmallVector<std::pair<SmallVector<BlockOp, 0>, size_t>> stack;
  auto push = [&](SequentialOp network) {
    active.insert(network);
    auto own = network.getBody().front().getOps<BlockOp>();
    stack.push_back({{own.begin(), own.end()}, 0});
    for (BlockOp block : own)
      blocks[network][block.getLayerName()] = networkOf(block);
  };
  push(root);
  while (!stack.empty()) {
    auto &[own, next] = stack.back();
    if (next == own.size()) {
      auto network = cast<SequentialOp>(active.pop_back_val());
      FailureOr<Extent> extent = measure(network);
      if (failed(extent))
        return failure();
      extents.insert({network, *extent});
      stack.pop_back();
      continue;
    }
    BlockOp block = own[next++];
    SequentialOp inner = networkOf(block);
    if (active.contains(inner)) {
      InFlightDiagnostic diag = emitLayerError(block)
                                << "would hold itself: network '"
                                << printable(inner.getSymName())
                                << "' leads back to its own block";
      for (Operation *op : active)
        diag.attachNote(op->getLoc())
            << "by way of network '"
            << printable(cast<SequentialOp>(op).getSymName()) << "'";
      return diag;
    }
    if (failed(verifyNoRules(block, inner)))
      return failure();
    if (!extents.contains(inner))
      push(inner);
  }
  return success();
}

void InlineBlocks::runOnOperation() {
  SymbolTable table(getOperation());
  symbols = &table;
  extents.clear();
  blocks.clear();
  for (auto network : getOperation().getOps<SequentialOp>())
    if (failed(visit(network)))
      return signalPassFailure();
  for (auto network : getOperation().getOps<SequentialOp>())
    for (BlockOp block : network.getBody().front().getOps<BlockOp>())
      if (failed(verifyTie(block)))
        return signalPassFailure();
  // Networks go that nothing but blocks refers to.
  SymbolTableCollection tables;
  SymbolUserMap users(tables, getOperation());
  auto isOnlyBlock = [&](SequentialOp network) {
    return network.isPrivate() && !users.useEmpty(network) &&
           llvm::all_of(users.getUsers(network), llvm::IsaPred<BlockOp>);
  };
  SmallVector<SequentialOp> whole, parts;
  size_t count = 0;
  // Each before those that its blocks name, which are then still as written.
  for (auto &[network, extent] : llvm::reverse(extents)) {
    if (isOnlyBlock(network)) {
      parts.push_back(network);
      continue;
    }
    whole.push_back(network);
    count += extent.layers + extent.blocks;
    if (count > kMaxLayers) {
      network.emitOpError() << "'" << printable(network.getSymName())
                            << "' makes the networks of this file have more "
                               "than "
                            << kMaxLayers << " layers and blocks together";
      return signalPassFailure();
    }
  }
  size_t total = 0;
  for (SequentialOp network : whole) {
    FailureOr<size_t> inlined = expandBlocks(network, table);
    if (failed(inlined))
      return signalPassFailure();
    total += *inlined;
  }
  for (SequentialOp network : parts)
    table.erase(network);
  numInlined += total;
  if (total == 0 && parts.empty())
    markAllAnalysesPreserved();
}

} // namespace

} // namespace nascent::nn
