//===- ForwardVariants.cpp - The functions of one entry point -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ForwardVariants.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/IR/Roles.h"
#include "nascent/Kernels/KernelPlan.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::program {

static int64_t numberOf(func::FuncOp function, StringRef name) {
  auto number = function->getAttrOfType<IntegerAttr>(name);
  return number ? number.getInt() : 0;
}

/// The names of a function's inputs or outputs: those that it has, or by order.
static SmallVector<std::string>
namesOf(func::FuncOp function, StringRef attribute, char prefix, size_t count) {
  SmallVector<std::string> names;
  if (auto given = function->getAttrOfType<ArrayAttr>(attribute))
    for (auto name : given.getAsValueRange<StringAttr>())
      names.push_back(name.str());
  else
    for (size_t i = 0; i < count; ++i)
      names.push_back(prefix + std::to_string(i));
  return names;
}

/// Checks that a variant has buffers of the rows that it says it computes, and
/// says what they are.
static FailureOr<Variant> matchVariant(func::FuncOp function) {
  Variant variant{function, numberOf(function, nn::kRowsAttrName), {}};
  bool hasRows = function->hasAttr(nn::kRowsAttrName);
  for (StringRef name : {nn::kBatchAttrName, nn::kSegmentAttrName,
                         nn::kReadsAttrName, nn::kWritesAttrName})
    if (!hasRows && function->hasAttr(name))
      return function.emitOpError()
             << "has '" << name << "' without '" << nn::kRowsAttrName << "'";
  ArrayRef<Type> buffers = function.getArgumentTypes();
  for (Type type : buffers.drop_front().drop_back()) {
    auto buffer = dyn_cast<MemRefType>(type);
    if (hasRows && (!buffer || buffer.getRank() == 0 || variant.rows == 0 ||
                    buffer.getDimSize(0) % variant.rows != 0))
      return function.emitOpError()
             << "computes " << variant.rows
             << " rows, but has a buffer of type " << type;
  }
  size_t numInputs = nn::findArguments(function, nn::Role::Input).size();
  size_t numOutputs = nn::findArguments(function, nn::Role::Output).size();
  auto reads = namesOf(function, nn::kReadsAttrName, 'x', numInputs);
  auto writes = namesOf(function, nn::kWritesAttrName, 'y', numOutputs);
  if (reads.size() != numInputs || writes.size() != numOutputs)
    return function.emitOpError()
           << "has " << numInputs << " inputs and " << numOutputs
           << " outputs, but names " << reads.size() << " that it reads and "
           << writes.size() << " that it writes";
  variant.values = std::move(reads);
  llvm::append_range(variant.values, writes);
  return variant;
}

/// Whether two variants compute the same: their buffers differ in rows only.
static bool areAlike(const Variant &x, const Variant &y) {
  if (x.values != y.values || x.getFunction().getArgumentTypes().front() !=
                                  y.getFunction().getArgumentTypes().front())
    return false;
  return llvm::all_of(llvm::seq<unsigned>(0, x.values.size()), [&](unsigned i) {
    return x.getType(i).getShape().drop_front() ==
               y.getType(i).getShape().drop_front() &&
           x.getRowBytes(i) == y.getRowBytes(i);
  });
}

LogicalResult ForwardVariants::verifySegment(ArrayRef<Variant> variants) {
  func::FuncOp first = variants.front().getFunction();
  if (variants.front().rows == 0 && !first->hasAttr(nn::kRowsAttrName)) {
    if (variants.size() == 1 && segments.size() == 1)
      return success();
    return first.emitOpError("is one of several functions of its network, but "
                             "does not say for how many rows");
  }
  if (!batch && variants.back().rows != 1)
    return variants.back().getFunction().emitOpError(
        "leaves rows of an open batch: one function must take a single row");
  for (const Variant &variant : variants) {
    func::FuncOp function = variant.getFunction();
    bool hasBatch = function->hasAttr(nn::kBatchAttrName);
    if (variant.rows <= 0 || hasBatch != batch.has_value() ||
        (hasBatch && numberOf(function, nn::kBatchAttrName) != *batch))
      return function.emitOpError()
             << "must take some rows of the same batch as '"
             << getFirst().getFunction().getSymName() << "'";
  }
  for (auto [one, other] : llvm::zip(variants, variants.drop_front()))
    if (one.rows == other.rows)
      return other.getFunction().emitOpError()
             << "computes " << other.rows << " rows, as '"
             << one.getFunction().getSymName()
             << "' does: expected one function of a segment for each number "
                "of rows";
  for (const Variant &variant : variants)
    if (!areAlike(variants.front(), variant))
      return variant.getFunction().emitOpError()
             << "must have the buffers of '" << first.getSymName()
             << "', but for their rows";
  return success();
}

LogicalResult ForwardVariants::collect(ArrayRef<func::FuncOp> functions) {
  for (func::FuncOp function : functions) {
    auto variant = matchVariant(function);
    if (failed(variant))
      return failure();
    int64_t index = numberOf(function, nn::kSegmentAttrName);
    if (index >= int64_t(functions.size()))
      return function.emitOpError()
             << "is of segment " << index << " of its network, which has but "
             << functions.size() << " functions";
    segments.resize(std::max<size_t>(segments.size(), index + 1));
    segments[index].push_back(*variant);
  }
  for (auto [index, variants] : llvm::enumerate(segments)) {
    if (variants.empty())
      return func::FuncOp(functions.front()).emitOpError()
             << "is of a network that has no function for segment " << index;
    llvm::sort(variants, [](const Variant &a, const Variant &b) {
      return a.rows == b.rows
                 ? a.getFunction()->isBeforeInBlock(b.getFunction())
                 : a.rows > b.rows;
    });
  }
  func::FuncOp first = getFirst().getFunction();
  if (first->hasAttr(nn::kBatchAttrName))
    batch = numberOf(first, nn::kBatchAttrName);
  for (const auto &variants : segments)
    if (failed(verifySegment(variants)))
      return failure();
  return success();
}

LogicalResult ForwardVariants::verifyCover(ArrayRef<Variant> variants,
                                           int64_t rows) {
  int64_t rest = rows;
  for (const Variant &variant : variants)
    rest %= variant.rows;
  if (rest == 0)
    return success();
  func::FuncOp first = variants.front().getFunction();
  return first.emitOpError() << "and the network's other functions leave "
                             << rest << " of " << rows << " rows";
}

LogicalResult ForwardVariants::findTogether() {
  const auto &largest = *llvm::max_element(segments, [](auto &a, auto &b) {
    return a.front().rows < b.front().rows;
  });
  for (const Variant &variant : largest)
    together.push_back(variant.rows);
  func::FuncOp first = largest.front().getFunction();
  if (batch && *batch < together.front())
    return first.emitOpError() << "computes " << together.front()
                               << " rows of a batch that has " << *batch;
  if (batch && failed(verifyCover(largest, *batch)))
    return failure();
  for (const auto &variants : segments)
    for (int64_t rows : together)
      if (failed(verifyCover(variants, rows)))
        return failure();
  return success();
}

LogicalResult ForwardVariants::collectValues() {
  // Of each value, the buffer that was seen first.
  llvm::StringMap<MemRefType> written, read;
  for (const auto &variants : segments) {
    const Variant &variant = variants.front();
    func::FuncOp function = variant.getFunction();
    size_t numInputs = nn::findArguments(function, nn::Role::Input).size();
    for (auto [index, name] : llvm::enumerate(variant.values)) {
      bool isRead = index < numInputs, isInput = StringRef(name)[0] == 'x';
      MemRefType type = variant.getType(index);
      if (isRead && !isInput && !written.contains(name))
        return function.emitOpError()
               << "reads '" << name << "', which no segment before it writes";
      if (!isRead && (isInput || written.contains(name)))
        return function.emitOpError()
               << "writes '" << name
               << "', which is the network's input or written already";
      auto [it, isNew] = (isInput ? read : written).try_emplace(name, type);
      if (isNew && StringRef(name)[0] == 'h')
        hidden.push_back({name, variant.getRowBytes(index)});
      if (!isNew &&
          it->second.getShape().drop_front() != type.getShape().drop_front())
        return function.emitOpError()
               << "has '" << name << "' of type " << type
               << ", but another segment has it of type " << it->second;
    }
  }
  for (size_t i = 0; read.contains("x" + std::to_string(i)); ++i)
    inputs.push_back(read["x" + std::to_string(i)]);
  for (size_t i = 0; written.contains("y" + std::to_string(i)); ++i)
    outputs.push_back(written["y" + std::to_string(i)]);
  if (inputs.size() + outputs.size() + hidden.size() ==
      read.size() + written.size())
    return success();
  return getFirst().getFunction().emitOpError(
      "is of a network whose inputs and outputs are not called x0, x1, … and "
      "y0, y1, …");
}

LogicalResult ForwardVariants::placeHidden() {
  func::FuncOp first = getFirst().getFunction();
  int64_t limit = kernels::addressLimit(first->getParentOfType<ModuleOp>());
  int64_t own = getScratchBytes();
  for (auto &[name, bytes] : hidden) {
    // A row's bytes become the place.
    std::optional<int64_t> all = nn::checkedProduct({bytes, together.front()});
    bytes = hiddenBytes;
    if (!all || *all >= limit - nn::kBufferAlignment - hiddenBytes - own)
      return first.emitOpError()
             << "is of a network whose scratch buffer needs " << limit
             << " bytes or more, which the target cannot address";
    hiddenBytes = llvm::alignTo(hiddenBytes + *all, nn::kBufferAlignment);
  }
  return success();
}

std::optional<int64_t> ForwardVariants::findOffset(StringRef value) const {
  const auto *it = llvm::find_if(
      hidden, [&](const auto &each) { return each.first == value; });
  return it == hidden.end() ? std::nullopt : std::optional(it->second);
}

int64_t ForwardVariants::getScratchBytes() const {
  // The same scratch serves all variants.
  int64_t own = 0;
  for (const auto &variants : segments)
    for (const Variant &variant : variants)
      own = std::max(own, variant.getScratch().getDimSize(0));
  return hiddenBytes + own;
}

FailureOr<ForwardVariants>
ForwardVariants::match(ArrayRef<func::FuncOp> functions) {
  ForwardVariants result;
  if (failed(result.collect(functions)) ||
      (result.hasBlocks() && failed(result.findTogether())) ||
      failed(result.collectValues()) || failed(result.placeHidden()))
    return failure();
  return result;
}

} // namespace nascent::program
