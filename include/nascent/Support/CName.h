//===- CName.h - Names in C ------------------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_CNAME_H
#define NASCENT_SUPPORT_CNAME_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace nascent {

/// `name` as a C identifier: what is not a letter, a digit or an underscore
/// becomes an underscore, and a leading digit gets one before it.
std::string mangle(llvm::StringRef name);

/// The same in upper case, for macros and enumerators.
std::string mangleUpper(llvm::StringRef name);

/// The start of `text` that can be a part of a C identifier as it is.
llvm::StringRef leadingCWord(llvm::StringRef text);

/// Whether all of `text` can.
bool isCWord(llvm::StringRef text);

/// Whether `name` is a word of C or C++, a macro of usual compilers, or what a
/// namespace inside of another would hide.
bool isReservedWord(llvm::StringRef name);

/// Whether `name` is a word of Python.
bool isPythonWord(llvm::StringRef name);

/// Whether a value's name is one that MLIR gives: a number, "arg" and a number.
bool isGivenByMlir(llvm::StringRef name);

/// What C programs call inputs that the model calls so, or "" without a name.
std::vector<std::string> nameInputsInC(llvm::ArrayRef<std::string> given);

/// The name of a network's forward function: "mlp_forward", or
/// "mlp_forward_b64" for its entry "b64".
std::string forwardName(llvm::StringRef network, llvm::StringRef entry);

} // namespace nascent

#endif // NASCENT_SUPPORT_CNAME_H
