//===- Summary.h - Networks as the frameworks list them ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LISTINGS_SUMMARY_H
#define NASCENT_LISTINGS_SUMMARY_H

#include "mlir/IR/BuiltinOps.h"
#include "nascent/CInterface/NetworkInterface.h"
#include "nascent/Dialect/NN/IR/LayerShapes.h"
#include "nascent/Parameters/WeightType.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <functional>

namespace nascent {

/// How a summary is written.
enum class SummaryFormat {
  Listing, // as users of the naming scheme's framework know a network
  Shapes,  // each layer's output, as the book prints it
  Table,   // as Keras's `summary()`, with formulas where sizes are unknown
  JSON,    // the table's contents
};

/// What is known of a network once it has been compiled.
struct CompiledNetwork {
  NetworkInterface interface;
  /// The bytes of its code and constants, in an object of its own.
  int64_t codeBytes;
};

struct SummaryOptions {
  nn::NamingScheme scheme = nn::NamingScheme::Torch;
  SummaryFormat format = SummaryFormat::Listing;
  /// The path of the layer or block to show; all of the network if empty.
  std::string part;
  /// How the networks would store their weights.
  parameters::WeightType weights = parameters::WeightType::F32;
  /// Compiles the network of a name, for tables. Fails with the reason.
  std::function<llvm::Expected<CompiledNetwork>(llvm::StringRef)> compile;
};

/// Describes the networks of a module and their parameters. Needs materialised
/// parameters; in listings, dimensions that are still unknown are shown as -1.
/// Writes nothing if it fails.
llvm::LogicalResult printSummary(mlir::ModuleOp module,
                                 const SummaryOptions &options,
                                 llvm::raw_ostream &os);

} // namespace nascent

#endif // NASCENT_LISTINGS_SUMMARY_H
