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
#include "nascent/Support/Quote.h"
#include "nascent/Support/StandardOutput.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

int main(int argc, char **argv) {
  nascent::preferHugePages();
  nascent::reportLostOutput();
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
  auto find = [](llvm::StringRef name) {
    return llvm::find_if(tools, [&](const Tool &t) { return t.name == name; });
  };
  llvm::StringRef name = argc > 0 ? llvm::sys::path::filename(argv[0]) : "";
  if (const Tool *tool = find(name); tool != std::end(tools))
    return tool->main(argc, argv);
  // Under another name, the tool is the first word: "nascent run net.mlir".
  llvm::StringRef word = argc > 1 ? argv[1] : "";
  if (const Tool *tool = find(("nascent-" + word).str());
      tool != std::end(tools))
    return tool->main(argc - 1, argv + 1);
  bool isAsked = word == "--help" || word == "-h";
  llvm::raw_ostream &os = isAsked ? llvm::outs() : llvm::errs();
  if (!isAsked)
    os << "nascent: error: expected a tool, but got '"
       << nascent::printable(word.str()) << "'\n";
  os << "usage: nascent TOOL [option...]; the tools, which are also called by "
        "these names:\n";
  for (const Tool &tool : tools)
    os << "  " << tool.name << "\n";
  return isAsked ? 0 : 1;
}
