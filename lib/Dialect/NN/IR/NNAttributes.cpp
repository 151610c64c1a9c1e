//===- NNAttributes.cpp - Which layouts, plans and targets exist ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include "nascent/Dialect/NN/IR/LayerShapes.h"
#include "nascent/Support/CName.h"
#include "nascent/Support/Quote.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::nn {

LogicalResult PanelsAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 int64_t width, Type element, int64_t spatial) {
  if (element && !element.isF16() && !element.isBF16())
    return emitError() << "elements must be stored as f16 or bf16, or as f32 "
                          "by naming none, got "
                       << element;
  if (width < 1 || width > 1024)
    return emitError() << "panel width must lie between 1 and 1024, got "
                       << width;
  if (spatial < 1)
    return emitError() << "the spatial size must be at least 1, got "
                       << spatial;
  return success();
}

LogicalResult PlanAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               std::optional<int64_t> tileRows,
                               std::optional<int64_t> tilePanels,
                               std::optional<int64_t> depthBlock,
                               std::optional<int64_t> rowBlock,
                               std::optional<int64_t> chains,
                               std::optional<int64_t> prefetch) {
  // A tile is straight code: larger ones are no experiment but a mistake.
  auto verify = [&](StringRef name, std::optional<int64_t> value, int64_t least,
                    int64_t most) -> LogicalResult {
    if (value && (*value < least || *value > most))
      return emitError() << name << " must lie between " << least << " and "
                         << most << ", got " << *value;
    return success();
  };
  constexpr int64_t large = int64_t(1) << 31;
  if (failed(verify("tile_rows", tileRows, 1, 64)) ||
      failed(verify("tile_panels", tilePanels, 1, 64)) ||
      failed(verify("depth_block", depthBlock, 1, large)) ||
      failed(verify("row_block", rowBlock, 1, large)) ||
      failed(verify("chains", chains, 1, 64)) ||
      failed(verify("prefetch", prefetch, 0, 1024)))
    return failure();
  return success();
}

LogicalResult TargetAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 StringRef, StringRef, StringRef,
                                 int64_t vectorBits, int64_t registers, bool,
                                 bool) {
  if (vectorBits < 32 || vectorBits > 2048 || !llvm::isPowerOf2_64(vectorBits))
    return emitError() << "vector bits must be a power of two between 32 and "
                          "2048, got "
                       << vectorBits;
  if (registers < 1)
    return emitError() << "at least 1 register is needed, got " << registers;
  return success();
}

//===----------------------------------------------------------------------===//
// The C interface
//===----------------------------------------------------------------------===//

/// Whether all of an array, which may be null, are `Attr`.
template <typename Attr>
static bool holds(ArrayAttr array) {
  return !array || llvm::all_of(array, llvm::IsaPred<Attr>);
}

LogicalResult
InterfaceParameterAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               StringRef, RankedTensorType type, StringRef,
                               ArrayAttr aliases) {
  // As many sizes as a `nascent_parameter_info` has.
  if (!type.hasStaticShape() || type.getRank() > 8)
    return emitError() << "a parameter must have at most 8 known dimensions, "
                          "got "
                       << type;
  if (!holds<StringAttr>(aliases))
    return emitError() << "aliases must be strings, got " << aliases;
  return success();
}

LogicalResult InterfaceEntryAttr::verify(
    function_ref<InFlightDiagnostic()> emitError, FunctionType type,
    StringRef label, ArrayAttr sizes, ArrayAttr elements, ArrayAttr conditions,
    DenseI64ArrayAttr limits, ArrayAttr lengths, ArrayAttr names,
    int64_t scratchBytes, int64_t steps, bool) {
  auto areStrings = [](ArrayAttr array) {
    return !array || llvm::all_of(array, llvm::IsaPred<StringAttr>);
  };
  auto isArgument = [](Attribute size) {
    return isCWord(cast<StringAttr>(size).getValue());
  };
  unsigned buffers = type.getNumInputs() + type.getNumResults();
  if (!areStrings(sizes) || !areStrings(elements) || !areStrings(conditions) ||
      bool(sizes) != bool(elements) || (conditions && !sizes) ||
      (sizes &&
       (!llvm::all_of(sizes, isArgument) || elements.size() != buffers)))
    return emitError() << "sizes must be names of arguments in C, and elements "
                          "a formula in them for each of the "
                       << buffers << " inputs and outputs";
  for (unsigned i = 0, e = type.getNumInputs(); i < e; ++i) {
    auto tensor = dyn_cast<RankedTensorType>(type.getInput(i));
    bool isIndex = tensor && tensor.getElementType().isInteger(32);
    bool hasLimit = limits && i < limits.size() && limits[i] > 0;
    bool isPerInput = !limits || limits.size() == e ||
                      (limits.size() == e + 1 && limits[e] > 0);
    if (isIndex != hasLimit || !isPerInput)
      return emitError() << "limits must be of each input, and positive where "
                            "it is indices, of i32, else 0; behind them, one "
                            "of steps must be positive";
  }
  auto isLength = [&](unsigned i) {
    StringRef text = cast<StringAttr>(lengths[i]).getValue();
    bool isNumber = !text.empty() && llvm::all_of(text, llvm::isDigit);
    bool isSize =
        sizes && llvm::any_of(sizes.getAsValueRange<StringAttr>(),
                              [&](StringRef name) { return name == text; });
    return text.empty() || (limits && limits[i] > 0 && (isNumber || isSize));
  };
  if (lengths &&
      (!areStrings(lengths) || lengths.size() != type.getNumInputs() ||
       !llvm::all_of(llvm::seq<unsigned>(0, lengths.size()), isLength)))
    return emitError()
           << "lengths must be of each input, a number or one of the "
              "sizes where it is of i32 and lengths, else empty";
  if (names && (!areStrings(names) || names.size() != type.getNumInputs() ||
                !llvm::all_of(names, isArgument)))
    return emitError() << "names must be of each input, and names in C";
  for (TypeRange types : {type.getInputs(), type.getResults()})
    for (Type each : types) {
      auto tensor = dyn_cast<RankedTensorType>(each);
      bool hasBatch = tensor && tensor.getRank() != 0 && tensor.isDynamicDim(0);
      bool isIndex = tensor && tensor.getElementType().isInteger(32);
      if (!tensor || (!tensor.getElementType().isF32() && !isIndex) ||
          (!sizes && (tensor.getNumDynamicDims() > hasBatch ||
                      !checkedProduct(tensor.getShape().drop_front(hasBatch)))))
        return emitError() << "inputs and outputs must be tensors of f32 whose "
                              "sizes are known, but for a batch, got "
                           << each;
    }
  if (!label.empty() && !isCWord(label))
    return emitError() << "label must be part of a name in C, got '"
                       << printable(label) << "'";
  if (scratchBytes < 0 || steps < 0)
    return emitError() << "scratch and steps must not be negative, got "
                       << scratchBytes << " bytes and " << steps << " steps";
  return success();
}

LogicalResult
InterfaceAttr::verify(function_ref<InFlightDiagnostic()> emitError, StringRef,
                      int64_t parameterBytes, ArrayAttr parameters,
                      ArrayAttr entries, ArrayAttr without,
                      int64_t gradientBytes, ArrayAttr optimizers,
                      int64_t stateBytes) {
  if (parameterBytes < 0)
    return emitError() << "parameter bytes must not be negative, got "
                       << parameterBytes;
  if (stateBytes < 0)
    return emitError() << "state bytes must not be negative, got "
                       << stateBytes;
  if (!holds<InterfaceParameterAttr>(parameters))
    return emitError() << "parameters must be #nn.interface_parameter, got "
                       << parameters;
  if (!holds<InterfaceEntryAttr>(entries))
    return emitError() << "entries must be #nn.interface_entry, got "
                       << entries;
  if (!holds<StringAttr>(without))
    return emitError() << "what is left out must be strings, got " << without;
  if (gradientBytes < 0 || gradientBytes > parameterBytes)
    return emitError() << "gradient bytes must lie between 0 and the "
                       << parameterBytes << " of parameters, got "
                       << gradientBytes;
  if (!holds<OptimizerAttrInterface>(optimizers))
    return emitError() << "optimizers must be optimisers, got " << optimizers;
  return success();
}

} // namespace nascent::nn
