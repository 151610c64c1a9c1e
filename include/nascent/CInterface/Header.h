//===- Header.h - The C header of an object ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CINTERFACE_HEADER_H
#define NASCENT_CINTERFACE_HEADER_H

#include "nascent/CInterface/NetworkInterface.h"

namespace nascent {

/// Where an object comes from, as its header tells.
struct HeaderOrigin {
  /// The command line, as a shell would read it.
  std::string command;
  /// The SHA-256 of the networks, in hexadecimal.
  std::string modelHash;
};

/// Writes the header of one object: C99 and C++17, documented, including only
/// <stddef.h> and <stdint.h>. Its include guard is a hash of what it declares,
/// so that files may have any name.
void writeHeader(llvm::ArrayRef<NetworkInterface> interfaces,
                 const HeaderOrigin &origin, llvm::raw_ostream &os);

} // namespace nascent

#endif // NASCENT_CINTERFACE_HEADER_H
