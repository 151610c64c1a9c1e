//===- LowerInit.cpp - Registered initialisers to native code -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a framework does on the first batch: fill each parameter now that its
// shape is known. The value of an element depends on the seed, the parameter's
// name and the element's index in canonical order, and on nothing else: not on
// the layout, the vector width, the target or the other parameters.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "nascent/CInterface/Functions.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Parameters/Fill.h"
#include "nascent/Parameters/Passes.h"

#include "ParameterTable.h"

namespace nascent::parameters {

#define GEN_PASS_DEF_NNLOWERINIT
#include "nascent/Parameters/Passes.h.inc"

using namespace mlir;

namespace {

/// Builds the init functions of one network and the fill functions they call.
class InitLowering {
public:
  InitLowering(nn::SequentialOp network, FillFunctions &functions,
               int64_t bytes, bool remarks)
      : network(network), functions(functions), remarks(remarks),
        target(kernels::VectorTarget::of(network->getParentOfType<ModuleOp>())),
        buffer(MemRefType::get({bytes},
                               IntegerType::get(network.getContext(), 8))),
        b(network.getLoc(), network.getContext()) {}

  LogicalResult lower(ArrayRef<nn::NetworkParameter> parameters,
                      SymbolTableCollection &symbolTables);

private:
  /// What the table says of a parameter: how many rows it has, how many it must
  /// be initialised by at least, which fill function it takes, and the numbers
  /// that the function is called with.
  enum TableColumn { Rows, LeastRows, Function, FirstNumber };

  /// What initialises a parameter.
  FailureOr<Fill> resolveFill(const nn::NetworkParameter &parameter,
                              nn::Fan fan);
  /// The place of its function among `knownFills`.
  int64_t getFillFunction(const Fill &fill);
  /// `@net.init(parameters, index, first, end, seed)`, which fills those rows
  /// of the parameter `index`. Whether it has them is the caller's business.
  func::FuncOp createDispatch(ParameterTable &table);
  void emitInit(func::FuncOp function, ParameterTable &table,
                func::FuncOp dispatch);
  void emitInitRows(func::FuncOp function, ParameterTable &table,
                    func::FuncOp dispatch);
  /// A function of the C interface, without a body.
  FailureOr<func::FuncOp> createFunction(StringRef name);

  nn::SequentialOp network;
  FillFunctions &functions;
  bool remarks;
  kernels::VectorTarget target;
  MemRefType buffer;
  ImplicitLocOpBuilder b;
  /// The fill functions made so far, by what they are made for.
  struct KnownFill {
    std::pair<TypeID, std::string> init;
    FillKind kind;
    func::FuncOp function;
    Fill fill;
  };
  SmallVector<KnownFill> knownFills;
};

int64_t InitLowering::getFillFunction(const Fill &fill) {
  // Names may coincide, since a custom initialiser's may end as a suffix does.
  std::pair init{Attribute(fill.init).getTypeID(), fill.init.getKind()};
  FillKind kind = fill.getKind();
  for (auto [place, known] : llvm::enumerate(knownFills))
    if (known.init == init && known.kind == kind)
      return place;
  std::string name =
      network.getSymName().str() + ".fill." + init.second + kind.suffix();
  auto function = func::FuncOp::create(network.getLoc(), name,
                                       fill.getFunctionType(buffer));
  function.setPrivate();
  functions.symbols.insert(function, network->getIterator());
  emitFill(function, fill, target, functions);
  knownFills.push_back({init, kind, function, fill});
  return knownFills.size() - 1;
}

FailureOr<Fill> InitLowering::resolveFill(const nn::NetworkParameter &parameter,
                                          nn::Fan fan) {
  nn::LayerOpInterface layer = parameter.layer;
  nn::ParameterOp op = parameter.op;
  auto emitError = [&] {
    return layer.emitOpError() << "initialiser " << op.getInit() << " of '"
                               << parameter.name << "' ";
  };
  nn::InitTarget shape{fan, op.getTensorType().getShape(), op};
  auto init = dyn_cast_or_null<nn::InitializerAttrInterface>(
      op.getInit().resolve(shape, emitError));
  if (!init)
    return failure();
  Fill fill{init, shape, op.getLayoutAttr()};
  Type stored = fill.getKind().stored;
  if (!init.isElementwise() && !stored.isF32())
    return emitError() << "computes with the stored elements, which are "
                       << stored
                       << "; store this network's weights as f32, or give the "
                          "parameter another initialiser";
  if (remarks)
    layer.emitRemark() << "init '" << parameter.name << "' "
                       << nn::formatShape(shape.shape) << " with "
                       << op.getInit();
  return fill;
}

func::FuncOp InitLowering::createDispatch(ParameterTable &table) {
  Type index = b.getIndexType();
  auto function = func::FuncOp::create(
      network.getLoc(), network.getSymName().str() + ".init",
      b.getFunctionType({buffer, index, index, index, b.getI64Type()}, {}));
  function.setPrivate();
  functions.symbols.insert(function, network->getIterator());
  b.setInsertionPointToStart(function.addEntryBlock());
  ValueRange arguments = function.getArguments();
  auto cases = llvm::to_vector(llvm::seq<int64_t>(0, knownFills.size()));
  Value entry = arguments[1];
  auto choice = scf::IndexSwitchOp::create(
      b, TypeRange(), table.cell(b, entry, Function), cases, cases.size());
  func::ReturnOp::create(b);
  b.createBlock(&choice.getDefaultRegion());
  scf::YieldOp::create(b);
  for (auto [known, region] :
       llvm::zip_equal(knownFills, choice.getCaseRegions())) {
    b.createBlock(&region);
    SmallVector<Value> numbers;
    int64_t count = known.fill.getNumbers(/*offset=*/0, /*name=*/"").size();
    for (int64_t i = 0; i < count; ++i)
      numbers.push_back(table.number(b, entry, FirstNumber + i));
    func::CallOp::create(b, known.function,
                         known.fill.getOperands(b, arguments[0], numbers,
                                                arguments[2], arguments[3],
                                                arguments[4]));
    scf::YieldOp::create(b);
  }
  return function;
}

void InitLowering::emitInit(func::FuncOp function, ParameterTable &table,
                            func::FuncOp dispatch) {
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, value);
  };
  Value none = index(0), count = index(table.size()), one = index(1);
  auto loop = scf::ForOp::create(b, none, count, one);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value entry = loop.getInductionVar();
  func::CallOp::create(b, dispatch,
                       ValueRange{function.getArgument(0), entry, none,
                                  table.cell(b, entry, Rows),
                                  function.getArgument(1)});
}

void InitLowering::emitInitRows(func::FuncOp function, ParameterTable &table,
                                func::FuncOp dispatch) {
  table.emitGuarded(b, function, [&](Value entry) -> Value {
    auto argument = [&](unsigned i) -> Value {
      return arith::IndexCastOp::create(b, b.getIndexType(),
                                        function.getArgument(i));
    };
    Value first = argument(2), count = argument(3);
    Value hasRows = emitIsRange(b, first, count, table.cell(b, entry, Rows));
    Value isEnough = arith::CmpIOp::create(b, arith::CmpIPredicate::uge, count,
                                           table.cell(b, entry, LeastRows));
    Value isPossible = arith::AndIOp::create(b, hasRows, isEnough);
    return emitIf(b, isPossible, [&] {
      Value end = arith::AddIOp::create(b, first, count);
      func::CallOp::create(b, dispatch,
                           ValueRange{function.getArgument(0), entry, first,
                                      end, function.getArgument(4)});
    });
  });
}

FailureOr<func::FuncOp> InitLowering::createFunction(StringRef name) {
  FailureOr<func::FuncOp> function = nascent::createFunction(
      name, network.getSymNameAttr(), /*label=*/{}, {buffer}, network,
      functions.symbols, network->getIterator());
  if (succeeded(function))
    b.setInsertionPointToStart(&function->front());
  return function;
}

LogicalResult InitLowering::lower(ArrayRef<nn::NetworkParameter> parameters,
                                  SymbolTableCollection &symbolTables) {
  FailureOr<func::FuncOp> init = createFunction("init");
  if (failed(init))
    return failure();
  func::ReturnOp::create(b);
  if (parameters.empty())
    return success();

  SmallVector<SmallVector<int64_t>> rows;
  size_t columns = 0;
  for (const nn::NetworkParameter &parameter : parameters) {
    auto fill = resolveFill(parameter, parameter.getFan(symbolTables));
    if (failed(fill))
      return failure();
    int64_t length = fill->target.getLength();
    rows.push_back({length, fill->init.isElementwise() ? 0 : length,
                    getFillFunction(*fill)});
    nn::ParameterOp op = parameter.op;
    rows.back().append(fill->getNumbers(*op.getOffset(), parameter.name));
    columns = std::max(columns, rows.back().size());
  }
  SmallVector<int64_t> cells;
  for (SmallVector<int64_t> &row : rows) {
    row.resize(columns);
    cells.append(row);
  }
  ParameterTable table(network, ".fills", functions.symbols, cells, columns);
  func::FuncOp dispatch = createDispatch(table);
  b.setInsertionPointToStart(&init->front());
  emitInit(*init, table, dispatch);
  FailureOr<func::FuncOp> initRows = createFunction("init_rows");
  if (failed(initRows))
    return failure();
  emitInitRows(*initRows, table, dispatch);
  return success();
}

struct LowerInit : impl::NNLowerInitBase<LowerInit> {
  using NNLowerInitBase::NNLowerInitBase;

  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    FillFunctions functions{symbols};
    SymbolTableCollection symbolTables;
    for (auto network :
         llvm::to_vector(getOperation().getOps<nn::SequentialOp>())) {
      if (!network.ownsParameters())
        continue;
      auto parameters = nn::collectParameters(network, symbolTables);
      if (failed(parameters))
        return signalPassFailure();
      FailureOr<int64_t> bytes = nn::getParameterBytes(network, *parameters);
      if (failed(bytes) ||
          failed(InitLowering(network, functions, *bytes, remarks)
                     .lower(*parameters, symbolTables)))
        return signalPassFailure();
      numInitialized += parameters->size();
    }
  }
};

} // namespace

} // namespace nascent::parameters
