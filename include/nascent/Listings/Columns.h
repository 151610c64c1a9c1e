//===- Columns.h - Cells under one another ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LISTINGS_COLUMNS_H
#define NASCENT_LISTINGS_COLUMNS_H

#include <string>
#include <vector>

namespace nascent {

/// Makes each row a line. Columns are two spaces apart; one without text takes
/// no room.
std::vector<std::string>
lineUp(const std::vector<std::vector<std::string>> &rows);

} // namespace nascent

#endif // NASCENT_LISTINGS_COLUMNS_H
