//===- BlockExpansion.cpp - One network without its blocks ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockExpansion.h"
#include "mlir/IR/IRMapping.h"
#include <fmt/format.h>

namespace nascent::nn {

using namespace mlir;

namespace {

/// Narrows the shapes of two values that are about to become one to what both
/// of them state.
LogicalResult join(Shape &expected, Shape &actual, StringRef what,
                   EmitError emitError) {
  for (unsigned dim = 0; dim < expected.rank(); ++dim)
    if (failed(
            unify(expected, dim, actual, dim,
                  fmt::format("dimension {} of its {} to be", dim, what.str()),
                  emitError)))
      return failure();
  return success();
}

/// Puts the layers of all blocks of a network in their place, from the first to
/// the last and whatever the depth: each layer is made once, with its path.
class Expansion {
public:
  Expansion(SequentialOp network, SymbolTable &symbols)
      : network(network), symbols(symbols), builder(network.getContext()) {}

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
    frame.values.map(argument, input);
    if (argument.getType() == input.getType())
      continue;
    Shape inside = shapeOf(argument), outside = shapeOf(input);
    if (failed(join(inside, outside, fmt::format("input {}", index),
                    [&] { return emitError(frame); })))
      return failure();
    setShape(input, outside);
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
      return emitLayerError(copy)
             << "cannot share parameters, but its block "
             << "is tied to '" << *BlockOp(tied.block).getTie() << "'";
  }
  return success();
}

LogicalResult Expansion::leave() {
  Frame frame = frames.pop_back_val();
  BlockOp block = frame.block;
  auto inner = symbols.lookup<SequentialOp>(block.getNetwork());
  auto replace = [&](Value output, Value result) {
    if (frames.empty())
      output.replaceAllUsesWith(result);
    else
      frames.back().values.map(output, result);
  };
  for (auto [index, output] : llvm::enumerate(block.getOutputs())) {
    Value result = frame.values.lookup(inner.getReturn().getOperand(index));
    auto stated = cast<RankedTensorType>(inner.getResultTypes()[index]);
    // The origins of sizes hold whole paths: in deep networks they cost more
    // than all else.
    if (stated == output.getType() && stated == result.getType()) {
      replace(output, result);
      continue;
    }
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
    replace(output, result);
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

} // namespace

FailureOr<size_t> expandBlocks(SequentialOp network, SymbolTable &symbols) {
  return Expansion(network, symbols).run();
}

} // namespace nascent::nn
