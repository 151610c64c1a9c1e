//===- NascentTraining.cpp - Our steps of training ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NascentTraining.h"
#include "CompiledNetwork.h"
#include "Training.h"

namespace nascent::bench {

namespace {
class NascentTraining : public TrainingRunner {
  using TrainSgd = int(void *, const float *, const int32_t *, float, float,
                       float *, void *);
  using Get = int(const void *, uint32_t, void *);

public:
  NascentTraining(const Task &task, const std::string &variant,
                  const std::string &flags, const std::string &libraries,
                  int count)
      : TrainingRunner(task),
        compiled(task, variant + ".training",
                 "--train --loss=cross_entropy --train-sgd " + flags,
                 libraries),
        trainSgd(compiled.getLibrary().function<TrainSgd>(task.network.name +
                                                          "_train_sgd")),
        get(compiled.getLibrary().function<Get>(task.network.name + "_get")),
        scratch((compiled.macro("_TRAINING_SCRATCH_BYTES") + 3) / 4),
        labels(labelsOf(task.network)), count(count) {}

  clockid_t processorClock() const override {
    return count == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_PROCESS_CPUTIME_ID;
  }
  int processors() const override { return count; }

  void step(float rate) override {
    float loss = 0;
    trainSgd(compiled.getParameters(), task.x, labels.data(),
             1.0f / static_cast<float>(task.network.batch), rate, &loss,
             scratch.data());
  }

private:
  std::vector<std::vector<float>> parameters() override {
    std::vector<std::vector<float>> all = trainedParameters(task.network);
    uint32_t index = 0;
    size_t next = 0;
    for (const Layer &layer : task.network.layers) {
      for (size_t own = layer.weight.empty() ? 0 : 1 + !layer.bias.empty(); own;
           --own)
        get(compiled.getParameters(), index++, all[next++].data());
      if (layer.kind == Kind::BatchNorm) {
        get(compiled.getParameters(), index, all[next++].data());
        get(compiled.getParameters(), index + 1, all[next++].data());
        index += static_cast<uint32_t>(layer.parameters.size());
      }
    }
    return all;
  }

  CompiledNetwork compiled;
  TrainSgd *trainSgd;
  Get *get;
  Buffer scratch;
  std::vector<int32_t> labels;
  int count;
};
} // namespace

std::unique_ptr<Runner> prepareNascentTraining(const Task &task,
                                               const std::string &variant,
                                               const std::string &flags,
                                               const std::string &libraries,
                                               int processors) {
  return std::make_unique<NascentTraining>(task, variant, flags, libraries,
                                           processors);
}

} // namespace nascent::bench
