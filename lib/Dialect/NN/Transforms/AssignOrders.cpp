//===- AssignOrders.cpp - How values are stored ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Layers say which orders they need and give; a value is stored again where one
// needs it in another order than it has. That is seldom: at the ends of a
// network, where channels and spatial dimensions are merged in a way that no
// weight can make up for, and where layers that share a weight disagree.
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/Transforms/Passes.h"
#include "llvm/ADT/MapVector.h"

namespace nascent::nn {

#define GEN_PASS_DEF_NNASSIGNORDERS
#include "nascent/Dialect/NN/Transforms/Passes.h.inc"

using namespace mlir;

namespace {

/// Weights whose layers do not agree on their columns' order: it stays as it
/// is.
using Disputed = llvm::DenseSet<Attribute>;

/// Decides the orders of one network's values.
class NetworkOrders {
public:
  NetworkOrders(SequentialOp network, const Disputed &disputed)
      : network(network), disputed(disputed) {}

  void decide();
  /// Lets inputs and outputs follow: those whose readers take them channels
  /// last, and those that are so.
  void followAtEnds();
  void apply();

  /// Of each layer, what it needs and gives.
  llvm::MapVector<Operation *, LayerOrders> layers;

private:
  static void setOrder(Value input, Order order);
  /// The value in another order.
  Value reorder(OpBuilder &builder, Location loc, Value value, Order order);

  SequentialOp network;
  const Disputed &disputed;
  llvm::DenseMap<Value, Order> orders;
  /// Each value's copies in other orders.
  llvm::DenseMap<Value, SmallVector<Value, 1>> copies;
};

void NetworkOrders::decide() {
  for (Value input : network.getArguments())
    orders[input] = orderOf(input.getType());
  for (LayerOpInterface layer : network.getLayers()) {
    LayerOrders needed;
    for (Value operand : layer->getOperands()) {
      needed.inputTypes.push_back(cast<RankedTensorType>(operand.getType()));
      needed.inputs.push_back(orders.lookup(operand));
    }
    unsigned parameters = layer.getParameters().size();
    needed.resetParameters(parameters);
    bool isDisputed =
        llvm::any_of(llvm::seq<unsigned>(0, parameters), [&](unsigned index) {
          return disputed.contains(layer.getParameterRef(index));
        });
    if (isDisputed)
      llvm::fill(needed.inputs, Order());
    layer.assignOrders(needed);
    orders[layer->getResult(0)] = needed.output;
    layers[layer] = std::move(needed);
  }
}

void NetworkOrders::followAtEnds() {
  for (BlockArgument input : network.getArguments())
    if (cast<RankedTensorType>(input.getType()).getRank() > 2)
      setOrder(input, Order::channelsLast());
  decide();
  for (BlockArgument input : network.getArguments())
    for (OpOperand &use : input.getUses()) {
      auto it = layers.find(use.getOwner());
      if (it != layers.end() &&
          it->second.inputs[use.getOperandNumber()] == Order())
        setOrder(input, Order());
    }
  layers.clear();
  decide();
  SmallVector<Type> outputs;
  for (auto [operand, type] :
       llvm::zip(network.getReturn().getOperands(), network.getResultTypes())) {
    Order order = orders.lookup(operand);
    outputs.push_back(order.isMerged()
                          ? type
                          : withOrder(cast<RankedTensorType>(type), order));
  }
  network.setFunctionType(FunctionType::get(
      network.getContext(), network.getBody().getArgumentTypes(), outputs));
}

void NetworkOrders::setOrder(Value input, Order order) {
  input.setType(withOrder(cast<RankedTensorType>(input.getType()), order));
}

Value NetworkOrders::reorder(OpBuilder &builder, Location loc, Value value,
                             Order order) {
  if (orderOf(value.getType()) == order)
    return value;
  auto type = withOrder(cast<RankedTensorType>(value.getType()), order);
  SmallVector<Value, 1> &known = copies[value];
  for (Value copy : known)
    if (copy.getType() == type)
      return copy;
  known.push_back(ReorderOp::create(builder, loc, type, value));
  return known.back();
}

void NetworkOrders::apply() {
  OpBuilder builder(network.getContext());
  for (auto &[layer, decided] : layers) {
    builder.setInsertionPoint(layer);
    for (auto [operand, order] :
         llvm::zip(layer->getOpOperands(), decided.inputs))
      operand.set(reorder(builder, layer->getLoc(), operand.get(), order));
    Value result = layer->getResult(0);
    result.setType(
        withOrder(cast<RankedTensorType>(result.getType()), decided.output));
  }
  ReturnOp ret = network.getReturn();
  builder.setInsertionPoint(ret);
  for (auto [operand, type] :
       llvm::zip(ret->getOpOperands(), network.getResultTypes()))
    operand.set(reorder(builder, ret.getLoc(), operand.get(), orderOf(type)));
}

struct AssignOrders : impl::NNAssignOrdersBase<AssignOrders> {
  using NNAssignOrdersBase::NNAssignOrdersBase;

  void runOnOperation() override {
    SmallVector<SequentialOp> networks(getOperation().getOps<SequentialOp>());
    Disputed disputed;
    if (channelsLast)
      for (SequentialOp network : networks)
        NetworkOrders(network, disputed).followAtEnds();
    SmallVector<NetworkOrders, 0> decided;
    bool isSettled = false;
    while (!isSettled) {
      decided.clear();
      for (SequentialOp network : networks)
        decided.emplace_back(network, disputed).decide();
      isSettled = !findDisputes(decided, disputed);
    }
    for (NetworkOrders &orders : decided)
      orders.apply();
    for (SequentialOp network : networks)
      network.walk([&](ReorderOp) { ++numReorders; });
  }

  /// Adds the weights that layers need in different orders; false where there
  /// are none that are new.
  static bool findDisputes(ArrayRef<NetworkOrders> networks,
                           Disputed &disputed) {
    llvm::DenseMap<Attribute, int64_t> spatial;
    bool isNew = false;
    for (const NetworkOrders &network : networks)
      for (const auto &[op, orders] : network.layers)
        for (auto [index, count] : llvm::enumerate(orders.spatial)) {
          Attribute ref = cast<LayerOpInterface>(op).getParameterRef(index);
          if (!ref)
            continue;
          auto [it, isFirst] = spatial.try_emplace(ref, count);
          if (!isFirst && it->second != count)
            isNew |= disputed.insert(ref).second;
        }
    return isNew;
  }
};

} // namespace

} // namespace nascent::nn
