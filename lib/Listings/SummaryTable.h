//===- SummaryTable.h - A network as a table of sizes -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_LISTINGS_SUMMARYTABLE_H
#define NASCENT_LIB_LISTINGS_SUMMARYTABLE_H

#include "Listings.h"
#include "nascent/Dialect/NN/IR/NetworkSizes.h"
#include "nascent/Listings/Summary.h"
#include "llvm/Support/JSON.h"

namespace nascent {

/// The table of Keras's `summary()`: a row for each layer or block of the part
/// that is listed, then totals; formulas in the input's unknown sizes where
/// numbers do not exist yet. `compiled` gives the sizes of code and buffers;
/// where there is none, `whyNone` says why they are not known.
std::string formatTable(const Listing &listing, const nn::NetworkSizes &sizes,
                        const std::optional<CompiledNetwork> &compiled,
                        llvm::StringRef whyNone);

/// The same as an object: numbers as numbers, formulas as strings, an open
/// batch as null.
llvm::json::Object
describeAsJSON(const Listing &listing, const nn::NetworkSizes &sizes,
               const std::optional<CompiledNetwork> &compiled,
               llvm::StringRef whyNone);

} // namespace nascent

#endif // NASCENT_LIB_LISTINGS_SUMMARYTABLE_H
