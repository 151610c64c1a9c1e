//===- TrainMain.h - The nascent-train tool ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DRIVER_TRAINMAIN_H
#define NASCENT_DRIVER_TRAINMAIN_H

namespace nascent {

/// Runs `nascent-train` with its command line. Returns the exit status: 0, or 1
/// after an error on standard error.
int trainMain(int argc, char **argv);

} // namespace nascent

#endif // NASCENT_DRIVER_TRAINMAIN_H
