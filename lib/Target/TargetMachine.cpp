//===- TargetMachine.cpp - Choosing and checking the target ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Target/TargetMachine.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Target/CrashGuard.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/CodeGen/TargetLowering.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"
#include <mutex>

using namespace mlir;

namespace nascent {

static void initializeTargets() {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    llvm::InitializeAllAsmPrinters();
  });
}

static llvm::Error optionError(StringRef option, StringRef value,
                               const std::string &why) {
  return makeError("{} '{}': {}", option.str(), value.str(), why);
}

/// What the host has or lacks beside what its model has, as a guest of a
/// virtual machine may. To name all of them would cost time for each function.
static std::string hostFeatures(const llvm::Target &target,
                                const llvm::Triple &triple, StringRef model) {
  llvm::SmallVector<std::string> all;
  for (const auto &feature : llvm::sys::getHostCPUFeatures())
    all.push_back((feature.second ? "+" : "-") + feature.first().str());
  // Those it lacks come last, and take what needs them with them.
  llvm::sort(all);
  std::unique_ptr<llvm::MCSubtargetInfo> usual(
      target.createMCSubtargetInfo(triple, model, ""));
  std::unique_ptr<llvm::MCSubtargetInfo> host(
      target.createMCSubtargetInfo(triple, model, llvm::join(all, ",")));
  llvm::SubtargetFeatures differing;
  for (const llvm::SubtargetFeatureKV &feature :
       host->getAllProcessorFeatures())
    if (bool isHere = host->getFeatureBits().test(feature.Value);
        isHere != usual->getFeatureBits().test(feature.Value))
      differing.AddFeature(feature.Key, isHere);
  return differing.getString();
}

/// What Linux distributions take for granted where LLVM's generic processor has
/// less than floating point, or than multiplication.
static std::string defaultFeatures(const llvm::Triple &triple) {
  if (triple.isRISCV64())
    return "+m,+a,+f,+d,+c";
  if (triple.isARM() || triple.isThumb())
    return "+vfp3d16";
  return triple.getArch() == llvm::Triple::x86 ? "+sse2" : "";
}

static llvm::Error checkFeatures(const llvm::MCSubtargetInfo &info,
                                 StringRef features, StringRef option) {
  llvm::SmallVector<StringRef> list;
  features.split(list, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef feature : list) {
    if (!feature.starts_with("+") && !feature.starts_with("-"))
      return optionError(
          option, features,
          fmt::format("expected '+{0}' or '-{0}'", feature.str()));
    bool known = llvm::any_of(info.getAllProcessorFeatures(),
                              [&](const llvm::SubtargetFeatureKV &entry) {
                                return feature.drop_front() == entry.Key;
                              });
    if (!known)
      return optionError(option, features,
                         fmt::format("'{}' is not a feature of {}",
                                     feature.drop_front().str(),
                                     info.getTargetTriple().str()));
  }
  return llvm::Error::success();
}

namespace {
/// A function on whose behalf a machine is asked questions.
struct Probe {
  explicit Probe(const llvm::TargetMachine &machine) {
    module.setDataLayout(machine.createDataLayout());
    module.setTargetTriple(machine.getTargetTriple());
    function = llvm::Function::Create(
        llvm::FunctionType::get(llvm::Type::getVoidTy(context), false),
        llvm::GlobalValue::ExternalLinkage, "network", module);
    function->addFnAttr("target-cpu", machine.getTargetCPU());
    function->addFnAttr("target-features", machine.getTargetFeatureString());
    // Some processors would rather not use their widest vectors; kernels do.
    function->addFnAttr("prefer-vector-width", "512");
    function->addFnAttr("min-legal-vector-width", "512");
  }

  llvm::LLVMContext context;
  FirstError error{context};
  llvm::Module module{"target", context};
  llvm::Function *function;
};
} // namespace

/// Why no code can be generated for the machine; empty if it can. One that does
/// not add and multiply itself would call functions of the compiler's library.
static std::string whyUnusable(const llvm::TargetMachine &machine) {
  Probe probe(machine);
  const llvm::TargetSubtargetInfo *subtarget =
      machine.getSubtargetImpl(*probe.function);
  if (!probe.error.get().empty())
    return probe.error.get().str();
  const llvm::TargetLowering *lowering =
      subtarget ? subtarget->getTargetLowering() : nullptr;
  llvm::MVT f32 = llvm::MVT::f32;
  llvm::MVT integer = llvm::MVT::getIntegerVT(machine.getPointerSizeInBits(0));
  bool hasFloats = lowering && lowering->isTypeLegal(f32) &&
                   lowering->isOperationLegalOrCustom(llvm::ISD::FADD, f32);
  if (hasFloats && lowering->isOperationLegalOrCustom(llvm::ISD::MUL, integer))
    return "";
  return fmt::format("this {} lacks {}, and objects call no library for it; "
                     "choose a processor that has it",
                     machine.getTargetTriple().getArchName().str(),
                     hasFloats ? "integer multiplication" : "f32 arithmetic");
}

static llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createUnguarded(const TargetOptions &options, const llvm::Triple &triple,
                unsigned optLevel, const TargetOptionNames &names) {
  // The option that says most about the processor.
  std::pair<StringRef, StringRef> blamed(names.triple, options.triple);
  if (!options.cpu.empty())
    blamed = {names.cpu, options.cpu};
  if (!options.features.empty())
    blamed = {names.features, options.features};
  llvm::Triple host(llvm::sys::getDefaultTargetTriple());
  std::string why;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, why);
  if (!target || !target->hasTargetMachine())
    return optionError(names.triple, options.triple,
                       "no such target: " + llvm::StringRef(why).rtrim().str());
  if (triple.isGPU() || triple.isBPF())
    return optionError(names.triple, options.triple,
                       "not a processor that C programs run on");

  std::string cpu = options.cpu, features;
  bool isHost = triple.getArch() == host.getArch();
  bool isGeneric =
      !options.isWhole && (cpu == "generic" || (cpu.empty() && !isHost));
  if (cpu == "native" && !isHost)
    return optionError(
        names.cpu, cpu,
        fmt::format("the host is not a {}", triple.getArchName().str()));
  if (isGeneric) {
    // Not all targets of LLVM have a processor of that name.
    cpu.clear();
    features = defaultFeatures(triple);
  }
  bool isNative =
      !options.isWhole && !isGeneric && (cpu.empty() || cpu == "native");
  if (isNative)
    cpu = llvm::sys::getHostCPUName().str();
  std::unique_ptr<llvm::MCSubtargetInfo> info(
      target->createMCSubtargetInfo(triple, "", ""));
  if (!info)
    return optionError(names.triple, triple.str(), "target has no processors");
  if (!cpu.empty() && !info->isCPUStringValid(cpu))
    return optionError(names.cpu, cpu, "no such processor of " + triple.str());
  if (isNative)
    features = hostFeatures(*target, triple, cpu);
  if (llvm::Error error =
          checkFeatures(*info, options.features, names.features))
    return {std::move(error)};
  if (!options.features.empty())
    features += (features.empty() ? "" : ",") + options.features;

  info.reset(target->createMCSubtargetInfo(triple, cpu, features));
  bool is64Bit = triple.isRISCV64() || triple.getArch() == llvm::Triple::x86_64;
  if (is64Bit && !info->checkFeatures("+64bit"))
    return optionError(blamed.first, blamed.second,
                       "not a 64-bit processor, but the target is " +
                           triple.str());

  llvm::TargetOptions machineOptions;
  // So that a linker can drop what a program does not use.
  machineOptions.FunctionSections = true;
  machineOptions.DataSections = true;
  // Where an inner loop begins within a line of the cache was worth up to a
  // quarter of a kernel's time on a Zen 3. Code for size is not aligned.
  if (triple.isX86())
    machineOptions.LoopAlignment = 64;
  // At level 0, LLVM 22 goes through the many nodes of a large tile by a
  // recursion that ends in no time that anybody waits, or at the end of its
  // stack.
  auto level = static_cast<llvm::CodeGenOptLevel>(std::max(optLevel, 1u));
  std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(
      triple, cpu, features, machineOptions, llvm::Reloc::PIC_,
      /*CM=*/std::nullopt, level));
  if (!machine)
    return optionError(names.triple, triple.str(), "cannot generate code");
  if (std::string why = whyUnusable(*machine); !why.empty())
    return optionError(blamed.first, blamed.second, why);
  return machine;
}

llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(const TargetOptions &options, unsigned optLevel,
                    const TargetOptionNames &names) {
  initializeTargets();
  llvm::Triple triple(options.triple.empty()
                          ? llvm::sys::getDefaultTargetTriple()
                          : llvm::Triple::normalize(options.triple));
  std::unique_ptr<llvm::TargetMachine> machine;
  auto create = [&]() -> llvm::Error {
    auto created = createUnguarded(options, triple, optLevel, names);
    if (!created)
      return created.takeError();
    machine = std::move(*created);
    return llvm::Error::success();
  };
  if (llvm::Error error = guardAgainstCrashes(triple, options.cpu, create))
    return {std::move(error)};
  return machine;
}

llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createMachineFor(ModuleOp module, unsigned optLevel) {
  auto target =
      module->getAttrOfType<nn::TargetAttr>(nn::NNDialect::kTargetAttrName);
  if (!target)
    return llvm::createStringError(
        llvm::Twine("the module has no '") + nn::NNDialect::kTargetAttrName +
        "' that says what it is lowered for; compile it from its networks");
  return createTargetMachine(
      {target.getTriple().str(), target.getCpu().str(),
       target.getFeatures().str(), /*isWhole=*/true},
      optLevel, {"nn.target: triple", "nn.target: cpu", "nn.target: features"});
}

/// Whether vectors of f16 are converted by instructions: elsewhere LLVM would
/// call functions of the compiler's library.
static bool convertsHalf(const llvm::TargetMachine &machine) {
  const llvm::Triple &triple = machine.getTargetTriple();
  if (triple.isX86())
    return machine.getMCSubtargetInfo()->checkFeatures("+f16c");
  return triple.isAArch64();
}

/// What LLVM's own cost model says of the machine's vectors.
static nn::TargetAttr describe(MLIRContext *context,
                               llvm::TargetMachine &machine) {
  Probe probe(machine);
  llvm::TargetTransformInfo info =
      machine.getTargetTransformInfo(*probe.function);
  int64_t bits =
      info.getRegisterBitWidth(llvm::TargetTransformInfo::RGK_FixedWidthVector)
          .getFixedValue();
  llvm::Type *floatType = llvm::Type::getFloatTy(probe.context);
  bool hasVectors = bits >= 64;
  if (!hasVectors)
    bits = 32;
  int64_t lanes = bits / 32;
  llvm::Type *type =
      hasVectors ? llvm::FixedVectorType::get(floatType, lanes) : floatType;
  int64_t registers =
      info.getNumberOfRegisters(info.getRegisterClassForType(hasVectors, type));
  const llvm::TargetLowering *lowering =
      machine.getSubtargetImpl(*probe.function)->getTargetLowering();
  bool fma = lowering->isOperationLegalOrCustom(llvm::ISD::FMA,
                                                llvm::EVT::getEVT(type));
  return nn::TargetAttr::get(context, machine.getTargetTriple().str(),
                             machine.getTargetCPU(),
                             machine.getTargetFeatureString(), bits, registers,
                             fma, convertsHalf(machine));
}

LogicalResult setTarget(ModuleOp module, llvm::TargetMachine &machine) {
  MLIRContext *context = module.getContext();
  Builder builder(context);
  llvm::DataLayout layout = machine.createDataLayout();
  nn::TargetAttr target;
  llvm::Error error = guardAgainstCrashes(machine.getTargetTriple(),
                                          machine.getTargetCPU(), [&] {
                                            target = describe(context, machine);
                                            return llvm::Error::success();
                                          });
  if (error)
    return module.emitError(llvm::toString(std::move(error)));
  module->setAttr(LLVM::LLVMDialect::getTargetTripleAttrName(),
                  builder.getStringAttr(machine.getTargetTriple().str()));
  module->setAttr(LLVM::LLVMDialect::getDataLayoutAttrName(),
                  builder.getStringAttr(layout.getStringRepresentation()));
  module->setAttr(nn::NNDialect::kTargetAttrName, target);
  return success();
}

} // namespace nascent
