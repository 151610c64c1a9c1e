//===- StatisticsUpdate.cpp - Running statistics in training --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StatisticsUpdate.h"
#include "NeighbourRanges.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "nascent/Dialect/NN/IR/TrainedNetworks.h"

using namespace mlir;

namespace nascent::parameters {

SmallVector<StatisticsRange>
findStatistics(nn::SequentialOp network,
               ArrayRef<nn::NetworkParameter> parameters) {
  SmallVector<StatisticsRange> ranges;
  if (!nn::isTrainedByLoss(network))
    return ranges;
  llvm::DenseMap<Attribute, double> momenta;
  for (nn::LayerOpInterface layer : network.getLayers())
    if (auto momentum = dyn_cast_or_null<FloatAttr>(
            layer->getInherentAttr("momentum").value_or(Attribute())))
      for (unsigned i = 0, e = layer.getParameters().size(); i < e; ++i)
        // Layers that share statistics merge theirs one after the other.
        momenta[layer.getParameterRef(i).getAttr()] =
            nn::mergeMomenta(momenta[layer.getParameterRef(i).getAttr()],
                             momentum.getValueAsDouble());
  for (const nn::NetworkParameter &parameter : parameters) {
    nn::ParameterOp op = parameter.op;
    auto it = momenta.find(op.getSymNameAttr());
    if (!nn::isStatistic(parameter.spec) || it == momenta.end())
      continue;
    int64_t begin = *op.getOffset() / int64_t(sizeof(float));
    ranges.push_back({begin, begin + op.getTensorType().getNumElements(),
                      float(it->second)});
  }
  return joinNeighbours<StatisticsRange>(
      std::move(ranges),
      [](const auto &a, const auto &b) { return a.momentum == b.momentum; });
}

void emitStatisticsUpdate(ImplicitLocOpBuilder &b,
                          ArrayRef<StatisticsRange> ranges, Value parameters,
                          Value gradients, Value scale) {
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, value);
  };
  auto number = [&](float value) -> Value {
    return arith::ConstantOp::create(b, b.getF32FloatAttr(value));
  };
  auto floatsOf = [&](Value buffer) -> Value {
    int64_t bytes = cast<MemRefType>(buffer.getType()).getDimSize(0);
    auto type =
        MemRefType::get({bytes / int64_t(sizeof(float))}, b.getF32Type());
    Value start = index(0);
    return memref::ViewOp::create(b, type, buffer, start, ValueRange());
  };
  Value running = floatsOf(parameters), batch = floatsOf(gradients);
  for (const StatisticsRange &range : ranges) {
    Value kept = number(1.0f - range.momentum);
    Value momentum = number(range.momentum);
    Value begin = index(range.begin), end = index(range.end), one = index(1);
    auto loop = scf::ForOp::create(b, begin, end, one);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value place = loop.getInductionVar();
    Value old = memref::LoadOp::create(b, running, place);
    Value own = memref::LoadOp::create(b, batch, place);
    Value mean = arith::MulFOp::create(b, scale, own);
    Value stays = arith::MulFOp::create(b, kept, old);
    Value comes = arith::MulFOp::create(b, momentum, mean);
    Value sum = arith::AddFOp::create(b, stays, comes);
    memref::StoreOp::create(b, sum, running, place);
  }
}

} // namespace nascent::parameters
