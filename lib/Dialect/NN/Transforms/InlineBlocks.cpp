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

#include "mlir/IR/IRMapping.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/Transforms/Passes.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"
#include <fmt/format.h>

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

/// Narrows the shapes of two values that are about to become one to what both
/// of them state.
LogicalResult join(Shape &expected, Shape &actual, StringRef what,
                   EmitError emitError) {
  for (unsigned dim = 0; dim < expected.rank(); ++dim)
    if (failed(unify(
            expected, dim, actual, dim,
            fmt::format("size of dimension {} of its {}", dim, what.str()),
            emitError)))
      return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// One network
//===----------------------------------------------------------------------===//

/// Puts the layers of all blocks of a network in their place, from the first to
/// the last and whatever the depth: each layer is made once, with its path.
class Expansion {
public:
  Expansion(SequentialOp network, SymbolTable &symbols)
      : network(network), symbols(symbols), builder(network.getContext()) {}

  /// Returns how many blocks there were.
  FailureOr<size_t> run();

private:
  /// A block whose layers are being made.
  struct Frame {
    BlockOp block;
    /// Where it is, as it is reached from the network.
    Location location;
    /// What comes next in the network that it stands for.
    Block::iterator next;
    /// What that network's values are here.
    IRMapping values;
    /// How much of `path` is the block's.
    size_t pathLength;
    /// The innermost frame whose block is tied, and the path it is tied to.
    std::optional<size_t> tied;
    std::string tiedTo;
  };

  LogicalResult enter(BlockOp block);
  LogicalResult addLayer(LayerOpInterface layer);
  LogicalResult leave();

  StringAttr pathOf(StringRef name) {
    return builder.getStringAttr(path + "." + name);
  }
  /// The place of an operation of the frame at hand: from the innermost block
  /// to the outermost.
  Location reached(Location location) {
    return frames.empty() ? location
                          : CallSiteLoc::get(location, frames.back().location);
  }
  InFlightDiagnostic emitError(const Frame &frame) {
    return mlir::emitError(frame.location)
           << "'" << BlockOp::getOperationName() << "' op layer '"
           << StringRef(path).take_front(frame.pathLength) << "' ";
  }

  SequentialOp network;
  SymbolTable &symbols;
  OpBuilder builder;
  SmallVector<Frame> frames;
  /// The path of the block at hand.
  std::string path;
};

LogicalResult Expansion::enter(BlockOp block) {
  auto inner = symbols.lookup<SequentialOp>(block.getNetwork());
  Frame frame{block,
              reached(block.getLoc()),
              inner.getBody().front().begin(),
              {},
              0,
              {},
              {}};
  if (!frames.empty()) {
    frame.tied = frames.back().tied;
    path += ".";
  }
  if (block.getTieAttr()) {
    frame.tied = frames.size();
    frame.tiedTo = path + block.getTie()->str();
  }
  path += block.getLayerName().getValue();
  frame.pathLength = path.size();
  for (auto [index, values] : llvm::enumerate(
           llvm::zip_equal(inner.getArguments(), block.getInputs()))) {
    auto [argument, value] = values;
    Value input = frames.empty() ? value : frames.back().values.lookup(value);
    Shape inside = shapeOf(argument), outside = shapeOf(input);
    if (failed(join(inside, outside, fmt::format("input {}", index),
                    [&] { return emitError(frame); })))
      return failure();
    setShape(input, outside);
    frame.values.map(argument, input);
  }
  frames.push_back(std::move(frame));
  return success();
}

LogicalResult Expansion::addLayer(LayerOpInterface layer) {
  Frame &frame = frames.back();
  auto copy = cast<LayerOpInterface>(builder.clone(*layer, frame.values));
  // Errors say which of the block's uses they are about.
  copy->setLoc(reached(layer.getLoc()));
  copy.setLayerName(pathOf(layer.getLayerName()));
  if (StringAttr tie = layer.getTieAttr()) {
    copy.setTieAttr(pathOf(tie));
  } else if (frame.tied) {
    const Frame &tied = frames[*frame.tied];
    StringRef below = StringRef(path).drop_front(tied.pathLength);
    copy.setTieAttr(builder.getStringAttr(tied.tiedTo + below + "." +
                                          layer.getLayerName().getValue()));
    if (!copy.getParameters().empty() && !copy.getTieAttr())
      return copy.emitOpError()
             << quotedName(copy) << " cannot share parameters, but its block "
             << "is tied to '" << *BlockOp(tied.block).getTie() << "'";
  }
  return success();
}

LogicalResult Expansion::leave() {
  Frame frame = frames.pop_back_val();
  BlockOp block = frame.block;
  auto inner = symbols.lookup<SequentialOp>(block.getNetwork());
  for (auto [index, output] : llvm::enumerate(block.getOutputs())) {
    Value result = frame.values.lookup(inner.getReturn().getOperand(index));
    auto stated = cast<RankedTensorType>(inner.getResultTypes()[index]);
    std::string what = fmt::format("output {}", index);
    Origin origin{inner.getLoc(), fmt::format("output {} of network '{}'",
                                              index, inner.getSymName().str())};
    Shape inside(stated, origin), outside = shapeOf(output);
    Shape actual = shapeOf(result);
    auto emitHere = [&] { return emitError(frame); };
    if (failed(join(inside, outside, what, emitHere)) ||
        failed(join(outside, actual, what, emitHere)))
      return failure();
    setShape(result, actual);
    if (frames.empty())
      output.replaceAllUsesWith(result);
    else
      frames.back().values.map(output, result);
  }
  path.resize(frames.empty() ? 0 : frames.back().pathLength);
  return success();
}

FailureOr<size_t> Expansion::run() {
  size_t count = 0;
  auto own = llvm::to_vector(network.getBody().front().getOps<BlockOp>());
  for (BlockOp outermost : own) {
    builder.setInsertionPoint(outermost);
    if (failed(enter(outermost)))
      return failure();
    while (!frames.empty()) {
      Operation &op = *frames.back().next++;
      auto block = dyn_cast<BlockOp>(op);
      if (failed(block               ? enter(block)
                 : isa<ReturnOp>(op) ? leave()
                                     : addLayer(cast<LayerOpInterface>(op))))
        return failure();
      count += isa<ReturnOp>(op);
    }
    outermost.erase();
  }
  if (!own.empty())
    network.setType(FunctionType::get(
        network.getContext(), network.getBody().front().getArgumentTypes(),
        network.getResultTypes()));
  return count;
}

//===----------------------------------------------------------------------===//
// All networks
//===----------------------------------------------------------------------===//

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

SequentialOp InlineBlocks::findBlock(SequentialOp network, StringRef path) {
  const llvm::StringMap<SequentialOp> &own = blocks[network];
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
    return block.emitOpError()
           << quotedName(block) << " is tied to block '" << *block.getTie()
           << "', which this network does not have";
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
      return block.emitOpError()
             << quotedName(block) << " makes network '"
             << printable(network.getSymName()) << "' have ";
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
      network.emitOpError() << "'" << network.getSymName()
                            << "' makes the networks of this file have more "
                               "than "
                            << kMaxLayers << " layers and blocks together";
      return signalPassFailure();
    }
  }
  for (SequentialOp network : whole) {
    FailureOr<size_t> inlined = Expansion(network, table).run();
    if (failed(inlined))
      return signalPassFailure();
    numInlined += *inlined;
  }
  for (SequentialOp network : parts)
    table.erase(network);
}

} // namespace

} // namespace nascent::nn
