//===- TestProgram.h - A program that runs self tests -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CINTERFACE_TESTPROGRAM_H
#define NASCENT_CINTERFACE_TESTPROGRAM_H

#include "nascent/CInterface/Header.h"

namespace nascent {

/// Writes a program in C99, to be linked to an object with self tests: it runs
/// that of each network, prints the worst element of each, and exits with 1 if
/// any is not within its bound. It needs nothing but the C library.
void writeTestProgram(llvm::ArrayRef<NetworkInterface> interfaces,
                      const HeaderOrigin &origin, llvm::raw_ostream &os);

} // namespace nascent

#endif // NASCENT_CINTERFACE_TESTPROGRAM_H
