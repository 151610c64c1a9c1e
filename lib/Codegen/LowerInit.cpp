//===- LowerInit.cpp - Registered initialisers to native code -------------===//
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
#include "nascent/Codegen/FillEmitter.h"
#include "nascent/Codegen/Passes.h"
#include "nascent/Codegen/Philox.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Support/CName.h"

namespace nascent::codegen {

#define GEN_PASS_DEF_NNLOWERINIT
#include "nascent/Codegen/Passes.h.inc"

using namespace mlir;

namespace {

/// Builds the init function of one network and the fill functions it calls.
class InitLowering {
public:
  InitLowering(nn::SequentialOp network, SymbolTable &symbols, int64_t bytes)
      : network(network), symbols(symbols),
        target(VectorTarget::of(network->getParentOfType<ModuleOp>())),
        buffer(MemRefType::get({bytes},
                               IntegerType::get(network.getContext(), 8))),
        b(network.getLoc(), network.getContext()) {}

  LogicalResult lower(ArrayRef<nn::NetworkParameter> parameters,
                      SymbolTableCollection &symbolTables);

private:
  func::FuncOp getFill(nn::InitializerAttrInterface init,
                       nn::ParameterOp parameter);
  LogicalResult callFill(const nn::NetworkParameter &parameter, nn::Fan fan,
                         func::FuncOp function);

  nn::SequentialOp network;
  SymbolTable &symbols;
  VectorTarget target;
  MemRefType buffer;
  ImplicitLocOpBuilder b;
  /// The fill functions made so far, by kind.
  llvm::StringMap<func::FuncOp> fills;
};

/// A matrix in panels, or row-major: then one row of all elements.
FillKind kindOf(nn::ParameterOp parameter) {
  nn::PanelsAttr layout = parameter.getLayoutAttr();
  if (!layout)
    return {/*width=*/0, /*wholeBlocks=*/true};
  return {layout.getWidth(), parameter.getTensorType().getDimSize(1) % 4 == 0};
}

func::FuncOp InitLowering::getFill(nn::InitializerAttrInterface init,
                                   nn::ParameterOp parameter) {
  FillKind kind = kindOf(parameter);
  std::string name =
      network.getSymName().str() + ".fill." +
      init.getAbstractAttribute().getName().split('.').second.str() +
      kind.suffix();
  func::FuncOp &known = fills[name];
  if (known)
    return known;
  unsigned numArguments = init.getArguments().size();
  SmallVector<Type> inputs = {buffer,           b.getIndexType(),
                              b.getIndexType(), b.getIndexType(),
                              b.getI64Type(),   b.getI64Type()};
  inputs.append(numArguments, b.getF32Type());
  auto function = func::FuncOp::create(network.getLoc(), name,
                                       b.getFunctionType(inputs, {}));
  function.setPrivate();
  symbols.insert(function, network->getIterator());
  FillEmitter(function, init, kind, target).emit();
  known = function;
  return function;
}

LogicalResult InitLowering::callFill(const nn::NetworkParameter &parameter,
                                     nn::Fan fan, func::FuncOp function) {
  nn::LayerOpInterface layer = parameter.layer;
  nn::ParameterOp op = parameter.op;
  auto emitError = [&] {
    return layer.emitOpError() << "initialiser " << op.getInit() << " of '"
                               << parameter.name << "' ";
  };
  auto init = dyn_cast_or_null<nn::InitializerAttrInterface>(
      op.getInit().resolve(fan, emitError));
  if (!init)
    return failure();
  RankedTensorType type = op.getTensorType();
  bool isMatrix = bool(op.getLayoutAttr());
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, value);
  };
  SmallVector<Value> operands = {
      function.getArgument(0),
      index(*op.getOffset()),
      index(isMatrix ? type.getDimSize(0) : 1),
      index(isMatrix ? type.getDimSize(1) : type.getNumElements()),
      arith::ConstantOp::create(b,
                                b.getI64IntegerAttr(hashName(parameter.name))),
      function.getArgument(1)};
  for (float argument : init.getArguments())
    operands.push_back(
        arith::ConstantOp::create(b, b.getF32FloatAttr(argument)));
  func::CallOp::create(b, getFill(init, op), operands);
  return success();
}

LogicalResult InitLowering::lower(ArrayRef<nn::NetworkParameter> parameters,
                                  SymbolTableCollection &symbolTables) {
  std::string name = mangle(network.getSymName()) + "_init";
  if (symbols.lookup(name))
    return network.emitOpError() << "needs the symbol '" << name
                                 << "' for its init function, but it is taken";
  auto function = func::FuncOp::create(
      network.getLoc(), name, b.getFunctionType({buffer, b.getI64Type()}, {}));
  function->setAttr(nn::kNetworkAttrName, network.getSymNameAttr());
  symbols.insert(function, network->getIterator());
  b.setInsertionPointToStart(function.addEntryBlock());
  for (const nn::NetworkParameter &parameter : parameters)
    if (failed(callFill(parameter, parameter.getFan(symbolTables), function)))
      return failure();
  func::ReturnOp::create(b);
  return success();
}

struct LowerInit : impl::NNLowerInitBase<LowerInit> {
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
      if (failed(bytes) || failed(InitLowering(network, symbols, *bytes)
                                      .lower(*parameters, symbolTables)))
        return signalPassFailure();
      numInitialized += parameters->size();
    }
  }
};

} // namespace

} // namespace nascent::codegen
