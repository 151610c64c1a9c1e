//===- CheckpointTest.cpp - What a training goes on from ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Safetensors.h"
#include "nascent/Training/TrainingState.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace nascent;

namespace {

class Checkpoint : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("checkpoint", folder));
    path = folder;
    llvm::sys::path::append(path, "c.safetensors");
    state.network = "mlp";
    state.optimizer = "adam";
    state.loss = "cross_entropy";
    state.settings = {{"--rate", "none"}, {"order", "a = b"}};
    state.seed = 0xfedcba9876543210;
    state.rows = 100;
    state.batch = 8;
    state.epoch = 3;
    state.position = 5;
    state.step = 41;
    state.terms = 40.5;
    state.lossSum = 1.0 / 3;
    state.bestLoss = 0.1;
    state.bestEpoch = 2;
    state.history = {{1, 12, 0.7, std::nullopt, std::nullopt},
                     {2, 24, 0.1, 0.2, 0.9}};
    state.values = {{"parameters/0.weight", {2, 1}, {1.5f, -0.0f}},
                    {"m/0.weight", {2, 1}, {3.0f, 4.0f}}};
  }
  void TearDown() override { llvm::sys::fs::remove_directories(folder); }

  std::string verify(const TrainingState &own) {
    return llvm::toString(verifyContinues("c", state, own));
  }

  llvm::SmallString<128> folder, path;
  TrainingState state;
};

} // namespace

TEST_F(Checkpoint, IsWhatWasWritten) {
  OutputFiles files;
  ASSERT_FALSE(writeCheckpoint(path, state, files));
  auto read = readCheckpoint(path);
  ASSERT_TRUE(bool(read)) << llvm::toString(read.takeError());
  EXPECT_EQ(read->network, "mlp");
  EXPECT_EQ(read->optimizer, "adam");
  EXPECT_EQ(read->loss, "cross_entropy");
  EXPECT_EQ(read->settings, state.settings);
  EXPECT_EQ(read->seed, state.seed);
  EXPECT_EQ(read->rows, 100);
  EXPECT_EQ(read->batch, 8);
  EXPECT_EQ(read->epoch, 3);
  EXPECT_EQ(read->position, 5);
  EXPECT_EQ(read->step, 41);
  EXPECT_EQ(read->terms, 40.5);
  EXPECT_EQ(read->lossSum, state.lossSum);
  EXPECT_EQ(read->bestLoss, 0.1);
  EXPECT_EQ(read->bestEpoch, 2);
  ASSERT_EQ(read->history.size(), 2u);
  EXPECT_EQ(read->history[0].step, 12);
  EXPECT_FALSE(read->history[0].validationLoss);
  EXPECT_EQ(read->history[1].accuracy, 0.9);
  ASSERT_EQ(read->values.size(), 2u);
  EXPECT_EQ(read->values[0].name, "parameters/0.weight");
  EXPECT_EQ(read->values[0].shape, state.values[0].shape);
  EXPECT_EQ(read->values[1].values, state.values[1].values);
  EXPECT_TRUE(std::signbit(read->values[0].values[1]));
  EXPECT_EQ(llvm::toString(verifyContinues("c", *read, state)), "");
}

TEST_F(Checkpoint, IsOfOneTraining) {
  TrainingState other = state;
  other.network = "lenet";
  EXPECT_EQ(verify(other),
            "'c' is a checkpoint of another training: its network "
            "is 'mlp', but now it is 'lenet'");
  other = state;
  other.optimizer = "sgd";
  EXPECT_EQ(verify(other),
            "'c' is a checkpoint of another training: its optimiser is "
            "'adam', but now it is 'sgd'; give --optimizer adam");
  other = state;
  other.batch = 16;
  EXPECT_EQ(verify(other),
            "'c' is a checkpoint of another training: its batch is "
            "8, but now it is 16; give --batch 8");
  other = state;
  other.values[0].shape = {3, 1};
  EXPECT_EQ(verify(other),
            "'c' is a checkpoint of another training: its shape of "
            "'parameters/0.weight' is (2, 1), but now it is (3, 1)");
  other.values[0].name = "parameters/1.weight";
  EXPECT_EQ(verify(other), "'c' is a checkpoint of another training: it has no "
                           "'parameters/1.weight'");
}

TEST_F(Checkpoint, MayHaveOtherSettings) {
  TrainingState other = state;
  other.settings = {{"--rate", "*.bias=0"}, {"order", "a = b"}, {"new", "x"}};
  EXPECT_EQ(verify(other), "");
  EXPECT_EQ(describeChanges(state, state), std::vector<std::string>());
  EXPECT_EQ(
      describeChanges(state, other),
      std::vector<std::string>{"its --rate was 'none', and is '*.bias=0' now"});
}

TEST_F(Checkpoint, IsNoOtherFile) {
  auto read = [&] { return llvm::toString(readCheckpoint(path).takeError()); };
  std::string start = ("cannot read '" + path + "': ").str();
  EXPECT_EQ(read(), start + "No such file or directory");
  OutputFiles files;
  float number = 1;
  Tensor tensor{"0.weight",
                DType::F32,
                {1},
                llvm::StringRef(reinterpret_cast<char *>(&number), 4)};
  ASSERT_FALSE(writeTensorFile(path, tensor, files));
  ASSERT_FALSE(files.commit());
  EXPECT_EQ(read(), start + "expected a checkpoint of nascent-train, found no "
                            "tensor 'training/names' of type U8 and rank 1");
  state.values.clear();
  ASSERT_FALSE(writeCheckpoint(path, state, files));
  std::error_code code;
  llvm::raw_fd_ostream os(path, code, llvm::sys::fs::OF_Append);
  os << "x";
  os.close();
  EXPECT_EQ(read().rfind(start, 0), 0u);
}
