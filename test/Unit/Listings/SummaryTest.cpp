//===- SummaryTest.cpp - Listings to the letter -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SummaryTest.h"

using namespace mlir;
using namespace nascent;
using namespace nascent::nn;

namespace {

//===----------------------------------------------------------------------===//
// The book's network
//===----------------------------------------------------------------------===//

TEST_F(SummaryTest, MXNetBeforeAndAfterBinding) {
  EXPECT_EQ(summary(NamingScheme::MXNet, kBook),
            "Sequential(\n"
            "  (0): Dense(-1 -> 256, Activation(relu))\n"
            "  (1): Dense(-1 -> 10, linear)\n"
            ")\n"
            "sequential0_ (\n"
            "  Parameter dense0_weight (shape=(256, -1), dtype=float32)\n"
            "  Parameter dense0_bias (shape=(256,), dtype=float32)\n"
            "  Parameter dense1_weight (shape=(10, -1), dtype=float32)\n"
            "  Parameter dense1_bias (shape=(10,), dtype=float32)\n"
            ")\n");
  EXPECT_EQ(summary(NamingScheme::MXNet, kBook, {"mlp=2x20xf32"}),
            "Sequential(\n"
            "  (0): Dense(20 -> 256, Activation(relu))\n"
            "  (1): Dense(256 -> 10, linear)\n"
            ")\n"
            "sequential0_ (\n"
            "  Parameter dense0_weight (shape=(256, 20), dtype=float32)\n"
            "  Parameter dense0_bias (shape=(256,), dtype=float32)\n"
            "  Parameter dense1_weight (shape=(10, 256), dtype=float32)\n"
            "  Parameter dense1_bias (shape=(10,), dtype=float32)\n"
            ")\n");
}

TEST_F(SummaryTest, TorchBeforeBinding) {
  EXPECT_EQ(
      summary(NamingScheme::Torch, kBook),
      "mlp: input (-1, -1) -> output (-1, 10)\n"
      "Sequential(\n"
      "  (0): LazyLinear(in_features=?, out_features=256, bias=True)\n"
      "  (1): ReLU()\n"
      "  (2): LazyLinear(in_features=?, out_features=10, bias=True)\n"
      ")\n"
      "0.weight  <UninitializedParameter>  (256, -1)  float32  "
      "kaiming_uniform<a = 2.23606797749979>\n"
      "0.bias                              (256,)     float32  "
      "kaiming_uniform<a = 2.23606797749979>\n"
      "2.weight  <UninitializedParameter>  (10, -1)   float32  "
      "kaiming_uniform<a = 2.23606797749979>\n"
      "2.bias                              (10,)      float32  "
      "kaiming_uniform<a = 2.23606797749979>\n"
      "Total: unknown until an input is bound; bind its input "
      "tensor<?x?xf32>, for example with 'mlp=?xNxf32', N being the size of "
      "dimension 1\n");
}

TEST_F(SummaryTest, TorchAfterBinding) {
  std::string parameters =
      "Sequential(\n"
      "  (0): Linear(in_features=20, out_features=256, bias=True)\n"
      "  (1): ReLU()\n"
      "  (2): Linear(in_features=256, out_features=10, bias=True)\n"
      ")\n"
      "0.weight  (256, 20)  float32  kaiming_uniform<a = 2.23606797749979>\n"
      "0.bias    (256,)     float32  kaiming_uniform<a = 2.23606797749979>\n"
      "2.weight  (10, 256)  float32  kaiming_uniform<a = 2.23606797749979>\n"
      "2.bias    (10,)      float32  kaiming_uniform<a = 2.23606797749979>\n"
      "Total: 7946 parameters, 31784 bytes\n";
  EXPECT_EQ(summary(NamingScheme::Torch, kBook, {"mlp=2x20xf32"}),
            "mlp: input (2, 20) -> output (2, 10)\n" + parameters);
  EXPECT_EQ(summary(NamingScheme::Torch, kBook, {"mlp=?x20xf32"}),
            "mlp: input (-1, 20) -> output (-1, 10)\n" + parameters);
}

TEST_F(SummaryTest, FlaxBeforeAndAfterBinding) {
  EXPECT_EQ(summary(NamingScheme::Flax, kBook),
            "{'params': {'layers_0': {'bias': (256,), 'kernel': (-1, 256)}, "
            "'layers_2': {'bias': (10,), 'kernel': (-1, 10)}}}\n");
  EXPECT_EQ(summary(NamingScheme::Flax, kBook, {"mlp=2x20xf32"}),
            "{'params': {'layers_0': {'bias': (256,), 'kernel': (20, 256)}, "
            "'layers_2': {'bias': (10,), 'kernel': (256, 10)}}}\n");
}

TEST_F(SummaryTest, KerasBeforeAndAfterBinding) {
  EXPECT_EQ(summary(NamingScheme::Keras, kBook), "[[], []]\n");
  EXPECT_EQ(summary(NamingScheme::Keras, kBook, {"mlp=2x20xf32"}),
            "[(20, 256), (256,), (256, 10), (10,)]\n"
            "dense/kernel:0 (20, 256)\n"
            "dense/bias:0 (256,)\n"
            "dense_1/kernel:0 (256, 10)\n"
            "dense_1/bias:0 (10,)\n");
}

//===----------------------------------------------------------------------===//
// Layers settle in order
//===----------------------------------------------------------------------===//

TEST_F(SummaryTest, AStatedWidthSettlesTheLayersAfterIt) {
  constexpr char source[] = R"(
nn.sequential @n(%x: tensor<?x?xf32>) -> tensor<?x10xf32> {
  %0 = nn.dense %x, 256 in(20) : tensor<?x?xf32> -> tensor<?x256xf32>
  %1 = nn.relu %0 : tensor<?x256xf32>
  %2 = nn.dense %1, 10 : tensor<?x256xf32> -> tensor<?x10xf32>
  nn.return %2 : tensor<?x10xf32>
}
)";
  EXPECT_EQ(summary(NamingScheme::Keras, source),
            "[(20, 256), (256,), (256, 10), (10,)]\n"
            "dense/kernel:0 (20, 256)\n"
            "dense/bias:0 (256,)\n"
            "dense_1/kernel:0 (256, 10)\n"
            "dense_1/bias:0 (10,)\n");
}

TEST_F(SummaryTest, AfterAnOpenLayerOnlyStatedWidthsAreKnown) {
  constexpr char source[] = R"(
nn.sequential @n(%x: tensor<?x?xf32>, %y: tensor<?x3xf32>)
    -> (tensor<?x4xf32>, tensor<?x5xf32>, tensor<?x4xf32>) {
  %0 = nn.dense %x, 4 no_bias : tensor<?x?xf32> -> tensor<?x4xf32>
  %1 = nn.dense %0, 4 no_bias : tensor<?x4xf32> -> tensor<?x4xf32>
  %2 = nn.dense %1, 4 no_bias in(4) : tensor<?x4xf32> -> tensor<?x4xf32>
  %3 = nn.dense %y, 5 no_bias : tensor<?x3xf32> -> tensor<?x5xf32>
  %4 = nn.dense %2, 4 no_bias tie("1") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %2, %3, %4 : tensor<?x4xf32>, tensor<?x5xf32>, tensor<?x4xf32>
}
)";
  EXPECT_EQ(summary(NamingScheme::MXNet, source),
            "Sequential(\n"
            "  (0): Dense(-1 -> 4, linear)\n"
            "  (1): Dense(-1 -> 4, linear)\n"
            "  (2): Dense(4 -> 4, linear)\n"
            "  (3): Dense(3 -> 5, linear)\n"
            "  (4): Dense(-1 -> 4, linear)\n"
            ")\n"
            "sequential0_ (\n"
            "  Parameter dense0_weight (shape=(4, -1), dtype=float32)\n"
            "  Parameter dense1_weight (shape=(4, -1), dtype=float32)\n"
            "  Parameter dense2_weight (shape=(4, 4), dtype=float32)\n"
            "  Parameter dense3_weight (shape=(5, 3), dtype=float32)\n"
            ")\n");
}

TEST_F(SummaryTest, ASharedWidthIsKnownOnceOneLayerIsReached) {
  constexpr char source[] = R"(
nn.sequential @n(%x: tensor<?x?xf32>, %y: tensor<?x4xf32>)
    -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %0 = nn.dense %x, 4 no_bias : tensor<?x?xf32> -> tensor<?x4xf32>
  %1 = nn.dense %0, 4 no_bias : tensor<?x4xf32> -> tensor<?x4xf32>
  %2 = nn.dense %y, 4 no_bias tie("1") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %1, %2 : tensor<?x4xf32>, tensor<?x4xf32>
}
)";
  EXPECT_EQ(summary(NamingScheme::MXNet, source),
            "Sequential(\n"
            "  (0): Dense(-1 -> 4, linear)\n"
            "  (1): Dense(4 -> 4, linear)\n"
            "  (2): Dense(4 -> 4, linear)\n"
            ")\n"
            "sequential0_ (\n"
            "  Parameter dense0_weight (shape=(4, -1), dtype=float32)\n"
            "  Parameter dense1_weight (shape=(4, 4), dtype=float32)\n"
            ")\n");
}

//===----------------------------------------------------------------------===//
// Fused activations
//===----------------------------------------------------------------------===//

TEST_F(SummaryTest, OnlyNamedActivationsFuse) {
  constexpr char source[] = R"(
nn.sequential @n(%x: tensor<?x4x5xf32>) -> tensor<?x3xf32> {
  %0 = nn.flatten %x : tensor<?x4x5xf32> -> tensor<?x20xf32>
  %1 = nn.relu %0 : tensor<?x20xf32>
  %2 = nn.dense %1, 8 no_bias : tensor<?x20xf32> -> tensor<?x8xf32>
  %3 = nn.tanh %2 : tensor<?x8xf32>
  %4 = nn.sigmoid %3 : tensor<?x8xf32>
  %5 = nn.dense %4, 3 no_bias : tensor<?x8xf32> -> tensor<?x3xf32>
  %6 = nn.elu %5 : tensor<?x3xf32>
  nn.return %6 : tensor<?x3xf32>
}
)";
  EXPECT_EQ(summary(NamingScheme::MXNet, source),
            "Sequential(\n"
            "  (0): Flatten\n"
            "  (1): Activation(relu)\n"
            "  (2): Dense(20 -> 8, Activation(tanh))\n"
            "  (3): Activation(sigmoid)\n"
            "  (4): Dense(8 -> 3, linear)\n"
            "  (5): ELU()\n"
            ")\n"
            "sequential0_ (\n"
            "  Parameter dense0_weight (shape=(8, 20), dtype=float32)\n"
            "  Parameter dense1_weight (shape=(3, 8), dtype=float32)\n"
            ")\n");
}

TEST_F(SummaryTest, AnActivationFusesOnlyIfNobodyElseSeesItsInput) {
  constexpr char source[] = R"(
nn.sequential @n(%x: tensor<?x?xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  %0 = nn.dense %x, 8 : tensor<?x?xf32> -> tensor<?x8xf32>
  %1 = nn.relu %0 : tensor<?x8xf32>
  nn.return %0, %1 : tensor<?x8xf32>, tensor<?x8xf32>
}
)";
  EXPECT_EQ(summary(NamingScheme::Keras, source), "[[], []]\n");
  StringRef elsewhere = R"(
nn.sequential @n(%x: tensor<?x?xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  %0 = nn.dense %x, 8 : tensor<?x?xf32> -> tensor<?x8xf32>
  %1 = nn.dense %x, 8 : tensor<?x?xf32> -> tensor<?x8xf32>
  %2 = nn.relu %0 : tensor<?x8xf32>
  nn.return %1, %2 : tensor<?x8xf32>, tensor<?x8xf32>
}
)";
  EXPECT_EQ(summary(NamingScheme::Keras, elsewhere), "[[], [], []]\n");
}

} // namespace
