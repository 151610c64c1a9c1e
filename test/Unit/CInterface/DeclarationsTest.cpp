//===- DeclarationsTest.cpp - The table of the C interface ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/CInterface/Declarations.h"
#include "mlir/AsmParser/AsmParser.h"
#include "llvm/ADT/StringSet.h"
#include "gtest/gtest.h"

using namespace nascent;

namespace {

/// A network with one of everything.
class Declarations : public testing::Test {
protected:
  Declarations() {
    context.loadDialect<nn::NNDialect>();
    auto type =
        mlir::RankedTensorType::get({2, 4}, mlir::Float32Type::get(&context));
    network.name = "a.b";
    network.parameterBytes = 128;
    network.weights = std::make_shared<std::string>("embedded");
    network.parameters = {{"0.weight", {"1.weight"}, {4, 4}, "#nn.zeros"}};
    network.entries.push_back({"b2", {type}, {type}, 64, 3, true});
    network.hasSteps = true;
    network.selfTestBytes = 64;
    network.isStream = true;
    network.stateBytes = 64;
    network.gradientBytes = 64;
    network.optimizers = {mlir::cast<nn::OptimizerAttrInterface>(
        mlir::parseAttribute("#nn.sgd", &context))};
    network.entries.front().target = type;
    network.entries.front().trainingScratchBytes = 64;
    network.entries.front().trainingSteps = 5;
  }

  /// The identifiers of everything that is called `name` in the table.
  std::vector<std::string> identifiersOf(llvm::StringRef name) {
    std::vector<std::string> identifiers;
    const Declaration &declaration = getDeclaration(name);
    forEach(declaration.each, network, [&](const Subject &subject) {
      identifiers.push_back(identifier(declaration, subject));
    });
    return identifiers;
  }

  mlir::MLIRContext context;
  NetworkInterface network;
};

using Names = std::vector<std::string>;

} // namespace

TEST_F(Declarations, DeclareIdentifiers) {
  EXPECT_EQ(identifiersOf("parameters_bytes"), Names{"A_B_PARAMETERS_BYTES"});
  EXPECT_EQ(identifiersOf("scratch_bytes"), Names{"A_B_B2_SCRATCH_BYTES"});
  EXPECT_EQ(identifiersOf("steps"), Names{"A_B_B2_STEPS"});
  EXPECT_EQ(identifiersOf("size"), (Names{"A_B_B2_X_SIZE", "A_B_B2_Y_SIZE"}));
  EXPECT_EQ(identifiersOf("enumerator"), Names{"A_B_0_WEIGHT"});
  EXPECT_EQ(identifiersOf("parameter_count"), Names{"A_B_PARAMETER_COUNT"});
  EXPECT_EQ(identifiersOf("alias"), Names{"A_B_1_WEIGHT"});
  EXPECT_EQ(identifiersOf("parameters"), Names{"a_b_parameters"});
  EXPECT_EQ(identifiersOf("init_rows"), Names{"a_b_init_rows"});
  EXPECT_EQ(identifiersOf("weights"), Names{"a_b_weights"});
  EXPECT_EQ(identifiersOf("forward"), Names{"a_b_forward_b2"});
  EXPECT_EQ(identifiersOf("forward_step"), Names{"a_b_forward_b2_step"});
}

TEST_F(Declarations, HaveNamesOfTheirOwnAndTextThatCanBeFilledIn) {
  llvm::StringSet<> present;
  enum { Fixed, Weighted, Own, Indices, Open };
  for (int kind : {Fixed, Weighted, Own, Indices, Open}) {
    llvm::StringSet<> names, identifiers;
    EntryInterface &first = network.entries.front();
    network.hasTrainSgd = kind == Fixed;
    if (kind == Weighted) {
      first.numLabels = 2;
      first.weights = {1.0, 0.5};
    }
    if (kind == Own) {
      first.target = {};
      first.weights.clear();
      first.hasOwnLoss = first.isRandom = true;
      first.blocks = {16, 128, 1, 64};
    }
    if (kind == Indices)
      for (EntryInterface &entry : network.entries)
        entry.limits.assign(entry.inputs.size(), 10);
    if (kind == Open) {
      network.hasSteps = false;
      network.entries.front().sizes = {"batch", "height"};
      network.entries.front().elements = {"batch * height", "batch"};
      network.entries.front().conditions = {"height >= 3"};
    }
    for (llvm::ArrayRef<Declaration> table :
         {networkDeclarations(), entryDeclarations()})
      for (const Declaration &declaration : table) {
        EXPECT_TRUE(names.insert(declaration.name).second)
            << declaration.name.str();
        EXPECT_EQ(&getDeclaration(declaration.name), &declaration);
        forEach(declaration.each, network, [&](const Subject &subject) {
          if (!exists(declaration, subject))
            return;
          present.insert(declaration.name);
          EXPECT_TRUE(
              identifiers.insert(identifier(declaration, subject)).second)
              << declaration.name.str();
          if (table.data() == networkDeclarations().data()) {
            EXPECT_FALSE(render(declaration.text, subject).empty());
            (void)render(declaration.comment, {network});
          } else {
            EXPECT_FALSE(render(declaration.comment, subject).empty());
          }
        });
      }
  }
  for (llvm::ArrayRef<Declaration> table :
       {networkDeclarations(), entryDeclarations()})
    for (const Declaration &declaration : table)
      EXPECT_TRUE(present.contains(declaration.name)) << declaration.name.str();
}

TEST_F(Declarations, AreThereUnlessLeftOut) {
  network.without = {"init", "parameters", "weights"};
  EXPECT_FALSE(exists(getDeclaration("init"), {network}));
  EXPECT_FALSE(exists(getDeclaration("parameters"), {network}));
  EXPECT_TRUE(exists(getDeclaration("init_rows"), {network}));
  // What is not optional cannot be left out.
  EXPECT_TRUE(exists(getDeclaration("weights"), {network}));
  network.weights = nullptr;
  EXPECT_FALSE(exists(getDeclaration("weights"), {network}));
  network.parameters.clear();
  network.without.clear();
  EXPECT_TRUE(exists(getDeclaration("init"), {network}));
  EXPECT_FALSE(exists(getDeclaration("get"), {network}));
}

TEST_F(Declarations, ListWhatIsOptional) {
  using llvm::StringRef;
  EXPECT_EQ(
      optionalDeclarations(),
      (llvm::SmallVector<StringRef>{"parameters", "init", "init_rows", "get",
                                    "set", "get_range", "set_range", "find"}));
}
