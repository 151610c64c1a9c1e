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
#include <optional>
#include <string>
#include <vector>

namespace nascent::bench {

enum class Activation { None, Relu, Tanh, Sigmoid };

enum class Kind {
  Dense,
  Convolution,
  MaxPool,
  AveragePool,
  BatchNorm, // only of networks that are trained
  // Of sequences, from here on; see Sequences.h.
  Lstm,
  Gru,
  Encoder,
  Embedding,
  Mean
};

/// What one row of a batch is: numbers, channels of an image's pixels, or a
/// sequence of `width` steps, each of `channels` features.
struct Extent {
  int64_t channels = 0;
  int64_t height = 1;
  int64_t width = 1;
  int64_t count() const { return channels * height * width; }
};

/// What slides over an image, and the zeros around that image.
struct Window {
  int64_t height = 1;
  int64_t width = 1;
  int64_t stride = 1;
  int64_t top = 0, left = 0, bottom = 0, right = 0;
  bool isPadded() const { return top || left || bottom || right; }
};

/// Y[M, out] = activation(X[M, in] · W[in, out] + b[out]), all row-major f32;
/// or a convolution or pooling of images in the order of PyTorch: channels,
/// rows, columns; or a layer of sequences, steps before features.
struct Layer {
  int64_t in = 0;
  int64_t out = 0;
  Activation activation = Activation::None;
  std::vector<float> weight; // in x out; of a convolution as PyTorch keeps it
  std::vector<float> bias;   // out
  Kind kind = Kind::Dense;
  Extent from = {}, to = {}; // only of images and sequences
  Window window = {};
  int64_t groups = 1; // of an encoder its heads
  /// Which value it reads: 0 is the network's input, i + 1 what layer i makes.
  /// By default what the layer before it makes.
  std::optional<size_t> input = {};
  /// The value that is added in front of the activation, read here last.
  std::optional<size_t> added = {};
  /// Of sequences and norms, as PyTorch keeps them, instead of weight and bias.
  std::vector<std::vector<float>> parameters = {};

  double flops(int64_t batch) const;
  /// Whether the window is as large as the image.
  bool isGlobal() const {
    return window.height == from.height && window.width == from.width;
  }
};

struct Network {
  std::string name; // a C identifier
  int64_t batch = 0;
  std::vector<Layer> layers;
  /// Whether each call's output is the next call's input.
  bool chained = false;
  /// What the tables call it, if not its name.
  std::string label = {};
  /// Whether input and output are in whatever order a contestant prefers, as
  /// between the layers of a network: of images, or of sequences in a batch.
  bool inAnyOrder = false;
  /// Whether a call is a step of training; see Training.h.
  bool isTrained = false;

  int64_t in() const { return layers.front().in; }
  int64_t out() const { return layers.back().out; }
  int64_t inputCount() const { return batch * in(); }
  /// How many numbers a contestant leaves in y.
  int64_t outputCount() const;
  bool isOfSequences() const { return layers.front().kind >= Kind::Lstm; }
  bool isOfImages() const {
    return layers.front().from.channels != 0 && !isOfSequences();
  }
  /// Which value layer `index` reads.
  size_t inputOf(size_t index) const {
    return layers[index].input.value_or(index);
  }
  /// What the tables call it.
  std::string title() const {
    return !label.empty() ? label : chained ? name + "_chain" : name;
  }
  /// Floating-point operations of the products, and of pooling; a multiply-add
  /// is two. Gradients take twice as many products as the output does, but for
  /// the input, whose gradient nobody needs.
  double flops() const;
  /// Bytes of all weights and biases.
  int64_t parameterBytes() const;
};

/// W of `layer` as PyTorch keeps it: out x in, row-major, or a convolution's.
std::vector<float> canonicalWeight(const Layer &layer);

/// Puts images with the channels of a pixel side by side, or back.
void toChannelsLast(const float *from, float *to, int64_t batch,
                    const Extent &extent);
void toChannelsFirst(const float *from, float *to, int64_t batch,
                     const Extent &extent);

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
  /// Whether contestants are to do with AVX2.
  bool avx2 = false;
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

  /// Brings into y, in the order of PyTorch, what calls have left elsewhere.
  virtual void finish() {}

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

/// What lies between the layers: as few buffers as will do, with x before the
/// first layer and y after the last. What is added to another value is where
/// that was. Each has room for images whose channels are filled up to 16.
class Activations {
public:
  explicit Activations(const Task &task);
  const float *input(size_t layer) const {
    return places[network.inputOf(layer)];
  }
  float *output(size_t layer) const { return places[layer + 1]; }

private:
  const Network &network;
  std::vector<Buffer> buffers;
  std::vector<float *> places;
};

/// y[rows, columns] = activation(y + bias), in place and in one sweep.
void addBiasAndActivate(float *y, const float *bias, int64_t rows,
                        int64_t columns, Activation activation);

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_CONTESTANT_H
