//===- RunInputs.cpp - What a network is run on ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RunInputs.h"
#include "RunCommandLine.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/WithColor.h"
#include <fmt/ranges.h>
#include <random>

using namespace mlir;

namespace nascent {

FailureOr<Array> readReported(StringRef path) {
  auto array = readArray(path);
  if (!array)
    return reportRun(array.takeError());
  reportRemarks(array->remarks, "nascent-run");
  return std::move(*array);
}

llvm::Expected<std::string> bindingFor(StringRef network,
                                       ArrayRef<Array> inputs,
                                       ArrayRef<std::string> paths) {
  std::vector<std::string> types;
  for (auto [input, path] : llvm::zip(inputs, paths)) {
    std::string &type = types.emplace_back();
    for (auto [dim, size] : llvm::enumerate(input.shape)) {
      if (size == 0)
        return makeError("dimension {} of '{}' is 0; sizes must be positive",
                         dim, path);
      type += std::to_string(size) + "x";
    }
    type += input.isIndices ? "i32" : "f32";
  }
  if (types.size() == 1)
    return fmt::format("{}={}", network.str(), types.front());
  return fmt::format("{}=({})", network.str(), fmt::join(types, ", "));
}

/// Whether an array has the type's sizes, where these are known.
static bool fits(ArrayRef<int64_t> shape, RankedTensorType type) {
  return type.getRank() == static_cast<int64_t>(shape.size()) &&
         llvm::all_of(llvm::zip(type.getShape(), shape), [](auto sizes) {
           auto [expected, size] = sizes;
           return expected == size ||
                  (ShapedType::isDynamic(expected) && size > 0);
         });
}

/// Which input does not fit, and how; empty if all do.
static std::string describeMisfit(const EntryInterface &entry,
                                  ArrayRef<Array> inputs,
                                  ArrayRef<std::string> paths) {
  if (entry.hasOpenSizes())
    return fmt::format("more than the batch is open, {}; leave out --bind, or "
                       "bind these sizes",
                       quoteAll(entry.sizes));
  if (inputs.size() != entry.inputs.size())
    return fmt::format("expected {} of --input, one for each, found {}",
                       entry.inputs.size(), inputs.size());
  for (auto [index, type] : llvm::enumerate(entry.inputs))
    if (inputs[index].isIndices != type.getElementType().isInteger(32))
      return fmt::format("'{}' has elements of {}, but input '{}' is of {}",
                         paths[index],
                         inputs[index].isIndices ? "integers" : "floats",
                         entry.inputName(index),
                         inputs[index].isIndices ? "floats" : "indices");
  for (auto [index, type] : llvm::enumerate(entry.inputs))
    if (!fits(inputs[index].shape, type))
      return fmt::format("'{}' has the shape {}, but input '{}'{} has {}",
                         paths[index], nn::formatShape(inputs[index].shape),
                         entry.inputName(index),
                         entry.label.empty()
                             ? ""
                             : fmt::format(", as bound for '{}',", entry.label),
                         nn::formatShape(type.getShape()));
  return "";
}

/// The entry that is run on random numbers.
static llvm::Expected<std::string> chooseFixed(const NetworkInterface &network,
                                               const std::string &name) {
  if (network.entries.size() != 1) {
    std::vector<std::string> labels;
    for (const EntryInterface &entry : network.entries)
      labels.push_back(entry.label);
    return makeError(
        "network '{}' has several bindings, {}: give --input, whose shape "
        "chooses one, or one --bind alone",
        name, quoteAll(labels));
  }
  if (network.entries.front().hasOpenDims())
    return makeError(
        "the batch of network '{}' is open: give --input, or bind a number of "
        "rows to have random ones",
        name);
  return network.entries.front().label;
}

llvm::Expected<std::string> chooseEntry(const NetworkInterface &network,
                                        ArrayRef<Array> inputs,
                                        ArrayRef<std::string> paths) {
  std::string name = printable(network.name);
  if (inputs.empty())
    return chooseFixed(network, name);
  std::string misfits;
  // An open batch takes what no other binding is for.
  for (bool isOpen : {false, true})
    for (const EntryInterface &entry : network.entries) {
      if (entry.hasOpenDims() != isOpen)
        continue;
      std::string misfit = describeMisfit(entry, inputs, paths);
      if (misfit.empty())
        return entry.label;
      misfits += (misfits.empty() ? "" : "; ") + misfit;
    }
  return makeError("network '{}': {}", name, misfits);
}

void remarkOnImages(ArrayRef<std::string> paths, ArrayRef<Array> inputs,
                    ArrayRef<Type> types) {
  for (auto [path, input, type] : llvm::zip(paths, inputs, types)) {
    auto tensor = cast<RankedTensorType>(type);
    if (!StringRef(path).ends_with(".png") || tensor.getRank() != 4 ||
        tensor.isDynamicDim(1) || tensor.getDimSize(1) == input.shape[1])
      continue;
    auto [kind, mode, channels] =
        input.shape[1] == 1 ? std::tuple("grey, of 1 channel", "RGB", 3)
                            : std::tuple("coloured, of 3 channels", "L", 1);
    llvm::WithColor::remark(llvm::errs(), "nascent-run") << fmt::format(
        "'{0}' is {1}; Pillow's Image.open('{0}').convert('{2}') has {3}\n",
        printable(path), kind, mode, channels);
  }
}

void fillRandom(llvm::MutableArrayRef<float> values, uint64_t seed,
                uint64_t drawn) {
  std::mt19937 generator(static_cast<uint32_t>(seed));
  generator.discard(drawn);
  for (float &value : values)
    value = static_cast<float>(generator() & 0xffffff) * 0x1p-24f;
}

void fillRandomIndices(llvm::MutableArrayRef<float> words, int64_t least,
                       int64_t limit, uint64_t seed, uint64_t drawn) {
  std::mt19937 generator(static_cast<uint32_t>(seed));
  generator.discard(drawn);
  for (float &word : words)
    word = llvm::bit_cast<float>(
        uint32_t(generator() % uint64_t(limit - least) + least));
}

llvm::Error verifyIndices(const EntryInterface &entry, ArrayRef<Array> inputs) {
  for (auto [i, input] : llvm::enumerate(inputs)) {
    if (!input.isIndices || entry.limits[i] == 0)
      continue;
    int64_t limit = entry.limits[i], least = entry.leastIndex(i);
    for (auto [place, word] : llvm::enumerate(input.buffer.floats()))
      if (int32_t index = llvm::bit_cast<int32_t>(word);
          index < least || index >= limit)
        return makeError("input '{}' has the {} {} in {}; expected {} to {}",
                         entry.inputName(i),
                         entry.isLengths(i) ? "length" : "index", index,
                         placeOf(input.shape, place), least, limit - 1);
  }
  return llvm::Error::success();
}

} // namespace nascent
