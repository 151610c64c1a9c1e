//===- FillEmitter.cpp - The loops that fill a parameter ------------------===//

#include "nascent/Codegen/FillEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "nascent/Codegen/Philox.h"
#include <numeric>

using namespace mlir;

namespace nascent::codegen {

std::string FillKind::suffix() const {
  if (width == 0)
    return "";
  return ".panels_" + std::to_string(width) + (wholeBlocks ? "" : ".split");
}

FillEmitter::FillEmitter(func::FuncOp function,
                         nn::InitializerAttrInterface init, FillKind kind,
                         const VectorTarget &target)
    : b(function.getLoc(), function.getContext()), function(function),
      init(init), kind(kind),
      lanes(kind.width ? std::gcd(kind.width, target.lanes) : target.lanes) {
  b.setInsertionPointToStart(function.addEntryBlock());
}

//===----------------------------------------------------------------------===//
// Small helpers
//===----------------------------------------------------------------------===//

Value FillEmitter::index(int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

Type FillEmitter::withElement(Type like, Type element) {
  auto vector = dyn_cast<VectorType>(like);
  return vector ? Type(vector.clone(element)) : element;
}

Value FillEmitter::splat(Type type, Value scalar) {
  if (!isa<VectorType>(type))
    return scalar;
  return vector::BroadcastOp::create(b, type, scalar);
}

Value FillEmitter::constantI64(Type type, int64_t value) {
  return splat(type, arith::ConstantOp::create(b, b.getI64IntegerAttr(value)));
}

/// A function argument by its place in the signature.
enum Argument { Parameters, Offset, Rows, Columns, Name, Seed, FirstFloat };

static std::array<Value, 2> halves(ImplicitLocOpBuilder &b, Value word,
                                   Type halfType, Value thirtyTwo) {
  Value low = arith::TruncIOp::create(b, halfType, word);
  Value high = arith::TruncIOp::create(
      b, halfType, arith::ShRUIOp::create(b, word, thirtyTwo));
  return {low, high};
}

//===----------------------------------------------------------------------===//
// Random words and elements
//===----------------------------------------------------------------------===//

void FillEmitter::emitKey() {
  Value thirtyTwo = constantI64(b.getI64Type(), 32);
  auto [nameLow, nameHigh] =
      halves(b, function.getArgument(Name), b.getI32Type(), thirtyTwo);
  Value zero = arith::ConstantOp::create(b, b.getI32IntegerAttr(0));
  auto seed = halves(b, function.getArgument(Seed), b.getI32Type(), thirtyTwo);
  std::array<Value, 4> words =
      emitPhilox(b, {nameLow, nameHigh, zero, zero}, seed);
  key = {words[0], words[1]};
}

std::array<Value, 4> FillEmitter::words(Value block) {
  Type type = withElement(block.getType(), b.getI32Type());
  auto [low, high] = halves(b, block, type, constantI64(block.getType(), 32));
  Value zero =
      splat(type, arith::ConstantOp::create(b, b.getI32IntegerAttr(0)));
  return emitPhilox(b, {low, high, /*draw=*/zero, zero}, key);
}

Value FillEmitter::wordOf(Value element) {
  Type type = element.getType();
  Value block = arith::ShRUIOp::create(b, element, constantI64(type, 2));
  std::array<Value, 4> all = words(block);
  Value lane = arith::AndIOp::create(b, element, constantI64(type, 3));
  Value word = all[0];
  for (int i = 1; i < 4; ++i) {
    Value isThis = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, lane,
                                         constantI64(type, i));
    word = arith::SelectOp::create(b, isThis, all[i], word);
  }
  return word;
}

Value FillEmitter::element(Type type, Value bits) {
  SmallVector<Value> arguments;
  for (Value argument : function.getArguments().drop_front(FirstFloat))
    arguments.push_back(splat(type, argument));
  return init.emitElement(b, b.getLoc(), type, arguments, bits);
}

//===----------------------------------------------------------------------===//
// Row-major storage
//===----------------------------------------------------------------------===//

void FillEmitter::emitRowMajor() {
  Value count = function.getArgument(Columns);
  Value zero = index(0), one = index(1);
  auto vectorType = VectorType::get({lanes}, b.getF32Type());
  // Whole steps: `lanes` blocks of four elements.
  Value step = index(4 * lanes);
  Value steps =
      arith::ShRUIOp::create(b, count, index(llvm::Log2_64(4 * lanes)));
  Value wholeEnd = arith::MulIOp::create(b, steps, step);
  auto whole = scf::ForOp::create(b, zero, wholeEnd, step);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(whole.getBody());
    Value start = whole.getInductionVar();
    SmallVector<Value, 4> values;
    if (init.getNumDraws() == 0) {
      values.assign(4, element(vectorType, {}));
    } else {
      Type i64Vector = vectorType.clone(b.getI64Type());
      Value first = arith::ShRUIOp::create(
          b, arith::IndexCastUIOp::create(b, b.getI64Type(), start),
          constantI64(b.getI64Type(), 2));
      SmallVector<int64_t> iota(lanes);
      std::iota(iota.begin(), iota.end(), 0);
      Value blocks = arith::AddIOp::create(
          b, splat(i64Vector, first),
          arith::ConstantOp::create(
              b, DenseElementsAttr::get(cast<VectorType>(i64Vector),
                                        ArrayRef<int64_t>(iota))));
      for (Value bits : words(blocks))
        values.push_back(element(vectorType, bits));
      // Word w of block l is element 4·l + w: interleave the four vectors.
      auto interleave = [&](Value even, Value odd) -> Value {
        return vector::InterleaveOp::create(b, even, odd);
      };
      Value all = interleave(interleave(values[0], values[2]),
                             interleave(values[1], values[3]));
      for (int i = 0; i < 4; ++i)
        values[i] = vector::ExtractStridedSliceOp::create(
            b, all, ArrayRef<int64_t>{i * lanes}, ArrayRef<int64_t>{lanes},
            ArrayRef<int64_t>{1});
    }
    for (auto [i, value] : llvm::enumerate(values))
      vector::StoreOp::create(
          b, value, storage,
          ValueRange{arith::AddIOp::create(b, start, index(i * lanes))});
  }
  auto rest = scf::ForOp::create(b, wholeEnd, count, one);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(rest.getBody());
  Value i = rest.getInductionVar();
  Value bits;
  if (init.getNumDraws() > 0)
    bits = wordOf(arith::IndexCastUIOp::create(b, b.getI64Type(), i));
  memref::StoreOp::create(b, element(b.getF32Type(), bits), storage, i);
}

//===----------------------------------------------------------------------===//
// Panels
//===----------------------------------------------------------------------===//

void FillEmitter::emitPanels() {
  Value rows = function.getArgument(Rows);
  Value columns = function.getArgument(Columns);
  auto vectorType = VectorType::get({lanes}, b.getF32Type());
  Type i64Vector = vectorType.clone(b.getI64Type());
  int64_t columnStep = kind.wholeBlocks ? 4 : 1;
  auto toI64 = [&](Value value) -> Value {
    return arith::IndexCastUIOp::create(b, b.getI64Type(), value);
  };
  auto mul = [&](Value x, Value y) -> Value {
    return arith::MulIOp::create(b, x, y);
  };
  auto add = [&](Value x, Value y) -> Value {
    return arith::AddIOp::create(b, x, y);
  };

  // Lanes are neighbouring rows of the matrix: `row` steps by vectors of them,
  // which lie side by side in their panel.
  Value width = index(kind.width);
  auto panels = scf::ForOp::create(b, index(0), rows, width);
  b.setInsertionPointToStart(panels.getBody());
  Value panelStart = mul(panels.getInductionVar(), columns);
  auto vectors = scf::ForOp::create(b, index(0), width, index(lanes));
  b.setInsertionPointToStart(vectors.getBody());
  Value firstRow = add(panels.getInductionVar(), vectors.getInductionVar());
  SmallVector<int64_t> iota(lanes);
  std::iota(iota.begin(), iota.end(), 0);
  Value laneRows =
      add(splat(i64Vector, toI64(firstRow)),
          arith::ConstantOp::create(
              b, DenseElementsAttr::get(cast<VectorType>(i64Vector),
                                        ArrayRef<int64_t>(iota))));
  // Lanes past the last row are the panel's padding.
  Value isRow = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, laneRows,
                                      splat(i64Vector, toI64(rows)));
  Value rowStarts = mul(laneRows, splat(i64Vector, toI64(columns)));
  Value padding =
      splat(vectorType, arith::ConstantOp::create(b, b.getF32FloatAttr(0)));

  auto loop = scf::ForOp::create(b, index(0), columns, index(columnStep));
  b.setInsertionPointToStart(loop.getBody());
  Value column = loop.getInductionVar();
  SmallVector<Value, 4> bits(columnStep);
  if (init.getNumDraws() > 0) {
    Value elements = add(rowStarts, splat(i64Vector, toI64(column)));
    if (kind.wholeBlocks)
      bits = llvm::to_vector<4>(words(
          arith::ShRUIOp::create(b, elements, constantI64(i64Vector, 2))));
    else
      bits[0] = wordOf(elements);
  }
  for (auto [i, word] : llvm::enumerate(bits)) {
    Value value =
        arith::SelectOp::create(b, isRow, element(vectorType, word), padding);
    Value place = add(panelStart, mul(add(column, index(i)), width));
    vector::StoreOp::create(b, value, storage,
                            ValueRange{add(place, vectors.getInductionVar())});
  }
}

void FillEmitter::emit() {
  auto buffer = cast<MemRefType>(function.getArgument(Parameters).getType());
  Value rest = arith::SubIOp::create(b, index(buffer.getDimSize(0)),
                                     function.getArgument(Offset));
  Value elements = arith::ShRUIOp::create(b, rest, index(2));
  storage = memref::ViewOp::create(
      b, MemRefType::get({ShapedType::kDynamic}, b.getF32Type()),
      function.getArgument(Parameters), function.getArgument(Offset),
      ValueRange{elements});
  if (init.getNumDraws() > 0)
    emitKey();
  {
    OpBuilder::InsertionGuard guard(b);
    kind.width == 0 ? emitRowMajor() : emitPanels();
  }
  func::ReturnOp::create(b);
}

} // namespace nascent::codegen
