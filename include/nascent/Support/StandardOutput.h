//===- StandardOutput.h - What a tool prints ----------------------*- C++ -*-=//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_STANDARDOUTPUT_H
#define NASCENT_SUPPORT_STANDARDOUTPUT_H

namespace nascent {

/// Has the process end with an error where something that was printed to
/// `llvm::outs()`, such as `--help`, could not be written; LLVM would abort.
void reportLostOutput();

} // namespace nascent

#endif // NASCENT_SUPPORT_STANDARDOUTPUT_H
