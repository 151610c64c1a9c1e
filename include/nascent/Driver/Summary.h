//===- Summary.h - Networks as the frameworks list them ---------*- C++ -*-===//

#ifndef NASCENT_DRIVER_SUMMARY_H
#define NASCENT_DRIVER_SUMMARY_H

#include "mlir/IR/BuiltinOps.h"
#include "nascent/Dialect/NN/IR/LayerShapes.h"
#include "llvm/Support/raw_ostream.h"

namespace nascent {

/// Lists the networks of a module and their parameters as one of the frameworks
/// does. Needs materialised parameters; dimensions that are still unknown are
/// shown as -1. Writes nothing if it fails.
llvm::LogicalResult printSummary(mlir::ModuleOp module, nn::NamingScheme scheme,
                                 llvm::raw_ostream &os);

} // namespace nascent

#endif // NASCENT_DRIVER_SUMMARY_H
