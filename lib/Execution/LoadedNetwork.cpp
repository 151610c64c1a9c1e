//===- LoadedNetwork.cpp - A network in this process ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Execution/LoadedNetwork.h"
#include "LoadedObject.h"
#include "nascent/CInterface/Declarations.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/Quote.h"
#include "nascent/Support/TensorFile.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <array>
#include <functional>

using namespace mlir;

namespace nascent {

static uint64_t address(const void *memory) {
  return reinterpret_cast<uintptr_t>(memory);
}

bool ForwardCall::run() const { return forward(arguments.data()) >= 0; }

void ForwardCall::restart() const {
  if (reset)
    reset(&state);
}

void ForwardCall::runStep(int64_t step, int64_t part, int64_t parts) const {
  llvm::SmallVector<uint64_t> all(arguments);
  for (int64_t number : {step, part, parts})
    all.push_back(number);
  forwardStep(all.data());
}

LoadedNetwork::LoadedNetwork(NetworkInterface interface,
                             std::unique_ptr<LoadedObject> object,
                             AlignedBuffer parameters)
    : interface(std::move(interface)), object(std::move(object)),
      parameters(std::move(parameters)) {}

LoadedNetwork::~LoadedNetwork() = default;

llvm::Expected<std::unique_ptr<LoadedNetwork>>
LoadedNetwork::load(ModuleOp module, NetworkInterface interface,
                    const Optimization &optimization) {
  // Its object calls OpenMP's library, which this process need not have.
  if (llvm::any_of(interface.entries, std::mem_fn(&EntryInterface::isParallel)))
    return makeError("network '{}' was compiled with --threads=openmp; only "
                     "none or steps can run here",
                     printable(interface.name));
  auto object = LoadedObject::load(module, optimization);
  if (!object)
    return object.takeError();
  auto parameters = AlignedBuffer::allocate(interface.parameterBytes);
  if (!parameters)
    return parameters.takeError();
  if (interface.weights)
    llvm::copy(*interface.weights, parameters->data());
  interface.weights = nullptr;
  return std::unique_ptr<LoadedNetwork>(new LoadedNetwork(
      std::move(interface), std::move(*object), std::move(*parameters)));
}

llvm::Error LoadedNetwork::lookup(StringRef name, StringRef label,
                                  Function *&to) const {
  auto function =
      object->lookup(symbolName(getDeclaration(name), interface.name, label));
  if (!function)
    return function.takeError();
  to = *function;
  return llvm::Error::success();
}

llvm::Expected<int64_t>
LoadedNetwork::call(StringRef name, ArrayRef<uint64_t> arguments) const {
  const Declaration &declaration = getDeclaration(name);
  if (!exists(declaration, {interface}))
    return makeError(
        "network '{0}' was compiled without '{1}'; leave '{1}' out "
        "of --without",
        printable(interface.name), name.str());
  Function *function;
  if (llvm::Error error = lookup(name, "", function))
    return error;
  return function(arguments.data());
}

llvm::Error LoadedNetwork::init(uint64_t seed) {
  return call("init", {address(parameters.data()), seed}).takeError();
}

llvm::Expected<uint64_t> LoadedNetwork::find(StringRef name,
                                             size_t elements) const {
  std::vector<std::string> known;
  for (auto [index, parameter] : llvm::enumerate(interface.parameters)) {
    known.push_back(printable(parameter.name));
    if (parameter.name != name &&
        !llvm::is_contained(parameter.aliases, name.str()))
      continue;
    int64_t expected = *elementCount(parameter.shape);
    if (expected == static_cast<int64_t>(elements))
      return index;
    return makeError("parameter '{}' has {}, the buffer has {}",
                     printable(name), counted(expected, "element"), elements);
  }
  return makeError("network '{}' has no parameter '{}'; it has {}",
                   printable(interface.name), printable(name), quoteAll(known));
}

llvm::Error LoadedNetwork::transfer(StringRef function, StringRef name,
                                    ArrayRef<float> values,
                                    const AlignedBuffer *buffer) const {
  auto index = find(name, values.size());
  if (!index)
    return index.takeError();
  const char *stored = (buffer ? *buffer : parameters).data();
  return call(function, {address(stored), *index, address(values.data())})
      .takeError();
}

llvm::Expected<AlignedBuffer> LoadedNetwork::runSelfTest() const {
  auto workspace = AlignedBuffer::allocate(interface.selfTestBytes);
  if (!workspace)
    return workspace.takeError();
  // As large as what the header calls nascent_self_test.
  std::array<int64_t, 5> worst;
  auto status =
      call("self_test", {address(parameters.data()), address(workspace->data()),
                         address(worst.data())});
  if (!status)
    return status.takeError();
  return std::move(*workspace);
}

namespace {
/// The buffers of a forward pass, checked one by one.
class BufferChecker {
public:
  explicit BufferChecker(StringRef network) : network(printable(network)) {}

  /// Fails unless there are as many as expected.
  llvm::Error checkCount(StringRef what, size_t expected, size_t found) const {
    if (expected == found)
      return llvm::Error::success();
    return makeError("network '{}' has {}, found {}", network,
                     counted(expected, what), found);
  }

  llvm::Error check(const std::string &name, RankedTensorType type,
                    ArrayRef<float> buffer) {
    bool isOpen = !type.hasStaticShape();
    int64_t size = buffer.size();
    int64_t row = *elementCount(type.getShape().drop_front(isOpen));
    bool fits = isOpen ? size > 0 && size % row == 0 : size == row;
    if (!fits)
      return fail(fmt::format("'{}' has {}, expected {}{}", name,
                              counted(size, "element"),
                              isOpen ? "a multiple of " : "", row));
    if (isOpen) {
      if (rows && *rows != size / row)
        return fail(fmt::format("'{}' has {}, expected {} as before it", name,
                                counted(size / row, "row"), *rows));
      rows = size / row;
    }
    return llvm::Error::success();
  }

  std::optional<int64_t> getRows() const { return rows; }

private:
  llvm::Error fail(const std::string &why) const {
    return makeError("network '{}': {}", network, why);
  }

  std::string network;
  std::optional<int64_t> rows;
};
} // namespace

llvm::Expected<ForwardCall>
LoadedNetwork::prepare(const EntryInterface &entry,
                       ArrayRef<ArrayRef<float>> inputs,
                       ArrayRef<llvm::MutableArrayRef<float>> outputs,
                       const AlignedBuffer *state) const {
  if (entry.hasOpenSizes())
    return makeError("network '{}' leaves sizes open besides its batch, {}, "
                     "which is not supported here",
                     printable(interface.name), quoteAll(entry.sizes));
  ForwardCall call;
  BufferChecker checker(interface.name);
  if (llvm::Error error =
          checker.checkCount("input", entry.inputs.size(), inputs.size()))
    return error;
  if (llvm::Error error =
          checker.checkCount("output", entry.outputs.size(), outputs.size()))
    return error;
  call.arguments.push_back(address(parameters.data()));
  for (auto [index, input] : llvm::enumerate(inputs)) {
    if (llvm::Error error =
            checker.check(entry.inputName(index), entry.inputs[index], input))
      return error;
    call.arguments.push_back(address(input.data()));
  }
  if (entry.hasOpenDims())
    call.arguments.push_back(checker.getRows().value_or(0));
  for (auto [index, output] : llvm::enumerate(outputs)) {
    if (llvm::Error error = checker.check(entry.outputName(index),
                                          entry.outputs[index], output))
      return error;
    call.arguments.push_back(address(output.data()));
  }
  if (state) {
    call.state = address(state->data());
    call.arguments.push_back(call.state);
    if (llvm::Error error = lookup("reset", "", call.reset))
      return error;
  }
  auto scratch = AlignedBuffer::allocate(entry.scratchBytes);
  if (!scratch)
    return scratch.takeError();
  call.scratch = std::move(*scratch);
  call.arguments.push_back(address(call.scratch.data()));

  if (llvm::Error error = lookup("forward", entry.label, call.forward))
    return error;
  call.steps = entry.steps;
  if (exists(getDeclaration("forward_step"), {interface, &entry}))
    if (llvm::Error error =
            lookup("forward_step", entry.label, call.forwardStep))
      return error;
  return call;
}

llvm::Expected<AlignedBuffer> LoadedNetwork::beginStream() const {
  auto state = AlignedBuffer::allocate(interface.stateBytes);
  if (!state)
    return state.takeError();
  if (auto status = this->call("reset", {address(state->data())}); !status)
    return status.takeError();
  return std::move(*state);
}

llvm::Expected<TrainingCall> LoadedNetwork::prepareTraining(
    const EntryInterface &entry, nn::OptimizerAttrInterface optimizer,
    ArrayRef<ArrayRef<float>> inputs, ArrayRef<float> target) const {
  TrainingCall call;
  BufferChecker checker(interface.name);
  if (llvm::Error error =
          checker.checkCount("input", entry.inputs.size(), inputs.size()))
    return error;
  call.parameters = address(parameters.data());
  llvm::SmallVector<uint64_t> common = {call.parameters};
  for (auto [index, input] : llvm::enumerate(inputs)) {
    if (llvm::Error error =
            checker.check(entry.inputName(index), entry.inputs[index], input))
      return error;
    common.push_back(address(input.data()));
  }
  if (!entry.endsInLoss) {
    if (llvm::Error error = checker.check("target", entry.target, target))
      return error;
    common.push_back(address(target.data()));
  }
  call.isOpen = entry.hasOpenDims();
  if (!entry.endsInLoss || entry.numLabels != 0)
    call.termsArguments = {entry.endsInLoss ? common[1 + entry.labelInput]
                                            : common.back()};
  if (call.isOpen)
    for (auto *arguments : {&common, &call.termsArguments})
      arguments->push_back(*checker.getRows());
  call.scalePlace = common.size();
  common.push_back(0);

  for (auto [name, label, to] :
       {std::tuple("loss_and_gradients", StringRef(entry.label),
                   &call.gradientsFunction),
        std::tuple("loss", StringRef(entry.label), &call.lossFunction),
        std::tuple("loss_terms", StringRef(entry.label), &call.termsFunction),
        std::tuple("gradient_norm", StringRef(), &call.normFunction),
        std::tuple("step", optimizer.getFunctionName(), &call.stepFunction)})
    if (llvm::Error error = lookup(name, label, *to))
      return error;
  call.parameterBytes = interface.parameterBytes;
  call.gradientBytes = interface.gradientBytes;
  for (auto [bytes, to] :
       {std::pair(interface.gradientBytes, &call.gradients),
        std::pair(interface.optimizerBytes(optimizer), &call.state),
        std::pair(entry.trainingScratchBytes, &call.scratch),
        std::pair(int64_t(sizeof(float)), &call.loss)}) {
    auto buffer = AlignedBuffer::allocate(bytes);
    if (!buffer)
      return buffer.takeError();
    *to = std::move(*buffer);
  }
  call.lossArguments = call.gradientsArguments = common;
  constexpr uint64_t accumulate = 0;
  call.isRandom = entry.isRandom;
  call.isWeighted = !entry.weights.empty();
  call.gradientsArguments.push_back(accumulate);
  // The seed is each step's own, and the first row is the first one.
  call.gradientsArguments.append(call.isRandom ? 2 : 0, 0);
  call.gradientsArguments.push_back(address(call.gradients.data()));
  for (auto *arguments : {&call.lossArguments, &call.gradientsArguments})
    arguments->append(
        {address(call.loss.data()), address(call.scratch.data())});
  return call;
}

} // namespace nascent
