//===- VectorizeKernels.cpp - Fused layers from tensors to loops ----------===//
//
// The innermost kernel is emitted rather than found by generic tiling: shapes
// that no tile divides stay vectors, accumulators are loop-carried values and
// so stay in registers, and the cost is linear in the number of tiles.
//
//===----------------------------------------------------------------------===//

#include "KernelBody.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "nascent/Codegen/KernelPlan.h"
#include "nascent/Codegen/Passes.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include <numeric>

namespace nascent::codegen {

#define GEN_PASS_DEF_VECTORIZEKERNELS
#include "nascent/Codegen/Passes.h.inc"

using namespace mlir;

namespace {

/// What both kinds of kernel share.
class KernelEmitter {
public:
  KernelEmitter(func::FuncOp kernel,
                bufferization::MaterializeInDestinationOp store,
                const VectorTarget &target)
      : b(kernel.getLoc(), kernel.getContext()), root(store.getSource()),
        destination(store.getDest()), target(target),
        rank(cast<RankedTensorType>(root.getType()).getRank()), body(b, rank) {
    b.setInsertionPoint(store);
  }

protected:
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }
  Value add(Value x, Value y) { return arith::AddIOp::create(b, x, y); }
  Value splat(Value scalar, int64_t lanes) {
    return vector::BroadcastOp::create(
        b, VectorType::get({lanes}, scalar.getType()), scalar);
  }

  /// Emits `inside` for `start`, `start + step`, … below `end`; as straight
  /// code where that is once. The loop stays one: unrolling a loop over tiles
  /// or rows multiplies code and compile time without shortening anything.
  void forEach(int64_t start, int64_t end, int64_t step,
               function_ref<void(Value)> inside) {
    if (start >= end)
      return;
    if (end - start <= step)
      return inside(index(start));
    auto loop = scf::ForOp::create(b, index(start), index(end), index(step));
    loop->setAttr("loop_annotation", keepAsWritten(/*hoist=*/false));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    inside(loop.getInductionVar());
  }

  /// Tells LLVM not to unroll a loop and, unless `hoist`, to leave inside what
  /// is the same in every iteration: all inputs of a tile, hoisted out of the
  /// loop over panels, would be more than there are registers.
  LLVM::LoopAnnotationAttr keepAsWritten(bool hoist) {
    MLIRContext *context = b.getContext();
    BoolAttr disable = b.getBoolAttr(true);
    auto unroll =
        LLVM::LoopUnrollAttr::get(context, disable, {}, {}, {}, {}, {}, {});
    LLVM::LoopLICMAttr licm;
    if (!hoist)
      licm = LLVM::LoopLICMAttr::get(context, disable, {});
    return LLVM::LoopAnnotationAttr::get(context, {}, {}, {}, unroll, {}, licm,
                                         {}, {}, {}, {}, {}, {}, {}, {}, {});
  }

  /// Evaluates the root at `position` and stores it.
  LogicalResult storeRoot(const Position &position) {
    FailureOr<Value> value = body.evaluate(root, position);
    if (failed(value))
      return failure();
    SmallVector<Value> indices;
    if (rank == 2)
      indices.push_back(position.row);
    indices.push_back(position.column);
    body.store(*value, destination, indices, position);
    return success();
  }

  ImplicitLocOpBuilder b;
  Value root;
  Value destination;
  VectorTarget target;
  unsigned rank;
  KernelBody body;
};

//===----------------------------------------------------------------------===//
// Kernels with a matmul
//===----------------------------------------------------------------------===//

class MatmulKernel : KernelEmitter {
public:
  using KernelEmitter::KernelEmitter;

  LogicalResult emit(linalg::MatmulOp op);
  unsigned getNumTiles() const { return numTiles; }

private:
  LogicalResult match(linalg::MatmulOp op);
  /// `rows` × `width` outputs from (row, panel) on, of which `columns` exist.
  LogicalResult emitTile(Value row, int64_t rows, Value panel, int64_t columns);
  LogicalResult emitPanels(Value panel, int64_t columns);
  /// What accumulators start from: the bias, or a constant.
  Value initial(const Position &position);
  /// The K loop; takes and returns the accumulators, row by row.
  SmallVector<Value> accumulate(Value row, int64_t rows, Value panel,
                                SmallVector<Value> sums);
  /// One step of it.
  SmallVector<Value> multiplyAddRows(Value row, int64_t rows, Value panel,
                                     Value k, ValueRange sums);
  Value multiplyAdd(Value x, Value y, Value sum);

  linalg::MatmulOp matmul;
  Value input, weight; // buffers
  Value bias;          // buffer, or null
  Value fill;          // scalar, where there is no bias
  int64_t width, lanes;
  unsigned numTiles = 0;
};

/// The buffer that a tensor is read from, or null.
Value bufferOf(Value tensor) {
  auto leaf = tensor.getDefiningOp<bufferization::ToTensorOp>();
  return leaf ? Value(leaf.getBuffer()) : Value();
}

LogicalResult MatmulKernel::match(linalg::MatmulOp op) {
  matmul = op;
  if (!isa<linalg::MatmulTransposeBOp>(op.getOperation()))
    return op.emitOpError("must multiply by a transposed weight");
  input = bufferOf(op.getInputs()[0]);
  auto unpack = op.getInputs()[1].getDefiningOp<linalg::UnPackOp>();
  if (unpack && unpack.getInnerDimsPos() == ArrayRef<int64_t>{0} &&
      unpack.getOuterDimsPerm().empty())
    weight = bufferOf(unpack.getSource());
  if (!input || !weight)
    return op.emitOpError("needs its input and its weight, in panels, from "
                          "buffers");
  Operation *init = op.getOutputs()[0].getDefiningOp();
  auto broadcast = dyn_cast_if_present<linalg::BroadcastOp>(init);
  if (broadcast && broadcast.getDimensions() == ArrayRef<int64_t>{0})
    bias = bufferOf(broadcast.getInput());
  else if (auto filled = dyn_cast_if_present<linalg::FillOp>(init))
    fill = filled.value();
  if (!bias && !fill)
    return op.emitOpError("must accumulate onto a bias or a constant");
  width = cast<MemRefType>(weight.getType()).getDimSize(2);
  lanes = std::gcd(width, target.lanes);
  return success();
}

Value MatmulKernel::initial(const Position &position) {
  if (!bias)
    return splat(fill, position.lanes);
  return body.load(bias, position.column, position);
}

Value MatmulKernel::multiplyAdd(Value x, Value y, Value sum) {
  if (target.fma)
    return vector::FMAOp::create(b, x, y, sum);
  return arith::AddFOp::create(b, arith::MulFOp::create(b, x, y), sum);
}

SmallVector<Value> MatmulKernel::multiplyAddRows(Value row, int64_t rows,
                                                 Value panel, Value k,
                                                 ValueRange sums) {
  int64_t vectors = sums.size() / rows;
  auto type = VectorType::get({lanes}, b.getF32Type());
  SmallVector<Value> columns, next;
  for (int64_t v = 0; v < vectors; ++v)
    columns.push_back(vector::LoadOp::create(
        b, type, weight, ValueRange{panel, k, index(v * lanes)}));
  for (int64_t r = 0; r < rows; ++r) {
    Value x = splat(
        memref::LoadOp::create(b, input, ValueRange{add(row, index(r)), k}),
        lanes);
    for (int64_t v = 0; v < vectors; ++v)
      next.push_back(multiplyAdd(x, columns[v], sums[r * vectors + v]));
  }
  return next;
}

SmallVector<Value> MatmulKernel::accumulate(Value row, int64_t rows,
                                            Value panel,
                                            SmallVector<Value> sums) {
  int64_t depth = cast<MemRefType>(input.getType()).getDimSize(1);
  // A loop of two would count with one bit, around which registers are
  // allocated badly.
  if (depth <= 2) {
    for (int64_t k = 0; k < depth; ++k)
      sums = multiplyAddRows(row, rows, panel, index(k), sums);
    return sums;
  }
  auto loop = scf::ForOp::create(b, index(0), index(depth), index(1), sums);
  loop->setAttr("loop_annotation", keepAsWritten(/*hoist=*/true));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  scf::YieldOp::create(b,
                       multiplyAddRows(row, rows, panel, loop.getInductionVar(),
                                       loop.getRegionIterArgs()));
  return SmallVector<Value>(loop.getResults());
}

LogicalResult MatmulKernel::emitTile(Value row, int64_t rows, Value panel,
                                     int64_t columns) {
  ++numTiles;
  Value firstColumn = arith::MulIOp::create(b, panel, index(width));
  // Vectors past the last column would be all padding.
  SmallVector<Position> positions;
  for (int64_t start = 0; start < columns; start += lanes)
    positions.push_back({Value(), add(firstColumn, index(start)), lanes,
                         std::min(lanes, columns - start)});
  SmallVector<Value> starts;
  for (const Position &position : positions)
    starts.push_back(initial(position));
  SmallVector<Value> initials;
  for (int64_t r = 0; r < rows; ++r)
    llvm::append_range(initials, starts);

  SmallVector<Value> sums = accumulate(row, rows, panel, initials);
  for (int64_t r = 0; r < rows; ++r)
    for (auto [v, position] : llvm::enumerate(positions)) {
      position.row = add(row, index(r));
      body.define(matmul.getResult(0), sums[r * positions.size() + v]);
      if (failed(storeRoot(position)))
        return failure();
    }
  return success();
}

LogicalResult MatmulKernel::emitPanels(Value panel, int64_t columns) {
  int64_t rows = cast<MemRefType>(input.getType()).getDimSize(0);
  int64_t start = 0;
  bool ok = true;
  for (RowBlocks blocks : balanceRows(rows, maxTileRows(target, width))) {
    int64_t end = start + blocks.rows * blocks.count;
    forEach(start, end, blocks.rows, [&](Value row) {
      ok &= succeeded(emitTile(row, blocks.rows, panel, columns));
    });
    start = end;
  }
  return success(ok);
}

LogicalResult MatmulKernel::emit(linalg::MatmulOp op) {
  if (failed(match(op)))
    return failure();
  int64_t columns = cast<MemRefType>(destination.getType()).getDimSize(1);
  int64_t whole = columns / width;
  bool ok = true;
  forEach(0, whole, 1,
          [&](Value panel) { ok &= succeeded(emitPanels(panel, width)); });
  if (int64_t rest = columns % width)
    ok &= succeeded(emitPanels(index(whole), rest));
  return success(ok);
}

//===----------------------------------------------------------------------===//
// Kernels of rows
//===----------------------------------------------------------------------===//

/// Whether reducing from `start` changes nothing. MLIR's neutral element of a
/// sum is -0, but +0 only ever changes the sign of a zero.
bool isNeutral(Operation *combine, Attribute start, TypedAttr neutral) {
  auto number = dyn_cast<FloatAttr>(start);
  return start == neutral ||
         (isa<arith::AddFOp>(combine) && number && number.getValue().isZero());
}

class RowKernel : KernelEmitter {
public:
  using KernelEmitter::KernelEmitter;

  LogicalResult emit(func::FuncOp kernel);

private:
  LogicalResult emitRow(Value row);
  /// One value a row: reduces the columns of `op` and remembers the scalar.
  LogicalResult reduce(linalg::GenericOp op, Value row);

  SmallVector<linalg::GenericOp> reductions;
};

LogicalResult RowKernel::reduce(linalg::GenericOp op, Value row) {
  auto inputType = cast<RankedTensorType>(op.getInputs()[0].getType());
  int64_t columns = inputType.getDimSize(1), lanes = target.lanes;
  // Lanes are folded by the reduction itself: sum and maximum alike are its
  // last operation, whose neutral element every lane starts from.
  Operation *combine =
      op.getBlock()->getTerminator()->getOperand(0).getDefiningOp();
  auto fill = op.getOutputs()[0].getDefiningOp<linalg::FillOp>();
  if (!combine || combine->getNumOperands() != 2 || !fill ||
      op.getOutputs().size() != 1)
    return op.emitOpError("must end in one binary operation on a constant");
  std::optional<TypedAttr> neutral = arith::getNeutralElement(combine);
  Attribute start;
  if (!neutral || !matchPattern(fill.value(), m_Constant(&start)) ||
      !isNeutral(combine, start, *neutral))
    return op.emitOpError("must start from the neutral element of its "
                          "reduction");
  auto step = [&](const Position &position, Value sum) -> FailureOr<Value> {
    FailureOr<SmallVector<Value>> inputs = body.evaluateInputs(op, position);
    if (failed(inputs))
      return failure();
    inputs->push_back(sum);
    return body.apply(op, *inputs);
  };

  Value sum = splat(fill.value(), lanes);
  int64_t whole = columns / lanes * lanes;
  if (whole > 0) {
    auto loop =
        scf::ForOp::create(b, index(0), index(whole), index(lanes), sum);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    FailureOr<Value> next = step({row, loop.getInductionVar(), lanes, lanes},
                                 loop.getRegionIterArgs()[0]);
    if (failed(next))
      return failure();
    scf::YieldOp::create(b, *next);
    sum = loop.getResult(0);
  }
  if (whole < columns) {
    Position rest{row, index(whole), lanes, columns - whole};
    FailureOr<Value> next = step(rest, sum);
    if (failed(next))
      return failure();
    sum = arith::SelectOp::create(b, body.mask(rest), *next, sum);
  }
  Value result = vector::ExtractOp::create(b, sum, int64_t(0));
  for (int64_t lane = 1; lane < lanes; ++lane) {
    OperationState state(op.getLoc(), combine->getName());
    state.addOperands({result, Value(vector::ExtractOp::create(b, sum, lane))});
    state.addTypes(result.getType());
    state.addAttributes(combine->getAttrs());
    result = b.create(state)->getResult(0);
  }
  body.define(op.getResult(0), result);
  return success();
}

LogicalResult RowKernel::emitRow(Value row) {
  for (linalg::GenericOp op : reductions)
    if (failed(reduce(op, row)))
      return failure();
  int64_t columns = cast<MemRefType>(destination.getType()).getShape().back();
  int64_t whole = columns / target.lanes * target.lanes;
  bool ok = true;
  forEach(0, whole, target.lanes, [&](Value column) {
    ok &= succeeded(storeRoot({row, column, target.lanes, target.lanes}));
  });
  if (whole < columns)
    ok &= succeeded(
        storeRoot({row, index(whole), target.lanes, columns - whole}));
  return success(ok);
}

LogicalResult RowKernel::emit(func::FuncOp kernel) {
  kernel.walk([&](linalg::GenericOp op) {
    if (op.getNumReductionLoops() > 0)
      reductions.push_back(op);
  });
  if (rank == 1)
    return emitRow(Value());
  int64_t rows = cast<MemRefType>(destination.getType()).getDimSize(0);
  bool ok = true;
  forEach(0, rows, 1, [&](Value row) { ok &= succeeded(emitRow(row)); });
  return success(ok);
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

struct VectorizeKernelsPass : impl::VectorizeKernelsBase<VectorizeKernelsPass> {
  void runOnOperation() override {
    VectorTarget target = VectorTarget::of(getOperation());
    for (auto kernel : getOperation().getOps<func::FuncOp>())
      if (kernel->hasAttr(nn::kKernelAttrName) && !kernel.isDeclaration() &&
          failed(vectorize(kernel, target)))
        return signalPassFailure();
  }

  LogicalResult vectorize(func::FuncOp kernel, const VectorTarget &target) {
    auto stores =
        kernel.front().getOps<bufferization::MaterializeInDestinationOp>();
    auto matmuls = llvm::to_vector(kernel.front().getOps<linalg::MatmulOp>());
    if (!llvm::hasSingleElement(stores) || matmuls.size() > 1)
      return kernel.emitOpError("must store one value and hold at most one "
                                "matmul");
    SmallVector<Operation *> old;
    for (Operation &op : kernel.front().without_terminator())
      old.push_back(&op);
    if (matmuls.empty()) {
      if (failed(RowKernel(kernel, *stores.begin(), target).emit(kernel)))
        return failure();
    } else {
      MatmulKernel emitter(kernel, *stores.begin(), target);
      if (failed(emitter.emit(matmuls.front())))
        return failure();
      numTiles += emitter.getNumTiles();
    }
    // Scalars that bodies refer to stay; they have uses.
    for (Operation *op : llvm::reverse(old))
      if (op->use_empty())
        op->erase();
    return success();
  }
};

} // namespace

} // namespace nascent::codegen
