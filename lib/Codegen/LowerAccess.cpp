//===- LowerAccess.cpp - Reading and writing whole parameters -------------===//
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
#include "nascent/Codegen/Passes.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Support/CName.h"

namespace nascent::codegen {

#define GEN_PASS_DEF_NNLOWERACCESS
#include "nascent/Codegen/Passes.h.inc"

using namespace mlir;

namespace {

/// What a row of the table says of a parameter, all being int64. A matrix in
/// panels has its own rows and columns; anything row-major is one column of all
/// its elements in panels one wide, for which the two orders agree.
enum TableColumn { Offset, Rows, Columns, Width, NumTableColumns };

class AccessLowering {
public:
  AccessLowering(nn::SequentialOp network, SymbolTable &symbols, int64_t bytes)
      : network(network), symbols(symbols),
        buffer(MemRefType::get({bytes},
                               IntegerType::get(network.getContext(), 8))),
        b(network.getLoc(), network.getContext()) {}

  LogicalResult lower(ArrayRef<nn::NetworkParameter> parameters);

private:
  void createTable(ArrayRef<nn::NetworkParameter> parameters);
  LogicalResult createFunction(StringRef suffix, bool toStorage);
  void emitCopy(func::FuncOp function, bool toStorage);

  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }
  Value mul(Value x, Value y) { return arith::MulIOp::create(b, x, y); }
  Value add(Value x, Value y) { return arith::AddIOp::create(b, x, y); }

  nn::SequentialOp network;
  SymbolTable &symbols;
  MemRefType buffer;
  ImplicitLocOpBuilder b;
  memref::GlobalOp table;
};

void AccessLowering::createTable(ArrayRef<nn::NetworkParameter> parameters) {
  SmallVector<int64_t> cells;
  for (const nn::NetworkParameter &parameter : parameters) {
    nn::ParameterOp op = parameter.op;
    RankedTensorType type = op.getTensorType();
    if (nn::PanelsAttr layout = op.getLayoutAttr())
      cells.append({int64_t(*op.getOffset()), type.getDimSize(0),
                    type.getDimSize(1), layout.getWidth()});
    else
      cells.append({int64_t(*op.getOffset()), type.getNumElements(), 1, 1});
  }
  int64_t rows = parameters.size();
  auto tensor = RankedTensorType::get({rows, NumTableColumns}, b.getI64Type());
  b.setInsertionPoint(network);
  table = memref::GlobalOp::create(
      b, network.getSymName().str() + ".layouts", b.getStringAttr("private"),
      MemRefType::get(tensor.getShape(), b.getI64Type()),
      DenseElementsAttr::get(tensor, ArrayRef<int64_t>(cells)),
      /*constant=*/true, /*alignment=*/IntegerAttr());
  symbols.insert(table);
}

void AccessLowering::emitCopy(func::FuncOp function, bool toStorage) {
  Value entry = arith::IndexCastUIOp::create(b, b.getIndexType(),
                                             function.getArgument(1));
  Value base =
      memref::GetGlobalOp::create(b, table.getType(), table.getSymName());
  auto cell = [&](int64_t column) -> Value {
    return arith::IndexCastOp::create(
        b, b.getIndexType(),
        memref::LoadOp::create(b, base, ValueRange{entry, index(column)}));
  };
  Value offset = cell(Offset), rows = cell(Rows), columns = cell(Columns),
        width = cell(Width);
  Value zero = index(0), one = index(1);
  auto unbounded = MemRefType::get({ShapedType::kDynamic}, b.getF32Type());
  Value bytesLeft =
      arith::SubIOp::create(b, index(buffer.getDimSize(0)), offset);
  Value storage = memref::ViewOp::create(
      b, unbounded, function.getArgument(0), offset,
      ValueRange{arith::ShRUIOp::create(b, bytesLeft, index(2))});
  Value values = memref::ReinterpretCastOp::create(
      b, unbounded, function.getArgument(2), OpFoldResult(b.getIndexAttr(0)),
      ArrayRef<OpFoldResult>{mul(rows, columns)},
      ArrayRef<OpFoldResult>{b.getIndexAttr(1)});

  // Row `panel + lane`, column `column`, is at
  // panel·columns + column·width + lane in storage.
  auto panels = scf::ForOp::create(b, zero, rows, width);
  b.setInsertionPointToStart(panels.getBody());
  Value panel = panels.getInductionVar();
  Value present =
      arith::MinUIOp::create(b, width, arith::SubIOp::create(b, rows, panel));
  auto lanes = scf::ForOp::create(b, zero, present, one);
  b.setInsertionPointToStart(lanes.getBody());
  Value lane = lanes.getInductionVar();
  Value canonicalRow = mul(add(panel, lane), columns);
  Value storedRow = add(mul(panel, columns), lane);
  auto loop = scf::ForOp::create(b, zero, columns, one);
  b.setInsertionPointToStart(loop.getBody());
  Value column = loop.getInductionVar();
  Value canonical = add(canonicalRow, column);
  Value stored = add(storedRow, mul(column, width));
  if (toStorage)
    memref::StoreOp::create(b, memref::LoadOp::create(b, values, canonical),
                            storage, stored);
  else
    memref::StoreOp::create(b, memref::LoadOp::create(b, storage, stored),
                            values, canonical);
}

LogicalResult AccessLowering::createFunction(StringRef suffix, bool toStorage) {
  std::string name = mangle(network.getSymName()) + suffix.str();
  if (symbols.lookup(name))
    return network.emitOpError() << "needs the symbol '" << name
                                 << "' for its C interface, but it is taken";
  // The caller's pointer to floats: its length is the parameter's.
  auto values = MemRefType::get({1}, b.getF32Type());
  auto function = func::FuncOp::create(
      network.getLoc(), name,
      b.getFunctionType({buffer, b.getI32Type(), values}, b.getI32Type()));
  function->setAttr(nn::kNetworkAttrName, network.getSymNameAttr());
  symbols.insert(function, network->getIterator());
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(function.addEntryBlock());
  auto i32 = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(b, b.getI32IntegerAttr(value));
  };
  Value isKnown = arith::CmpIOp::create(b, arith::CmpIPredicate::ult,
                                        function.getArgument(1),
                                        i32(table.getType().getDimSize(0)));
  auto branch = scf::IfOp::create(b, isKnown, /*withElseRegion=*/false);
  {
    OpBuilder::InsertionGuard inBranch(b);
    b.setInsertionPointToStart(branch.thenBlock());
    emitCopy(function, toStorage);
  }
  Value status = arith::SelectOp::create(b, isKnown, i32(0), i32(-1));
  func::ReturnOp::create(b, status);
  return success();
}

LogicalResult AccessLowering::lower(ArrayRef<nn::NetworkParameter> parameters) {
  createTable(parameters);
  if (failed(createFunction("_get", /*toStorage=*/false)))
    return failure();
  return createFunction("_set", /*toStorage=*/true);
}

struct LowerAccess : impl::NNLowerAccessBase<LowerAccess> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    SymbolTableCollection symbolTables;
    for (auto network :
         llvm::to_vector(getOperation().getOps<nn::SequentialOp>())) {
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

} // namespace nascent::codegen
