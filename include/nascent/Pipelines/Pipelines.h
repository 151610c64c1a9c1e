//===- Pipelines.h - The order of passes ------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The compiler is one pipeline of stages. The IR says at which it is: whatever
// is printed between two of them can be compiled on.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_PIPELINES_PIPELINES_H
#define NASCENT_PIPELINES_PIPELINES_H

#include "mlir/Pass/PassManager.h"
#include "nascent/Dialect/NN/IR/InitProfile.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include "nascent/Parameters/WeightType.h"
#include "nascent/Target/TargetMachine.h"
#include <string>
#include <vector>

namespace nascent {

/// What the IR is after each part of the pipeline.
enum class Stage {
  Authored,     // as parsed
  Materialized, // parameters are symbols
  Bound,        // inputs have the types given for them
  Inferred,     // everything that follows is known
  Layout,       // resolved; parameters have layouts and places
  Linalg,       // functions of linalg on tensors
  LLVM,         // the LLVM dialect
};

/// What `--compile-to` calls a stage.
llvm::StringRef stageName(Stage stage);

/// The stage that a module has reached. Networks count as authored, however
/// much is known of them: the passes up to inference leave alone what is done.
/// Fails, after an error, if it is none that the pipeline leaves.
llvm::FailureOr<Stage> findStage(mlir::ModuleOp module);

/// What a user says beside the networks. A choice that a stage has made already
/// is not made again.
struct PipelineOptions {
  /// Initialisers by name, `[NETWORK:]PATTERN=INITIALISER`.
  std::vector<std::string> init = {};
  nn::InitProfile profile = nn::InitProfile::Torch;
  std::vector<std::string> bindings = {};
  /// Where none is given, the target is what the module says, or the host.
  TargetOptions target = {};
  parameters::WeightType weights = parameters::WeightType::F32;
  /// Whether the caller's values with spatial dimensions are channels last.
  bool channelsLast = false;
  /// Whether networks are to be trained, and by which loss and its clauses; by
  /// none where they end in one themselves.
  bool train = false;
  std::string loss = {};
  /// Which optional functions and tables are left out.
  std::vector<std::string> without = {};
  nn::Threads threads = nn::Threads::None;
  /// The optimisers that training takes steps by, `#nn.sgd` or `sgd`; none
  /// where nothing is trained.
  std::vector<std::string> optimizers = {};
  /// Whether a loss, its gradients and a step of sgd are one function, too.
  bool trainSgd = false;
  /// Rates by name, `[NETWORK:]PATTERN=RATE`, and which weights do not decay.
  std::vector<std::string> rates = {}, noDecay = {};
  /// Whether sequences come block by block.
  bool stream = false;
  /// Whether nothing may change the last bits of a result.
  bool strict = false;
  /// Whether to say which parameters are initialised, which batches are
  /// computed in blocks, and how layers are tiled.
  bool remarks = false;
};

/// Adds what takes a module from one stage to another.
void buildPipeline(mlir::OpPassManager &passes, const PipelineOptions &options,
                   Stage from, Stage to);

/// Adds its end, from loops over vectors to the LLVM dialect.
void buildLLVMPipeline(mlir::OpPassManager &passes);

/// Makes the named pipelines and all of the project's passes known.
void registerNascentPasses();

/// The named pipelines and the passes they are made of, in their order: what a
/// tool's help says before it lists MLIR's passes and ours by the alphabet.
std::string describePipelines();

} // namespace nascent

#endif // NASCENT_PIPELINES_PIPELINES_H
