//===- StatisticsUpdate.cpp - Running statistics in training --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StatisticsUpdate.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/TrainedNetworks.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::parameters {

/// Joins those that change alike with only padding between them, which nobody
/// reads.
static SmallVector<StatisticsRange>
mergeNeighbours(SmallVector<StatisticsRange> ranges) {
  constexpr int64_t line = nn::kBufferAlignment / sizeof(float);
  llvm::sort(ranges, [](const StatisticsRange &a, const StatisticsRange &b) {
    return a.begin < b.begin;
  });
  SmallVector<StatisticsRange> merged;
  for (const StatisticsRange &range : ranges) {
    StatisticsRange *last = merged.empty() ? nullptr : &merged.back();
    if (last && int64_t(llvm::alignTo(last->end, line)) == range.begin &&
        last->momentum == range.momentum)
      last->end = range.end;
    else
      merged.push_back(range);
  }
  return merged;
}

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
  return mergeNeighbours(std::move(ranges));
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
