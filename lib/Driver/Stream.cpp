//===- Stream.cpp - A sequence, block by block ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Stream.h"
#include "nascent/Dialect/NN/IR/NetworkSizes.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/Quote.h"
#include <algorithm>
#include <fmt/ranges.h>

using namespace mlir;

namespace nascent {

/// Which dimension of an input steps are along: the only one that the network
/// leaves open, if it is no width, or of several the length.
static std::optional<unsigned> findSteps(BlockArgument input,
                                         ArrayRef<nn::SizeName> names) {
  std::optional<unsigned> found;
  auto isOwn = [&](const nn::SizeName &each) {
    return each.input == input.getArgNumber();
  };
  bool isOnly = llvm::count_if(names, isOwn) == 1;
  for (const nn::SizeName &each : llvm::make_filter_range(names, isOwn))
    if (isOnly ? each.kind != "width" : each.kind == "length")
      found = each.dimension;
  return found;
}

llvm::Expected<StreamPlan> StreamPlan::create(nn::SequentialOp network,
                                              const Binding &whole,
                                              int64_t block) {
  SymbolTableCollection symbols;
  auto sizes = nn::NetworkSizes::get(network, symbols);
  StreamPlan plan;
  for (BlockArgument input : network.getArguments()) {
    std::optional<unsigned> dim;
    if (succeeded(sizes))
      dim = findSteps(input, sizes->getNames());
    plan.inputDims.push_back(dim);
    size_t index = input.getArgNumber();
    // What else is wrong with a binding is found when it is bound.
    if (!dim || index >= whole.shapes.size() ||
        *dim >= whole.shapes[index].size())
      continue;
    int64_t steps = whole.shapes[index][*dim];
    if (plan.steps == 0)
      plan.steps = steps;
    if (ShapedType::isDynamic(steps) || steps != plan.steps)
      return makeError(
          "binding '{}': --stream cuts a sequence whose length is known, the "
          "same in all inputs",
          whole.text);
  }
  if (llvm::any_of(whole.shapes, ShapedType::isDynamicShape))
    return makeError("binding '{}': --stream needs to know all sizes; bind a "
                     "number in place of each '?'",
                     whole.text);
  if (plan.steps == 0)
    return makeError(
        "network '{}' leaves the length of no sequence open, which --stream "
        "could cut; its inputs should be such as tensor<?x?x8xf32>",
        printable(network.getSymName()));
  plan.block = std::min(block, plan.steps);
  plan.rest = plan.steps % plan.block;
  return plan;
}

std::vector<std::string> StreamPlan::bind(const Binding &whole) const {
  std::vector<std::string> bindings;
  for (auto [label, steps] :
       {std::pair(kBlock, block),
        std::pair(kRest, rest != 0 ? rest : this->steps)}) {
    if (label == kRest && steps == block)
      continue;
    std::vector<std::string> types;
    for (auto [index, shape] : llvm::enumerate(whole.shapes)) {
      std::string &type = types.emplace_back();
      for (auto [dim, size] : llvm::enumerate(shape))
        type += fmt::format(
            "{}x",
            index < inputDims.size() && inputDims[index] == dim ? steps : size);
      type += whole.areIndices[index] ? "i32" : "f32";
    }
    bindings.push_back(fmt::format("{}:{}=({})", whole.network, label.str(),
                                   fmt::join(types, ", ")));
  }
  return bindings;
}

void StreamPlan::settle(ModuleOp module, StringRef network) {
  nn::SequentialOp ofBlock, ofRest;
  for (auto entry : module.getOps<nn::SequentialOp>())
    if (entry.getNetworkName() == network)
      (entry.getEntry() == kBlock ? ofBlock : ofRest) = entry;
  if (!ofRest)
    return outputDims.resize(ofBlock.getResultTypes().size());
  for (auto [type, other] :
       llvm::zip(ofBlock.getResultTypes(), ofRest.getResultTypes())) {
    ArrayRef<int64_t> shape = cast<RankedTensorType>(type).getShape();
    ArrayRef<int64_t> otherShape = cast<RankedTensorType>(other).getShape();
    std::optional<unsigned> &found = outputDims.emplace_back();
    for (size_t dim = 0; dim < shape.size(); ++dim)
      if (shape[dim] != otherShape[dim])
        found = dim;
  }
  if (rest == 0)
    ofRest.erase();
}

SmallVector<int64_t> StreamPlan::wholeShape(ArrayRef<int64_t> ofBlock,
                                            std::optional<unsigned> dim) const {
  SmallVector<int64_t> shape(ofBlock);
  if (dim)
    shape[*dim] = shape[*dim] * steps / block;
  return shape;
}

/// Copies `count` steps, along `dim`, from one array to another.
static void copySteps(const Array &from, int64_t fromFirst, const Array &to,
                      int64_t toFirst, unsigned dim, int64_t count) {
  int64_t outer = 1, inner = 1;
  for (auto [index, size] : llvm::enumerate(from.shape))
    if (index != dim)
      (index < dim ? outer : inner) *= size;
  const float *source = from.buffer.floats().data();
  float *target = to.buffer.floats().data();
  for (int64_t i = 0; i < outer; ++i)
    std::copy_n(source + (i * from.shape[dim] + fromFirst) * inner,
                count * inner, target + (i * to.shape[dim] + toFirst) * inner);
}

llvm::Error StreamRun::add(const LoadedNetwork &network, StringRef label,
                           int64_t steps) {
  Part &part = parts.emplace_back();
  part.steps = steps;
  ArrayRef<EntryInterface> entries = network.getInterface().entries;
  const EntryInterface &entry =
      *llvm::find_if(entries, [&](auto &each) { return each.label == label; });
  if (entry.places != 0 && plan.steps > entry.places)
    return makeError(
        "network '{}' knows {} places, but the sequence has {} steps",
        printable(network.getInterface().name), entry.places, plan.steps);
  for (auto [types, arrays] : {std::pair(&entry.inputs, &part.inputs),
                               std::pair(&entry.outputs, &part.outputs)})
    for (RankedTensorType type : *types) {
      auto array = allocateArray(type.getShape());
      if (!array)
        return array.takeError();
      arrays->push_back(std::move(*array));
    }
  auto floatsOf = [](const Array &array) { return array.buffer.floats(); };
  SmallVector<ArrayRef<float>> from(llvm::map_range(part.inputs, floatsOf));
  auto to = llvm::map_to_vector(part.outputs, floatsOf);
  auto call = network.prepare(entry, from, to, &state);
  if (!call)
    return call.takeError();
  part.call = std::move(*call);
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<StreamRun>>
StreamRun::create(const StreamPlan &plan, const LoadedNetwork &network,
                  ArrayRef<Array> inputs,
                  llvm::MutableArrayRef<Array> outputs) {
  auto state = network.beginStream();
  if (!state)
    return state.takeError();
  std::unique_ptr<StreamRun> run(new StreamRun(plan, inputs, outputs));
  run->state = std::move(*state);
  for (auto [label, steps] : {std::pair(StreamPlan::kBlock, plan.block),
                              std::pair(StreamPlan::kRest, plan.rest)})
    if (steps != 0)
      if (llvm::Error error = run->add(network, label, steps))
        return {std::move(error)};
  return run;
}

llvm::Error StreamRun::run(const Part &part, int64_t first) {
  for (auto [whole, own, dim] : llvm::zip(inputs, part.inputs, plan.inputDims))
    copySteps(whole, dim ? first : 0, own, 0, dim.value_or(0),
              own.shape[dim.value_or(0)]);
  if (!part.call.run())
    return makeError("the network refuses the block at step {}", first);
  for (auto [whole, own, dim] :
       llvm::zip(outputs, part.outputs, plan.outputDims)) {
    // What is of the last step only, the last block leaves.
    int64_t count = own.shape[dim.value_or(0)];
    copySteps(own, 0, whole, dim ? first * count / part.steps : 0,
              dim.value_or(0), count);
  }
  return llvm::Error::success();
}

llvm::Error StreamRun::run() {
  parts.front().call.restart();
  int64_t first = 0;
  for (; first + plan.block <= plan.steps; first += plan.block)
    if (llvm::Error error = run(parts.front(), first))
      return error;
  return plan.rest != 0 ? run(parts.back(), first) : llvm::Error::success();
}

} // namespace nascent
