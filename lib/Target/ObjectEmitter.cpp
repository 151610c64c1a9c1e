//===- ObjectEmitter.cpp - From the LLVM dialect to machine code ----------===//

#include "nascent/Target/ObjectEmitter.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Support/CName.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DiagnosticHandler.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Passes/PassBuilder.h"

using namespace mlir;

namespace nascent {

/// The constant array `<net>_parameters` of `nascent_parameter_info`.
static void addParameterTable(llvm::Module &module,
                              const NetworkInterface &network) {
  if (!network.has("parameters"))
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
                           mangle(network.name) + "_parameters");
}

/// The constant array `<net>_weights` of bytes.
static void addWeights(llvm::Module &module, const NetworkInterface &network) {
  if (network.weights.empty())
    return;
  auto *data = llvm::ConstantDataArray::getRaw(
      network.weights, network.weights.size(),
      llvm::Type::getInt8Ty(module.getContext()));
  auto *global =
      new llvm::GlobalVariable(module, data->getType(), /*isConstant=*/true,
                               llvm::GlobalValue::ExternalLinkage, data,
                               mangle(network.name) + "_weights");
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
    // One large function costs more than linear time.
    if (forSize)
      function.addFnAttr(llvm::Attribute::OptimizeForSize);
    if (function.hasLocalLinkage())
      function.addFnAttr(llvm::Attribute::NoInline);
  }
}

/// What LLVM's default pipelines do for C programs takes most of the time of a
/// compilation and finds little to do: kernels come tiled, vectorised and
/// without allocations or small calls. This is what makes a difference. Loops
/// that kernels must keep as written say so themselves.
static constexpr llvm::StringLiteral kPasses =
    "function(early-cse<memssa>,simplifycfg,instcombine,"
    "loop-mssa(loop-rotate,licm),simplifycfg,"
    "loop(indvars,loop-deletion,loop-unroll-full),"
    "early-cse<memssa>,instcombine,gvn,simplifycfg,"
    "loop-unroll<O3>,instcombine,loop-mssa(licm),adce,simplifycfg),"
    "globaldce";

/// The same without unrolling and without hoisting, which makes addresses and
/// constants live, and spilled, in more places.
static constexpr llvm::StringLiteral kSizePasses =
    "function(early-cse<memssa>,simplifycfg,instcombine,"
    "loop(loop-rotate),simplifycfg,"
    "loop(indvars,loop-deletion,loop-unroll-full),"
    "early-cse<memssa>,instcombine,gvn,simplifycfg,adce,simplifycfg),"
    "globaldce";

static void optimize(llvm::Module &module, llvm::TargetMachine &machine,
                     bool forSize) {
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
  llvm::ModulePassManager passes;
  llvm::cantFail(
      builder.parsePassPipeline(passes, forSize ? kSizePasses : kPasses));
  passes.run(module, modules);
}

std::unique_ptr<llvm::Module>
translateToLLVM(ModuleOp module, ArrayRef<NetworkInterface> interfaces,
                llvm::LLVMContext &context, llvm::TargetMachine &machine,
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
  if (optimization.level > 0)
    optimize(*result, machine, optimization.forSize);
  return result;
}

namespace {
/// Keeps the errors of code generation, at which LLVM itself would exit.
struct ErrorCollector : llvm::DiagnosticHandler {
  explicit ErrorCollector(std::string &errors) : errors(errors) {}

  bool handleDiagnostics(const llvm::DiagnosticInfo &info) override {
    if (info.getSeverity() != llvm::DS_Error)
      return false;
    llvm::raw_string_ostream stream(errors);
    llvm::DiagnosticPrinterRawOStream printer(stream);
    stream << (errors.empty() ? "" : "; ");
    info.print(printer);
    return true;
  }

  std::string &errors;
};
} // namespace

llvm::Error emitMachineCode(llvm::Module &module, llvm::TargetMachine &machine,
                            bool asText, llvm::raw_pwrite_stream &os) {
  llvm::legacy::PassManager passes;
  auto type = asText ? llvm::CodeGenFileType::AssemblyFile
                     : llvm::CodeGenFileType::ObjectFile;
  if (machine.addPassesToEmitFile(passes, os, nullptr, type))
    return llvm::createStringError("target " + machine.getTargetTriple().str() +
                                   " cannot emit " +
                                   (asText ? "assembly" : "an object"));
  std::string errors;
  llvm::LLVMContext &context = module.getContext();
  context.setDiagnosticHandler(std::make_unique<ErrorCollector>(errors));
  passes.run(module);
  context.setDiagnosticHandler(nullptr);
  if (!errors.empty())
    return llvm::createStringError("target " + machine.getTargetTriple().str() +
                                   ": " + errors);
  return llvm::Error::success();
}

} // namespace nascent
