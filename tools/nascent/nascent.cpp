//===- nascent.cpp - All tools that are built on the driver ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One program, which is the tool that its name says: each has a link to it.
// They share LLVM and MLIR, which are nearly all of it.
//
//===----------------------------------------------------------------------===//

#include "nascent/Driver/CompileMain.h"
#include "nascent/Driver/ImportMain.h"
#include "nascent/Driver/ParamsMain.h"
#include "nascent/Driver/RunMain.h"
#include "nascent/Driver/TrainMain.h"
#include "nascent/Support/HugePages.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

int main(int argc, char **argv) {
  nascent::preferHugePages();
  struct Tool {
    llvm::StringLiteral name;
    int (*main)(int argc, char **argv);
  };
  static constexpr Tool tools[] = {
      {"nascent-compile", nascent::compileMain},
      {"nascent-import-onnx", nascent::importMain},
      {"nascent-params", nascent::paramsMain},
      {"nascent-run", nascent::runMain},
      {"nascent-train", nascent::trainMain},
  };
  llvm::StringRef name = argc > 0 ? llvm::sys::path::filename(argv[0]) : "";
  for (const Tool &tool : tools)
    if (tool.name == name)
      return tool.main(argc, argv);
  llvm::errs()
      << "nascent: error: expected to be called by the name of a tool, "
         "but was called '"
      << name << "'; the tools are";
  for (const Tool &tool : tools)
    llvm::errs() << ' ' << tool.name;
  llvm::errs() << '\n';
  return 1;
}
