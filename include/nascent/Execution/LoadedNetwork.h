//===- LoadedNetwork.h - A network in this process --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a C program does with an object and its header, done here: the same
// functions, found by the same table, on buffers that are checked first.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_EXECUTION_LOADEDNETWORK_H
#define NASCENT_EXECUTION_LOADEDNETWORK_H

#include "nascent/CInterface/NetworkInterface.h"
#include "nascent/Execution/TrainingCall.h"
#include "nascent/Support/AlignedBuffer.h"
#include "nascent/Target/ObjectEmitter.h"

namespace nascent {

class LoadedObject;

/// A forward pass on buffers that have been checked, with scratch of its own.
/// It refers to the network and to the buffers.
class ForwardCall {
public:
  /// Computes the outputs on this thread; tells whether the network does not
  /// refuse, as a stream that has as many steps as it knows.
  bool run() const;
  /// Has a stream begin again.
  void restart() const;

  /// How many steps there are; 0 where the network was compiled without.
  int64_t getSteps() const { return steps; }
  /// Runs a part of a step: all parts of one before any of the next. Several
  /// threads may call it at once.
  void runStep(int64_t step, int64_t part, int64_t parts) const;

private:
  friend class LoadedNetwork;
  using Function = int64_t(const uint64_t *arguments);

  Function *forward = nullptr;
  Function *forwardStep = nullptr;
  /// Of a stream.
  Function *reset = nullptr;
  uint64_t state = 0;
  int64_t steps = 0;
  AlignedBuffer scratch;
  llvm::SmallVector<uint64_t> arguments;
};

/// A network, loaded, and its parameters.
class LoadedNetwork {
public:
  /// Makes code of a module in the LLVM dialect and loads network `interface`
  /// of it. Parameters are the interface's weights, or zeros if it has none.
  /// Fails if the module is for another machine, or memory does not suffice.
  static llvm::Expected<std::unique_ptr<LoadedNetwork>>
  load(mlir::ModuleOp module, NetworkInterface interface,
       const Optimization &optimization);
  ~LoadedNetwork();

  /// Inputs, outputs and parameters, and which functions there are; without
  /// weights.
  const NetworkInterface &getInterface() const { return interface; }

  /// Initialises all parameters. Fails if the network was compiled without.
  llvm::Error init(uint64_t seed);
  /// Reads or writes all elements of a parameter, row-major; of the network's
  /// own, or of a buffer in which values lie as they do. Fails for a name that
  /// there is not, or another number of elements.
  llvm::Error get(llvm::StringRef name, llvm::MutableArrayRef<float> values,
                  const AlignedBuffer *from = nullptr) const {
    return transfer("get", name, values, from);
  }
  llvm::Error set(llvm::StringRef name, llvm::ArrayRef<float> values,
                  const AlignedBuffer *to = nullptr) {
    return transfer("set", name, values, to);
  }

  /// Runs the network's self test on its parameters; returns what it leaves in
  /// its workspace. Fails where the network was compiled without.
  llvm::Expected<AlignedBuffer> runSelfTest() const;

  /// Checks the buffers of a forward pass: row-major, as `entry` has them,
  /// indices by their bits, of any number of rows, the same in all, if its
  /// batch is open. Fails where more than the batch is. A stream goes on with a
  /// `state`.
  llvm::Expected<ForwardCall>
  prepare(const EntryInterface &entry,
          llvm::ArrayRef<llvm::ArrayRef<float>> inputs,
          llvm::ArrayRef<llvm::MutableArrayRef<float>> outputs,
          const AlignedBuffer *state = nullptr) const;
  /// The state of a stream that begins.
  llvm::Expected<AlignedBuffer> beginStream() const;

  /// The same of training: buffers of all rows of a batch, which are read at
  /// each call; no target where the network ends in its loss. Fails if the
  /// network was compiled without training, or without this optimiser.
  llvm::Expected<TrainingCall>
  prepareTraining(const EntryInterface &entry,
                  nn::OptimizerAttrInterface optimizer,
                  llvm::ArrayRef<llvm::ArrayRef<float>> inputs,
                  llvm::ArrayRef<float> target) const;

private:
  LoadedNetwork(NetworkInterface interface,
                std::unique_ptr<LoadedObject> object, AlignedBuffer parameters);

  using Function = int64_t(const uint64_t *arguments);

  /// Calls get, which writes `values`, or set.
  llvm::Error transfer(llvm::StringRef function, llvm::StringRef name,
                       llvm::ArrayRef<float> values,
                       const AlignedBuffer *buffer) const;
  /// Finds a function of the network, as the C interface's table calls it.
  llvm::Error lookup(llvm::StringRef name, llvm::StringRef label,
                     Function *&to) const;
  /// Calls one.
  llvm::Expected<int64_t> call(llvm::StringRef function,
                               llvm::ArrayRef<uint64_t> arguments) const;
  /// The index of a parameter that has so many elements.
  llvm::Expected<uint64_t> find(llvm::StringRef name, size_t elements) const;

  NetworkInterface interface;
  std::unique_ptr<LoadedObject> object;
  AlignedBuffer parameters;
};

} // namespace nascent

#endif // NASCENT_EXECUTION_LOADEDNETWORK_H
