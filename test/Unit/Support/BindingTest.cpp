//===- BindingTest.cpp - Bindings well formed and not ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Binding.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/raw_ostream.h"
#include <gtest/gtest.h>

using namespace llvm;
using namespace nascent;

namespace {

using Shape = SmallVector<int64_t>;
constexpr int64_t open = mlir::ShapedType::kDynamic;

Binding parsed(StringRef text) {
  Expected<Binding> binding = parseBinding(text);
  if (binding)
    return *binding;
  ADD_FAILURE() << toString(binding.takeError());
  return {};
}

/// The message without its prefix, which every one must have.
std::string errorOf(StringRef text) {
  Expected<Binding> binding = parseBinding(text);
  if (binding)
    return "no error";
  std::string message = toString(binding.takeError());
  StringRef reason = message;
  EXPECT_TRUE(reason.consume_front(("binding '" + text + "': ").str()))
      << message;
  return reason.str();
}

/// A NPY file with `dataBytes` zeros as its data.
struct NpyFile {
  SmallString<128> path;
  FileRemover remover;

  NpyFile(StringRef dtype, StringRef shape, size_t dataBytes,
          StringRef order = "False") {
    std::string description =
        ("{'descr': '" + dtype + "', 'fortran_order': " + order +
         ", 'shape': " + shape + "}")
            .str();
    int descriptor;
    EXPECT_FALSE(
        sys::fs::createTemporaryFile("binding", "npy", descriptor, path));
    remover.setFile(path);
    raw_fd_ostream os(descriptor, /*shouldClose=*/true);
    os << StringRef("\x93NUMPY\1\0", 8) << static_cast<char>(description.size())
       << '\0' << description;
    os.write_zeros(dataBytes);
  }
  std::string binding() const { return ("mlp=@" + path).str(); }
};

TEST(Binding, ParsesTypes) {
  Binding binding = parsed("mlp=2x20xf32");
  EXPECT_EQ(binding.network, "mlp");
  EXPECT_EQ(binding.shapes.front(), Shape({2, 20}));
  EXPECT_EQ(binding.text, "mlp=2x20xf32");
  EXPECT_EQ(parsed("n=7xf32").shapes.front(), Shape({7}));
  EXPECT_EQ(parsed("n=f32").shapes.front(), Shape());
}

TEST(Binding, ParsesATypeForEachInput) {
  Binding binding = parsed("net=(2x20xf32, ?x5xf32,3xf32)");
  ASSERT_EQ(binding.shapes.size(), 3u);
  EXPECT_EQ(binding.shapes[0], Shape({2, 20}));
  EXPECT_EQ(binding.shapes[1], Shape({open, 5}));
  EXPECT_EQ(binding.shapes[2], Shape({3}));
  EXPECT_EQ(errorOf("net=(2x20xf32, 5xf32"),
            "expected ')' after the types of all inputs");
  EXPECT_EQ(errorOf("net=(2x20xf32,)"),
            "expected a type after '=', such as 2x20xf32");
  EXPECT_EQ(errorOf("net=(2x20xf32, @w.safetensors)"),
            "only .npy files can be bound by file, and .safetensors and .npz "
            "files of parameters, found 'w.safetensors'");
}

TEST(Binding, LeavesDimensionsOpen) {
  EXPECT_EQ(parsed("mlp=?x20xf32").shapes.front(), Shape({open, 20}));
  EXPECT_EQ(parsed("mlp=-1x20xf32").shapes.front(), Shape({open, 20}));
  EXPECT_EQ(parsed("mlp=?x-1xf32").shapes.front(), Shape({open, open}));
}

TEST(Binding, RefusesSizesThatAreNotPositive) {
  EXPECT_EQ(errorOf("mlp=2x0xf32"), "dimension 1 is 0; sizes must be positive");
  EXPECT_EQ(errorOf("mlp=-2x20xf32"),
            "dimension 0 is -2; sizes must be positive");
}

TEST(Binding, RefusesWhatIsNoSize) {
  EXPECT_EQ(errorOf("mlp=2xnx20xf32"),
            "dimension 1 is 'n'; expected a size, or '?' where it stays open");
  EXPECT_EQ(errorOf("mlp=2xx20xf32"),
            "dimension 1 is ''; expected a size, or '?' where it stays open");
  EXPECT_EQ(errorOf("mlp=+2xf32"),
            "dimension 0 is '+2'; expected a size, or '?' where it stays open");
  EXPECT_EQ(errorOf("mlp=2, 20"), "dimension 0 is '2, 20'; expected a size, or "
                                  "'?' where it stays open");
  EXPECT_EQ(errorOf("mlp=tensor<2xf32>"),
            "dimension 0 is 'tensor<2'; expected a size, or '?' where it stays "
            "open");
}

TEST(Binding, RefusesWhatIsTooLarge) {
  EXPECT_EQ(errorOf("mlp=9223372036854775808xf32"),
            "dimension 0 is 9223372036854775808; sizes must be less than 2^63");
  EXPECT_EQ(errorOf("mlp=?x2305843009213693952xf32"),
            "tensor is too large; it must be of less than 2^63 bytes");
  EXPECT_EQ(parsed("mlp=?x2305843009213693951xf32").shapes.front(),
            Shape({open, 2305843009213693951}));
}

TEST(Binding, RefusesOtherElements) {
  for (StringRef type : {"f64", "i64", "bf16", "index", "complex<f32>", "F32"})
    EXPECT_EQ(errorOf(("mlp=2x20x" + type).str()),
              ("element type '" + type +
               "' is not supported; expected 'f32', or "
               "'i32' for indices")
                  .str());
  for (StringRef type : {"2x20", "2x20x", "2", "?", "2x-1"})
    EXPECT_EQ(errorOf(("mlp=" + type).str()),
              ("type '" + type +
               "' has no element type; expected one that ends in 'xf32'")
                  .str());
}

TEST(Binding, RefusesWhatIsNoBinding) {
  EXPECT_EQ(errorOf("@epoch=3.npz"), "expected NET=@FILE, found no network");
  EXPECT_EQ(errorOf(""), "expected NET=TYPE or NET=@FILE, found no '='");
  EXPECT_EQ(errorOf("2x20xf32"),
            "expected NET=TYPE or NET=@FILE, found no '='");
  EXPECT_EQ(errorOf("=2x20xf32"), "expected the name of a network before '='");
  EXPECT_EQ(errorOf("mlp="), "expected a type after '=', such as 2x20xf32");
}

TEST(Binding, TakesALabel) {
  Binding binding = parsed("mlp:b64=64x20xf32");
  EXPECT_EQ(binding.network, "mlp");
  EXPECT_EQ(binding.entry, "b64");
  EXPECT_EQ(parsed("mlp=64x20xf32").entry, "");
  for (const char *label : {"", "b-64", "a:b"})
    EXPECT_EQ(errorOf(std::string("mlp:") + label + "=64x20xf32"),
              std::string("entry '") + label +
                  "' must be of letters, digits and underscores, as it becomes "
                  "part of a name in C");
}

TEST(Binding, TakesTheShapeOfAFile) {
  NpyFile file("<f4", "(2, 20)", 160);
  Binding binding = parsed(file.binding());
  EXPECT_EQ(binding.network, "mlp");
  EXPECT_EQ(binding.shapes.front(), Shape({2, 20}));
  EXPECT_EQ(binding.text, file.binding());
  // Only the shape is used, not the data's order.
  EXPECT_EQ(parsed(NpyFile(">f4", "(3,)", 12).binding()).shapes.front(),
            Shape({3}));
  EXPECT_EQ(
      parsed(NpyFile("<f4", "(2, 3)", 24, "True").binding()).shapes.front(),
      Shape({2, 3}));
}

TEST(Binding, RefusesFilesThatDoNotFit) {
  for (StringRef dtype : {"<f8", "=f4", "|f4", "<u4"}) {
    NpyFile file(dtype, "(2,)", 16);
    EXPECT_EQ(errorOf(file.binding()),
              ("'" + file.path + "' has elements of type '" + dtype +
               "'; expected '<f4', to which numpy's astype('<f4') converts")
                  .str());
  }
  NpyFile empty("<f4", "(2, 0)", 0);
  EXPECT_EQ(errorOf(empty.binding()),
            ("dimension 1 of '" + empty.path + "' is 0; sizes must be positive")
                .str());
  NpyFile truncated("<f4", "(2,)", 7);
  EXPECT_EQ(errorOf(truncated.binding()),
            ("cannot read '" + truncated.path +
             "': truncated NPY file: expected 8 bytes of data, found 7")
                .str());
}

TEST(Binding, NamesACheckpointWithoutReadingIt) {
  for (StringRef path : {"absent.safetensors", "a=b/absent.npz"}) {
    Expected<Binding> binding = parseBinding(("mlp=@" + path).str());
    ASSERT_TRUE(bool(binding)) << toString(binding.takeError());
    EXPECT_EQ(binding->network, "mlp");
    EXPECT_EQ(binding->checkpoint, path);
  }
}

TEST(Binding, RefusesOtherFiles) {
  EXPECT_EQ(errorOf("mlp=@"), "expected the name of a .npy file after '@'");
  EXPECT_EQ(errorOf("mlp=@weights.bin"),
            "only .npy files can be bound by file, and .safetensors and .npz "
            "files of parameters, found 'weights.bin'");
  // The file may have '=' and ':' in its name, the network may not.
  EXPECT_EQ(errorOf("mlp=@/nowhere/a=b:c.npy"),
            "cannot read '/nowhere/a=b:c.npy': No such file or directory");
}

} // namespace
