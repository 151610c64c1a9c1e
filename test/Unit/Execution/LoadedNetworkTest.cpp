//===- LoadedNetworkTest.cpp - A network in this process ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Execution/LoadedNetwork.h"
#include "mlir/Parser/Parser.h"
#include "nascent/Driver/Compiler.h"
#include "nascent/Execution/PeakProbe.h"
#include "gtest/gtest.h"

using namespace nascent;

namespace {

/// Two inputs, 3 wide, one output: relu(x · Wᵀ + b).
constexpr const char *kDense = R"mlir(
  nn.sequential @net(%x: tensor<?x3xf32>) -> tensor<?x2xf32> {
    %0 = nn.dense %x, 2 : tensor<?x3xf32> -> tensor<?x2xf32>
    %1 = nn.relu %0 : tensor<?x2xf32>
    nn.return %1 : tensor<?x2xf32>
  })mlir";

/// A network, and the module that it was made of.
struct Loaded {
  explicit Loaded(const char *text, CompilerOptions options = {}) {
    mlir::DialectRegistry registry;
    registerCompilerDialects(registry);
    context = std::make_unique<mlir::MLIRContext>(registry);
    context->loadAllAvailableDialects();
    module = mlir::parseSourceString<mlir::ModuleOp>(text, context.get());
    Compiler compiler(*module, std::move(options));
    if (failed(compiler.run(Stage::LLVM)))
      return;
    auto loaded =
        LoadedNetwork::load(*module, compiler.getInterfaces().front(), {});
    if (loaded)
      network = std::move(*loaded);
    else
      error = llvm::toString(loaded.takeError());
  }

  LoadedNetwork &operator*() { return *network; }
  LoadedNetwork *operator->() { return network.get(); }
  const EntryInterface &entry(size_t index = 0) {
    return network->getInterface().entries[index];
  }
  /// Computes; the error, or nothing.
  std::string forward(llvm::ArrayRef<float> x, llvm::MutableArrayRef<float> y,
                      size_t index = 0) {
    auto call = network->prepare(entry(index), {x}, {y});
    if (!call)
      return llvm::toString(call.takeError());
    call->run();
    return "";
  }

  std::unique_ptr<mlir::MLIRContext> context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::unique_ptr<LoadedNetwork> network;
  std::string error;
};

std::string text(llvm::Error error) { return llvm::toString(std::move(error)); }

} // namespace

TEST(LoadedNetwork, ComputesWhatIsSet) {
  Loaded net(kDense);
  ASSERT_TRUE(net.network) << net.error;
  EXPECT_EQ(text(net->set("0.weight", {1, 2, 3, 4, 5, 6})), "");
  EXPECT_EQ(text(net->set("0.bias", {0.5f, -100})), "");
  float y[4];
  EXPECT_EQ(net.forward({1, 1, 1, 1, 0, 0}, y), "");
  EXPECT_EQ(std::vector<float>(y, y + 4),
            (std::vector<float>{6.5f, 0, 1.5f, 0}));
  float weight[6];
  EXPECT_EQ(text(net->get("0.weight", weight)), "");
  EXPECT_EQ(weight[4], 5);
}

TEST(LoadedNetwork, InitialisesFromASeed) {
  Loaded net(kDense), other(kDense);
  float first[6], second[6], third[6];
  EXPECT_EQ(text(net->init(7)), "");
  EXPECT_EQ(text(other->init(7)), "");
  EXPECT_EQ(text(net->get("0.weight", first)), "");
  EXPECT_EQ(text(other->get("0.weight", second)), "");
  EXPECT_TRUE(std::equal(first, first + 6, second));
  EXPECT_EQ(text(net->init(8)), "");
  EXPECT_EQ(text(net->get("0.weight", third)), "");
  EXPECT_FALSE(std::equal(first, first + 6, third));
}

TEST(LoadedNetwork, HasAnEntryForEachBinding) {
  CompilerOptions options;
  options.bindings = {"net:one=1x3xf32", "net:any=?x3xf32"};
  Loaded net(kDense, options);
  ASSERT_TRUE(net.network) << net.error;
  ASSERT_EQ(net->getInterface().entries.size(), 2u);
  EXPECT_EQ(text(net->init(1)), "");
  float one[2], any[2];
  EXPECT_EQ(net.forward({1, 2, 3}, one, 0), "");
  EXPECT_EQ(net.forward({1, 2, 3}, any, 1), "");
  EXPECT_NEAR(one[0], any[0], 1e-6f);
  EXPECT_NEAR(one[1], any[1], 1e-6f);
}

TEST(LoadedNetwork, RunsStepsByParts) {
  CompilerOptions options;
  options.bindings = {"net=4x3xf32"};
  options.threads = nn::Threads::Steps;
  Loaded net(kDense, options);
  ASSERT_TRUE(net.network) << net.error;
  EXPECT_EQ(text(net->init(1)), "");
  std::vector<float> x = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  std::vector<float> whole(8), parts(8, 99.0f);
  EXPECT_EQ(net.forward(x, whole), "");
  auto call = net->prepare(net.entry(), {x}, {parts});
  ASSERT_TRUE(static_cast<bool>(call));
  EXPECT_EQ(call->getSteps(), 1);
  call->runStep(0, 1, 2);
  call->runStep(0, 0, 2);
  EXPECT_EQ(parts, whole);
}

TEST(LoadedNetwork, RefusesWhatDoesNotFit) {
  Loaded net(kDense);
  float numbers[8] = {};
  auto some = [&](size_t count) {
    return llvm::MutableArrayRef<float>(numbers, count);
  };
  EXPECT_EQ(net.forward(some(4), some(2)),
            "network 'net': 'x' has 4 elements, expected a multiple of 3");
  EXPECT_EQ(net.forward(some(0), some(2)),
            "network 'net': 'x' has 0 elements, expected a multiple of 3");
  EXPECT_EQ(net.forward(some(6), some(6)),
            "network 'net': 'y' has 3 rows, expected 2 as before it");
  EXPECT_EQ(text(net->prepare(net.entry(), {}, {some(2)}).takeError()),
            "network 'net' has 1 input, found 0");
  EXPECT_EQ(
      text(
          net->prepare(net.entry(), {some(3)}, {some(2), some(2)}).takeError()),
      "network 'net' has 1 output, found 2");
  EXPECT_EQ(text(net->set("0.wait", some(6))),
            "network 'net' has no parameter '0.wait'; it has '0.weight', "
            "'0.bias'");
  EXPECT_EQ(text(net->get("0.weight", some(5))),
            "parameter '0.weight' has 6 elements, the buffer has 5");
}

TEST(LoadedNetwork, SaysWhatWasLeftOut) {
  CompilerOptions options;
  options.without = {"init", "get"};
  Loaded net(kDense, options);
  EXPECT_EQ(text(net->init(1)), "network 'net' was compiled without 'init'; "
                                "leave 'init' out of --without");
  float weight[6];
  EXPECT_EQ(text(net->get("0.weight", weight)),
            "network 'net' was compiled without 'get'; leave 'get' out of "
            "--without");
}

TEST(LoadedNetwork, RefusesAnotherMachine) {
  CompilerOptions options;
  options.target.triple = "s390x-linux-gnu";
  Loaded net(kDense, options);
  EXPECT_FALSE(net.network);
  EXPECT_NE(net.error.find("cannot run what is compiled for s390x"),
            std::string::npos)
      << net.error;
}

TEST(PeakProbe, IsFasterThanAMultiplyAddAtATime) {
  Loaded net(kDense);
  auto probe = PeakProbe::create(*net.module);
  ASSERT_TRUE(static_cast<bool>(probe));
  Team team(1);
  for (int i = 0; i < 100; ++i)
    (*probe)->measure(team);
  // Two operations every four nanoseconds is slower than any processor.
  EXPECT_GT((*probe)->getBest(), 0.5);
  EXPECT_LT((*probe)->getBest(), 10000);
}
