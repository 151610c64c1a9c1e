//===- Pipelines.h - Named pipelines ----------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The compiler is two pipelines with a contract between them: after the first,
// `nn-verify-resolved` holds. Each is made of stages, at which the driver can
// stop.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_PIPELINES_PIPELINES_H
#define NASCENT_PIPELINES_PIPELINES_H

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"
#include "nascent/Dialect/NN/IR/InitProfile.h"
#include "nascent/Kernels/Passes.h"
#include "nascent/Parameters/WeightType.h"
#include "nascent/Program/Passes.h"

namespace nascent {

/// What may run forward on several threads.
enum class Threads {
  None,   // nothing: one function, on the thread that calls it
  Steps,  // the caller, by a function for a part of a layer
  OpenMP, // either, forward being run by OpenMP's library
};

struct BindAndInferOptions
    : public mlir::PassPipelineOptions<BindAndInferOptions> {
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
};

/// nascent-bind-and-infer: from an authored network to a resolved one.
void buildBindAndInferPipeline(mlir::OpPassManager &passes,
                               const BindAndInferOptions &options);

/// Folds away layers that do nothing and gives parameters their layouts.
void buildLayoutPipeline(
    mlir::OpPassManager &passes,
    parameters::WeightType weights = parameters::WeightType::F32);

struct LowerToKernelsPipelineOptions
    : public mlir::PassPipelineOptions<LowerToKernelsPipelineOptions> {
  Option<int64_t> blockRows{*this, "block-rows",
                            llvm::cl::desc("As nascent-walk-batch's"),
                            llvm::cl::init(-1)};
  Option<bool> remarks{*this, "remarks",
                       llvm::cl::desc("As nascent-walk-batch's")};
};

/// nascent-lower-to-kernels: from layouts to functions of kernels.
void buildLowerToKernelsPipeline(mlir::OpPassManager &passes,
                                 const program::WalkBatchOptions &walk);

/// From layouts to functions of linalg on tensors, one a distinct fused layer.
/// With `remarks`, says which parameters are initialised and which batches are
/// computed in blocks, which they are not with threads. Leaves out the
/// functions `without`.
void buildLinalgPipeline(mlir::OpPassManager &passes,
                         Threads threads = Threads::None, bool remarks = false,
                         llvm::ArrayRef<std::string> without = {});

/// From linalg to loops over vectors on planned buffers, with entry points.
void buildKernelPipeline(mlir::OpPassManager &passes,
                         const kernels::VectorizeKernelsOptions &kernels = {},
                         Threads threads = Threads::None);

/// From loops over vectors to the LLVM dialect.
void buildLLVMPipeline(mlir::OpPassManager &passes);

struct LowerToLLVMPipelineOptions
    : public mlir::PassPipelineOptions<LowerToLLVMPipelineOptions> {
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
      *this, "without", llvm::cl::desc("As nascent-omit-functions' functions")};
  Option<Threads> threads{
      *this, "threads",
      llvm::cl::desc("What may run forward on several threads"),
      llvm::cl::init(Threads::None),
      llvm::cl::values(
          clEnumValN(Threads::None, "none", "nothing"),
          clEnumValN(Threads::Steps, "steps", "the caller"),
          clEnumValN(Threads::OpenMP, "openmp", "OpenMP's library"))};
};

/// nascent-lower-to-llvm: from a resolved network to the LLVM dialect. Where no
/// option is given, the target is what the module says, or the host.
void buildLowerToLLVMPipeline(mlir::OpPassManager &passes,
                              const LowerToLLVMPipelineOptions &options);

/// Makes the named pipelines and all of the project's passes known.
void registerNascentPasses();

/// The named pipelines and the passes they are made of, in their order: what a
/// tool's help says before it lists MLIR's passes and ours by the alphabet.
std::string describePipelines();

} // namespace nascent

#endif // NASCENT_PIPELINES_PIPELINES_H
