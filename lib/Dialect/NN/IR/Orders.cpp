//===- Orders.cpp - The order in which elements are stored ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/Orders.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace nascent::nn {

LogicalResult
ChannelsLastAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                         std::optional<int64_t> spatial) {
  if (!spatial || *spatial > 0)
    return success();
  return emitError() << "merged dimensions have at least 1 spatial position, "
                        "got "
                     << *spatial;
}

LogicalResult ChannelsLastAttr::verifyEncoding(
    ArrayRef<int64_t> shape, Type,
    function_ref<InFlightDiagnostic()> emitError) const {
  if (!getSpatial() && shape.size() < 3)
    return emitError() << "channels last needs spatial dimensions behind the "
                          "channels, or how many positions are merged with "
                          "them, for a tensor of rank "
                       << shape.size();
  if (!getSpatial())
    return success();
  if (shape.size() == 2 && !ShapedType::isDynamic(shape[1]) &&
      shape[1] % *getSpatial() == 0)
    return success();
  return emitError() << "expects a tensor of rank 2 whose dimension 1 is a "
                        "multiple of its "
                     << *getSpatial() << " spatial positions";
}

Order orderOf(Type type) {
  auto attr = dyn_cast_or_null<ChannelsLastAttr>(
      cast<RankedTensorType>(type).getEncoding());
  return attr ? Order::channelsLast(attr.getSpatial().value_or(0)) : Order();
}

RankedTensorType withOrder(RankedTensorType type, Order order) {
  if (order.kind == Order::Canonical)
    return RankedTensorType::get(type.getShape(), type.getElementType());
  std::optional<int64_t> spatial;
  if (order.isMerged())
    spatial = order.spatial;
  return RankedTensorType::get(
      type.getShape(), type.getElementType(),
      ChannelsLastAttr::get(type.getContext(), spatial));
}

SmallVector<int64_t> storedDims(RankedTensorType type) {
  auto dims = llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()));
  if (orderOf(type) == Order::channelsLast())
    std::rotate(dims.begin() + 1, dims.begin() + 2, dims.end());
  return dims;
}

int64_t storedDim(RankedTensorType type, int64_t dim) {
  SmallVector<int64_t> dims = storedDims(type);
  return llvm::find(dims, dim) - dims.begin();
}

RankedTensorType storedType(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  auto shape = llvm::map_to_vector(
      storedDims(tensor), [&](int64_t dim) { return tensor.getDimSize(dim); });
  return RankedTensorType::get(shape, tensor.getElementType());
}

void detail::keepOrders(LayerOrders &orders) {
  Order order = orders.inputs.front();
  if (!llvm::all_equal(orders.inputs)) {
    order = orders.inputTypes.front().getRank() < 3 ? Order()
                                                    : Order::channelsLast();
    llvm::fill(orders.inputs, order);
  }
  orders.output = order;
}

void detail::channelsLast(LayerOrders &orders) {
  llvm::fill(orders.inputs, Order::channelsLast());
  orders.output = Order::channelsLast();
}

} // namespace nascent::nn
