//===- PlanBuffers.cpp - Temporaries and parameters in given buffers ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A network's function needs no allocator: its temporaries' sizes and lifetimes
// are known, so they share one scratch buffer whose size the caller reads off
// the header.
//
//===----------------------------------------------------------------------===//

#include "TrainingVariants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/IR/Roles.h"
#include "nascent/Kernels/ForwardContract.h"
#include "nascent/Kernels/KernelPlan.h"
#include "nascent/Program/Passes.h"
#include "llvm/Support/MathExtras.h"

namespace nascent::program {

#define GEN_PASS_DEF_PLANBUFFERS
#include "nascent/Program/Passes.h.inc"

using namespace mlir;

namespace {

/// A temporary's bytes in scratch while it is live.
struct Slot {
  memref::AllocOp alloc;
  int64_t bytes;
  unsigned firstUse, lastUse;
  int64_t offset = 0;
};

/// The position of the last operation that uses `buffer` or a view of it.
unsigned lastUseOf(Value buffer,
                   const llvm::DenseMap<Operation *, unsigned> &positions) {
  unsigned last = 0;
  for (Operation *user : buffer.getUsers()) {
    last = std::max(last, positions.lookup(user));
    if (isa<ViewLikeOpInterface>(user))
      last = std::max(last, lastUseOf(user->getResult(0), positions));
  }
  return last;
}

/// The row-major type of which a temporary of `type` is the beginning of each
/// row, of each row of rows, and so on; null where it is not that. It is `type`
/// itself where there is nothing between its elements.
MemRefType wholeRows(MemRefType type) {
  SmallVector<int64_t> strides, shape(type.getShape());
  int64_t offset;
  if (type.getLayout().isIdentity())
    return type;
  if (failed(type.getStridesAndOffset(strides, offset)) || offset != 0 ||
      strides.back() != 1 || ShapedType::isDynamicShape(strides))
    return nullptr;
  for (size_t i = shape.size() - 1; i > 0; --i) {
    if (strides[i] <= 0 || strides[i - 1] % strides[i] != 0 ||
        strides[i - 1] / strides[i] < shape[i])
      return nullptr;
    shape[i] = strides[i - 1] / strides[i];
  }
  return MemRefType::get(shape, type.getElementType());
}

FailureOr<int64_t> bytesOf(memref::AllocOp alloc) {
  MemRefType whole = wholeRows(alloc.getType());
  if (!whole)
    return alloc.emitOpError()
           << "of type " << alloc.getType()
           << " has a layout that scratch cannot hold; only rows may be longer";
  SmallVector<int64_t> factors(whole.getShape());
  factors.push_back(sizeof(float));
  std::optional<int64_t> bytes = nn::checkedProduct(factors);
  if (!bytes || *bytes > std::numeric_limits<int64_t>::max() / 4)
    return alloc.emitOpError() << "of type " << alloc.getType()
                               << " does not fit in the scratch buffer";
  return llvm::alignTo(*bytes, nn::kBufferAlignment);
}

/// Buffers that are too large could not be addressed, so not be made either.
LogicalResult verifyAddressable(func::FuncOp function, int64_t scratchBytes) {
  int64_t limit = kernels::addressLimit(function->getParentOfType<ModuleOp>());
  auto tooLarge = [&](StringRef what) {
    return function.emitOpError()
           << what << " needs " << limit
           << " bytes or more, which the target cannot address";
  };
  if (scratchBytes >= limit)
    return tooLarge("the scratch buffer");
  for (Type type : function.getArgumentTypes()) {
    SmallVector<int64_t> factors(cast<MemRefType>(type).getShape());
    factors.push_back(sizeof(float));
    std::optional<int64_t> bytes = nn::checkedProduct(factors);
    if (!bytes || *bytes >= limit)
      return tooLarge("an input or output");
  }
  return success();
}

/// Gives each slot, one after the other, the lowest place that is free for its
/// whole life. Returns how many bytes scratch then has. What is dead need not
/// be looked at again where slots come in the order of their lives.
FailureOr<int64_t> place(MutableArrayRef<Slot> slots, bool isInOrder) {
  int64_t scratchBytes = 0;
  SmallVector<const Slot *> placed; // sorted by offset
  for (Slot &slot : slots) {
    if (isInOrder)
      llvm::erase_if(placed, [&](const Slot *other) {
        return other->lastUse < slot.firstUse;
      });
    int64_t end = 0;
    slot.offset = 0;
    for (const Slot *other : placed) {
      if (other->lastUse < slot.firstUse || slot.lastUse < other->firstUse)
        continue;
      if (other->offset - slot.offset >= slot.bytes)
        break;
      slot.offset = std::max(slot.offset, other->offset + other->bytes);
    }
    if (llvm::AddOverflow(slot.offset, slot.bytes, end))
      return slot.alloc.emitOpError(
          "makes the scratch buffer need 2^63 bytes or more");
    scratchBytes = std::max(scratchBytes, end);
    auto isBefore = [](auto *one, auto *other) {
      return one->offset < other->offset;
    };
    placed.insert(llvm::upper_bound(placed, &slot, isBefore), &slot);
  }
  return scratchBytes;
}

/// The bytes of the slots that live at a time, at the most: no plan needs less.
int64_t peakOf(ArrayRef<Slot> slots) {
  SmallVector<std::pair<unsigned, int64_t>> changes;
  for (const Slot &slot : slots) {
    changes.push_back({slot.firstUse, slot.bytes});
    changes.push_back({slot.lastUse + 1, -slot.bytes});
  }
  llvm::sort(changes);
  int64_t live = 0, peak = 0;
  for (auto [position, bytes] : changes)
    peak = std::max(peak, live += bytes);
  return peak;
}

/// Places temporaries in the order of their lives, or, if that takes less
/// scratch, large ones first.
FailureOr<SmallVector<Slot>> planSlots(func::FuncOp function,
                                       int64_t &scratchBytes) {
  llvm::DenseMap<Operation *, unsigned> positions;
  for (auto [position, op] : llvm::enumerate(function.front()))
    positions[&op] = position;
  SmallVector<Slot> slots;
  for (auto alloc : function.front().getOps<memref::AllocOp>()) {
    FailureOr<int64_t> bytes = bytesOf(alloc);
    if (failed(bytes))
      return failure();
    slots.push_back(
        {alloc, *bytes, positions[alloc], lastUseOf(alloc, positions)});
  }
  FailureOr<int64_t> bytes = place(slots, /*isInOrder=*/true);
  if (failed(bytes))
    return failure();
  scratchBytes = *bytes;
  if (scratchBytes == peakOf(slots))
    return slots;
  SmallVector<Slot> largeFirst = slots;
  llvm::sort(largeFirst, [](const Slot &one, const Slot &other) {
    return std::pair(-one.bytes, one.firstUse) <
           std::pair(-other.bytes, other.firstUse);
  });
  bytes = place(largeFirst, /*isInOrder=*/false);
  if (failed(bytes))
    return failure();
  if (*bytes >= scratchBytes)
    return slots;
  scratchBytes = *bytes;
  return largeFirst;
}

Value viewAt(OpBuilder &builder, Location loc, MemRefType type, Value buffer,
             int64_t offset) {
  Value at = arith::ConstantIndexOp::create(builder, loc, offset);
  Value rows = memref::ViewOp::create(builder, loc, wholeRows(type), buffer, at,
                                      ValueRange());
  if (rows.getType() == type)
    return rows;
  auto [strides, unused] = type.getStridesAndOffset();
  return memref::ReinterpretCastOp::create(builder, loc, type, rows,
                                           /*offset=*/0, type.getShape(),
                                           strides);
}

/// Where nothing is written of so many bytes: pairs of offsets and sizes.
SmallVector<int64_t> findGaps(SmallVector<std::pair<int64_t, int64_t>> written,
                              int64_t bytes) {
  llvm::sort(written);
  written.emplace_back(bytes, bytes);
  SmallVector<int64_t> gaps;
  int64_t end = 0;
  for (auto [start, next] : written) {
    if (start > end)
      gaps.append({end, start - end});
    end = std::max(end, next);
  }
  return gaps;
}

struct PlanBuffersPass : impl::PlanBuffersBase<PlanBuffersPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      bool isPlanned = function->hasAttr(nn::kScratchBytesAttrName);
      if (function->hasAttr(nn::kParameterBytesAttrName) && !isPlanned &&
          !function.isDeclaration() &&
          (failed(kernels::verifyForward(function)) ||
           failed(plan(function, symbols))))
        return signalPassFailure();
    }
    // Their shapes live on in offsets and views. One walk finds all uses.
    SymbolTableCollection tables;
    SymbolUserMap users(tables, getOperation());
    for (auto parameter :
         llvm::make_early_inc_range(getOperation().getOps<nn::ParameterOp>()))
      if (users.useEmpty(parameter))
        parameter.erase();
    // Initialisers have been compiled; only parameters referred to them.
    auto initializers = getOperation().getOps<nn::InitializerOp>();
    if (initializers.empty())
      return;
    SymbolUserMap usersLeft(tables, getOperation());
    for (auto initializer : llvm::make_early_inc_range(initializers))
      if (usersLeft.useEmpty(initializer))
        initializer.erase();
  }

  /// Kernels read whole vectors of what is marked so. A parameter's place has
  /// room behind its only row, and nothing else has.
  LogicalResult verifyRoom(func::CallOp call, const SymbolTable &symbols) {
    auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
    for (auto [index, operand] : llvm::enumerate(call.getOperands())) {
      auto type = dyn_cast<MemRefType>(operand.getType());
      if (type && type.getRank() <= 1 && kernel &&
          kernel.getArgAttr(index, nn::kPaddedAttrName) &&
          !operand.getDefiningOp<nn::LoadParameterOp>())
        return call.emitOpError() << "passes what is no parameter as operand "
                                  << index << ", whose '" << nn::kPaddedAttrName
                                  << "' says that there is room behind its row";
    }
    return success();
  }

  LogicalResult plan(func::FuncOp function, SymbolTable &symbols) {
    for (auto call : function.front().getOps<func::CallOp>())
      if (failed(verifyRoom(call, symbols)))
        return failure();
    int64_t bytes = 0;
    FailureOr<SmallVector<Slot>> slots = planSlots(function, bytes);
    if (failed(slots) || failed(verifyAddressable(function, bytes)))
      return failure();
    scratchBytes += bytes;
    Builder attributes(&getContext());
    Type i8 = attributes.getI8Type();
    auto parameterBytes =
        function->getAttrOfType<IntegerAttr>(nn::kParameterBytesAttrName);
    auto insert = [&](unsigned index, int64_t size, nn::Role role) {
      NamedAttribute noAlias(LLVM::LLVMDialect::getNoAliasAttrName(),
                             attributes.getUnitAttr());
      NamedAttribute isRole(nn::kRoleAttrName,
                            nn::RoleAttr::get(&getContext(), role));
      return function.insertArgument(
          index, MemRefType::get({size}, i8),
          attributes.getDictionaryAttr({noAlias, isRole}), function.getLoc());
    };
    bool hasGradients = !function.front().getOps<nn::LoadGradientOp>().empty();
    unsigned numInputs = nn::findArguments(function, nn::Role::Input).size();
    if (failed(insert(0, parameterBytes.getInt(), nn::Role::Parameters)) ||
        failed(insert(function.getNumArguments(), bytes, nn::Role::Scratch)) ||
        (hasGradients && failed(insert(1 + numInputs, parameterBytes.getInt(),
                                       nn::Role::Gradients))))
      return failure();
    function->setAttr(nn::kScratchBytesAttrName,
                      attributes.getI64IntegerAttr(bytes));

    for (const Slot &slot : *slots) {
      memref::AllocOp alloc = slot.alloc;
      OpBuilder builder(alloc);
      Value view = viewAt(builder, alloc.getLoc(), alloc.getType(),
                          function.getArguments().back(), slot.offset);
      alloc.replaceAllUsesWith(view);
      alloc.erase();
    }
    SmallVector<std::pair<int64_t, int64_t>> written;
    for (auto load : llvm::make_early_inc_range(
             function.front().getOps<nn::LoadOpInterface>())) {
      OpBuilder builder(load);
      auto [name, role] = load.getStorage();
      auto parameter = symbols.lookup<nn::ParameterOp>(name);
      if (!parameter.getOffset()) {
        InFlightDiagnostic diag = load->emitOpError()
                                  << "refers to '" << parameter.getSymName()
                                  << "', which has no place yet; run "
                                     "nn-assign-layouts first";
        diag.attachNote(parameter.getLoc()) << "the parameter is declared here";
        return diag;
      }
      std::optional<int64_t> size = parameter.getStorageBytes();
      if (!size ||
          *size > parameterBytes.getInt() - int64_t(*parameter.getOffset()))
        return load->emitOpError()
               << "refers to '" << parameter.getSymName()
               << "', which does not "
               << "end within the " << parameterBytes.getInt()
               << " bytes of parameters";
      if (role == nn::Role::Gradients)
        written.emplace_back(*parameter.getOffset(),
                             *parameter.getOffset() + *size);
      Value buffer = load->getResult(0);
      Value view =
          viewAt(builder, load.getLoc(), cast<MemRefType>(buffer.getType()),
                 function.getArgument(*nn::findArgument(function, role)),
                 *parameter.getOffset());
      buffer.replaceAllUsesWith(view);
      load->erase();
    }
    if (hasGradients)
      function->setAttr(kGradientGapsAttrName,
                        attributes.getDenseI64ArrayAttr(
                            findGaps(written, parameterBytes.getInt())));
    return success();
  }
};

} // namespace

} // namespace nascent::program
