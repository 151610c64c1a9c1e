//===- OpenBLAS.cpp - sgemm, then a loop for bias and activation ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GemmTraining.h"
#include <cblas.h>

using namespace nascent::bench;

namespace {
class OpenBLASRunner : public Runner {
public:
  OpenBLASRunner(const Task &task, bool vectors)
      : network(task.network), values(task), vectors(vectors) {}

  void run() override {
    auto m = static_cast<int>(network.batch);
    for (size_t i = 0; i < network.layers.size(); ++i) {
      const Layer &layer = network.layers[i];
      auto k = static_cast<int>(layer.in), n = static_cast<int>(layer.out);
      const float *x = values.input(i);
      float *y = values.output(i);
      if (vectors)
        cblas_sgemv(CblasRowMajor, CblasTrans, k, n, 1.0f, layer.weight.data(),
                    n, x, 1, 0.0f, y, 1);
      else
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1.0f, x,
                    k, layer.weight.data(), n, 0.0f, y, n);
      addBiasAndActivate(y, layer.bias.data(), m, n, layer.activation);
    }
  }

private:
  const Network &network;
  Activations values;
  bool vectors;
};
} // namespace

static std::string version(const Settings &) {
  // "OpenBLAS 0.3.21 …": its own name and then options of its build.
  std::string config = openblas_get_config();
  size_t start = config.find(' ') + 1;
  return config.substr(start, config.find(' ', start) - start);
}

static std::string kernels() { return openblas_get_corename(); }

static std::unique_ptr<Runner> prepare(const Task &task) {
  openblas_set_num_threads(1);
  if (task.network.isTrained)
    return prepareGemmTraining(task, [](bool turnA, bool turnB, int m, int n,
                                        int k, float alpha, const float *a,
                                        int lda, const float *b, int ldb,
                                        float beta, float *c, int ldc) {
      cblas_sgemm(CblasRowMajor, turnA ? CblasTrans : CblasNoTrans,
                  turnB ? CblasTrans : CblasNoTrans, m, n, k, alpha, a, lda, b,
                  ldb, beta, c, ldc);
    });
  std::vector<std::unique_ptr<Runner>> ways;
  ways.push_back(std::make_unique<OpenBLASRunner>(task, false));
  if (task.network.batch == 1)
    ways.push_back(std::make_unique<OpenBLASRunner>(task, true));
  return fastest(std::move(ways));
}

static Registration registration({"OpenBLAS", version, kernels, prepare});
