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
  unsigned lastUse;
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

/// Gives each temporary the lowest place that is free for its whole life.
FailureOr<SmallVector<Slot>> planSlots(func::FuncOp function,
                                       int64_t &scratchBytes) {
  llvm::DenseMap<Operation *, unsigned> positions;
  for (auto [position, op] : llvm::enumerate(function.front()))
    positions[&op] = position;
  SmallVector<Slot> done, live; // `live` sorted by offset
  scratchBytes = 0;
  for (auto alloc : function.front().getOps<memref::AllocOp>()) {
    FailureOr<int64_t> bytes = bytesOf(alloc);
    if (failed(bytes))
      return failure();
    unsigned start = positions[alloc];
    llvm::erase_if(live,
                   [&](const Slot &slot) { return slot.lastUse < start; });
    Slot slot{alloc, *bytes, lastUseOf(alloc, positions)};
    auto *place = live.begin();
    for (; place != live.end(); ++place) {
      if (place->offset - slot.offset >= slot.bytes)
        break;
      slot.offset = place->offset + place->bytes;
    }
    if (llvm::AddOverflow(slot.offset, slot.bytes, scratchBytes)) {
      alloc.emitOpError("makes the scratch buffer need 2^63 bytes or more");
      return failure();
    }
    live.insert(place, slot);
    done.push_back(slot);
  }
  scratchBytes = 0;
  for (const Slot &slot : done)
    scratchBytes = std::max(scratchBytes, slot.offset + slot.bytes);
  return done;
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
    SmallVector<int64_t> gaps;
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
      int64_t end = *parameter.getOffset() + *size;
      int64_t gap = llvm::alignTo(end, nn::kBufferAlignment) - end;
      if (role == nn::Role::Gradients && gap != 0)
        gaps.append({end, gap});
      Value buffer = load->getResult(0);
      Value view =
          viewAt(builder, load.getLoc(), cast<MemRefType>(buffer.getType()),
                 function.getArgument(*nn::findArgument(function, role)),
                 *parameter.getOffset());
      buffer.replaceAllUsesWith(view);
      load->erase();
    }
    if (!gaps.empty())
      function->setAttr(kGradientGapsAttrName,
                        attributes.getDenseI64ArrayAttr(gaps));
    return success();
  }
};

} // namespace

} // namespace nascent::program
