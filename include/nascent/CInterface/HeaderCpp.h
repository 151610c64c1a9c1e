//===- HeaderCpp.h - The C++ header of an object ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CINTERFACE_HEADERCPP_H
#define NASCENT_CINTERFACE_HEADERCPP_H

#include "nascent/CInterface/Header.h"
#include "llvm/Support/Error.h"

namespace nascent {

/// Fails where a network's name cannot be one in C++.
llvm::Error verifyForCpp(llvm::ArrayRef<NetworkInterface> interfaces);

/// Writes the C header of one object, and over it, for C++17 and later, a
/// namespace `nascent::<net>` for each network: sizes, shapes and names as
/// constants; buffers with their sizes and alignment as types; `Network`, which
/// holds what forward needs. It throws nothing and allocates nothing.
void writeHeaderCpp(llvm::ArrayRef<NetworkInterface> interfaces,
                    const HeaderOrigin &origin, llvm::raw_ostream &os);

} // namespace nascent

#endif // NASCENT_CINTERFACE_HEADERCPP_H
