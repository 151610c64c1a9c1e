//===- Outputs.h - Files that the compiler writes ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_OUTPUTS_H
#define NASCENT_LIB_DRIVER_OUTPUTS_H

#include "CompileCommandLine.h"
#include <functional>
#include <string>

namespace nascent {

/// The header's path beside an object's: net.h for net.o, but net.avx2.h for
/// net.avx2, which is not the only one of its kind.
std::string headerPath(llvm::StringRef object);

/// The shared object's path beside a module of Python: libnet.so for net.py.
/// Python would take net.so for the module.
std::string libraryPath(llvm::StringRef module);

using OutputWriter = std::function<void(llvm::raw_ostream &)>;

/// Writes all files, each to its path, or nothing. No output may replace what
/// the options say is read.
llvm::Error
writeOutputs(const CompileCommandLine &options,
             llvm::ArrayRef<std::pair<std::string, OutputWriter>> writers);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_OUTPUTS_H
