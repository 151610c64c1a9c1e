//===- FillEmitter.cpp - The loops that fill a parameter ------------------===//

#include "nascent/Codegen/FillEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "nascent/Codegen/BoxMuller.h"
#include "nascent/Codegen/Philox.h"
#include "nascent/Support/ElementwiseBuilder.h"
#include <numeric>

using namespace mlir;

namespace nascent::codegen {

//===----------------------------------------------------------------------===//
// What a fill function is made for and called with
//===----------------------------------------------------------------------===//

std::string FillKind::suffix() const {
  std::string suffix = width == 0 ? "" : ".panels_" + std::to_string(width);
  return suffix + (wholeBlocks ? "" : ".split") + (manyBlocks ? ".large" : "");
}

FillKind Fill::getKind() const {
  bool wholeBlocks = target.getColumns() % 4 == 0;
  // Padding may number blocks past the last row.
  bool manyBlocks =
      nn::checkedProduct(
          {int64_t(llvm::alignTo(target.getRows(), 1024)), target.getColumns()})
              .value_or(ShapedType::kDynamic) >>
          33 !=
      0;
  if (layout)
    return {layout.getWidth(), wholeBlocks, manyBlocks,
            /*onePanel=*/!llvm::isPowerOf2_64(layout.getWidth()) &&
                target.getRows() <= layout.getWidth()};
  // Where elements have no place, a row-major matrix is one row.
  return {/*width=*/0,
          wholeBlocks || target.getRows() == 1 ||
              !init.usesPosition(target.scope),
          manyBlocks, /*onePanel=*/false};
}

FunctionType Fill::getFunctionType(MemRefType parameters) const {
  Builder b(init.getContext());
  SmallVector<Type> inputs = {parameters,       b.getIndexType(),
                              b.getIndexType(), b.getIndexType(),
                              b.getI64Type(),   b.getI64Type()};
  for (TypedAttr argument : init.getArguments(target))
    inputs.push_back(argument.getType());
  return b.getFunctionType(inputs, {});
}

SmallVector<Value> Fill::getOperands(ImplicitLocOpBuilder &b, Value parameters,
                                     int64_t offset, StringRef name,
                                     Value seed) const {
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, value);
  };
  Value hash =
      arith::ConstantOp::create(b, b.getI64IntegerAttr(hashName(name)));
  SmallVector<Value> operands = {parameters,
                                 index(offset),
                                 index(target.getRows()),
                                 index(target.getColumns()),
                                 hash,
                                 seed};
  for (TypedAttr argument : init.getArguments(target))
    operands.push_back(arith::ConstantOp::create(b, argument));
  return operands;
}

/// A function argument by its place in the signature.
enum Argument { Parameters, Offset, Rows, Columns, Name, Seed, FirstOwn };

FillEmitter::FillEmitter(func::FuncOp function, const Fill &fill,
                         const VectorTarget &target)
    : b(function.getLoc(), function.getContext()), function(function),
      fill(fill), kind(fill.getKind()),
      draws(fill.init.getDraws(fill.target.scope)),
      usesPosition(fill.init.usesPosition(fill.target.scope)),
      bigEndian(target.bigEndian),
      // Two words are made at a time, so that there are two lanes at least.
      lanes(kind.width ? std::gcd(kind.width, target.lanes)
                       : std::max<int64_t>(target.lanes, 2)),
      vectorType(VectorType::get({lanes}, b.getF32Type())) {
  b.setInsertionPointToStart(function.addEntryBlock());
  rows = function.getArgument(Rows);
  columns = function.getArgument(Columns);
}

//===----------------------------------------------------------------------===//
// Small helpers
//===----------------------------------------------------------------------===//

Value FillEmitter::index(int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

Value FillEmitter::toI64(Value value) {
  return arith::IndexCastUIOp::create(b, b.getI64Type(), value);
}

Value FillEmitter::toI32(Value value) {
  return arith::IndexCastUIOp::create(b, b.getI32Type(), value);
}

Value FillEmitter::add(Value x, Value y) {
  return arith::AddIOp::create(b, x, y);
}

Value FillEmitter::mul(Value x, Value y) {
  return arith::MulIOp::create(b, x, y);
}

/// An element type for as many lanes as `like` has.
static Type withElement(Type like, Type element) {
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

Value FillEmitter::iota(Type element, int64_t size, int64_t step,
                        int64_t first) {
  SmallVector<Attribute> values;
  for (int64_t i = 0; i < size; ++i)
    values.push_back(IntegerAttr::get(element, first + i * step));
  return arith::ConstantOp::create(
      b, DenseElementsAttr::get(VectorType::get({size}, element), values));
}

//===----------------------------------------------------------------------===//
// Random words and elements
//===----------------------------------------------------------------------===//

void FillEmitter::emitKey() {
  Value thirtyTwo = constantI64(b.getI64Type(), 32);
  auto upper = [&](Value word) -> Value {
    return arith::ShRUIOp::create(b, word, thirtyTwo);
  };
  Value name = function.getArgument(Name), seed = function.getArgument(Seed);
  Value zero = constantI64(b.getI64Type(), 0);
  std::array<Value, 4> words =
      emitPhilox(b, {name, upper(name), zero, zero}, {seed, upper(seed)});
  key = {words[0], words[1]};
}

std::array<Value, 4> FillEmitter::words(Value block, unsigned draw) {
  Type type = block.getType();
  Value upper = constantI64(type, 0);
  if (kind.manyBlocks)
    upper = arith::ShRUIOp::create(b, block, constantI64(type, 32));
  return emitPhilox(
      b, {block, upper, constantI64(type, draw), constantI64(type, 0)}, key);
}

Value FillEmitter::pack(const Numbers &numbers) {
  auto [even, odd] = numbers;
  Type type = even.getType();
  if (!odd)
    return arith::TruncIOp::create(b, withElement(type, b.getI32Type()), even);
  if (bigEndian)
    std::swap(even, odd);
  Value low =
      arith::AndIOp::create(b, even, constantI64(type, int64_t(0xffffffff)));
  Value high = arith::ShLIOp::create(b, odd, constantI64(type, 32));
  int64_t size = cast<VectorType>(type).getDimSize(0);
  return vector::BitCastOp::create(b,
                                   VectorType::get({2 * size}, b.getI32Type()),
                                   arith::OrIOp::create(b, low, high));
}

std::array<Value, 4> FillEmitter::words(const Numbers &blocks, unsigned draw) {
  std::array<Value, 4> even = words(blocks[0], draw), odd;
  if (blocks[1])
    odd = words(blocks[1], draw);
  std::array<Value, 4> result;
  for (int i = 0; i < 4; ++i)
    result[i] = pack({even[i], odd[i]});
  return result;
}

Value FillEmitter::drawOf(const Numbers &elements, unsigned draw,
                          nn::Draw kind) {
  Numbers blocks;
  for (int i = 0; i < 2 && elements[i]; ++i)
    blocks[i] = arith::ShRUIOp::create(b, elements[i],
                                       constantI64(elements[i].getType(), 2));
  auto [word0, word1, word2, word3] = words(blocks, draw);
  // Which word of its block an element has, by the lower bits of its number.
  Value number = pack(elements);
  ElementwiseBuilder e(b, b.getLoc(),
                       withElement(number.getType(), b.getF32Type()));
  auto choose = [&](uint32_t bit, Value ifSet, Value otherwise) -> Value {
    Value masked = e.emit<arith::AndIOp>(number, e.i32(bit));
    Value isSet =
        arith::CmpIOp::create(b, arith::CmpIPredicate::ne, masked, e.i32(0));
    return arith::SelectOp::create(b, isSet, ifSet, otherwise);
  };
  Value first = choose(1, word1, word0);
  Value second = choose(1, word3, word2);
  if (kind == nn::Draw::Normal)
    makeNormal(first, second);
  return choose(2, second, first);
}

void FillEmitter::makeNormal(MutableArrayRef<Value> first,
                             MutableArrayRef<Value> second) {
  Value radii = concatenate(first);
  Value angles = concatenate(second);
  Type type = withElement(radii.getType(), b.getF32Type());
  ElementwiseBuilder e(b, b.getLoc(), type);
  auto [x, y] = emitBoxMuller(e, radii, angles);
  separate(x, first);
  separate(y, second);
}

// Two vectors of 64-bit halves of blocks become vectors of whole blocks by
// interleaving within 128 bits, which every target does in one instruction. For
// the result to be in ascending order, even lanes hold the first half of the
// blocks.
Value FillEmitter::rowMajorBlocks(Value first) {
  int64_t size = lanes / 2;
  SmallVector<int64_t> order;
  for (int64_t i = 0; i < size; ++i)
    order.push_back(i / 2 + (i % 2) * (size / 2));
  auto type = VectorType::get({size}, b.getI64Type());
  Value offsets = arith::ConstantOp::create(
      b, DenseElementsAttr::get(type, ArrayRef<int64_t>(order)));
  return add(splat(type, first), offsets);
}

SmallVector<Value> FillEmitter::rowMajorDraws(Value firstBlock, int64_t count,
                                              unsigned draw) {
  SmallVector<Value> first, second;
  for (int64_t i = 0; i < count; i += 2) {
    Value block = add(firstBlock, constantI64(b.getI64Type(), i * lanes / 4));
    auto [word0, word1, word2, word3] = words(rowMajorBlocks(block), draw);
    first.push_back(pack({word0, word1}));
    second.push_back(pack({word2, word3}));
  }
  if (draws[draw] == nn::Draw::Normal)
    makeNormal(first, second);
  SmallVector<Value> result;
  for (auto [x, y] : llvm::zip(first, second)) {
    if (lanes == 2) {
      result.append({x, y});
      continue;
    }
    for (int64_t half = 0; half < 2; ++half) {
      SmallVector<int64_t> mask;
      for (int64_t i = 0; i < lanes; ++i)
        mask.push_back((i & ~3) + 2 * half + (i & 1) + (i & 2) / 2 * lanes);
      result.push_back(vector::ShuffleOp::create(b, x, y, mask));
    }
  }
  return result;
}

Value FillEmitter::element(Type type, ArrayRef<Value> drawn, Value row,
                           Value column) {
  SmallVector<Value> arguments;
  for (Value argument : function.getArguments().drop_front(FirstOwn))
    arguments.push_back(splat(withElement(type, argument.getType()), argument));
  return fill.init.emitElement(
      b, b.getLoc(), {type, arguments, drawn, row, column, fill.target.scope});
}

Value FillEmitter::concatenate(ArrayRef<Value> vectors) {
  if (vectors.empty() || !vectors.front())
    return {};
  if (vectors.size() == 1)
    return vectors.front();
  Value low = concatenate(vectors.take_front(vectors.size() / 2));
  Value high = concatenate(vectors.drop_front(vectors.size() / 2));
  int64_t size = 2 * cast<VectorType>(low.getType()).getDimSize(0);
  return vector::ShuffleOp::create(
      b, low, high, llvm::to_vector(llvm::seq<int64_t>(0, size)));
}

void FillEmitter::separate(Value all, MutableArrayRef<Value> parts) {
  if (parts.size() == 1) {
    parts.front() = all;
    return;
  }
  int64_t size =
      cast<VectorType>(all.getType()).getDimSize(0) / int64_t(parts.size());
  for (auto [i, part] : llvm::enumerate(parts))
    part = vector::ExtractStridedSliceOp::create(
        b, all, ArrayRef<int64_t>{int64_t(i) * size}, ArrayRef<int64_t>{size},
        ArrayRef<int64_t>{1});
}

/// The most vectors of elements that are computed as one. More would not find
/// registers.
static constexpr size_t kGroup = 8;

SmallVector<Value> FillEmitter::elements(ArrayRef<SmallVector<Value>> drawn,
                                         ArrayRef<Value> rowNumbers,
                                         ArrayRef<Value> columnNumbers) {
  SmallVector<Value> results(rowNumbers.size());
  for (size_t first = 0; first < results.size(); first += kGroup) {
    size_t count = std::min(kGroup, results.size() - first);
    SmallVector<Value> wide;
    for (ArrayRef<Value> vectors : drawn)
      wide.push_back(concatenate(vectors.slice(first, count)));
    int64_t size = count * lanes;
    Value all = element(VectorType::get({size}, b.getF32Type()), wide,
                        concatenate(rowNumbers.slice(first, count)),
                        concatenate(columnNumbers.slice(first, count)));
    separate(all, MutableArrayRef(results).slice(first, count));
  }
  return results;
}

Value FillEmitter::scalarElement(Value row, Value column, Value number) {
  SmallVector<Value> drawn;
  for (unsigned draw = 0; draw < draws.size(); ++draw)
    drawn.push_back(drawOf({toI64(number), Value()}, draw, draws[draw]));
  if (!usesPosition)
    return element(b.getF32Type(), drawn, {}, {});
  return element(b.getF32Type(), drawn, toI32(row), toI32(column));
}

//===----------------------------------------------------------------------===//
// Row-major storage
//===----------------------------------------------------------------------===//

/// Vectors of elements that are written in one step.
static constexpr int64_t kRowMajorVectors = 4;

void FillEmitter::emitRowMajorVectors(Value row, Value rowStart, Value start) {
  Value first = add(rowStart, start);
  Value firstBlock =
      arith::ShRUIOp::create(b, toI64(first), constantI64(b.getI64Type(), 2));
  SmallVector<SmallVector<Value>> drawn;
  for (unsigned draw = 0; draw < draws.size(); ++draw)
    drawn.push_back(rowMajorDraws(firstBlock, kRowMajorVectors, draw));
  SmallVector<Value> rowNumbers(kRowMajorVectors), columnNumbers = rowNumbers;
  if (usesPosition)
    for (int64_t i = 0; i < kRowMajorVectors; ++i) {
      Type i32Vector = vectorType.clone(b.getI32Type());
      Value column = toI32(add(start, index(i * lanes)));
      rowNumbers[i] = splat(i32Vector, toI32(row));
      columnNumbers[i] =
          add(splat(i32Vector, column), iota(b.getI32Type(), lanes));
    }
  for (auto [i, value] :
       llvm::enumerate(elements(drawn, rowNumbers, columnNumbers)))
    vector::StoreOp::create(b, value, storage,
                            ValueRange{add(first, index(i * lanes))});
}

void FillEmitter::emitRowMajor() {
  Value zero = index(0), one = index(1);
  Value length = usesPosition ? columns : mul(rows, columns);
  auto rowLoop = scf::ForOp::create(b, zero, usesPosition ? rows : one, one);
  b.setInsertionPointToStart(rowLoop.getBody());
  Value row = rowLoop.getInductionVar();
  Value rowStart = mul(row, length);
  Value wholeEnd = zero;
  if (kind.wholeBlocks || draws.empty()) {
    Value step = index(kRowMajorVectors * lanes);
    wholeEnd =
        mul(arith::ShRUIOp::create(
                b, length, index(llvm::Log2_64(kRowMajorVectors * lanes))),
            step);
    auto whole = scf::ForOp::create(b, zero, wholeEnd, step);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(whole.getBody());
    emitRowMajorVectors(row, rowStart, whole.getInductionVar());
  }
  auto rest = scf::ForOp::create(b, wholeEnd, length, one);
  b.setInsertionPointToStart(rest.getBody());
  Value column = rest.getInductionVar(), number = add(rowStart, column);
  memref::StoreOp::create(b, scalarElement(row, column, number), storage,
                          number);
}

//===----------------------------------------------------------------------===//
// Panels
//===----------------------------------------------------------------------===//

FillEmitter::Numbers FillEmitter::panelNumbers(Value firstRow, Value column) {
  // In blocks where a row is whole ones, else in elements.
  auto count = [&](Value elements) -> Value {
    return kind.wholeBlocks ? arith::ShRUIOp::create(b, elements, index(2))
                            : elements;
  };
  Value first = add(mul(firstRow, count(columns)), count(column));
  Numbers numbers;
  for (int half = 0; half < (lanes > 1 ? 2 : 1); ++half)
    numbers[half] =
        add(splat(laneStarts[half].getType(), toI64(first)), laneStarts[half]);
  return numbers;
}

SmallVector<Value> FillEmitter::panelDraws(ArrayRef<Numbers> vectors,
                                           unsigned draw) {
  SmallVector<Value> result;
  if (!kind.wholeBlocks) {
    for (const Numbers &elements : vectors)
      result.push_back(drawOf(elements, draw, draws[draw]));
    return result;
  }
  // A block's words are four columns'.
  SmallVector<Value> first, second;
  for (const Numbers &blocks : vectors) {
    std::array<Value, 4> all = words(blocks, draw);
    first.append(all.begin(), all.begin() + 2);
    second.append(all.begin() + 2, all.end());
  }
  if (draws[draw] == nn::Draw::Normal)
    makeNormal(first, second);
  for (size_t i = 0; i < first.size(); i += 2)
    result.append({first[i], first[i + 1], second[i], second[i + 1]});
  return result;
}

void FillEmitter::emitPanelVectors(Value panel, Value vector, Value column,
                                   int64_t count) {
  int64_t columnStep = kind.wholeBlocks ? 4 : 1;
  Type i32Vector = vectorType.clone(b.getI32Type());
  Value laneNumbers = iota(b.getI32Type(), lanes);
  // One vector after the other, each with its columns.
  SmallVector<Value> rowNumbers(count * columnStep), columnNumbers = rowNumbers;
  SmallVector<Numbers, 2> numbers;
  SmallVector<Value, 2> isRow;
  for (int64_t v = 0; v < count; ++v) {
    Value firstRow = add(add(panel, vector), index(v * lanes));
    if (!draws.empty())
      numbers.push_back(panelNumbers(firstRow, column));
    // Lanes past the last row are the panel's padding.
    Value rowsLeft = arith::MinSIOp::create(
        b, arith::SubIOp::create(b, rows, firstRow), index(lanes));
    isRow.push_back(arith::CmpIOp::create(
        b, arith::CmpIPredicate::slt, laneNumbers,
        splat(i32Vector,
              arith::IndexCastOp::create(b, b.getI32Type(), rowsLeft))));
    if (usesPosition)
      for (int64_t i = 0; i < columnStep; ++i) {
        rowNumbers[v * columnStep + i] =
            add(splat(i32Vector, toI32(firstRow)), laneNumbers);
        columnNumbers[v * columnStep + i] =
            splat(i32Vector, toI32(add(column, index(i))));
      }
  }
  SmallVector<SmallVector<Value>> drawn;
  for (unsigned draw = 0; draw < draws.size(); ++draw)
    drawn.push_back(panelDraws(numbers, draw));
  SmallVector<Value> values = elements(drawn, rowNumbers, columnNumbers);
  Value padding =
      splat(vectorType, arith::ConstantOp::create(b, b.getF32FloatAttr(0)));
  Value place = add(mul(panel, columns), vector);
  // Stored in ascending order, column by column.
  for (int64_t i = 0; i < columnStep; ++i) {
    Value start = add(place, mul(add(column, index(i)), index(kind.width)));
    for (int64_t v = 0; v < count; ++v) {
      Value value = values[v * columnStep + i];
      vector::StoreOp::create(
          b, arith::SelectOp::create(b, isRow[v], value, padding), storage,
          ValueRange{add(start, index(v * lanes))});
    }
  }
}

void FillEmitter::emitPanels() {
  // Lanes are neighbouring rows of the matrix, which lie side by side in their
  // panel; panels are written from their first byte to their last.
  Value perRow =
      toI64(kind.wholeBlocks ? arith::ShRUIOp::create(b, columns, index(2))
                             : columns);
  int64_t halfLanes = std::max<int64_t>(lanes / 2, 1);
  auto halfType = VectorType::get({halfLanes}, b.getI64Type());
  for (int half = 0; half < 2; ++half)
    laneStarts[half] =
        mul(splat(halfType, perRow), iota(b.getI64Type(), halfLanes, 2, half));
  Value zero = index(0);
  auto panels = scf::ForOp::create(b, zero, rows, index(kind.width));
  b.setInsertionPointToStart(panels.getBody());
  auto columnLoop =
      scf::ForOp::create(b, zero, columns, index(kind.wholeBlocks ? 4 : 1));
  b.setInsertionPointToStart(columnLoop.getBody());
  int64_t count = kind.width % (2 * lanes) == 0 ? 2 : 1;
  auto vectors =
      scf::ForOp::create(b, zero, index(kind.width), index(count * lanes));
  b.setInsertionPointToStart(vectors.getBody());
  emitPanelVectors(panels.getInductionVar(), vectors.getInductionVar(),
                   columnLoop.getInductionVar(), count);
}

//===----------------------------------------------------------------------===//
// Whole tensors
//===----------------------------------------------------------------------===//

/// The parameter in its storage, for initialisers that are not element-wise.
class FillEmitter::StoredTensor : public nn::InitTensor {
public:
  explicit StoredTensor(FillEmitter &emitter)
      : InitTensor(emitter.b), emitter(emitter),
        arguments(emitter.function.getArguments().drop_front(FirstOwn)) {}

  Value getRows() override { return emitter.rows; }
  Value getColumns() override { return emitter.columns; }
  Value load(Value row, Value column) override {
    return memref::LoadOp::create(b, emitter.storage, place(row, column));
  }
  void store(Value value, Value row, Value column) override {
    memref::StoreOp::create(b, value, emitter.storage, place(row, column));
  }
  Value draw(Value row, Value column, unsigned number) override {
    return emitter.drawOf({emitter.toI64(canonical(row, column)), Value()},
                          number, nn::Draw::Bits);
  }
  ArrayRef<Value> getArguments() override { return arguments; }

private:
  Value canonical(Value row, Value column) {
    return emitter.add(emitter.mul(row, emitter.columns), column);
  }
  Value place(Value row, Value column) {
    int64_t width = emitter.kind.width;
    if (width == 0)
      return canonical(row, column);
    Value lane = laneOf(row);
    Value panelRow = arith::SubIOp::create(b, row, lane);
    return emitter.add(
        emitter.mul(panelRow, emitter.columns),
        emitter.add(emitter.mul(column, emitter.index(width)), lane));
  }
  /// A row's place in its panel. Dividing is a library's work on targets of 32
  /// bits; only a layout that was written by hand needs it.
  Value laneOf(Value row) {
    int64_t width = emitter.kind.width;
    if (llvm::isPowerOf2_64(width))
      return arith::AndIOp::create(b, row, emitter.index(width - 1));
    if (emitter.kind.onePanel)
      return row;
    return arith::RemUIOp::create(b, row, emitter.index(width));
  }

  FillEmitter &emitter;
  SmallVector<Value> arguments;
};

void FillEmitter::emit() {
  auto buffer = cast<MemRefType>(function.getArgument(Parameters).getType());
  Value rest = arith::SubIOp::create(b, index(buffer.getDimSize(0)),
                                     function.getArgument(Offset));
  Value elements = arith::ShRUIOp::create(b, rest, index(2));
  storage = memref::ViewOp::create(
      b, MemRefType::get({ShapedType::kDynamic}, b.getF32Type()),
      function.getArgument(Parameters), function.getArgument(Offset),
      ValueRange{elements});
  if (!draws.empty())
    emitKey();
  {
    OpBuilder::InsertionGuard guard(b);
    kind.width == 0 ? emitRowMajor() : emitPanels();
  }
  if (!fill.init.isElementwise()) {
    StoredTensor tensor(*this);
    fill.init.emitTensor(tensor);
  }
  func::ReturnOp::create(b);
}

} // namespace nascent::codegen
