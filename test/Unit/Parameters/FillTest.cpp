//===- FillTest.cpp - Elements and their places, compiled and run ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Parameters/Fill.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Pipelines/Pipelines.h"
#include "llvm/Support/TargetSelect.h"
#include <cstring>
#include <gtest/gtest.h>

using namespace mlir;
using namespace nascent;
using namespace nascent::parameters;

namespace {

/// Every kind of initialiser and of layout, of vectors, matrices and
/// convolutions.
constexpr StringLiteral kParameters = R"mlir(
nn.initializer @place(%row: i32, %column: i32) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %u = nn.uniform_draw %zero, %one
  %z = nn.normal_draw %zero, %one
  %r = arith.sitofp %row : i32 to f32
  %c = arith.sitofp %column : i32 to f32
  %product = arith.mulf %r, %u : f32
  %sum = arith.addf %product, %c : f32
  %value = arith.addf %sum, %z : f32
  nn.yield %value
}
nn.parameter @a : tensor<20xf32> init(#nn.uniform<-1.0, 1.0>) layout(#nn.panels<1, spatial = 4>)
nn.parameter @b : tensor<21xf32> init(#nn.custom<@place>) layout(#nn.panels<1, spatial = 7>)
nn.parameter @c : tensor<21xf32> init(#nn.normal<1.0, 2.0>) layout(#nn.panels<1>)
nn.parameter @constant : tensor<20xf32> init(#nn.constant<3.0>) layout(#nn.panels<1, spatial = 4>)
nn.parameter @constants : tensor<10x20xf32> init(#nn.constant<3.0>) layout(#nn.panels<4, spatial = 4>)
nn.parameter @d : tensor<10x20xf32> init(#nn.uniform<-1.0, 1.0>) layout(#nn.panels<8>)
nn.parameter @e : tensor<10x20xf32> init(#nn.uniform<-1.0, 1.0>) layout(#nn.panels<8, spatial = 5>)
nn.parameter @f : tensor<10x21xf32> init(#nn.normal<1.0, 2.0>) layout(#nn.panels<16, spatial = 7>)
nn.parameter @g : tensor<10x21xf32> init(#nn.custom<@place>) layout(#nn.panels<3, spatial = 21>)
nn.parameter @h : tensor<10x36xf32> init(#nn.custom<@place>) layout(#nn.panels<1, spatial = 9>)
nn.parameter @i : tensor<10x36xf32> init(#nn.sparse<sparsity = 0.3>) layout(#nn.panels<8, spatial = 9>)
nn.parameter @j : tensor<10x36xf32> init(#nn.identity) layout(#nn.panels<12, bf16, spatial = 9>)
nn.parameter @k : tensor<10x6x5xf32> init(#nn.uniform<-1.0, 1.0>) layout(#nn.panels<8, bf16, spatial = 5>)
nn.parameter @l : tensor<9x1x3x3xf32> init(#nn.truncated_normal<0.0, 1.0>) layout(#nn.panels<4, spatial = 9>)
nn.parameter @m : tensor<10x8x3x5xf32> init(#nn.normal<0.0, 1.0>) layout(#nn.panels<16, spatial = 15>)
nn.parameter @n : tensor<10x8x1x1xf32> init(#nn.uniform<-1.0, 1.0>) layout(#nn.panels<8>)
nn.parameter @o : tensor<10x8x3x5xf32> init(#nn.uniform<-1.0, 1.0>) layout(#nn.panels<8>)
nn.parameter @p : tensor<17x8x3x5xf32> init(#nn.dirac) layout(#nn.panels<16, spatial = 15>)
nn.parameter @q : tensor<10x7x3x5xf32> init(#nn.orthogonal) layout(#nn.panels<8, spatial = 15>)
nn.parameter @r : tensor<40x2x3x3xf32> init(#nn.orthogonal<gain = 2.0>) layout(#nn.panels<12, spatial = 9>)
nn.parameter @s : tensor<10x3x2x2x2xf32> init(#nn.custom<@place>) layout(#nn.panels<8, spatial = 8>)
)mlir";

/// For each parameter, `<name>` fills it by its layout and `<name>.canonical`
/// row-major: (buffer, first, end, seed).
class FillTest : public testing::Test {
protected:
  static void SetUpTestSuite() {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    DialectRegistry registry;
    registerAllDialects(registry);
    registerAllExtensions(registry);
    registerAllToLLVMIRTranslations(registry);
    registry.insert<nn::NNDialect>();
    context = new MLIRContext(registry);
    context->loadAllAvailableDialects();
    declarations = parseSourceString<ModuleOp>(kParameters, context);
    if (!declarations)
      return;
    OwningOpRef<ModuleOp> code = ModuleOp::create(UnknownLoc::get(context));
    SymbolTable symbols(*code);
    for (auto parameter : declarations->getOps<nn::ParameterOp>()) {
      emit(*code, symbols, parameter, parameter.getLayoutAttr(), "");
      emit(*code, symbols, parameter, {}, ".canonical");
    }
    PassManager passes(context);
    buildLLVMPipeline(passes);
    if (failed(passes.run(*code)))
      return;
    if (auto created = ExecutionEngine::create(*code))
      engine = std::move(*created);
    else
      llvm::consumeError(created.takeError());
  }
  static void TearDownTestSuite() {
    engine.reset();
    declarations = {};
    delete context;
  }
  void SetUp() override { ASSERT_TRUE(engine); }

  /// The bytes of a filled buffer, which was 0xA5 before. It is filled by the
  /// ranges between `bounds`.
  std::vector<char> fill(StringRef name, int64_t bytes,
                         ArrayRef<int64_t> bounds) {
    std::vector<char> buffer(bytes, char(0xA5));
    auto address = engine->lookup(name);
    if (!address) {
      ADD_FAILURE() << llvm::toString(address.takeError());
      return buffer;
    }
    auto *function =
        reinterpret_cast<void (*)(void *, intptr_t, intptr_t, uint64_t)>(
            *address);
    for (auto [first, end] : llvm::zip(bounds, bounds.drop_front()))
      function(buffer.data(), first, end, 42);
    return buffer;
  }

  static void emit(ModuleOp code, SymbolTable &symbols,
                   nn::ParameterOp parameter, nn::PanelsAttr layout,
                   StringRef suffix) {
    ArrayRef<int64_t> shape = parameter.getTensorType().getShape();
    nn::InitTarget target{{}, shape, parameter};
    auto init =
        dyn_cast<nn::InitializerAttrInterface>(parameter.getInit().resolve(
            target, [&] { return parameter.emitOpError(); }));
    ASSERT_TRUE(init);
    Fill how{init, target, layout};
    ImplicitLocOpBuilder b(code.getLoc(), context);
    Type index = b.getIndexType();
    auto buffer = MemRefType::get({1 << 20}, b.getI8Type());
    std::string name = (parameter.getSymName() + suffix).str();
    auto kind = func::FuncOp::create(b.getLoc(), name + ".fill",
                                     how.getFunctionType(buffer));
    symbols.insert(kind);
    FillFunctions functions{symbols};
    emitFill(kind, how, kernels::VectorTarget(), functions);
    auto function = func::FuncOp::create(
        b.getLoc(), name,
        b.getFunctionType({buffer, index, index, b.getI64Type()}, {}));
    symbols.insert(function);
    b.setInsertionPointToStart(function.addEntryBlock());
    ValueRange arguments = function.getArguments();
    SmallVector<Value> numbers;
    for (int64_t number : how.getNumbers(/*offset=*/0, parameter.getSymName()))
      numbers.push_back(
          arith::ConstantOp::create(b, b.getI64IntegerAttr(number)));
    func::CallOp::create(b, kind,
                         how.getOperands(b, arguments[0], numbers, arguments[1],
                                         arguments[2], arguments[3]));
    func::ReturnOp::create(b);
  }

  static MLIRContext *context;
  static OwningOpRef<ModuleOp> declarations;
  static std::unique_ptr<ExecutionEngine> engine;
};

MLIRContext *FillTest::context = nullptr;
OwningOpRef<ModuleOp> FillTest::declarations;
std::unique_ptr<ExecutionEngine> FillTest::engine;

/// The bits that a float is stored as.
uint32_t storedBits(float value, Type type) {
  APFloat number(value);
  bool isInexact;
  number.convert(cast<FloatType>(type).getFloatSemantics(),
                 APFloat::rmNearestTiesToEven, &isInexact);
  return number.bitcastToAPInt().getZExtValue();
}

TEST_F(FillTest, LayoutsMoveElementsAndNothingElse) {
  for (auto parameter : declarations->getOps<nn::ParameterOp>()) {
    SCOPED_TRACE(parameter.getSymName().str());
    int64_t length = parameter.getTensorType().getDimSize(0);
    int64_t count = parameter.getTensorType().getNumElements();
    std::string name = parameter.getSymName().str();
    std::vector<char> canonical =
        fill(name + ".canonical", count * sizeof(float), {0, length});
    Type type = parameter.getStorageType().getElementType();
    size_t bytes = type.getIntOrFloatBitWidth() / 8;
    std::vector<char> expected(*parameter.getStorageBytes(), 0);
    for (int64_t element = 0; element < count; ++element) {
      float value;
      std::memcpy(&value, &canonical[element * sizeof(float)], sizeof(float));
      uint32_t bits = storedBits(value, type);
      char *place = &expected[parameter.getStorageIndex(element) * bytes];
      for (size_t byte = 0; byte < bytes; ++byte)
        place[llvm::sys::IsLittleEndianHost ? byte : bytes - 1 - byte] =
            char(bits >> (8 * byte));
    }
    EXPECT_EQ(fill(name, expected.size(), {0, length}), expected);
    auto init = parameter.getInit();
    if (isa<nn::OrthogonalAttr, nn::SparseAttr>(init))
      continue;
    EXPECT_EQ(fill(name, expected.size(), {0, 1, 4, length - 2, length}),
              expected);
  }
}

/// The index of row-major storage.
int64_t linearize(ArrayRef<int64_t> shape, ArrayRef<int64_t> indices) {
  int64_t result = 0;
  for (auto [size, index] : llvm::zip_equal(shape, indices))
    result = result * size + index;
  return result;
}

TEST_F(FillTest, ConvolutionsAreStoredChannelsLast) {
  auto parameter = declarations->lookupSymbol<nn::ParameterOp>("m");
  ArrayRef<int64_t> shape = parameter.getTensorType().getShape();
  ArrayRef<int64_t> storage = parameter.getStorageType().getShape();
  EXPECT_EQ(storage, ArrayRef<int64_t>({1, 3, 5, 8, 16}));
  EXPECT_EQ(parameter.getUnpackedType().getShape(),
            ArrayRef<int64_t>({10, 3, 5, 8}));
  for (int64_t n = 0; n < 10; ++n)
    for (int64_t c = 0; c < 8; ++c)
      for (int64_t y = 0; y < 3; ++y)
        for (int64_t x = 0; x < 5; ++x)
          EXPECT_EQ(parameter.getStorageIndex(linearize(shape, {n, c, y, x})),
                    linearize(storage, {n / 16, y, x, c, n % 16}));
}

} // namespace
