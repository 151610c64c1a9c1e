//===- NamedPipelines.cpp - Pipelines as options of nascent-opt -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Stages.h"
#include "mlir/Pass/PassOptions.h"
#include "mlir/Pass/PassRegistry.h"
#include "nascent/CInterface/Passes.h"
#include "nascent/Conversion/NNToLinalg/Passes.h"
#include "nascent/Dialect/NN/Transforms/Passes.h"
#include "nascent/Gradients/Passes.h"
#include "nascent/Kernels/Passes.h"
#include "nascent/Lowering/Passes.h"
#include "nascent/Parameters/Passes.h"
#include "nascent/Pipelines/Pipelines.h"
#include "nascent/Target/Passes.h"
#include "llvm/ADT/StringSet.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

namespace {

struct BindAndInferOptions : PassPipelineOptions<BindAndInferOptions> {
  ListOption<std::string> init{
      *this, "init", llvm::cl::desc("As nn-materialize-parameters's")};
  Option<nn::InitProfile> profile{
      *this, "init-profile", llvm::cl::desc("As nn-materialize-parameters's"),
      llvm::cl::init(nn::InitProfile::Torch),
      llvm::cl::values(
          clEnumValN(nn::InitProfile::Torch, "torch", "PyTorch"),
          clEnumValN(nn::InitProfile::Keras, "keras", "Keras"),
          clEnumValN(nn::InitProfile::Gluon, "gluon", "MXNet Gluon"),
          clEnumValN(nn::InitProfile::Flax, "flax", "Flax"),
          clEnumValN(nn::InitProfile::Paddle, "paddle", "Paddle"))};
  ListOption<std::string> bindings{
      *this, "bindings",
      llvm::cl::desc("NETWORK=TYPE, TYPE being 2x20xf32, ?x20xf32, @FILE.npy "
                     "or @FILE.safetensors")};

  PipelineOptions get() const {
    PipelineOptions options;
    options.init.assign(init.begin(), init.end());
    options.profile = profile;
    options.bindings.assign(bindings.begin(), bindings.end());
    return options;
  }
};

struct LowerToKernelsOptions : PassPipelineOptions<LowerToKernelsOptions> {
  Option<int64_t> blockRows{*this, "block-rows",
                            llvm::cl::desc("As nascent-walk-batch's"),
                            llvm::cl::init(-1)};
  Option<bool> remarks{*this, "remarks",
                       llvm::cl::desc("As nascent-walk-batch's")};
};

struct LowerToLLVMOptions : PassPipelineOptions<LowerToLLVMOptions> {
  Option<std::string> triple{*this, "triple",
                             llvm::cl::desc("As nn-set-target's")};
  Option<std::string> cpu{*this, "cpu", llvm::cl::desc("As nn-set-target's")};
  Option<std::string> features{*this, "features",
                               llvm::cl::desc("As nn-set-target's")};
  Option<parameters::WeightType> weights{
      *this, "weights", llvm::cl::desc("As nn-assign-layouts'"),
      llvm::cl::init(parameters::WeightType::F32),
      llvm::cl::values(
          clEnumValN(parameters::WeightType::F32, "f32", "as they are"),
          clEnumValN(parameters::WeightType::F16, "f16", "as f16"),
          clEnumValN(parameters::WeightType::BF16, "bf16", "as bf16"))};
  Option<bool> strict{*this, "strict",
                      llvm::cl::desc("As nascent-vectorize-kernels'")};
  ListOption<std::string> without{
      *this, "without", llvm::cl::desc("As nascent-declare-interface's")};
  ListOption<std::string> optimizers{
      *this, "optimizers", llvm::cl::desc("As nascent-declare-interface's")};
  ListOption<std::string> rates{*this, "rates",
                                llvm::cl::desc("As nn-set-rates'")};
  ListOption<std::string> noDecay{*this, "no-decay",
                                  llvm::cl::desc("As nn-lower-optimizers'")};
  Option<nn::Threads> threads{
      *this, "threads",
      llvm::cl::desc("What may run forward on several threads"),
      llvm::cl::init(nn::Threads::None),
      llvm::cl::values(
          clEnumValN(nn::Threads::None, "none", "nothing"),
          clEnumValN(nn::Threads::Steps, "steps", "the caller"),
          clEnumValN(nn::Threads::OpenMP, "openmp", "OpenMP's library"))};
  Option<bool> stream{*this, "stream",
                      llvm::cl::desc("As nascent-declare-interface's")};
  Option<bool> trainSgd{*this, "train-sgd",
                        llvm::cl::desc("As nascent-declare-interface's")};

  PipelineOptions get() const {
    PipelineOptions options;
    options.target = {triple, cpu, features};
    options.weights = weights;
    options.strict = strict;
    options.without.assign(without.begin(), without.end());
    options.optimizers.assign(optimizers.begin(), optimizers.end());
    options.rates.assign(rates.begin(), rates.end());
    options.noDecay.assign(noDecay.begin(), noDecay.end());
    options.threads = threads;
    options.stream = stream;
    options.trainSgd = trainSgd;
    return options;
  }
};

void buildBindAndInfer(OpPassManager &passes, const PipelineOptions &options) {
  buildPipeline(passes, options, Stage::Authored, Stage::Inferred);
  addContract(passes);
}

void buildLowerToLLVM(OpPassManager &passes, const PipelineOptions &options) {
  buildPipeline(passes, options, Stage::Inferred, Stage::LLVM);
}

/// The passes of a pipeline, also those that are within others.
SmallVector<const PassInfo *> listPasses(OpPassManager &passes) {
  std::string text;
  llvm::raw_string_ostream os(text);
  passes.printAsTextualPipeline(os);
  SmallVector<const PassInfo *> list;
  // Names stand between brackets, commas and options.
  SmallVector<StringRef> names;
  llvm::SplitString(text, names, "(),{}");
  for (StringRef name : names)
    if (const PassInfo *pass = PassInfo::lookup(name))
      list.push_back(pass);
  return list;
}

} // namespace

std::string describePipelines() {
  std::string text;
  auto describe = [&](StringRef name, OpPassManager &passes,
                      const llvm::StringSet<> &withThreads) {
    text += fmt::format("  --{}\n", name.str());
    for (const PassInfo *pass : listPasses(passes))
      text += fmt::format(
          "    --{:<34} - {}{}\n", pass->getPassArgument().str(),
          pass->getPassDescription().str(),
          withThreads.contains(pass->getPassArgument()) ? " (with threads)"
                                                        : "");
  };
  OpPassManager infer(ModuleOp::getOperationName());
  buildBindAndInfer(infer, {});
  describe("nascent-bind-and-infer", infer, {});

  OpPassManager kernels(ModuleOp::getOperationName());
  addKernelFunctions(kernels, {});
  describe("nascent-lower-to-kernels", kernels, {});

  OpPassManager lower(ModuleOp::getOperationName()), byDefault(lower);
  buildLowerToLLVM(byDefault, {});
  PipelineOptions options;
  options.threads = nn::Threads::OpenMP;
  buildLowerToLLVM(lower, options);
  llvm::StringSet<> withThreads;
  for (const PassInfo *pass : listPasses(lower))
    withThreads.insert(pass->getPassArgument());
  for (const PassInfo *pass : listPasses(byDefault))
    withThreads.erase(pass->getPassArgument());
  describe("nascent-lower-to-llvm", lower, withThreads);
  return text;
}

void registerNascentPasses() {
  nn::registerNNTransformsPasses();
  nn::registerNNToLinalgPasses();
  gradients::registerNascentGradientsPasses();
  kernels::registerNascentKernelsPasses();
  program::registerNascentProgramPasses();
  parameters::registerNascentParametersPasses();
  lowering::registerNascentLoweringPasses();
  registerNascentCInterfacePasses();
  registerNascentTargetPasses();
  PassPipelineRegistration<BindAndInferOptions>(
      "nascent-bind-and-infer",
      "Resolve every dimension of the networks: materialise parameters, bind "
      "inputs, infer shapes, verify",
      [](OpPassManager &passes, const BindAndInferOptions &options) {
        buildBindAndInfer(passes, options.get());
      });
  PassPipelineRegistration<LowerToKernelsOptions>(
      "nascent-lower-to-kernels",
      "Lower networks with layouts to functions of kernels: a part of "
      "nascent-lower-to-llvm",
      [](OpPassManager &passes, const LowerToKernelsOptions &options) {
        program::WalkBatchOptions walk;
        walk.blockRows = options.blockRows;
        walk.remarks = options.remarks;
        addKernelFunctions(passes, walk);
      });
  PassPipelineRegistration<LowerToLLVMOptions>(
      "nascent-lower-to-llvm",
      "Lower resolved networks to the LLVM dialect: layouts, initialisation, "
      "access, forward",
      [](OpPassManager &passes, const LowerToLLVMOptions &options) {
        buildLowerToLLVM(passes, options.get());
      });
}

} // namespace nascent
