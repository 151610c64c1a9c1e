//===- CppWriters.h - Parts of the C++ header -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_CINTERFACE_CPPWRITERS_H
#define NASCENT_LIB_CINTERFACE_CPPWRITERS_H

#include "nascent/CInterface/NetworkInterface.h"

namespace nascent {

/// "inline constexpr std::array<T, 2> name = {a, b};"
std::string cppConstants(const char *type, const std::string &name,
                         const std::vector<std::string> &values);

/// Writes the names and sizes of a network's parameters, and the buffer that
/// holds them, with its functions.
void writeCppParameters(const NetworkInterface &network, llvm::raw_ostream &os);

/// Writes sizes, shapes and types of an entry's buffers.
void writeCppBuffers(const EntryInterface &entry, llvm::raw_ostream &os);

/// Writes the functions of an entry, over the caller's buffers; returns the
/// methods that call them on what `Network` holds.
std::string writeCppFunctions(const NetworkInterface &network,
                              const EntryInterface &entry,
                              llvm::raw_ostream &os);

} // namespace nascent

#endif // NASCENT_LIB_CINTERFACE_CPPWRITERS_H
