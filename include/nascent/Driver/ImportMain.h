//===- ImportMain.h - The nascent-import-onnx tool --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DRIVER_IMPORTMAIN_H
#define NASCENT_DRIVER_IMPORTMAIN_H

namespace nascent {

/// Runs `nascent-import-onnx`, which `nascent-import` asks about ONNX, with its
/// command line. Returns the exit status: 0, or 1 after an error on standard
/// error, with no output file left behind.
int importMain(int argc, char **argv);

} // namespace nascent

#endif // NASCENT_DRIVER_IMPORTMAIN_H
