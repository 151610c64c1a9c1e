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
#include "nascent/Codegen/Fill.h"
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
  InitLowering(nn::SequentialOp network, SymbolTable &symbols, int64_t bytes,
               bool remarks)
      : network(network), symbols(symbols), remarks(remarks),
        target(VectorTarget::of(network->getParentOfType<ModuleOp>())),
        buffer(MemRefType::get({bytes},
                               IntegerType::get(network.getContext(), 8))),
        b(network.getLoc(), network.getContext()) {}

  LogicalResult lower(ArrayRef<nn::NetworkParameter> parameters,
                      SymbolTableCollection &symbolTables);

private:
  func::FuncOp getFillFunction(const Fill &fill);
  LogicalResult callFill(const nn::NetworkParameter &parameter, nn::Fan fan,
                         func::FuncOp function);

  nn::SequentialOp network;
  SymbolTable &symbols;
  bool remarks;
  VectorTarget target;
  MemRefType buffer;
  ImplicitLocOpBuilder b;
  /// The fill functions made so far, by what they are made for.
  struct KnownFill {
    std::pair<TypeID, std::string> init;
    FillKind kind;
    func::FuncOp function;
  };
  SmallVector<KnownFill> fills;
};

func::FuncOp InitLowering::getFillFunction(const Fill &fill) {
  // Names may coincide, since a custom initialiser's may end as a suffix does.
  std::pair init{Attribute(fill.init).getTypeID(), fill.init.getKind()};
  FillKind kind = fill.getKind();
  for (const KnownFill &known : fills)
    if (known.init == init && known.kind == kind)
      return known.function;
  std::string name =
      network.getSymName().str() + ".fill." + init.second + kind.suffix();
  auto function = func::FuncOp::create(network.getLoc(), name,
                                       fill.getFunctionType(buffer));
  function.setPrivate();
  symbols.insert(function, network->getIterator());
  emitFill(function, fill, target);
  fills.push_back({init, kind, function});
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
  func::CallOp::create(b, getFillFunction(fill),
                       fill.getOperands(b, function.getArgument(0),
                                        *op.getOffset(), parameter.name,
                                        function.getArgument(1)));
  if (remarks)
    layer.emitRemark() << "init '" << parameter.name << "' "
                       << nn::formatShape(shape.shape) << " with "
                       << op.getInit();
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
  using NNLowerInitBase::NNLowerInitBase;

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
      if (failed(bytes) ||
          failed(InitLowering(network, symbols, *bytes, remarks)
                     .lower(*parameters, symbolTables)))
        return signalPassFailure();
      numInitialized += parameters->size();
    }
  }
};

} // namespace

} // namespace nascent::codegen
