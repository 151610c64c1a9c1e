//===- Parts.cpp - What is measured, and beside whom ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Parts.h"
#include "Images.h"
#include "Sequences.h"
#include "Training.h"
#include <map>

namespace nascent::bench {

using Names = std::vector<std::string>;

const Names &besidePeers() {
  static const Names names = {"ours",
                              "OpenBLAS",
                              "oneDNN",
                              "libxsmm",
                              "Eigen",
                              "XNNPACK",
                              "libtorch",
                              "ONNX Runtime",
                              "Eigen, one function",
                              "xsimd, one function",
                              "RTNeural"};
  return names;
}

/// Those after ours, too.
static Names besidePeersAnd(const Names &more) {
  Names names = besidePeers();
  names.insert(names.begin() + 1, more.begin(), more.end());
  return names;
}

bool isWithAvx2(const std::string &name) {
  return name.find("_avx2") != std::string::npos;
}

Part makePart(const std::string &name) {
  const Names threads = {"ours", "ours, openmp", "ours, steps"};
  const char *ending = isWithAvx2(name) ? "_avx2" : "";
  Names withImages = {"ours", "oneDNN", "XNNPACK", "libtorch"};
  // Its package cannot be kept to AVX2.
  if (!isWithAvx2(name))
    withImages.push_back("ONNX Runtime");
  const Names withSequences = {"ours", "oneDNN", "libtorch", "ONNX Runtime"};
  const Names withCells = {"ours",
                           "oneDNN",
                           "libtorch",
                           "ONNX Runtime",
                           "Eigen, one function",
                           "xsimd, one function",
                           "RTNeural"};
  // What timing itself costs, and what moving bytes does.
  Names calls = besidePeers(), memory = withSequences;
  calls.push_back("nothing");
  memory.push_back("copy");

  const std::map<std::string, std::function<Part()>> parts = {
      {"layers", [&] { return Part{layerShapes(), {}, besidePeers()}; }},
      {"threads",
       [&] {
         return Part{
             {kThreadsShapes.begin(), kThreadsShapes.end()}, {}, threads, true};
       }},
      {"narrow",
       [&] {
         return Part{{kNarrowShapes.begin(), kNarrowShapes.end()},
                     {},
                     besidePeersAnd({"ours, f16", "ours, bf16"})};
       }},
      {"networks",
       [&] { return Part{{}, networks(), besidePeersAnd({"ours, strict"})}; }},
      {"blocks",
       [&] {
         return Part{{}, blockNetworks(), {"ours", "ours, layer by layer"}};
       }},
      {"calls", [&] { return Part{{}, callNetworks(), calls}; }},
      {std::string("image_layers") + ending,
       [&] { return Part{{}, imageLayers(), withImages}; }},
      {std::string("image_networks") + ending,
       [&] { return Part{{}, imageNetworks(), withImages}; }},
      {"image_threads",
       [&] { return Part{{}, imageThreadsNetworks(), threads, true}; }},
      {"sequence_cells", [&] { return Part{{}, cellNetworks(), withCells}; }},
      {"sequence_lstm",
       [&] { return Part{{}, lstmNetworks(), withSequences}; }},
      {"sequence_encoders",
       [&] { return Part{{}, encoderNetworks(), withSequences}; }},
      {"training",
       [&] {
         return Part{{},
                     trainingNetworks(),
                     {"ours", "OpenBLAS", "oneDNN", "libtorch"}};
       }},
      {"training_threads",
       [&] { return Part{{}, trainingThreadsNetworks(), threads, true}; }},
      {"sequence_memory", [&] { return Part{{}, memoryNetworks(), memory}; }},
  };
  auto found = parts.find(name);
  if (found == parts.end()) {
    std::string known;
    for (const auto &[each, make] : parts)
      known += (known.empty() ? "" : ", ") + each;
    fail("no part is called '" + name + "'; there are " + known);
  }
  return found->second();
}

} // namespace nascent::bench
