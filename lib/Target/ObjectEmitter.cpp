//===- ObjectEmitter.cpp - From the LLVM dialect to machine code ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Target/ObjectEmitter.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "nascent/CInterface/Declarations.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Target/CrashGuard.h"
#include "nascent/Target/FreezeBases.h"
#include "nascent/Target/ObjectSymbols.h"
#include "nascent/Target/ReloadLanes.h"
#include "nascent/Target/SourceOrder.h"
#include "nascent/Target/SpreadLanes.h"
#include "nascent/Target/SquareRoots.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Mangler.h"
#include "llvm/IR/Operator.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/TargetParser/SubtargetFeature.h"
#include "llvm/Transforms/Scalar/DeadStoreElimination.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

/// The constant array `<net>_parameters` of `nascent_parameter_info`.
static void addParameterTable(llvm::Module &module,
                              const NetworkInterface &network) {
  const Declaration &table = getDeclaration("parameters");
  if (!exists(table, {network}))
    return;
  llvm::LLVMContext &context = module.getContext();
  auto *pointer = llvm::PointerType::get(context, 0);
  auto *i32 = llvm::Type::getInt32Ty(context);
  auto *i64 = llvm::Type::getInt64Ty(context);
  auto *shapeType = llvm::ArrayType::get(i64, 8);
  auto *entryType =
      llvm::StructType::get(context, {pointer, pointer, i32, shapeType});
  auto string = [&](StringRef text) {
    auto *data = llvm::ConstantDataArray::getString(context, text);
    auto *global = new llvm::GlobalVariable(
        module, data->getType(), /*isConstant=*/true,
        llvm::GlobalValue::PrivateLinkage, data, "nascent.string");
    global->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
    return global;
  };
  llvm::Constant *dtype = string("float32");
  llvm::SmallVector<llvm::Constant *> entries;
  for (const ParameterInterface &parameter : network.parameters) {
    llvm::SmallVector<llvm::Constant *, 8> sizes(
        8, llvm::ConstantInt::get(i64, 0));
    for (auto [index, size] : llvm::enumerate(parameter.shape))
      sizes[index] = llvm::ConstantInt::get(i64, size);
    entries.push_back(llvm::ConstantStruct::get(
        entryType, {string(parameter.name), dtype,
                    llvm::ConstantInt::get(i32, parameter.shape.size()),
                    llvm::ConstantArray::get(shapeType, sizes)}));
  }
  auto *arrayType = llvm::ArrayType::get(entryType, entries.size());
  new llvm::GlobalVariable(module, arrayType, /*isConstant=*/true,
                           llvm::GlobalValue::ExternalLinkage,
                           llvm::ConstantArray::get(arrayType, entries),
                           symbolName(table, network.name));
}

/// The constant array `<net>_weights` of bytes.
static void addWeights(llvm::Module &module, const NetworkInterface &network) {
  if (!network.weights)
    return;
  auto *data = llvm::ConstantDataArray::getRaw(
      *network.weights, network.weights->size(),
      llvm::Type::getInt8Ty(module.getContext()));
  auto *global = new llvm::GlobalVariable(
      module, data->getType(), /*isConstant=*/true,
      llvm::GlobalValue::ExternalLinkage, data,
      symbolName(getDeclaration("weights"), network.name));
  global->setAlignment(llvm::Align(nn::kBufferAlignment));
}

/// Stand-alone code: no unwinding, no calls to a C library, the target's
/// features on every function, kernels kept apart.
static void setAttributes(llvm::Module &module,
                          const llvm::TargetMachine &machine, bool forSize) {
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr(llvm::Attribute::NoUnwind);
    // Loops that fill or copy memory would become memset and memcpy.
    function.addFnAttr("no-builtins");
    function.addFnAttr("target-cpu", machine.getTargetCPU());
    function.addFnAttr("target-features", machine.getTargetFeatureString());
    // Some processors would rather not use their widest vectors; kernels do.
    function.addFnAttr("prefer-vector-width", "512");
    function.addFnAttr("min-legal-vector-width", "512");
    if (forSize)
      function.addFnAttr(llvm::Attribute::OptimizeForSize);
    // One large function costs more than linear time.
    if (function.hasLocalLinkage())
      function.addFnAttr(llvm::Attribute::NoInline);
  }
}

/// Whether a function is better copied to where it is called: it has no loop,
/// and all copies together are short.
static bool isWorthInlining(const llvm::Function &function, bool forSize) {
  constexpr size_t enough = 400;
  if (forSize && !function.hasOneUse())
    return false;
  return function.hasLocalLinkage() && llvm::hasSingleElement(function) &&
         function.front().size() * function.getNumUses() <= enough;
}

/// Marks the kernels of small networks, so that one function computes all of
/// them: calls, and constants that each kernel loads for itself, take a good
/// part of their time. Returns whether there are any.
static bool markSmall(llvm::Module &module, bool forSize) {
  bool any = false;
  for (llvm::Function &function : module)
    if (isWorthInlining(function, forSize)) {
      function.removeFnAttr(llvm::Attribute::NoInline);
      function.addFnAttr(llvm::Attribute::AlwaysInline);
      any = true;
    }
  return any;
}

/// Says of forward functions that their scratch is nothing else's memory, and
/// that nobody reads it after them.
static void markScratch(llvm::Module &module,
                        ArrayRef<NetworkInterface> interfaces) {
  for (const NetworkInterface &network : interfaces)
    forEach(Each::Entry, network, [&](const Subject &subject) {
      llvm::Function *forward = module.getFunction(symbolName(
          getDeclaration("forward"), network.name, subject.entry->label));
      if (!forward)
        return;
      llvm::Argument *scratch = forward->arg_end() - 1;
      scratch->addAttr(llvm::Attribute::NoAlias);
      scratch->addAttr(llvm::Attribute::DeadOnReturn);
    });
}

/// Whether a function without loops does little but load.
static bool isMostlyLoads(const llvm::Function &function) {
  int64_t loads = 0, operations = 0;
  for (const llvm::Instruction &instruction : function.front()) {
    loads += llvm::isa<llvm::LoadInst>(instruction);
    operations += llvm::isa<llvm::FPMathOperator>(instruction);
  }
  return 3 * operations <= 4 * loads;
}

static bool hasFeature(const llvm::TargetMachine &machine,
                       llvm::StringRef feature) {
  return machine.getTargetTriple().isX86() &&
         machine.getMCSubtargetInfo()->checkFeatures(feature);
}

/// Whether a function without loops had better take two shuffles, which load no
/// mask, for each element that fills a vector of 256 bits.
static bool isBetterWithoutMasks(const llvm::Function &function,
                                 const llvm::TargetMachine &machine) {
  return hasFeature(machine, "+avx") && !hasFeature(machine, "+avx512vl") &&
         isMostlyLoads(function);
}

/// Has one shuffle across lanes fill a vector, of which LLVM makes two for
/// AMD's processors with AVX-512. Its mask is loaded, so that a function which
/// does little but load is better off with two.
static void preferMasks(llvm::Function &function,
                        const llvm::TargetMachine &machine) {
  if (!hasFeature(machine, "+avx512vl") || isMostlyLoads(function))
    return;
  llvm::SubtargetFeatures features(machine.getTargetFeatureString());
  features.AddFeature("fast-variable-crosslane-shuffle");
  function.addFnAttr("target-features", features.getString());
}

/// What LLVM's default pipelines do for C programs takes most of the time of a
/// compilation and finds little to do: kernels come tiled, vectorised and
/// without allocations or small calls. This is what makes a difference. Loops
/// that kernels must keep as written say so themselves. Code that another
/// round would improve is no error.
static constexpr llvm::StringLiteral kPasses =
    "function(early-cse<memssa>,simplifycfg,instcombine<no-verify-fixpoint>,"
    "loop-mssa(loop-rotate,licm),simplifycfg,"
    "loop(indvars,loop-deletion,loop-unroll-full),early-cse<memssa>,"
    "instcombine<no-verify-fixpoint>,gvn,simplifycfg,loop-unroll<O3>,"
    "instcombine<no-verify-fixpoint>,loop-mssa(licm),adce,simplifycfg)";

/// For what kernels have become that were optimised before. GVN hands values on
/// to the next layer in registers, which is quicker than storing and loading
/// them, above all where one call waits for another.
static constexpr llvm::StringLiteral kInlinePasses =
    "always-inline,function(early-cse<memssa>,gvn,"
    "instcombine<no-verify-fixpoint>,early-cse<memssa>,adce),globaldce";

/// What is left of that where loads cost more than shuffles: GVN looks for a
/// store some hundred instructions back, and what it has made dead is in its
/// way.
static constexpr llvm::StringLiteral kForwardPasses =
    "gvn,instcombine<no-verify-fixpoint>,adce,"
    "gvn,instcombine<no-verify-fixpoint>,adce";

/// The same without unrolling and without hoisting, which makes addresses and
/// constants live, and spilled, in more places.
static constexpr llvm::StringLiteral kSizePasses =
    "function(early-cse<memssa>,simplifycfg,instcombine<no-verify-fixpoint>,"
    "loop(loop-rotate),simplifycfg,"
    "loop(indvars,loop-deletion,loop-unroll-full),early-cse<memssa>,"
    "instcombine<no-verify-fixpoint>,gvn,simplifycfg,adce,simplifycfg)";

static void optimize(llvm::Module &module,
                     ArrayRef<NetworkInterface> interfaces,
                     llvm::TargetMachine &machine, bool forSize) {
  llvm::PassBuilder builder(&machine);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::TargetLibraryInfoImpl library(machine.getTargetTriple());
  library.disableAllFunctions();
  functions.registerPass([&] { return llvm::TargetLibraryAnalysis(library); });
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  auto run = [&](llvm::StringRef pipeline) {
    llvm::ModulePassManager passes;
    llvm::cantFail(builder.parsePassPipeline(passes, pipeline));
    passes.run(module, modules);
  };
  run(forSize ? kSizePasses : kPasses);
  if (!markSmall(module, forSize))
    return;
  markScratch(module, interfaces);
  run(kInlinePasses);
  llvm::FunctionPassManager forward;
  llvm::cantFail(builder.parsePassPipeline(forward, kForwardPasses));
  for (llvm::Function &function : module) {
    bool isStraight = llvm::hasSingleElement(function);
    bool withoutMasks = isStraight && isBetterWithoutMasks(function, machine);
    // AArch64 multiplies by an element of a vector.
    bool isFree = isStraight && machine.getTargetTriple().isAArch64();
    if (withoutMasks || isFree)
      forward.run(function, functions);
    reloadLanes(function);
    if (!isStraight)
      continue;
    if (withoutMasks)
      spreadLanes(function);
    else
      preferMasks(function, machine);
    functions.invalidate(function, llvm::PreservedAnalyses::none());
    // What is neither loaded again nor the caller's need not be stored.
    llvm::DSEPass().run(function, functions);
  }
}

/// The functions that the module itself leaves to a library, OpenMP's.
static llvm::StringSet<> declaredSymbols(const llvm::Module &module) {
  llvm::StringSet<> names;
  llvm::Mangler mangler;
  for (const llvm::Function &function : module) {
    if (!function.isDeclaration() || function.isIntrinsic())
      continue;
    llvm::SmallString<32> name;
    mangler.getNameWithPrefix(name, &function,
                              /*CannotUsePrivateLabel=*/false);
    names.insert(name);
  }
  return names;
}

static std::unique_ptr<llvm::Module>
translate(ModuleOp module, ArrayRef<NetworkInterface> interfaces,
          llvm::LLVMContext &context, const llvm::TargetMachine &machine,
          const Optimization &optimization) {
  std::unique_ptr<llvm::Module> result =
      translateModuleToLLVMIR(module, context, "nascent");
  if (!result)
    return nullptr;
  result->setTargetTriple(machine.getTargetTriple());
  result->setDataLayout(machine.createDataLayout());
  result->setPICLevel(llvm::PICLevel::BigPIC);
  for (const NetworkInterface &network : interfaces) {
    addParameterTable(*result, network);
    addWeights(*result, network);
  }
  setAttributes(*result, machine, optimization.forSize);
  expandSquareRoots(*result, machine);
  return result;
}

static llvm::Error targetError(const llvm::TargetMachine &machine,
                               const llvm::Twine &why) {
  return targetError(machine.getTargetTriple(), machine.getTargetCPU(),
                     why.str());
}

static llvm::Error generateCode(llvm::Module &module,
                                llvm::TargetMachine &machine,
                                llvm::CodeGenFileType type,
                                llvm::raw_pwrite_stream &os) {
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, os, nullptr, type))
    return targetError(machine, type == llvm::CodeGenFileType::AssemblyFile
                                    ? "LLVM cannot emit assembly"
                                    : "LLVM cannot emit an object");
  FirstError error(module.getContext());
  llvm::OptPassGate &others = module.getContext().getOptPassGate();
  SourceOrder order(module, machine, others);
  module.getContext().setOptPassGate(order);
  passes.run(module);
  module.getContext().setOptPassGate(others);
  if (!error.get().empty())
    return targetError(machine, error.get());
  return llvm::Error::success();
}

/// Objects promise to need no library.
static llvm::Error checkSymbols(StringRef object,
                                const llvm::StringSet<> &declared,
                                const llvm::TargetMachine &machine) {
  auto symbols = findLibrarySymbols({object, "object"}, declared);
  if (!symbols)
    return targetError(machine, "cannot tell what the object needs: " +
                                    llvm::toString(symbols.takeError()));
  if (symbols->empty())
    return llvm::Error::success();
  return targetError(machine,
                     fmt::format("LLVM calls a library's {}, where objects "
                                 "call none; choose a processor or features "
                                 "that do without",
                                 llvm::join(*symbols, ", ")));
}

llvm::Error emitCode(ModuleOp module, ArrayRef<NetworkInterface> interfaces,
                     llvm::TargetMachine &machine,
                     const Optimization &optimization, CodeFormat format,
                     llvm::SmallVectorImpl<char> &code) {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> translated =
      translate(module, interfaces, context, machine, optimization);
  if (!translated)
    return llvm::createStringError("the module has no translation to LLVM");
  auto emit = [&]() -> llvm::Error {
    llvm::StringSet<> declared = declaredSymbols(*translated);
    if (optimization.level > 0)
      optimize(*translated, interfaces, machine, optimization.forSize);
    for (llvm::Function &function : *translated)
      if (!function.isDeclaration())
        freezeBases(function);
    llvm::raw_svector_ostream os(code);
    switch (format) {
    case CodeFormat::LLVM:
      translated->print(os, nullptr);
      return llvm::Error::success();
    case CodeFormat::Assembly:
      return generateCode(*translated, machine,
                          llvm::CodeGenFileType::AssemblyFile, os);
    case CodeFormat::Object:
      if (llvm::Error error = generateCode(
              *translated, machine, llvm::CodeGenFileType::ObjectFile, os))
        return error;
      return checkSymbols(os.str(), declared, machine);
    }
    llvm_unreachable("every format is above");
  };
  return guardAgainstCrashes(machine.getTargetTriple(), machine.getTargetCPU(),
                             emit);
}

} // namespace nascent
