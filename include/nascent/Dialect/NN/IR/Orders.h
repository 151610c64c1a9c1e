//===- Orders.h - The order in which elements are stored --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Types are PyTorch's: batch, channels, spatial dimensions. Kernels want the
// channels of a pixel side by side. A value whose elements are not stored in
// the order of its type says so in the type's encoding.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_ORDERS_H
#define NASCENT_DIALECT_NN_IR_ORDERS_H

#include "mlir/IR/BuiltinTypes.h"

namespace nascent::nn {

/// The order of a value's elements.
struct Order {
  enum Kind {
    /// That of the type.
    Canonical,
    /// The channels, dimension 1, are stored last.
    ChannelsLast
  };
  Kind kind = Canonical;
  /// Where channels and spatial dimensions are merged into dimension 1: how
  /// many spatial positions it has. 0 where they are not.
  int64_t spatial = 0;

  static Order channelsLast(int64_t spatial = 0) {
    return {ChannelsLast, spatial};
  }
  bool isMerged() const { return spatial != 0; }
  bool operator==(const Order &other) const {
    return kind == other.kind && spatial == other.spatial;
  }
  bool operator!=(const Order &other) const { return !(*this == other); }
};

/// The orders of all that a layer reads and writes.
struct LayerOrders {
  llvm::SmallVector<mlir::RankedTensorType, 1> inputTypes;
  llvm::SmallVector<Order, 1> inputs;
  Order output;
  /// Of each parameter, how many spatial positions lie in the columns of one
  /// channel: canonical column c·spatial + s is stored at s·channels + c.
  llvm::SmallVector<int64_t, 2> spatial;
  /// Of each parameter, into how many groups its rows fall, none of which
  /// shares a panel with another.
  llvm::SmallVector<int64_t, 2> groups;

  /// All parameters as without spatial dimensions and groups.
  void resetParameters(unsigned count) {
    spatial.assign(count, 1);
    groups.assign(count, 1);
  }
};

Order orderOf(mlir::Type type);
/// The same type in another order.
mlir::RankedTensorType withOrder(mlir::RankedTensorType type, Order order);

/// Which dimension of the type each one that is stored is, from the outside in.
llvm::SmallVector<int64_t> storedDims(mlir::RankedTensorType type);
/// Where dimension `dim` of the type is among those that are stored.
int64_t storedDim(mlir::RankedTensorType type, int64_t dim);
/// The value as it is stored: a type without an encoding.
mlir::RankedTensorType storedType(mlir::Type type);

namespace detail {
/// Layers that treat all elements alike take and give what they get: where that
/// is not one order, channels last, or the types' where dimensions are merged.
void keepOrders(LayerOrders &orders);
/// Layers of windows.
void channelsLast(LayerOrders &orders);
} // namespace detail

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_IR_ORDERS_H
