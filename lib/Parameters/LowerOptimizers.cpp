//===- LowerOptimizers.cpp - Optimisers to native code --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What training changes is one range at the start of the parameters, and
// gradients and states have its places. So a step is a loop over vectors that
// knows neither layers nor layouts. Bytes between parameters are computed with,
// too, which nobody reads, and padding stays 0, as its gradient is.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "nascent/CInterface/Functions.h"
#include "nascent/CInterface/StepStruct.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Kernels/KernelPlan.h"
#include "nascent/Parameters/Passes.h"
#include "nascent/Support/Quote.h"

#include "GradientFunctions.h"
#include "ParameterTable.h"
#include "StatisticsUpdate.h"
#include "StepRanges.h"
#include "UpdateEmitter.h"

namespace nascent::parameters {

#define GEN_PASS_DEF_NNLOWEROPTIMIZERS
#include "nascent/Parameters/Passes.h.inc"

using namespace mlir;

namespace {

/// What a row of the table says of a range.
enum RangeColumn { Begin, End, Rate, Decay, NumRangeColumns };

/// Builds what one network needs for steps of training.
class OptimizerLowering {
public:
  OptimizerLowering(nn::SequentialOp network, const NetworkInterface &interface,
                    SymbolTable &symbols)
      : network(network), interface(interface), symbols(symbols),
        b(network.getLoc(), network.getContext()) {
    auto bytes = [&](int64_t count) {
      return MemRefType::get({count}, b.getI8Type());
    };
    buffers.parameters = bytes(interface.parameterBytes);
    buffers.gradients = bytes(interface.gradientBytes);
  }

  LogicalResult lower(ArrayRef<nn::NetworkParameter> parameters,
                      ArrayRef<StepRange> ranges);

private:
  /// A function of the C interface, with an entry block.
  FailureOr<func::FuncOp> create(StringRef name, StringRef optimizer = "") {
    return createFunction(name, network.getSymNameAttr(),
                          b.getStringAttr(optimizer), buffers, network, symbols,
                          network->getIterator());
  }
  LogicalResult lowerStep(nn::OptimizerAttrInterface optimizer,
                          ParameterTable &ranges,
                          ArrayRef<StatisticsRange> statistics);

  nn::SequentialOp network;
  const NetworkInterface &interface;
  SymbolTable &symbols;
  ImplicitLocOpBuilder b;
  BufferTypes buffers;
};

LogicalResult
OptimizerLowering::lowerStep(nn::OptimizerAttrInterface optimizer,
                             ParameterTable &ranges,
                             ArrayRef<StatisticsRange> statistics) {
  StringRef name = optimizer.getFunctionName();
  buffers.state =
      MemRefType::get({interface.optimizerBytes(optimizer)}, b.getI8Type());
  buffers.hyper = MemRefType::get({StepStruct(optimizer).bytes}, b.getI8Type());
  FailureOr<func::FuncOp> step = create("step", name);
  if (failed(step))
    return failure();
  SmallVector<Type> types(step->getArgumentTypes());
  types.append(2, b.getIndexType());
  types.append(2, b.getF32Type());
  auto update = func::FuncOp::create(
      network.getLoc(), (network.getSymName() + ".update." + name).str(),
      b.getFunctionType(types, {}));
  update.setPrivate();
  symbols.insert(update, (*step)->getIterator());
  emitUpdate(update, optimizer,
             kernels::VectorTarget::of(network->getParentOfType<ModuleOp>()));

  b.setInsertionPointToStart(&step->front());
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, value);
  };
  Value none = index(0), count = index(ranges.size()), one = index(1);
  auto loop = scf::ForOp::create(b, none, count, one);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value entry = loop.getInductionVar();
    SmallVector<Value> operands(step->getArguments());
    for (RangeColumn column : {Begin, End})
      operands.push_back(ranges.cell(b, entry, column));
    for (RangeColumn column : {Rate, Decay}) {
      Value bits = arith::TruncIOp::create(b, b.getI32Type(),
                                           ranges.number(b, entry, column));
      operands.push_back(arith::BitcastOp::create(b, b.getF32Type(), bits));
    }
    func::CallOp::create(b, update, operands);
  }
  if (!statistics.empty()) {
    StepStruct layout(optimizer);
    Value start = index(layout.lookup("statistics_scale")->offset);
    Value member =
        memref::ViewOp::create(b, MemRefType::get({1}, b.getF32Type()),
                               step->getArgument(3), start, ValueRange());
    Value scale = memref::LoadOp::create(b, member, none);
    emitStatisticsUpdate(b, statistics, step->getArgument(0),
                         step->getArgument(1), scale);
  }
  func::ReturnOp::create(b);
  return success();
}

/// Where the gradients of what a step changes are, without the bytes between
/// parameters: begins and ends in floats.
SmallVector<int64_t> gradientCells(ArrayRef<nn::NetworkParameter> parameters,
                                   ArrayRef<StepRange> ranges) {
  SmallVector<std::pair<int64_t, int64_t>> places;
  for (const nn::NetworkParameter &parameter : parameters) {
    nn::ParameterOp op = parameter.op;
    int64_t begin = *op.getOffset() / sizeof(float);
    bool isChanged = llvm::any_of(ranges, [&](const StepRange &range) {
      return range.begin <= begin && begin < range.end;
    });
    if (isChanged)
      places.emplace_back(begin, begin + *op.getStorageBytes() / sizeof(float));
  }
  llvm::sort(places);
  SmallVector<int64_t> cells;
  for (auto [begin, end] : places) {
    if (!cells.empty() && cells.back() == begin)
      cells.back() = end;
    else
      cells.append({begin, end});
  }
  return cells;
}

LogicalResult
OptimizerLowering::lower(ArrayRef<nn::NetworkParameter> parameters,
                         ArrayRef<StepRange> ranges) {
  auto bitsOf = [](float number) -> int64_t {
    return llvm::bit_cast<uint32_t>(number);
  };
  SmallVector<int64_t> cells;
  for (const StepRange &range : ranges)
    cells.append({range.begin, range.end, bitsOf(range.rate),
                  bitsOf(range.decays ? 1.0f : 0.0f)});
  ParameterTable table(network, ".steps", symbols, cells, NumRangeColumns);
  SmallVector<StatisticsRange> statistics = findStatistics(network, parameters);
  for (nn::OptimizerAttrInterface optimizer : interface.optimizers)
    if (failed(lowerStep(optimizer, table, statistics)))
      return failure();
  ParameterTable places(network, ".gradients", symbols,
                        gradientCells(parameters, ranges), /*columns=*/2);
  FailureOr<func::FuncOp> norm = create("gradient_norm");
  if (failed(norm))
    return failure();
  emitGradientNorm(*norm, places);
  FailureOr<func::FuncOp> clip = create("clip_gradients");
  if (failed(clip))
    return failure();
  emitClipGradients(*clip, places);
  return success();
}

struct LowerOptimizers : impl::NNLowerOptimizersBase<LowerOptimizers> {
  using NNLowerOptimizersBase::NNLowerOptimizersBase;

  void runOnOperation() override {
    if (failed(lower()))
      signalPassFailure();
  }

  LogicalResult lower() {
    ModuleOp module = getOperation();
    ParameterRules kept;
    for (const std::string &text : noDecay)
      if (failed(kept.add("no decay of", text, /*number=*/0, module)))
        return failure();
    SymbolTable symbols(module);
    SymbolTableCollection symbolTables;
    for (const NetworkInterface &interface : getInterfaces(module)) {
      if (interface.optimizers.empty())
        continue;
      auto network = symbols.lookup<nn::SequentialOp>(interface.name);
      if (!network)
        return module.emitError()
               << "there is no network '" << printable(interface.name)
               << "' any more, whose interface has optimisers; run "
                  "nn-lower-optimizers before convert-nn-to-linalg";
      auto parameters = nn::collectParameters(network, symbolTables);
      if (failed(parameters) || failed(verify(network, interface, *parameters)))
        return failure();
      SmallVector<StepRange> ranges = getStepRanges(network, *parameters, kept);
      if (failed(OptimizerLowering(network, interface, symbols)
                     .lower(*parameters, ranges)))
        return failure();
    }
    return kept.finish(module);
  }

  /// Whether a step can change what is stored.
  LogicalResult verify(nn::SequentialOp network,
                       const NetworkInterface &interface,
                       ArrayRef<nn::NetworkParameter> parameters) {
    FailureOr<int64_t> bytes = nn::getGradientBytes(network, parameters);
    if (failed(bytes))
      return failure();
    if (*bytes != interface.gradientBytes)
      return network.emitOpError()
             << "'" << printable(network.getSymName()) << "' has " << *bytes
             << " bytes of gradients, but its interface says "
             << interface.gradientBytes;
    for (const nn::NetworkParameter &parameter : parameters) {
      nn::ParameterOp op = parameter.op;
      Type stored = op.getStorageType().getElementType();
      if (parameter.spec.trainable && !stored.isF32())
        return op.emitOpError()
               << "'" << printable(parameter.name) << "' is stored as "
               << stored
               << ", in which the change of a step would be lost; train it "
                  "stored as f32, and store what training gives as "
               << stored;
    }
    return success();
  }
};

} // namespace

} // namespace nascent::parameters
