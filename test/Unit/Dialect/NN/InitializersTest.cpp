//===- InitializersTest.cpp - Bounds against the published formulas -------===//

#include "mlir/IR/MLIRContext.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace mlir;
using namespace nascent::nn;

namespace {

struct Distribution {
  enum { Uniform, Normal, Constant, None } kind;
  double first;  // low, mean or value
  double second; // high or standard deviation
};

class InitializersTest : public testing::Test {
protected:
  MLIRContext context;
  std::vector<std::string> messages;
  ScopedDiagnosticHandler handler{&context, [this](Diagnostic &diagnostic) {
                                    messages.push_back(diagnostic.str());
                                    return success();
                                  }};

  InitializersTest() { context.loadDialect<NNDialect>(); }

  Distribution resolve(Attribute init, Fan fan) {
    Attribute resolved = cast<InitializerAttrInterface>(init).resolve(fan, [&] {
      return emitError(UnknownLoc::get(&context)) << "initialiser ";
    });
    if (auto uniform = dyn_cast_or_null<UniformAttr>(resolved))
      return {Distribution::Uniform, uniform.getLow().convertToDouble(),
              uniform.getHigh().convertToDouble()};
    if (auto normal = dyn_cast_or_null<NormalAttr>(resolved))
      return {Distribution::Normal, normal.getMean().convertToDouble(),
              normal.getStd().convertToDouble()};
    if (auto constant = dyn_cast_or_null<ConstantAttr>(resolved))
      return {Distribution::Constant, constant.getValue().convertToDouble(), 0};
    return {Distribution::None, 0, 0};
  }

  /// Equal to within the rounding of a few operations.
  static void expectClose(double actual, double expected) {
    EXPECT_NEAR(actual, expected, 4e-16 * std::abs(expected));
  }
  void expectUniform(Attribute init, Fan fan, double bound) {
    Distribution result = resolve(init, fan);
    ASSERT_EQ(result.kind, Distribution::Uniform);
    EXPECT_EQ(result.first, -result.second);
    expectClose(result.second, bound);
  }
  void expectNormal(Attribute init, Fan fan, double deviation) {
    Distribution result = resolve(init, fan);
    ASSERT_EQ(result.kind, Distribution::Normal);
    EXPECT_EQ(result.first, 0.0);
    expectClose(result.second, deviation);
  }
};

const Fan kFans[] = {{20, 256}, {1, 1}, {256, 10}, {784, 3}};

TEST_F(InitializersTest, XavierUniform) {
  for (Fan fan : kFans)
    for (double gain : {1.0, 0.0, 5.0 / 3.0})
      expectUniform(XavierUniformAttr::get(&context, APFloat(gain)), fan,
                    gain * std::sqrt(6.0 / (fan.in + fan.out)));
}

TEST_F(InitializersTest, XavierNormal) {
  for (Fan fan : kFans)
    for (double gain : {1.0, 0.0, std::sqrt(2.0)})
      expectNormal(XavierNormalAttr::get(&context, APFloat(gain)), fan,
                   gain * std::sqrt(2.0 / (fan.in + fan.out)));
}

TEST_F(InitializersTest, KaimingUniform) {
  for (Fan fan : kFans)
    for (double a : {0.0, 0.01, -1.0})
      expectUniform(KaimingUniformAttr::get(&context, APFloat(a)), fan,
                    std::sqrt(6.0 / ((1 + a * a) * fan.in)));
}

TEST_F(InitializersTest, KaimingUniformOfSqrt5IsTorchsDefault) {
  for (Fan fan : kFans)
    expectUniform(KaimingUniformAttr::get(&context, APFloat(std::sqrt(5.0))),
                  fan, 1.0 / std::sqrt(double(fan.in)));
}

TEST_F(InitializersTest, KaimingNormal) {
  for (Fan fan : kFans)
    for (double a : {0.0, 0.2})
      expectNormal(KaimingNormalAttr::get(&context, APFloat(a)), fan,
                   std::sqrt(2.0 / ((1 + a * a) * fan.in)));
}

TEST_F(InitializersTest, FanOfAWholeShape) {
  // (256, 20) of the book's first layer: PyTorch's bound is 1/√20.
  Shape weight(2);
  Origin origin{UnknownLoc::get(&context), "a test"};
  weight.dims = {Dim(256, origin), Dim(20, origin)};
  expectUniform(KaimingUniformAttr::get(&context, APFloat(std::sqrt(5.0))),
                ParameterSpec::fanOf(weight), 0.22360679774997896);
}

TEST_F(InitializersTest, ConstantsNeedNoFan) {
  EXPECT_EQ(resolve(ZerosAttr::get(&context), Fan()).kind,
            Distribution::Constant);
  EXPECT_EQ(resolve(ZerosAttr::get(&context), Fan()).first, 0.0);
  EXPECT_EQ(resolve(OnesAttr::get(&context), Fan()).first, 1.0);
  EXPECT_EQ(resolve(ConstantAttr::get(&context, APFloat(42.0)), Fan()).first,
            42.0);
}

TEST_F(InitializersTest, UniformAndNormalResolveToThemselves) {
  Attribute uniform = UniformAttr::get(&context, APFloat(-0.07), APFloat(0.07));
  Attribute normal = NormalAttr::get(&context, APFloat(0.5), APFloat(0.01));
  auto unused = [&] { return emitError(UnknownLoc::get(&context)); };
  for (Attribute init : {uniform, normal})
    EXPECT_EQ(cast<InitializerAttrInterface>(init).resolve(Fan(), unused),
              init);
}

TEST_F(InitializersTest, FanDependentOnesFailWhileTheFanIsUnknown) {
  APFloat one(1.0);
  Attribute inits[] = {XavierUniformAttr::get(&context, one),
                       XavierNormalAttr::get(&context, one),
                       KaimingUniformAttr::get(&context, one),
                       KaimingNormalAttr::get(&context, one)};
  Fan noInput;
  noInput.out = 256;
  for (Attribute init : inits)
    EXPECT_EQ(resolve(init, noInput).kind, Distribution::None);
  EXPECT_EQ(messages,
            std::vector<std::string>(
                4, "initialiser needs the fan of its layer, which is not "
                   "known yet"));
}

TEST_F(InitializersTest, ArgumentsAreRoundedOnceToF32) {
  auto uniform = UniformAttr::get(&context, APFloat(-0.1), APFloat(0.2));
  // The width is the difference of the doubles, not of the rounded floats.
  EXPECT_EQ(uniform.getArguments(),
            (SmallVector<float>{-0.1f, static_cast<float>(0.2 + 0.1)}));
  EXPECT_EQ(uniform.getNumDraws(), 1u);
  auto normal = NormalAttr::get(&context, APFloat(1.0), APFloat(0.01));
  EXPECT_EQ(normal.getArguments(), (SmallVector<float>{1.0f, 0.01f}));
  EXPECT_EQ(normal.getNumDraws(), 1u);
  auto constant = ConstantAttr::get(&context, APFloat(0.1));
  EXPECT_EQ(constant.getArguments(), SmallVector<float>{0.1f});
  EXPECT_EQ(constant.getNumDraws(), 0u);
}

} // namespace
