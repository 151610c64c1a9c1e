//===- ParamsMain.h - The nascent-params tool -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DRIVER_PARAMSMAIN_H
#define NASCENT_DRIVER_PARAMSMAIN_H

namespace nascent {

/// Runs `nascent-params` with its command line. Returns the exit status: 0, or
/// 1 after an error on standard error, with no output file left behind.
int paramsMain(int argc, char **argv);

} // namespace nascent

#endif // NASCENT_DRIVER_PARAMSMAIN_H
