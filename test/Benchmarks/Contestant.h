//===- Contestant.h - What every contestant of the benchmarks is ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A contestant is told a network and where its input and output lie, prepares
// whatever it wants, and is then called again and again.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_CONTESTANT_H
#define NASCENT_BENCHMARKS_CONTESTANT_H

#include <cstdint>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace nascent::bench {

enum class Activation { None, Relu, Tanh, Sigmoid };

/// Y[M, out] = activation(X[M, in] · W[in, out] + b[out]), all row-major f32.
struct Layer {
  int64_t in = 0;
  int64_t out = 0;
  Activation activation = Activation::None;
  std::vector<float> weight; // in x out
  std::vector<float> bias;   // out
};

struct Network {
  std::string name; // a C identifier
  int64_t batch = 0;
  std::vector<Layer> layers;
  /// Whether each call's output is the next call's input.
  bool chained = false;

  int64_t in() const { return layers.front().in; }
  int64_t out() const { return layers.back().out; }
  int64_t inputCount() const { return batch * in(); }
  int64_t outputCount() const { return batch * out(); }
  /// What the tables call it.
  std::string title() const { return chained ? name + "_chain" : name; }
  /// Floating-point operations of the products; a multiply-add is two.
  double flops() const;
  /// Bytes of all weights and biases.
  int64_t parameterBytes() const;
};

/// W of `layer` as PyTorch keeps it: out x in, row-major.
std::vector<float> transposedWeight(const Layer &layer);

/// Where the programs are that some contestants need.
struct Settings {
  std::string compiler;    // nascent-compile
  std::string cc;          // a C compiler that links shared objects
  std::string python;      // writes ONNX models
  std::string node;        // runs ONNX Runtime
  std::string nodeModules; // the folder that holds onnxruntime-node
  std::string scripts;     // test/Benchmarks
  std::string work;        // for models and objects
  /// Where threads stay, the first one on the first of them.
  std::vector<int> processors;
};

/// What is to be prepared. All of it outlives the runner.
struct Task {
  const Network &network;
  const float *x;
  float *y;
  const Settings &settings;
};

/// A network that is ready to be called.
class Runner {
public:
  virtual ~Runner() = default;

  /// Computes y from x.
  virtual void run() = 0;

  /// Goes before each sample: waits for what other contestants leave running.
  virtual void settle() {}

  /// Makes `calls` calls and returns the nanoseconds they took together.
  virtual double time(int64_t calls);

  /// From now on has each call's output be the next one's input. False where
  /// that cannot be.
  virtual bool chain() { return false; }

  /// Counts the processor's time that the calls get.
  virtual clockid_t processorClock() const { return CLOCK_THREAD_CPUTIME_ID; }

  /// How many processors they are to have.
  virtual int processors() const { return 1; }
};

struct Contestant {
  std::string name;
  /// Its version, or an empty string where it is missing on this machine.
  std::function<std::string(const Settings &)> version;
  /// What it chose to compute with on this machine; null where it does not say.
  std::function<std::string()> kernels;
  /// Null where it cannot run the network. Exits where preparing fails.
  std::function<std::unique_ptr<Runner>(const Task &)> prepare;
  /// The largest difference from the reference that it may have, relative to
  /// the largest magnitude of the reference.
  double tolerance = 1e-4;
};

/// The contestants that were built in, in no order.
std::vector<Contestant> &registry();

/// Adds a contestant as a file's static object, so that the file being linked
/// is all it takes.
struct Registration {
  explicit Registration(Contestant contestant) {
    registry().push_back(std::move(contestant));
  }
};

/// Runs the fastest of several ways to compute the same; ties are noise. Each
/// must outlast a few calls, which are made here.
std::unique_ptr<Runner>
fastest(std::vector<std::unique_ptr<Runner>> candidates);

/// Reads a byte of every page of the program and of the libraries that are
/// loaded, so that no call has to wait for a page.
void touchLibraries();

/// Keeps the calling thread, and those it starts, on these processors.
void stayOn(const std::vector<int> &processors);

/// What a clock shows, in nanoseconds.
double readClock(clockid_t clock);

/// Prints why to stderr and ends the program.
[[noreturn]] void fail(const std::string &message);

/// Zeroed floats, aligned to 64 bytes, with as many bytes after them for
/// libraries that read ahead.
class Buffer {
public:
  explicit Buffer(int64_t count);
  float *data() { return memory.get(); }
  const float *data() const { return memory.get(); }

private:
  struct Free {
    void operator()(float *memory) const;
  };
  std::unique_ptr<float[], Free> memory;
};

/// What lies between the layers: two buffers in turn, with x before the first
/// layer and y after the last.
class Activations {
public:
  explicit Activations(const Task &task);
  const float *input(size_t layer) const { return places[layer]; }
  float *output(size_t layer) const { return places[layer + 1]; }

private:
  Buffer even, odd;
  std::vector<float *> places;
};

/// y[rows, columns] = activation(y + bias), in place and in one sweep.
void addBiasAndActivate(float *y, const float *bias, int64_t rows,
                        int64_t columns, Activation activation);

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_CONTESTANT_H
