//===- RunMain.h - The nascent-run tool -------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DRIVER_RUNMAIN_H
#define NASCENT_DRIVER_RUNMAIN_H

namespace nascent {

/// Runs `nascent-run` with its command line. Returns the exit status: 0, or 1
/// after an error on standard error, which it also is where an output is not
/// what is expected.
int runMain(int argc, char **argv);

} // namespace nascent

#endif // NASCENT_DRIVER_RUNMAIN_H
