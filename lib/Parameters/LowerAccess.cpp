//===- LowerAccess.cpp - Reading and writing parameters -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Callers see canonical row-major order; the storage layout stays ours to
// choose. A table keeps the code the same size for any number of parameters.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/CInterface/Functions.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Parameters/Passes.h"
#include "nascent/Support/KeepAsWritten.h"

#include "Division.h"
#include "ParameterFind.h"
#include "ParameterTable.h"

namespace nascent::parameters {

#define GEN_PASS_DEF_NNLOWERACCESS
#include "nascent/Parameters/Passes.h.inc"

using namespace mlir;

namespace {

class AccessLowering {
public:
  AccessLowering(nn::SequentialOp network, SymbolTable &symbols, int64_t bytes)
      : network(network), symbols(symbols),
        buffer(MemRefType::get({bytes},
                               IntegerType::get(network.getContext(), 8))),
        b(network.getLoc(), network.getContext()) {}

  LogicalResult lower(ArrayRef<nn::NetworkParameter> parameters);

private:
  /// What a row of the table says of a parameter, all being int64. A matrix in
  /// panels has its own rows. Column k of a row is element k / Runs of its run
  /// k % Runs, and storage has run after run: each is a place's channels, or
  /// the only one all columns. `Factor` and `Shift` are the division. Anything
  /// row-major is one row of one run in a panel one wide, for which the two
  /// orders agree. `Stored` is the place of the elements' type among those of
  /// the network.
  enum TableColumn {
    Offset,
    Rows,
    Runs,
    RunLength,
    Factor,
    Shift,
    Width,
    Stored,
    NumTableColumns
  };

  void createTable(ArrayRef<nn::NetworkParameter> parameters);
  /// The function that does the work of all others: it copies a range of a
  /// parameter's elements, to storage if its last argument says so.
  func::FuncOp createCopy();
  /// The function that copies them one way, by way of `copy`.
  FailureOr<func::FuncOp> createRange(StringRef name, bool toStorage,
                                      func::FuncOp copy);
  /// The function that copies all of them, by way of `range`.
  LogicalResult createWhole(StringRef name, func::FuncOp range);
  /// A function of the C interface, without a body.
  FailureOr<func::FuncOp> createFunction(StringRef name);
  /// Copies the elements from `first` to `end`, whatever they are stored as.
  void emitCopies(func::FuncOp function, Value entry, Value first, Value end);
  /// Copies them where they are stored as `element`.
  void emitCopy(func::FuncOp function, Value entry, Value first, Value end,
                Type element);
  Value cell(Value entry, TableColumn column) {
    return table->cell(b, entry, column);
  }
  /// How many elements a parameter has.
  Value sizeOf(Value entry) {
    Value rows = cell(entry, Rows);
    return mul(rows, columnsOf(entry));
  }
  Value columnsOf(Value entry) {
    Value runs = cell(entry, Runs), length = cell(entry, RunLength);
    return mul(runs, length);
  }

  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }
  Value mul(Value x, Value y) { return arith::MulIOp::create(b, x, y); }
  Value add(Value x, Value y) { return arith::AddIOp::create(b, x, y); }
  Value sub(Value x, Value y) { return arith::SubIOp::create(b, x, y); }

  nn::SequentialOp network;
  SymbolTable &symbols;
  MemRefType buffer;
  ImplicitLocOpBuilder b;
  std::optional<ParameterTable> table;
  /// What the network's parameters are stored as.
  SmallVector<Type> storedTypes;
};

void AccessLowering::createTable(ArrayRef<nn::NetworkParameter> parameters) {
  SmallVector<int64_t> cells;
  for (const nn::NetworkParameter &parameter : parameters) {
    nn::ParameterOp op = parameter.op;
    int64_t rows = 1, columns = op.getTensorType().getNumElements();
    int64_t runs = 1, width = 1;
    if (nn::PanelsAttr layout = op.getLayoutAttr()) {
      rows = op.getRows();
      columns = op.getColumns();
      runs = layout.getSpatial();
      width = layout.getWidth();
    }
    auto [factor, shift] = Division::by(runs);
    cells.append({int64_t(*op.getOffset()), rows, runs, columns / runs, factor,
                  shift, width});
    Type element = op.getStorageType().getElementType();
    auto *place = llvm::find(storedTypes, element);
    cells.push_back(place - storedTypes.begin());
    if (place == storedTypes.end())
      storedTypes.push_back(element);
  }
  table.emplace(network, ".layouts", symbols, cells, NumTableColumns);
}

void AccessLowering::emitCopy(func::FuncOp function, Value entry, Value first,
                              Value end, Type element) {
  Value offset = cell(entry, Offset), rows = cell(entry, Rows),
        runs = cell(entry, Runs), length = cell(entry, RunLength),
        width = cell(entry, Width);
  Value factor = cell(entry, Factor), shift = cell(entry, Shift);
  Value columns = mul(runs, length);
  Value zero = index(0), one = index(1);
  auto unbounded = MemRefType::get({ShapedType::kDynamic}, b.getF32Type());
  Value bytesLeft = sub(index(buffer.getDimSize(0)), offset);
  int64_t bytes = element.getIntOrFloatBitWidth() / 8;
  Value elementsLeft =
      arith::ShRUIOp::create(b, bytesLeft, index(llvm::Log2_64(bytes)));
  Value storage = memref::ViewOp::create(
      b, MemRefType::get({ShapedType::kDynamic}, element),
      function.getArgument(0), offset, ValueRange{elementsLeft});
  Value values = memref::ReinterpretCastOp::create(
      b, unbounded, function.getArguments().end()[-2],
      OpFoldResult(b.getIndexAttr(0)), ArrayRef<OpFoldResult>{sub(end, first)},
      ArrayRef<OpFoldResult>{b.getIndexAttr(1)});

  // Row `panel + lane` has element i of a run at
  // panel·columns + (run·length + i)·width + lane in storage. Of each row, the
  // part within the range is copied: dividing would be a library call on some
  // targets.
  auto panels = scf::ForOp::create(b, zero, rows, width);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(panels.getBody());
  Value panel = panels.getInductionVar();
  Value presentLanes = arith::MinUIOp::create(b, width, sub(rows, panel));
  auto lanes = scf::ForOp::create(b, zero, presentLanes, one);
  b.setInsertionPointToStart(lanes.getBody());
  Value lane = lanes.getInductionVar();
  Value rowStart = mul(add(panel, lane), columns);
  Value storedRow = add(mul(panel, columns), lane);
  Value from = sub(arith::MaxSIOp::create(b, first, rowStart), rowStart);
  Value to = arith::MinSIOp::create(b, sub(end, rowStart), columns);
  // Most rows have nothing in a short range: they are not worth a loop.
  Value isSome = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, from, to);
  Value presentRuns = arith::SelectOp::create(b, isSome, runs, zero);
  auto runLoop = scf::ForOp::create(b, zero, presentRuns, one);
  b.setInsertionPointToStart(runLoop.getBody());
  Value run = runLoop.getInductionVar();
  // The first element from a column on.
  auto divideUp = [&](Value column) -> Value {
    Value sum = sub(add(column, sub(runs, one)), run);
    return arith::ShRUIOp::create(b, mul(sum, factor), shift);
  };
  Value firstInRun = divideUp(from), endInRun = divideUp(to);
  auto loop = scf::ForOp::create(b, firstInRun, endInRun, one);
  // To unroll any of them takes long, and gains nothing.
  for (scf::ForOp each : {panels, lanes, runLoop, loop})
    keepAsWritten(each);
  b.setInsertionPointToStart(loop.getBody());
  Value i = loop.getInductionVar();
  Value column = add(mul(i, runs), run);
  Value canonical = sub(add(rowStart, column), first);
  Value place = add(mul(run, length), i);
  Value stored = add(storedRow, mul(place, width));
  auto branch = scf::IfOp::create(b, function.getArguments().back(),
                                  /*withElseRegion=*/true);
  b.setInsertionPointToStart(branch.thenBlock());
  Value value = memref::LoadOp::create(b, values, canonical);
  if (!element.isF32())
    value = arith::TruncFOp::create(b, element, value);
  memref::StoreOp::create(b, value, storage, stored);
  b.setInsertionPointToStart(branch.elseBlock());
  value = memref::LoadOp::create(b, storage, stored);
  if (!element.isF32())
    value = arith::ExtFOp::create(b, b.getF32Type(), value);
  memref::StoreOp::create(b, value, values, canonical);
}

void AccessLowering::emitCopies(func::FuncOp function, Value entry, Value first,
                                Value end) {
  if (storedTypes.size() == 1)
    return emitCopy(function, entry, first, end, storedTypes[0]);
  for (auto [place, element] : llvm::enumerate(storedTypes)) {
    Value stored = cell(entry, Stored), expected = index(place);
    Value isStoredSo =
        arith::CmpIOp::create(b, arith::CmpIPredicate::eq, stored, expected);
    auto branch = scf::IfOp::create(b, isStoredSo, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard inBranch(b);
    b.setInsertionPointToStart(branch.thenBlock());
    emitCopy(function, entry, first, end, element);
  }
}

FailureOr<func::FuncOp> AccessLowering::createFunction(StringRef name) {
  FailureOr<func::FuncOp> function = nascent::createFunction(
      name, network.getSymNameAttr(), /*label=*/{}, {buffer}, network, symbols,
      network->getIterator());
  if (succeeded(function))
    b.setInsertionPointToStart(&function->front());
  return function;
}

func::FuncOp AccessLowering::createCopy() {
  FunctionType type = getFunctionType(network.getContext(),
                                      getDeclaration("set_range"), {buffer});
  SmallVector<Type> inputs(type.getInputs());
  inputs.push_back(b.getI1Type());
  auto function = func::FuncOp::create(
      network.getLoc(), network.getSymName().str() + ".copy",
      b.getFunctionType(inputs, type.getResults()));
  function.setPrivate();
  symbols.insert(function, network->getIterator());
  b.setInsertionPointToStart(function.addEntryBlock());
  table->emitGuarded(b, function, [&](Value entry) -> Value {
    auto argument = [&](unsigned i) -> Value {
      return arith::IndexCastOp::create(b, b.getIndexType(),
                                        function.getArgument(i));
    };
    Value first = argument(2), count = argument(3);
    Value size = sizeOf(entry);
    Value isInside = emitIsRange(b, first, count, size);
    return emitIf(b, isInside, [&] {
      emitCopies(function, entry, first, add(first, count));
    });
  });
  return function;
}

FailureOr<func::FuncOp>
AccessLowering::createRange(StringRef name, bool toStorage, func::FuncOp copy) {
  FailureOr<func::FuncOp> function = createFunction(name);
  if (failed(function))
    return failure();
  auto arguments = llvm::to_vector_of<Value>(function->getArguments());
  arguments.push_back(arith::ConstantOp::create(b, b.getBoolAttr(toStorage)));
  auto call = func::CallOp::create(b, copy, arguments);
  func::ReturnOp::create(b, call.getResults());
  return function;
}

LogicalResult AccessLowering::createWhole(StringRef name, func::FuncOp range) {
  FailureOr<func::FuncOp> function = createFunction(name);
  if (failed(function))
    return failure();
  table->emitGuarded(b, *function, [&](Value entry) -> Value {
    Value size = sizeOf(entry);
    Value none = arith::ConstantOp::create(b, b.getI64IntegerAttr(0));
    return func::CallOp::create(
               b, range,
               ValueRange{function->getArgument(0), function->getArgument(1),
                          none,
                          arith::IndexCastOp::create(b, b.getI64Type(), size),
                          function->getArgument(2)})
        .getResult(0);
  });
  return success();
}

LogicalResult AccessLowering::lower(ArrayRef<nn::NetworkParameter> parameters) {
  createTable(parameters);
  func::FuncOp copy = createCopy();
  for (bool toStorage : {false, true}) {
    std::string name = toStorage ? "set" : "get";
    FailureOr<func::FuncOp> range =
        createRange(name + "_range", toStorage, copy);
    if (failed(range) || failed(createWhole(name, *range)))
      return failure();
  }
  return createFind(network, symbols, parameters);
}

struct LowerAccess : impl::NNLowerAccessBase<LowerAccess> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    SymbolTableCollection symbolTables;
    for (auto network :
         llvm::to_vector(getOperation().getOps<nn::SequentialOp>())) {
      if (!network.ownsParameters())
        continue;
      auto parameters = nn::collectParameters(network, symbolTables);
      if (failed(parameters))
        return signalPassFailure();
      FailureOr<int64_t> bytes = nn::getParameterBytes(network, *parameters);
      if (failed(bytes))
        return signalPassFailure();
      if (parameters->empty())
        continue;
      if (failed(AccessLowering(network, symbols, *bytes).lower(*parameters)))
        return signalPassFailure();
    }
  }
};

} // namespace

} // namespace nascent::parameters
