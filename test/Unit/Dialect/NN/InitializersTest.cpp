//===- InitializersTest.cpp - Bounds against the published formulas -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/MLIRContext.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace mlir;
using namespace nascent::nn;

namespace {

/// What an initialiser resolves to.
struct Law {
  enum { Uniform, Normal, Truncated, Constant, None } kind;
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

  Law resolve(Attribute init, Fan fan) {
    InitTarget target{fan, {}, nullptr};
    Attribute resolved =
        cast<InitializerAttrInterface>(init).resolve(target, [&] {
          return emitError(UnknownLoc::get(&context)) << "initialiser ";
        });
    if (auto truncated = dyn_cast_or_null<TruncatedNormalAttr>(resolved)) {
      EXPECT_EQ(truncated.getMean().convertToDouble(), 0.0);
      EXPECT_EQ(truncated.getLower().convertToDouble(), -2.0);
      EXPECT_EQ(truncated.getUpper().convertToDouble(), 2.0);
      return {Law::Truncated, 0.0, truncated.getStd().convertToDouble()};
    }
    if (auto uniform = dyn_cast_or_null<UniformAttr>(resolved))
      return {Law::Uniform, uniform.getLow().convertToDouble(),
              uniform.getHigh().convertToDouble()};
    if (auto normal = dyn_cast_or_null<NormalAttr>(resolved))
      return {Law::Normal, normal.getMean().convertToDouble(),
              normal.getStd().convertToDouble()};
    if (auto constant = dyn_cast_or_null<ConstantAttr>(resolved))
      return {Law::Constant, constant.getValue().convertToDouble(), 0};
    return {Law::None, 0, 0};
  }

  Attribute kaimingUniform(double a, FanMode mode = FanMode::FanIn,
                           Nonlinearity after = Nonlinearity::LeakyRelu) {
    return KaimingUniformAttr::get(&context, APFloat(a), mode, after);
  }
  Attribute kaimingNormal(double a, FanMode mode = FanMode::FanIn,
                          Nonlinearity after = Nonlinearity::LeakyRelu) {
    return KaimingNormalAttr::get(&context, APFloat(a), mode, after);
  }
  Attribute varianceScaling(double scale, FanMode mode, Distribution law) {
    return VarianceScalingAttr::get(&context, APFloat(scale), mode, law);
  }

  /// Equal to within the rounding of a few operations.
  static void expectClose(double actual, double expected) {
    EXPECT_NEAR(actual, expected, 4e-16 * std::abs(expected));
  }
  void expectUniform(Attribute init, Fan fan, double bound) {
    Law result = resolve(init, fan);
    ASSERT_EQ(result.kind, Law::Uniform);
    EXPECT_EQ(result.first, -result.second);
    expectClose(result.second, bound);
  }
  void expectNormal(Attribute init, Fan fan, double deviation) {
    Law result = resolve(init, fan);
    ASSERT_EQ(result.kind, Law::Normal);
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
      expectUniform(kaimingUniform(a), fan,
                    std::sqrt(6.0 / ((1 + a * a) * fan.in)));
}

TEST_F(InitializersTest, KaimingUniformOfSqrt5IsTorchsDefault) {
  for (Fan fan : kFans)
    expectUniform(kaimingUniform(std::sqrt(5.0)), fan,
                  1.0 / std::sqrt(double(fan.in)));
}

TEST_F(InitializersTest, KaimingNormal) {
  for (Fan fan : kFans)
    for (double a : {0.0, 0.2})
      expectNormal(kaimingNormal(a), fan,
                   std::sqrt(2.0 / ((1 + a * a) * fan.in)));
}

TEST_F(InitializersTest, FanOfAWholeShape) {
  // (256, 20) of the book's first layer: PyTorch's bound is 1/√20.
  Shape weight(2);
  Origin origin{UnknownLoc::get(&context), "a test"};
  weight.dims = {Dim(256, origin), Dim(20, origin)};
  expectUniform(kaimingUniform(std::sqrt(5.0)), ParameterSpec::fanOf(weight),
                0.22360679774997896);
}

TEST_F(InitializersTest, ConstantsNeedNoFan) {
  EXPECT_EQ(resolve(ZerosAttr::get(&context), Fan()).kind, Law::Constant);
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
    EXPECT_EQ(
        cast<InitializerAttrInterface>(init).resolve(InitTarget(), unused),
        init);
}

TEST_F(InitializersTest, FanDependentOnesFailWhileTheFanIsUnknown) {
  APFloat one(1.0);
  Attribute inits[] = {
      XavierUniformAttr::get(&context, one),
      XavierNormalAttr::get(&context, one),
      kaimingUniform(1.0),
      kaimingNormal(1.0),
      LecunUniformAttr::get(&context),
      LecunNormalAttr::get(&context),
      varianceScaling(1.0, FanMode::FanOut, Distribution::Uniform)};
  Fan noInput;
  noInput.out = 256;
  for (Attribute init : inits)
    EXPECT_EQ(resolve(init, noInput).kind, Law::None);
  EXPECT_EQ(messages,
            std::vector<std::string>(
                7, "initialiser needs the fan of its layer, which is not "
                   "known yet"));
}

/// The arguments as floats.
SmallVector<float> argumentsOf(InitializerAttrInterface init,
                               const InitTarget &target = {}) {
  SmallVector<float> values;
  for (TypedAttr argument : init.getArguments(target)) {
    if (auto number = dyn_cast<FloatAttr>(argument)) {
      EXPECT_TRUE(number.getType().isF32());
      values.push_back(number.getValue().convertToFloat());
    } else {
      EXPECT_TRUE(argument.getType().isInteger(32));
      values.push_back(float(cast<IntegerAttr>(argument).getInt()));
    }
  }
  return values;
}

TEST_F(InitializersTest, ArgumentsAreRoundedOnceToF32) {
  auto uniform = UniformAttr::get(&context, APFloat(-0.1), APFloat(0.2));
  // The width is the difference of the doubles, not of the rounded floats.
  EXPECT_EQ(argumentsOf(uniform),
            (SmallVector<float>{-0.1f, static_cast<float>(0.2 + 0.1)}));
  EXPECT_EQ(uniform.getDraws(nullptr), SmallVector<Draw>{Draw::Bits});
  auto normal = NormalAttr::get(&context, APFloat(1.0), APFloat(0.01));
  EXPECT_EQ(argumentsOf(normal), (SmallVector<float>{1.0f, 0.01f}));
  EXPECT_EQ(normal.getDraws(nullptr), SmallVector<Draw>{Draw::Normal});
  auto constant = ConstantAttr::get(&context, APFloat(0.1));
  EXPECT_EQ(argumentsOf(constant), SmallVector<float>{0.1f});
  EXPECT_TRUE(cast<InitializerAttrInterface>(Attribute(constant))
                  .getDraws(nullptr)
                  .empty());
}

TEST_F(InitializersTest, KaimingByModeAndNonlinearity) {
  // torch.nn.init.calculate_gain.
  const std::pair<Nonlinearity, double> gains[] = {
      {Nonlinearity::Linear, 1.0},
      {Nonlinearity::Sigmoid, 1.0},
      {Nonlinearity::Tanh, 5.0 / 3.0},
      {Nonlinearity::Relu, std::sqrt(2.0)},
      {Nonlinearity::LeakyRelu, std::sqrt(2.0)},
      {Nonlinearity::Selu, 0.75}};
  for (Fan fan : kFans)
    for (auto [nonlinearity, gain] : gains) {
      expectUniform(kaimingUniform(0.0, FanMode::FanOut, nonlinearity), fan,
                    gain * std::sqrt(3.0 / fan.out));
      expectNormal(kaimingNormal(0.0, FanMode::FanIn, nonlinearity), fan,
                   gain / std::sqrt(double(fan.in)));
    }
}

TEST_F(InitializersTest, VarianceScaling) {
  for (Fan fan : kFans) {
    expectUniform(varianceScaling(2.0, FanMode::FanIn, Distribution::Uniform),
                  fan, std::sqrt(6.0 / fan.in));
    // Keras's glorot_uniform.
    expectUniform(varianceScaling(1.0, FanMode::FanAvg, Distribution::Uniform),
                  fan, std::sqrt(6.0 / (fan.in + fan.out)));
    expectNormal(varianceScaling(0.5, FanMode::FanOut, Distribution::Normal),
                 fan, std::sqrt(0.5 / fan.out));
    Law he = resolve(
        varianceScaling(2.0, FanMode::FanIn, Distribution::TruncatedNormal),
        fan);
    ASSERT_EQ(he.kind, Law::Truncated);
    expectClose(he.second, std::sqrt(2.0 / fan.in) / 0.87962566103423978);
  }
}

TEST_F(InitializersTest, Lecun) {
  for (Fan fan : kFans) {
    expectUniform(LecunUniformAttr::get(&context), fan,
                  std::sqrt(3.0 / fan.in));
    Law normal = resolve(LecunNormalAttr::get(&context), fan);
    ASSERT_EQ(normal.kind, Law::Truncated);
    expectClose(normal.second, std::sqrt(1.0 / fan.in) / 0.87962566103423978);
  }
}

TEST_F(InitializersTest, DiracsCentre) {
  // (out, in, 3, 4): the centre (1, 2) is element 6 of 12.
  int64_t shape[] = {5, 2, 3, 4};
  EXPECT_EQ(argumentsOf(DiracAttr::get(&context), {Fan(), shape, nullptr}),
            (SmallVector<float>{12, 6}));
}

TEST_F(InitializersTest, SparseRoundsTheZerosOfAColumnUp) {
  int64_t shape[] = {7, 3};
  auto sparse = SparseAttr::get(&context, APFloat(0.1), APFloat(0.5));
  EXPECT_EQ(argumentsOf(sparse, {Fan(), shape, nullptr}),
            (SmallVector<float>{1, 0.5f}));
}

TEST_F(InitializersTest, AVectorHasNoFan) {
  Fan fan = ParameterSpec::fanOf(Shape(1));
  EXPECT_EQ(resolve(XavierNormalAttr::get(&context, APFloat(1.0)), fan).kind,
            Law::None);
}

} // namespace
