//===- ImportedLayers.h - A network under construction ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Layers and values as readers of files make them, and what is written of them:
// text, and a tensor for each parameter.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_IMPORT_IMPORTEDLAYERS_H
#define NASCENT_LIB_IMPORT_IMPORTEDLAYERS_H

#include "nascent/Import/ImportedNetwork.h"
#include "llvm/ADT/DenseSet.h"
#include <deque>
#include <type_traits>

namespace nascent {

/// A size of a value, or an integer that follows from sizes: a number, or one
/// that is open. What is open and has the same symbol is the same number.
struct OpenSize {
  OpenSize(int64_t number = 0) : number(number) {}
  static OpenSize open(unsigned symbol) {
    OpenSize size;
    size.symbol = symbol;
    return size;
  }

  bool isOpen() const { return symbol != 0; }
  bool operator==(const OpenSize &other) const {
    return number == other.number && symbol == other.symbol;
  }
  bool operator!=(const OpenSize &other) const { return !(*this == other); }

  int64_t number = 0;
  unsigned symbol = 0;
};

using OpenShape = llvm::SmallVector<OpenSize, 5>;

/// The numbers of a shape; nothing if one is open.
std::optional<llvm::SmallVector<int64_t>> numbersOf(llvm::ArrayRef<OpenSize>);

/// "(?, 3, 28, 28)".
std::string formatOpenShape(llvm::ArrayRef<OpenSize> shape);

/// The largest size of a value, so that sums and products of few do not
/// overflow.
constexpr int64_t kMaxSize = int64_t(1) << 40;

/// Puts the sizes of `given` in place of those that are open; why not, if some
/// do not fit.
std::string narrow(OpenShape &sizes, llvm::ArrayRef<int64_t> given);

/// The clauses of a layer, as text. What is the default is left out.
class Clauses {
public:
  Clauses &flag(llvm::StringRef name, bool isSet);
  Clauses &integer(llvm::StringRef name, int64_t value,
                   std::optional<int64_t> otherwise = {});
  /// One number where all are equal.
  Clauses &integers(llvm::StringRef name, llvm::ArrayRef<int64_t> values,
                    std::optional<int64_t> otherwise = {});
  /// All numbers, also where they are equal.
  Clauses &list(llvm::StringRef name, llvm::ArrayRef<int64_t> values);
  Clauses &real(llvm::StringRef name, float value,
                std::optional<float> otherwise = {});
  Clauses &word(llvm::StringRef name, llvm::StringRef value,
                llvm::StringRef otherwise);

  std::string text;
};

struct ImportedLayer;

/// An input, or what a layer computes.
struct ImportedValue {
  OpenShape sizes;
  /// Of an input: what the model calls its dimensions; "" for nothing.
  std::vector<std::string> dimNames;
  /// Whether it is i32, indices, and not f32.
  bool isIndices = false;
  /// Null for an input.
  ImportedLayer *layer = nullptr;
  /// How many names of the file stand for it.
  unsigned names = 0;
  /// Set when the network is written.
  std::string name;

  size_t rank() const { return sizes.size(); }
  std::string getType() const;
};

struct ImportedParameter {
  /// "weight".
  std::string name;
  std::vector<int64_t> shape;
  std::vector<float> values;
  /// What the file calls it; empty for one that was computed.
  std::string origin;
};
static_assert(std::is_nothrow_move_constructible_v<ImportedParameter>,
              "a vector of parameters would copy them all when it grows");

struct ImportedLayer {
  std::string mnemonic;
  std::vector<ImportedValue *> operands;
  /// Clauses that the last operands stand in, and how many each has.
  llvm::SmallVector<std::pair<llvm::StringRef, unsigned>, 2> operandClauses;
  /// The number behind the operand; empty if there is none.
  std::string leading;
  Clauses clauses;
  /// Whether one type may stand for all.
  bool keepsType = false;
  /// Of a layer that may have a bias: it has none.
  bool hasNoBias = false;
  /// Whether it stands for a product or a sum with a constant.
  bool isAffine = false;
  /// The dimensions of a `permute`.
  llvm::SmallVector<int64_t, 5> permutation;
  std::vector<ImportedParameter> parameters;
  /// What the file calls the layer.
  std::string node;
  ImportedValue result;
  /// Further results: of recurrent layers, states.
  std::deque<ImportedValue> states;

  /// The layer's name, once it is chosen.
  std::string path;
  /// The layer whose parameters it uses; null if it has its own.
  const ImportedLayer *tied = nullptr;
};

class ImportedLayers {
public:
  ImportedValue *addInput(OpenShape sizes, llvm::StringRef name);
  ImportedLayer *addLayer(llvm::StringRef mnemonic,
                          std::vector<ImportedValue *> operands,
                          OpenShape sizes);

  /// The values that outputs depend on, and these themselves.
  llvm::DenseSet<const ImportedValue *>
  findUsed(llvm::ArrayRef<ImportedValue *> outputs) const;

  /// Drops layers that nothing reads, and writes the others.
  llvm::Expected<ImportedNetwork>
  finish(llvm::StringRef name, llvm::StringRef title,
         llvm::ArrayRef<ImportedValue *> outputs);

private:
  void dropUnused(llvm::ArrayRef<ImportedValue *> outputs);
  void nameLayers();
  std::string write(llvm::StringRef name, llvm::StringRef title,
                    llvm::ArrayRef<ImportedValue *> outputs);

  std::deque<ImportedValue> inputs;
  /// In the order in which they are computed; their addresses stay.
  std::vector<std::unique_ptr<ImportedLayer>> layers;
};

/// A name for a network, made of any text.
std::string makeSymbol(llvm::StringRef text);

} // namespace nascent

#endif // NASCENT_LIB_IMPORT_IMPORTEDLAYERS_H
