//===- OnnxShaping.cpp - Elements in other places -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxFold.h"
#include "OnnxShapes.h"
#include "OnnxSteps.h"
#include <fmt/format.h>

namespace nascent {

using llvm::ArrayRef;

static void importFlatten(OnnxCall &call) {
  ImportedValue *x = call.value(0);
  int64_t stated = call.integer("axis", 1);
  // Behind the last dimension is a place, too, which no negative number names.
  auto axis = x ? call.axis(stated, x->rank() + (stated >= 0)) : std::nullopt;
  if (!axis ||
      !call.need(*axis == 1, fmt::format("axis {} is not supported; 1, which "
                                         "keeps the batch, is",
                                         *axis)))
    return;
  if (x->rank() == 2)
    return call.setResult(x);
  OpenSize row = 1;
  for (const OpenSize &size : llvm::drop_begin(x->sizes))
    if (row.isOpen() || size.isOpen())
      row = call.openSize();
    else if (llvm::MulOverflow(row.number, size.number, row.number))
      return call.refuse("a row of too many elements");
  if (ImportedValue *flat = reshapeTo(call, x, {x->sizes[0], row}))
    call.setResult(flat);
}

//===----------------------------------------------------------------------===//
// Reshape
//===----------------------------------------------------------------------===//

/// The size that a -1 stands for: what is left of the product.
static OpenSize inferSize(OnnxCall &call, const ImportedValue &x,
                          ArrayRef<OpenSize> wanted, size_t inferred) {
  std::vector<OpenSize> left(x.sizes.begin(), x.sizes.end());
  std::vector<OpenSize> numbers;
  for (auto [index, size] : llvm::enumerate(wanted)) {
    if (index == inferred)
      continue;
    auto same = llvm::find(left, size);
    if (same != left.end())
      left.erase(same);
    else
      numbers.push_back(size);
  }
  int64_t divisor = 1, product = 1;
  std::optional<OpenSize> open;
  for (const OpenSize &size : numbers)
    if (size.isOpen() || llvm::MulOverflow(divisor, size.number, divisor))
      return call.openSize();
  for (const OpenSize &size : left)
    if (size.isOpen() && !open)
      open = size;
    else if (size.isOpen() || llvm::MulOverflow(product, size.number, product))
      return call.openSize();
  if (open && product == divisor)
    return *open;
  if (open || divisor == 0 || product % divisor != 0)
    return call.openSize();
  return product / divisor;
}

static void importReshape(OnnxCall &call) {
  bool keepsZero = call.integer("allowzero", 0) != 0;
  OpenShape wanted;
  if (call.hasInput(1)) {
    const OnnxConstant *shape = call.integers(1);
    if (!shape)
      return;
    wanted.assign(shape->integers.begin(), shape->integers.end());
  } else {
    for (int64_t size : call.list("shape"))
      wanted.push_back(size);
  }
  call.ignore("consumed_inputs");
  if (joinDirections(call, wanted))
    return;
  const OnnxConstant *constant = call.findConstant(0);
  ImportedValue *x = constant ? nullptr : call.value(0);
  if (!constant && !x)
    return;
  OpenShape from;
  if (constant)
    from.assign(constant->shape.begin(), constant->shape.end());
  else
    from = x->sizes;
  std::optional<size_t> inferred;
  for (auto [index, size] : llvm::enumerate(wanted)) {
    if (size == OpenSize(0) && !keepsZero && index < from.size())
      size = from[index];
    if (size != OpenSize(-1))
      continue;
    if (!call.need(!inferred, "a shape with more than one -1"))
      return;
    inferred = index;
  }
  if (constant) {
    int64_t product = 1;
    auto numbers = numbersOf(wanted);
    if (!call.need(numbers.has_value(), "a constant of open shape"))
      return;
    for (auto [index, size] : llvm::enumerate(*numbers))
      if (index != inferred &&
          !call.need(!llvm::MulOverflow(product, size, product),
                     "a shape that is too large"))
        return;
    if (inferred)
      (*numbers)[*inferred] = product > 0 ? constant->size() / product : 0;
    return foldReshape(call, *constant, *numbers);
  }
  if (inferred) {
    OpenSize size = inferSize(call, *x, wanted, *inferred);
    // The rest of the shape has to be a row of the batch, or it is an error
    // when the network is bound.
    wanted[*inferred] = size.isOpen() && *inferred == 0 ? x->sizes[0] : size;
  }
  call.setResult(reshapeTo(call, x, wanted));
}

//===----------------------------------------------------------------------===//
// Dimensions of one element
//===----------------------------------------------------------------------===//

/// Which dimensions of `rank`, sorted; nothing after a refusal.
static std::optional<llvm::SmallVector<int64_t>> readDims(OnnxCall &call,
                                                          size_t rank) {
  auto dims = readList(call, 1, "axes");
  if (!dims)
    return std::nullopt;
  for (int64_t &dim : *dims) {
    auto counted = call.axis(dim, rank);
    if (!counted)
      return std::nullopt;
    dim = *counted;
  }
  llvm::sort(*dims);
  if (!call.need(std::unique(dims->begin(), dims->end()) == dims->end(),
                 "a dimension is named twice"))
    return std::nullopt;
  return dims;
}

/// Sets the result: the first operand with other sizes.
static void setReshaped(OnnxCall &call, ArrayRef<OpenSize> sizes) {
  const OnnxConstant *constant = call.findConstant(0);
  if (constant) {
    if (auto numbers = numbersOf(sizes))
      foldReshape(call, *constant, *numbers);
    return;
  }
  ImportedValue *x = call.value(0);
  call.setResult(x ? reshapeTo(call, x, sizes) : nullptr);
}

static void importSqueeze(OnnxCall &call) {
  // Of a recurrent operator's result, no dimension is counted from behind.
  if (const OnnxOperand *x = call.findOperand(0);
      x && x->order != OnnxOrder::BatchFirst) {
    if (auto dims = readList(call, 1, "axes"))
      squeezeDirections(call, *dims);
    return;
  }
  auto sizes = readSizes(call);
  auto dims = sizes ? readDims(call, sizes->size()) : std::nullopt;
  if (!dims)
    return;
  if (dims->empty())
    for (auto [dim, size] : llvm::enumerate(*sizes))
      if (size == OpenSize(1))
        dims->push_back(dim);
  OpenShape left;
  for (auto [dim, size] : llvm::enumerate(*sizes))
    if (!llvm::is_contained(*dims, dim))
      left.push_back(size);
    else if (!call.need(
                 size.isOpen() || size == OpenSize(1),
                 fmt::format("dimension {} has {} elements", dim, size.number)))
      return;
  setReshaped(call, left);
}

static void importUnsqueeze(OnnxCall &call) {
  auto sizes = readSizes(call);
  if (!sizes)
    return;
  size_t added = 0;
  if (auto axes = readList(call, 1, "axes"))
    added = axes->size();
  auto dims = readDims(call, sizes->size() + added);
  if (!dims)
    return;
  if (dims->size() == 1 && dims->front() == 0 && unsqueezeStates(call))
    return;
  for (int64_t dim : *dims)
    sizes->insert(sizes->begin() + dim, OpenSize(1));
  setReshaped(call, *sizes);
}

static void importTranspose(OnnxCall &call) {
  llvm::SmallVector<int64_t> dims = call.list("perm");
  if (transposeSteps(call, dims))
    return;
  auto sizes = readSizes(call);
  if (!sizes)
    return;
  if (!call.hasAttribute("perm"))
    for (size_t dim = sizes->size(); dim-- > 0;)
      dims.push_back(dim);
  if (const OnnxConstant *constant = call.findConstant(0))
    return foldPermute(call, *constant, dims);
  ImportedValue *x = call.value(0);
  call.setResult(x ? permute(call, x, dims) : nullptr);
}

//===----------------------------------------------------------------------===//
// Blocks of pixels as channels
//===----------------------------------------------------------------------===//

/// Sets the result: the input in `blocks`, their dimensions in another order.
static void moveBlocks(OnnxCall &call, ArrayRef<OpenSize> blocks,
                       ArrayRef<int64_t> order, ArrayRef<OpenSize> sizes) {
  ImportedValue *x = call.value(0);
  ImportedValue *split = x ? reshapeTo(call, x, blocks) : nullptr;
  ImportedValue *moved = split ? permute(call, split, order) : nullptr;
  call.setResult(moved ? reshapeTo(call, moved, sizes) : nullptr);
}

/// The side of blocks, of an image all of whose sizes are known.
static std::optional<int64_t> readBlock(OnnxCall &call,
                                        const ImportedValue &x) {
  int64_t block = call.integer("blocksize", 0);
  bool isKnown =
      x.rank() == 4 && numbersOf(ArrayRef(x.sizes).drop_front()).has_value();
  if (!call.need(isKnown && block > 0 && block < 1 << 10,
                 fmt::format("blocks of {} in {}; images of known sizes are "
                             "supported",
                             block, formatOpenShape(x.sizes))))
    return std::nullopt;
  return block;
}

static void importDepthToSpace(OnnxCall &call) {
  ImportedValue *x = call.value(0);
  std::string mode = call.string("mode", "DCR");
  auto block = x ? readBlock(call, *x) : std::nullopt;
  if (!block || !call.need(mode == "DCR" || mode == "CRD",
                           "mode '" + mode + "' is not supported"))
    return;
  int64_t b = *block, channels = x->sizes[1].number / (b * b);
  int64_t height = x->sizes[2].number, width = x->sizes[3].number;
  OpenShape sizes = {x->sizes[0], channels, height * b, width * b};
  if (mode == "DCR")
    return moveBlocks(call, {x->sizes[0], b, b, channels, height, width},
                      {0, 3, 4, 1, 5, 2}, sizes);
  moveBlocks(call, {x->sizes[0], channels, b, b, height, width},
             {0, 1, 4, 2, 5, 3}, sizes);
}

static void importSpaceToDepth(OnnxCall &call) {
  ImportedValue *x = call.value(0);
  auto block = x ? readBlock(call, *x) : std::nullopt;
  if (!block)
    return;
  int64_t b = *block, channels = x->sizes[1].number;
  int64_t height = x->sizes[2].number / b, width = x->sizes[3].number / b;
  moveBlocks(call, {x->sizes[0], channels, height, b, width, b},
             {0, 3, 5, 1, 2, 4},
             {x->sizes[0], channels * b * b, height, width});
}

ArrayRef<OnnxOperator> onnxShaping() {
  static constexpr OnnxOperator operators[] = {
      {"DepthToSpace", "reshape, permute", "known sizes", importDepthToSpace},
      {"Flatten", "flatten", "axis 1", importFlatten},
      {"Reshape", "reshape, flatten",
       "keeps the batch; one open size behind it", importReshape},
      {"SpaceToDepth", "reshape, permute", "known sizes", importSpaceToDepth},
      {"Squeeze", "reshape, flatten", "not of the batch", importSqueeze},
      {"Transpose", "permute", "keeps the batch; pairs cancel",
       importTranspose},
      {"Unsqueeze", "reshape",
       "before the batch only of states with which recurrent operators begin",
       importUnsqueeze}};
  return operators;
}

} // namespace nascent
