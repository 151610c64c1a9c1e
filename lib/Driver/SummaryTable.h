//===- SummaryTable.h - A network as a table of sizes -----------*- C++ -*-===//

#ifndef NASCENT_LIB_DRIVER_SUMMARYTABLE_H
#define NASCENT_LIB_DRIVER_SUMMARYTABLE_H

#include "Listings.h"
#include "NetworkSizes.h"
#include "nascent/Target/CInterface.h"
#include "llvm/Support/JSON.h"

namespace nascent {

/// The table of Keras's `summary()`: a row for each layer or block of the part
/// that is listed, then totals; formulas in the input's unknown sizes where
/// numbers do not exist yet. `interface` gives the sizes of buffers; where it
/// is null, `whyNone` says why they are not known.
std::string formatTable(const Listing &listing, const NetworkSizes &sizes,
                        const NetworkInterface *interface,
                        llvm::StringRef whyNone);

/// The same as an object: numbers as numbers, formulas as strings, an open
/// batch as null.
llvm::json::Object describeAsJSON(const Listing &listing,
                                  const NetworkSizes &sizes,
                                  const NetworkInterface *interface,
                                  llvm::StringRef whyNone);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_SUMMARYTABLE_H
