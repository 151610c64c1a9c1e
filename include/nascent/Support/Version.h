//===- Version.h - Nascent's version ----------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_VERSION_H
#define NASCENT_SUPPORT_VERSION_H

namespace nascent {

/// Nascent's version: "1.0.0".
const char *version();

/// Makes a tool's `--version` tell Nascent's besides LLVM's. To be called
/// before the command line is parsed.
void registerVersion();

} // namespace nascent

#endif // NASCENT_SUPPORT_VERSION_H
