//===- LayerShapes.h - Dimensions that remember their origin ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The vocabulary of shape inference. A dimension is a size, or unknown, and the
// place that made it so; relating two dimensions narrows the unknown one or
// finds that they contradict. Layers state their rules with it
// (`LayerOpInterface::relate`), and the verifier, the inference pass and the
// listings all call the same rule.
//
// A size is a number, or, where inputs are not bound yet, a formula in names
// that stand for their sizes (`NetworkSizes`). A rule that computes sizes with
// `SizeExpr` serves for both: two numbers that differ are an error, two
// formulas a condition that must hold.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_LAYERSHAPES_H
#define NASCENT_DIALECT_NN_IR_LAYERSHAPES_H

#include "mlir/IR/Attributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "nascent/Dialect/NN/IR/SizeCondition.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include <cstdint>
#include <optional>
#include <string>

namespace nascent::nn {

/// Starts an error at the layer concerned.
using EmitError = llvm::function_ref<mlir::InFlightDiagnostic()>;

/// Where a number came from: a place in the source and a phrase such as
/// "the units of layer '0'".
struct Origin {
  mlir::Location location;
  std::string phrase;
};

/// One dimension: a size and its origin, or unknown.
class Dim {
public:
  Dim() = default;
  Dim(SizeExpr size, Origin origin)
      : size(std::move(size)), origin(std::move(origin)) {}

  /// Whether it is a number.
  bool isKnown() const { return size.isNumber(); }
  /// The number, or `ShapedType::kDynamic`.
  int64_t getSize() const { return size.getNumber(); }
  /// The number or the formula, or unknown: what rules compute with.
  const SizeExpr &getExpr() const { return size; }
  /// Where it came from, unless it is unknown.
  const Origin &getOrigin() const { return *origin; }

private:
  SizeExpr size;
  std::optional<Origin> origin;
};

/// The dimensions of one tensor. Narrowing only ever turns an unknown dimension
/// into a known one, and is remembered in `changed`. What has been found that
/// formulas must fulfil is in `conditions`.
struct Shape {
  llvm::SmallVector<Dim, 2> dims;
  bool changed = false;
  llvm::SmallVector<SizeCondition, 0> conditions;

  Shape() = default;
  explicit Shape(unsigned rank) : dims(rank) {}
  /// The dimensions of `type`; the known ones have the origin given.
  Shape(mlir::RankedTensorType type, const Origin &origin);

  /// Adds a condition, unless it always holds.
  void require(const SizeCondition &condition) {
    if (condition.decide() != true)
      conditions.push_back(condition);
  }

  unsigned rank() const { return dims.size(); }
  llvm::SmallVector<int64_t> sizes() const;
};

/// `diag` with a note at the origin of a dimension: "<dim> comes from …".
mlir::InFlightDiagnostic noteOrigin(mlir::InFlightDiagnostic diag,
                                    const Dim &dim);

/// All that a layer relates.
struct LayerShapes {
  llvm::SmallVector<Shape, 1> inputs;
  llvm::SmallVector<Shape, 1> outputs;
  llvm::SmallVector<Shape, 2> parameters;
};

/// Makes `dim` of `shape` equal to `known`, unless that is unknown. Fails with
/// "expects <what> <known>, got <dim>" and a note at both origins where the two
/// differ whatever the names in them stand for, and where a number exceeds 64
/// bits; adds a condition to `shape` where names decide.
llvm::LogicalResult narrow(const Dim &known, Shape &shape, unsigned dim,
                           llvm::StringRef what, EmitError emitError);

/// Makes dimension `i` of `a` and `j` of `b` equal, whichever is known; where
/// they differ, `a` is the one that was expected.
llvm::LogicalResult unify(Shape &a, unsigned i, Shape &b, unsigned j,
                          llvm::StringRef what, EmitError emitError);

namespace detail {
/// The rule of every layer whose output has the shape that all its inputs have,
/// but for the dimension `except`, of which it says nothing.
llvm::LogicalResult relateSame(LayerShapes &shapes, EmitError emitError,
                               std::optional<unsigned> except = std::nullopt);
} // namespace detail

/// The product of sizes, unknown if any is; nullopt if it exceeds int64.
std::optional<int64_t> checkedProduct(llvm::ArrayRef<int64_t> sizes);

/// Fails if the known dimensions of a tensor already need 2^63 bytes or more of
/// `f32`, or if one is zero or negative.
llvm::LogicalResult verifySize(llvm::ArrayRef<int64_t> sizes,
                               llvm::StringRef what, EmitError emitError);

/// How many inputs feed an output and how many outputs an input feeds: what
/// initialisers scale with.
struct Fan {
  int64_t in = mlir::ShapedType::kDynamic;
  int64_t out = mlir::ShapedType::kDynamic;
};

/// What a parameter is to its layer; decides names, layouts and initialisers.
/// A table is read by rows, and multiplied by nothing. The slopes of an
/// activation, what normalisation scales and shifts by, and the statistics that
/// it takes from training, are nobody's weights and biases.
enum class ParameterRole {
  Weight,
  Table,
  Bias,
  Slope,
  Scale,
  Shift,
  Mean,
  Variance
};

/// A parameter as its layer describes it.
struct ParameterSpec {
  ParameterRole role;
  /// The last part of its name: "weight".
  llvm::StringRef suffix;
  unsigned rank;
  /// The initialiser stated at the layer, or the default one.
  mlir::Attribute init;
  bool isInitStated = false;
  /// Whether training changes it.
  bool trainable = true;

  /// Whether it begins as random numbers, or what a network says of all that
  /// do: frameworks agree on how all others begin.
  bool isDrawn() const {
    return role == ParameterRole::Weight || role == ParameterRole::Table ||
           role == ParameterRole::Bias;
  }

  /// The fan of the layer whose weight has shape (out, in, …).
  static Fan fanOf(const Shape &weight);
};

/// Whose names and listings to print.
enum class NamingScheme { Torch, MXNet, Flax, Keras };

/// A layer in the listings of frameworks, with fields for what it states.
struct ListingTexts {
  llvm::StringRef torch, mxnet, keras;
};

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_IR_LAYERSHAPES_H
