//===- PythonModule.h - A module of Python over an object -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CINTERFACE_PYTHONMODULE_H
#define NASCENT_CINTERFACE_PYTHONMODULE_H

#include "nascent/CInterface/Header.h"
#include "nascent/CInterface/NetworkInterface.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace nascent {

/// Fails where a module of Python cannot have what the networks have: open
/// sizes but the batch, functions that were left out, a runtime library.
llvm::Error verifyForPython(llvm::ArrayRef<NetworkInterface> interfaces);

/// Writes a module of Python with a class for each network, which calls the
/// shared object `library` beside the module. It needs NumPy.
void writePythonModule(llvm::ArrayRef<NetworkInterface> interfaces,
                       const HeaderOrigin &origin, llvm::StringRef library,
                       llvm::raw_ostream &os);

} // namespace nascent

#endif // NASCENT_CINTERFACE_PYTHONMODULE_H
