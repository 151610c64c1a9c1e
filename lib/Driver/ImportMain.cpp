//===- ImportMain.cpp - The nascent-import-onnx tool ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Driver/ImportMain.h"
#include "CommandLine.h"
#include "nascent/Import/Onnx.h"
#include "nascent/Support/Binding.h"
#include "nascent/Support/MapFile.h"
#include "nascent/Support/OutputFile.h"
#include "llvm/ADT/StringExtras.h"

namespace nascent {

namespace {
/// Made when the tool starts: a library has no global state.
struct ImportCommandLine {
  cl::OptionCategory category{"nascent-import-onnx options"};
  cl::opt<std::string> input{cl::Positional, cl::desc("MODEL.onnx"),
                             cl::cat(category)};
  cl::opt<std::string> output{
      "o", cl::desc("The network, .mlir; its weights go beside it"),
      cl::value_desc("file"), cl::cat(category)};
  cl::opt<std::string> name{"name", cl::desc("What the network is called in C"),
                            cl::value_desc("name"), cl::cat(category)};
  cl::list<std::string> inputs{
      "input",
      cl::desc("The sizes of an input, such as ?x3x64x64, in their order"),
      cl::value_desc("sizes"), cl::cat(category)};
  cl::opt<bool> noWeights{"no-weights", cl::desc("Write the network alone"),
                          cl::cat(category)};
  cl::opt<bool> supported{"supported",
                          cl::desc("List the operators that are supported"),
                          cl::cat(category)};
};
} // namespace

/// What the options say of the model.
static llvm::Expected<OnnxOptions>
readOptions(const ImportCommandLine &options) {
  OnnxOptions result;
  result.name = options.name;
  if (options.inputs.empty())
    return result;
  std::vector<std::string> types;
  for (llvm::StringRef text : options.inputs)
    types.push_back(text.str() + (text.ends_with("xf32") ? "" : "xf32"));
  auto binding = parseBinding("input=(" + llvm::join(types, ", ") + ")");
  if (!binding)
    return binding.takeError();
  result.shapes = binding->shapes;
  return result;
}

static llvm::Error run(const ImportCommandLine &options) {
  if (options.supported) {
    llvm::outs() << describeOnnxCoverage();
    return llvm::Error::success();
  }
  llvm::StringRef output = options.output;
  if (options.input.empty() || !output.ends_with(".mlir"))
    return llvm::createStringError("expected a model and -o FILE.mlir");
  auto read = readOptions(options);
  if (!read)
    return read.takeError();
  auto file = mapFile(options.input);
  if (!file)
    return cannotRead(options.input, file.takeError());
  auto network = importOnnx((*file)->getBuffer(), options.input, *read);
  if (!network)
    return network.takeError();
  reportFindings(*network, "nascent-import-onnx");
  OutputFiles files;
  files.protect(options.input);
  // Weights come first: a network is never there without them.
  std::string beside = (output.drop_back(5) + ".safetensors").str();
  bool hasWeights = !network->weights.tensors.empty() && !options.noWeights;
  if (hasWeights)
    if (llvm::Error error =
            writeTensorFile(beside, network->weights.tensors, files))
      return error;
  if (llvm::Error error = files.add(output, [&](llvm::raw_pwrite_stream &os) {
        os << network->source;
        return llvm::Error::success();
      }))
    return error;
  llvm::Error error = files.commit();
  if (!error)
    llvm::errs() << "wrote '" << output << "'"
                 << (hasWeights ? " and '" + beside + "'" : "")
                 << "; nascent-run " << output
                 << (hasWeights ? " --params " + beside : "")
                 << " --input FILE\n";
  return error;
}

int importMain(int argc, char **argv) {
  // LLVM's is for linking, which is not done here.
  removeForeignOption("threads");
  ImportCommandLine options;
  cl::HideUnrelatedOptions(options.category);
  parseCommandLine(argc, argv, "Nascent: imports ONNX models\n");
  return failed(reportError(run(options), "nascent-import-onnx"));
}

} // namespace nascent
