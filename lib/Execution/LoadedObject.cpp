//===- LoadedObject.cpp - An object in this process -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoadedObject.h"
#include "nascent/Target/TargetMachine.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;

namespace nascent {

LoadedObject::LoadedObject(std::unique_ptr<llvm::orc::LLJIT> jit)
    : jit(std::move(jit)) {}

LoadedObject::~LoadedObject() = default;

llvm::Expected<std::unique_ptr<LoadedObject>>
LoadedObject::load(ModuleOp module, const Optimization &optimization) {
  auto machine = createMachineFor(module, optimization.level);
  if (!machine)
    return machine.takeError();
  if (llvm::Error error = verifyRunsHere(**machine))
    return error;
  if (failed(addPackedFunctions(module)))
    return llvm::createStringError("the module cannot be called");
  llvm::SmallVector<char, 0> object;
  if (llvm::Error error = emitCode(module, {}, **machine, optimization,
                                   CodeFormat::Object, object))
    return error;

  // Objects need nothing of the process, and nothing at their start.
  auto jit = llvm::orc::LLJITBuilder()
                 .setLinkProcessSymbolsByDefault(false)
                 .setPlatformSetUp(llvm::orc::setUpInactivePlatform)
                 .create();
  if (!jit)
    return jit.takeError();
  if (llvm::Error error =
          (*jit)->addObjectFile(llvm::MemoryBuffer::getMemBufferCopy(
              {object.data(), object.size()}, "network")))
    return error;
  return std::unique_ptr<LoadedObject>(new LoadedObject(std::move(*jit)));
}

llvm::Expected<PackedFunction *> LoadedObject::lookup(StringRef function) {
  auto address = jit->lookup(packedName(function));
  if (!address)
    return address.takeError();
  return address->toPtr<PackedFunction *>();
}

} // namespace nascent
