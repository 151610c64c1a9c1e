//===- PadRows.cpp - Room behind the rows of matrices ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A hidden value is stored by one kernel and loaded by the next, at once: that
// is fast where both deal in whole vectors, so its rows get room for them.
//
// A tile reads one element of each of its rows at a time. Where rows are a
// multiple of a cache way apart, those elements share one set of the cache and
// drive each other out of it; so such rows are moved apart. So are pixels that
// a window slides over: of each of several lines, it reads a few neighbours'
// same channels.
//
//===----------------------------------------------------------------------===//

#include "KernelContract.h"
#include "StridedBuffer.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Kernels/ContractionDims.h"
#include "nascent/Kernels/CopyKernel.h"
#include "nascent/Kernels/ForwardContract.h"
#include "nascent/Kernels/KernelPlan.h"
#include "nascent/Kernels/Passes.h"
#include "llvm/ADT/MapVector.h"

namespace nascent::kernels {

#define GEN_PASS_DEF_PADROWS
#include "nascent/Kernels/Passes.h.inc"

using namespace mlir;

namespace {

/// The type of a matrix like `type` whose rows are as far apart as `choose`
/// says of how many there are and how long; `type` itself where they are
/// already.
MemRefType padded(MemRefType type,
                  function_ref<int64_t(int64_t rows, int64_t columns)> choose) {
  if (type.getRank() != 2 || !type.getLayout().isIdentity())
    return type;
  int64_t columns = type.getDimSize(1);
  int64_t stride = choose(type.getDimSize(0), columns);
  if (stride == columns)
    return type;
  return MemRefType::get(
      type.getShape(), type.getElementType(),
      StridedLayoutAttr::get(type.getContext(), /*offset=*/0, {stride, 1}));
}

/// The type of images like `type` whose pixels are as far apart as is well for
/// windows that slide over them; `type` itself where they are already.
MemRefType withPixelsApart(MemRefType type) {
  if (type.getRank() < 3 || !type.getLayout().isIdentity())
    return type;
  ArrayRef<int64_t> shape = type.getShape();
  int64_t step = choosePixelStride(shape.back());
  if (step == shape.back())
    return type;
  SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t dim = shape.size() - 1; dim-- > 0; step *= shape[dim])
    strides[dim] = step;
  return MemRefType::get(
      shape, type.getElementType(),
      StridedLayoutAttr::get(type.getContext(), /*offset=*/0, strides));
}

/// Whether `kernel` slides a window over its argument `index`, one channel by
/// itself.
bool slidesOver(func::FuncOp kernel, unsigned index) {
  linalg::LinalgOp op = findReduction(kernel);
  if (!op || kindOf(kernel) != KernelKind::Window)
    return false;
  return llvm::any_of(op.getDpsInputOperands(), [&](OpOperand *operand) {
    Value tensor = operand->get();
    if (auto pad = tensor.getDefiningOp<tensor::PadOp>())
      tensor = pad.getSource();
    auto read = tensor.getDefiningOp<bufferization::ToTensorOp>();
    return read && read.getBuffer() == kernel.getArgument(index) &&
           llvm::any_of(op.getMatchingIndexingMap(operand).getResults(),
                        llvm::IsaPred<AffineBinaryOpExpr>);
  });
}

/// Gives a buffer another type, and parts of it theirs.
void setType(Value buffer, MemRefType type) {
  buffer.setType(type);
  for (Operation *user : buffer.getUsers())
    if (auto part = dyn_cast<memref::SubViewOp>(user))
      setType(part.getResult(),
              memref::SubViewOp::inferResultType(type, part.getStaticOffsets(),
                                                 part.getStaticSizes(),
                                                 part.getStaticStrides()));
}

/// Has `kernel` take a buffer of `type` as its argument `index`. Behind rows of
/// a part of a matrix lie others, else there is room.
void setArgumentType(func::FuncOp kernel, unsigned index, MemRefType type,
                     bool isPart = false) {
  setType(kernel.getArgument(index), type);
  if (!isPart)
    kernel.setArgAttr(index, nn::kPaddedAttrName,
                      UnitAttr::get(kernel.getContext()));
  kernel.setFunctionType(FunctionType::get(kernel.getContext(),
                                           kernel.front().getArgumentTypes(),
                                           kernel.getResultTypes()));
}

/// Which argument of `kernel` is the matrix whose rows a contraction
/// multiplies, if it is one.
std::optional<unsigned> matrixOf(func::FuncOp kernel) {
  linalg::LinalgOp op = findContraction(kernel);
  if (!op)
    return std::nullopt;
  auto dims = classifyContraction(op);
  auto read = op.getDpsInputs()[0].getDefiningOp<bufferization::ToTensorOp>();
  if (failed(dims) || !read || dims->rows.size() != 1 ||
      dims->depths.size() != 1)
    return std::nullopt;
  ArrayRef<LinearIndex> indices = dims->indices[0];
  if (indices.size() != 2 || indices[0].asDim() != dims->rows.front() ||
      indices[1].asDim() != dims->depths.front())
    return std::nullopt;
  return cast<BlockArgument>(read.getBuffer()).getArgNumber();
}

/// What a buffer is a part or a view of.
Value wholeOf(Value buffer) {
  while (auto view = buffer.getDefiningOp<ViewLikeOpInterface>())
    buffer = view.getViewSource();
  return buffer;
}

/// Whether a call writes to a buffer of which there is a copy.
bool isWritten(func::CallOp call, func::FuncOp kernel,
               const llvm::MapVector<Value, Value> &copies) {
  for (auto store :
       kernel.front().getOps<bufferization::MaterializeInDestinationOp>()) {
    auto stored = cast<BlockArgument>(baseOf(store.getDest()));
    Value written = wholeOf(call.getOperand(stored.getArgNumber()));
    for (auto &[buffer, copy] : copies)
      if (wholeOf(buffer) == written)
        return true;
  }
  return false;
}

struct PadRowsPass : impl::PadRowsBase<PadRowsPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    numCalls.clear();
    getOperation().walk(
        [&](func::CallOp call) { ++numCalls[call.getCalleeAttr().getAttr()]; });
    for (auto function :
         llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (function->hasAttr(nn::kParameterBytesAttrName) &&
          !function.isDeclaration() &&
          (failed(verifyForward(function)) || failed(pad(function, symbols))))
        return signalPassFailure();
  }

  LogicalResult pad(func::FuncOp function, SymbolTable &symbols) {
    VectorTarget target = VectorTarget::of(getOperation());
    auto forVectors = [&](int64_t rows, int64_t columns) {
      return chooseHiddenStride(target, rows, columns);
    };
    auto isApart = [](Type type) {
      auto buffer = dyn_cast<MemRefType>(type);
      return !buffer || padded(buffer, chooseRowStride) == buffer;
    };
    auto allocs = function.front().getOps<memref::AllocOp>();
    auto calls = function.front().getOps<func::CallOp>();
    SmallVector<std::pair<memref::AllocOp, MemRefType>> choices;
    for (memref::AllocOp alloc : allocs)
      if (MemRefType type =
              withPixelsApart(padded(alloc.getType(), forVectors));
          type != alloc.getType())
        choices.push_back({alloc, type});
    // Kernels are looked at where there is something to pad.
    if (choices.empty() && llvm::all_of(calls, [&](func::CallOp call) {
          return llvm::all_of(call.getOperandTypes(), isApart);
        }))
      return success();
    for (func::CallOp call : calls)
      if (func::FuncOp kernel = kernelOf(call, symbols))
        if (failed(verifyKernel(kernel)))
          return failure();
    for (auto [alloc, type] : choices) {
      // A matrix has no pixels. Who reads a buffer takes longer to find out.
      if ((type.getRank() > 2 && !isSlidOver(alloc, symbols)) ||
          !isPassedOnly(alloc, symbols))
        continue;
      padInPlace(alloc, type, symbols);
      ++numPadded;
    }
    llvm::MapVector<Value, Value> copies;
    for (func::CallOp call : llvm::make_early_inc_range(calls)) {
      func::FuncOp kernel = kernelOf(call, symbols);
      // What writes to a buffer makes its copy old; who knows what others do.
      if (!kernel || isWritten(call, kernel, copies))
        copies.clear();
      // Few calls have anything to pad: which operand it would be is asked
      // last.
      if (!kernel || llvm::all_of(call.getOperandTypes(), isApart))
        continue;
      std::optional<unsigned> place = matrixOf(kernel);
      if (!place || isApart(call.getOperand(*place).getType()))
        continue;
      Value input = call.getOperand(*place);
      MemRefType apart =
          padded(cast<MemRefType>(input.getType()), chooseRowStride);
      if (!isCalledOnce(kernel))
        return kernel.emitOpError("is called more than once, so that its input "
                                  "cannot change; pad rows before merging "
                                  "equal kernels");
      ++numPadded;
      Value &copy = copies[input];
      if (!copy)
        copy = copyPadded(call, input, apart, function, symbols);
      call.setOperand(*place, copy);
      setArgumentType(kernel, *place, apart);
    }
    return success();
  }

  /// The kernel that is called; null for another function, or a declaration.
  func::FuncOp kernelOf(func::CallOp call, SymbolTable &symbols) {
    auto callee = symbols.lookup<func::FuncOp>(call.getCalleeAttr().getAttr());
    bool isKernel = callee && !callee.isDeclaration() &&
                    callee->hasAttr(nn::kKernelAttrName);
    return isKernel ? callee : func::FuncOp();
  }

  /// Whether nothing but kernels, each called once, sees the buffer or a part
  /// of it.
  bool isPassedOnly(Value buffer, SymbolTable &symbols) {
    return llvm::all_of(buffer.getUsers(), [&](Operation *user) {
      if (auto part = dyn_cast<memref::SubViewOp>(user))
        return part.getType().getRank() == part.getSourceType().getRank() &&
               isPassedOnly(part.getResult(), symbols);
      auto call = dyn_cast<func::CallOp>(user);
      func::FuncOp kernel = call ? kernelOf(call, symbols) : func::FuncOp();
      return kernel && isCalledOnce(kernel);
    });
  }

  /// Whether a window slides over the buffer, or over a part of it.
  bool isSlidOver(Value buffer, SymbolTable &symbols) {
    return llvm::any_of(buffer.getUses(), [&](OpOperand &use) {
      if (auto part = dyn_cast<memref::SubViewOp>(use.getOwner()))
        return isSlidOver(part.getResult(), symbols);
      auto call = dyn_cast<func::CallOp>(use.getOwner());
      func::FuncOp kernel = call ? kernelOf(call, symbols) : func::FuncOp();
      return kernel && slidesOver(kernel, use.getOperandNumber());
    });
  }

  void padInPlace(Value buffer, MemRefType type, SymbolTable &symbols) {
    setType(buffer, type);
    padArguments(buffer, symbols);
  }

  /// Has kernels take the buffer, and parts of it, as they are now.
  void padArguments(Value buffer, SymbolTable &symbols) {
    auto type = cast<MemRefType>(buffer.getType());
    // What lies behind pixels has no use.
    bool isPart = buffer.getDefiningOp<memref::SubViewOp>() != nullptr ||
                  type.getRank() != 2;
    for (OpOperand &use : buffer.getUses()) {
      if (auto part = dyn_cast<memref::SubViewOp>(use.getOwner()))
        padArguments(part.getResult(), symbols);
      else
        setArgumentType(symbols.lookup<func::FuncOp>(
                            cast<func::CallOp>(use.getOwner()).getCallee()),
                        use.getOperandNumber(), type, isPart);
    }
  }

  /// A padded copy of `input`, made before `call`.
  Value copyPadded(func::CallOp call, Value input, MemRefType type,
                   func::FuncOp function, SymbolTable &symbols) {
    OpBuilder builder(call);
    Location loc = call.getLoc();
    Value copy = memref::AllocOp::create(builder, loc, type);
    auto kernel = func::FuncOp::create(
        loc, (call.getCallee() + ".pad").str(),
        builder.getFunctionType({input.getType(), type}, {}));
    kernel.setPrivate();
    symbols.insert(kernel, function->getIterator());
    func::CallOp::create(builder, loc, kernel, ValueRange{input, copy});

    kernel.addEntryBlock();
    for (unsigned i = 0; i < 2; ++i)
      kernel.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(),
                        builder.getUnitAttr());
    buildCopyKernel(kernel);
    return copy;
  }

  /// One walk counts all calls.
  bool isCalledOnce(func::FuncOp kernel) const {
    return numCalls.lookup(kernel.getSymNameAttr()) == 1;
  }

  llvm::DenseMap<StringAttr, int64_t> numCalls;
};

} // namespace

} // namespace nascent::kernels
