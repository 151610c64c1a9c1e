//===- SummaryNamesTest.cpp - Names in listings -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SummaryTest.h"
#include "nascent/Listings/ParameterNames.h"

using namespace mlir;
using namespace nascent;
using namespace nascent::nn;

namespace {

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

constexpr char kNamed[] = R"(
nn.sequential @named(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.dense %x, 4 no_bias name("fc1") : tensor<?x4xf32> -> tensor<?x4xf32>
  %1 = nn.dense %0, 4 no_bias name("block 0.0") : tensor<?x4xf32> -> tensor<?x4xf32>
  %2 = nn.dense %1, 4 no_bias name("block 0.fc's") : tensor<?x4xf32> -> tensor<?x4xf32>
  %3 = nn.relu %2 name("block 0.1.0") : tensor<?x4xf32>
  %4 = nn.dense %3, 4 no_bias : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %4 : tensor<?x4xf32>
}
)";

TEST_F(SummaryTest, NamedLayersInTorchAreNestedByTheirPath) {
  EXPECT_EQ(summary(NamingScheme::Torch, kNamed),
            "named: input (-1, 4) -> output (-1, 4)\n"
            "Sequential(\n"
            "  (fc1): Linear(in_features=4, out_features=4, bias=False)\n"
            "  (block 0): Sequential(\n"
            "    (0): Linear(in_features=4, out_features=4, bias=False)\n"
            "    (fc's): Linear(in_features=4, out_features=4, bias=False)\n"
            "    (1): Sequential(\n"
            "      (0): ReLU()\n"
            "    )\n"
            "  )\n"
            "  (4): Linear(in_features=4, out_features=4, bias=False)\n"
            ")\n"
            "fc1.weight           (4, 4)  float32  kaiming_uniform<a = "
            "2.23606797749979>\n"
            "block 0.0.weight     (4, 4)  float32  kaiming_uniform<a = "
            "2.23606797749979>\n"
            "block 0.fc's.weight  (4, 4)  float32  kaiming_uniform<a = "
            "2.23606797749979>\n"
            "4.weight             (4, 4)  float32  kaiming_uniform<a = "
            "2.23606797749979>\n"
            "Total: 64 parameters, 256 bytes\n");
}

TEST_F(SummaryTest, NamedLayersAreNotNumbered) {
  EXPECT_EQ(summary(NamingScheme::Keras, kNamed),
            "[(4, 4), (4, 4), (4, 4), (4, 4)]\n"
            "fc1/kernel:0 (4, 4)\n"
            "dense/kernel:0 (4, 4)\n"
            "block 0.fc's/kernel:0 (4, 4)\n"
            "dense_1/kernel:0 (4, 4)\n");
  EXPECT_EQ(summary(NamingScheme::MXNet, kNamed),
            "Sequential(\n"
            "  (0): Dense(4 -> 4, linear)\n"
            "  (1): Sequential(\n"
            "    (0): Dense(4 -> 4, linear)\n"
            "    (1): Dense(4 -> 4, linear)\n"
            "    (2): Sequential(\n"
            "      (0): Activation(relu)\n"
            "    )\n"
            "  )\n"
            "  (2): Dense(4 -> 4, linear)\n"
            ")\n"
            "sequential0_ (\n"
            "  Parameter fc1_weight (shape=(4, 4), dtype=float32)\n"
            "  Parameter dense0_weight (shape=(4, 4), dtype=float32)\n"
            "  Parameter block 0.fc's_weight (shape=(4, 4), dtype=float32)\n"
            "  Parameter dense1_weight (shape=(4, 4), dtype=float32)\n"
            ")\n");
}

TEST_F(SummaryTest, FlaxKeysAreNestedSortedAndEscaped) {
  EXPECT_EQ(summary(NamingScheme::Flax, kNamed),
            "{'params': {'block 0': {'fc\\'s': {'kernel': (4, 4)}, "
            "'layers_0': {'kernel': (4, 4)}}, 'fc1': {'kernel': (4, 4)}, "
            "'layers_4': {'kernel': (4, 4)}}}\n");
}

TEST_F(SummaryTest, TiedParametersAreListedOnce) {
  constexpr char source[] = R"(
nn.sequential @tied(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.dense %x, 4 no_bias init(#nn.normal<0.0, 0.01>) : tensor<?x4xf32> -> tensor<?x4xf32>
  %1 = nn.dense %0, 4 no_bias tie("0") : tensor<?x4xf32> -> tensor<?x4xf32>
  %2 = nn.dense %1, 4 no_bias init(#nn.zeros) : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %2 : tensor<?x4xf32>
}
)";
  EXPECT_TRUE(StringRef(summary(NamingScheme::Torch, source))
                  .ends_with(")\n"
                             "0.weight  (4, 4)       float32  normal<0.0, "
                             "0.01>\n"
                             "1.weight  is 0.weight\n"
                             "2.weight  (4, 4)       float32  zeros\n"
                             "Total: 32 parameters, 128 bytes\n"));
  // MXNet counts the tied layer, Keras does not.
  EXPECT_TRUE(
      StringRef(summary(NamingScheme::MXNet, source))
          .ends_with("sequential0_ (\n"
                     "  Parameter dense0_weight (shape=(4, 4), dtype=float32)\n"
                     "  Parameter dense2_weight (shape=(4, 4), dtype=float32)\n"
                     ")\n"));
  EXPECT_EQ(summary(NamingScheme::Keras, source), "[(4, 4), (4, 4)]\n"
                                                  "dense/kernel:0 (4, 4)\n"
                                                  "dense_1/kernel:0 (4, 4)\n");
}

TEST_F(SummaryTest, TwoLayersMustNotHaveOneName) {
  constexpr char source[] = R"(
nn.sequential @n(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.dense %x, 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  %1 = nn.dense %0, 4 name("layers_0") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %1 : tensor<?x4xf32>
}
)";
  EXPECT_EQ(summary(NamingScheme::Flax, source), "failed");
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0], "'nn.dense' op layer 'layers_0' would be called "
                         "'layers_0' like layer '0'; rename one");
  EXPECT_TRUE(StringRef(summary(NamingScheme::MXNet, source))
                  .contains("Parameter layers_0_weight "));
}

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

TEST_F(SummaryTest, SeveralNetworksAreNamedAndNumbered) {
  constexpr char source[] = R"(
nn.sequential @a(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %0 = nn.dense %x, 1 no_bias : tensor<?x2xf32> -> tensor<?x1xf32>
  nn.return %0 : tensor<?x1xf32>
}
nn.sequential @b(%x: tensor<?x3xf32>) -> tensor<?x1xf32> {
  %0 = nn.dense %x, 1 no_bias : tensor<?x3xf32> -> tensor<?x1xf32>
  nn.return %0 : tensor<?x1xf32>
}
)";
  EXPECT_EQ(summary(NamingScheme::MXNet, source),
            "a:\n"
            "Sequential(\n"
            "  (0): Dense(2 -> 1, linear)\n"
            ")\n"
            "sequential0_ (\n"
            "  Parameter dense0_weight (shape=(1, 2), dtype=float32)\n"
            ")\n"
            "\n"
            "b:\n"
            "Sequential(\n"
            "  (0): Dense(3 -> 1, linear)\n"
            ")\n"
            "sequential1_ (\n"
            "  Parameter dense0_weight (shape=(1, 3), dtype=float32)\n"
            ")\n");
}

TEST_F(SummaryTest, ANetworkWithoutParameters) {
  constexpr char source[] = R"(
nn.sequential @n(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = nn.relu %x : tensor<?x2xf32>
  nn.return %0 : tensor<?x2xf32>
}
)";
  EXPECT_EQ(summary(NamingScheme::Torch, source),
            "n: input (-1, 2) -> output (-1, 2)\n"
            "Sequential(\n"
            "  (0): ReLU()\n"
            ")\n"
            "Total: 0 parameters, 0 bytes\n");
  EXPECT_EQ(summary(NamingScheme::Flax, source), "{'params': {}}\n");
  EXPECT_EQ(summary(NamingScheme::Keras, source), "[]\n");
}

TEST_F(SummaryTest, TotalsDoNotOverflow) {
  constexpr char source[] = R"(
nn.sequential @n(%x: tensor<?x1073741824xf32>) -> tensor<?x1xf32> {
  %0 = nn.dense %x, 1073741824 no_bias : tensor<?x1073741824xf32> -> tensor<?x1073741824xf32>
  %1 = nn.dense %0, 1073741824 no_bias : tensor<?x1073741824xf32> -> tensor<?x1073741824xf32>
  %2 = nn.dense %1, 1 no_bias : tensor<?x1073741824xf32> -> tensor<?x1xf32>
  nn.return %2 : tensor<?x1xf32>
}
)";
  EXPECT_TRUE(StringRef(summary(NamingScheme::Torch, source))
                  .ends_with("Total: 2^63 bytes or more\n"));
}

TEST_F(SummaryTest, NothingIsWrittenBeforeMaterialisation) {
  auto module = parseSourceString<ModuleOp>(kBook, &context);
  std::string text;
  llvm::raw_string_ostream os(text);
  EXPECT_TRUE(failed(printSummary(*module, SummaryOptions(), os)));
  EXPECT_EQ(text, "");
  ASSERT_EQ(messages.size(), 1u);
}

TEST_F(SummaryTest, NamesAndShapesForFiles) {
  OwningOpRef<ModuleOp> module = resolve(kBook, {"mlp=2x20xf32"});
  ASSERT_TRUE(module);
  auto network = *module->getOps<SequentialOp>().begin();
  SymbolTableCollection symbols;
  auto parameters = collectParameters(network, symbols);
  ASSERT_TRUE(succeeded(parameters));
  auto last = [&](NamingScheme scheme) {
    FailureOr<LayerNames> names = LayerNames::get(network, scheme);
    EXPECT_TRUE(succeeded(names));
    return parameterName(*names, (*parameters)[2]);
  };
  auto shape = [&](NamingScheme scheme, unsigned index) {
    NetworkParameter &parameter = (*parameters)[index];
    return parameterShape(scheme, parameter.spec.role,
                          parameter.op.getTensorType().getShape());
  };
  EXPECT_EQ(last(NamingScheme::Torch), "2.weight");
  EXPECT_EQ(last(NamingScheme::MXNet), "dense1_weight");
  EXPECT_EQ(last(NamingScheme::Flax), "layers_2/kernel");
  EXPECT_EQ(last(NamingScheme::Keras), "dense_1/kernel:0");
  EXPECT_EQ(shape(NamingScheme::MXNet, 2), (SmallVector<int64_t>{10, 256}));
  EXPECT_EQ(shape(NamingScheme::Keras, 2), (SmallVector<int64_t>{256, 10}));
  EXPECT_EQ(shape(NamingScheme::Keras, 3), (SmallVector<int64_t>{10}));
}

} // namespace
