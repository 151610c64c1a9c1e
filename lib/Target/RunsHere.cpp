//===- RunsHere.cpp - Whether this machine is as good as another ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An instruction that the processor does not have would end the process.
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/MakeError.h"
#include "nascent/Target/TargetMachine.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/TargetParser/Host.h"

namespace nascent {

llvm::Error verifyRunsHere(const llvm::TargetMachine &machine) {
  llvm::Triple host(llvm::sys::getProcessTriple());
  const llvm::Triple &triple = machine.getTargetTriple();
  if (triple.getArch() != host.getArch() || triple.getOS() != host.getOS())
    return makeError(
        "this machine is {}, and cannot run what is compiled for {}",
        host.str(), triple.str());
  std::vector<std::string> missing;
  for (const auto &[feature, isHere] : llvm::sys::getHostCPUFeatures())
    if (!isHere &&
        machine.getMCSubtargetInfo()->checkFeatures(("+" + feature.str())))
      missing.push_back(feature.str());
  if (missing.empty())
    return llvm::Error::success();
  llvm::sort(missing);
  return makeError(
      "this machine's processor, {}, cannot run what is compiled for {}: it "
      "lacks {}",
      llvm::sys::getHostCPUName().str(),
      machine.getTargetCPU().empty() ? "a generic one"
                                     : machine.getTargetCPU().str(),
      llvm::join(missing, ", "));
}

} // namespace nascent
