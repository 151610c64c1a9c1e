//===- ParamsMain.cpp - The nascent-params tool ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Driver/ParamsMain.h"
#include "CommandLine.h"
#include "InitCommandLine.h"
#include "NetworkChoice.h"
#include "ParamsCommands.h"
#include "PrintTensor.h"
#include "nascent/Driver/Compiler.h"
#include "nascent/Driver/Model.h"
#include "nascent/Support/OutputFile.h"
#include "nascent/Support/Quote.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

namespace {

/// The command line. Made when the tool starts: a library has no global state.
struct Options {
  cl::OptionCategory category{"nascent-params options"};
  cl::SubCommand list{"list", "List the tensors of a file"};
  cl::SubCommand show{"show", "Print the values of a file's tensors"};
  cl::SubCommand compare{
      "compare", "Tell whether a file holds the parameters of a network"};
  cl::SubCommand init{"init", "Initialise a network's parameters into a file"};
  cl::SubCommand convert{
      "convert", "Change a file's format, names, layouts or element type"};

  cl::SubCommandGroup reading{&list, &show, &compare, &convert};
  cl::SubCommandGroup ofNetwork{&compare, &init, &convert};
  cl::SubCommandGroup writing{&init, &convert};

  cl::opt<std::string> file{cl::Positional, cl::desc("FILE"), cl::Required,
                            cl::sub(reading), cl::cat(category)};
  cl::opt<std::string> tensor{cl::Positional, cl::desc("[NAME]"), cl::sub(show),
                              cl::cat(category)};
  cl::opt<std::string> model{cl::Positional, cl::desc("MODEL.mlir"),
                             cl::Required,   cl::sub(compare),
                             cl::sub(init),  cl::cat(category)};
  cl::opt<std::string> modelOption{
      "model", cl::desc("The network whose parameters --from and --to name"),
      cl::value_desc("MODEL.mlir"), cl::sub(convert), cl::cat(category)};
  cl::list<std::string> bindings{"bind", cl::desc("As nascent-compile's"),
                                 cl::value_desc("network=type"),
                                 cl::sub(ofNetwork), cl::cat(category)};
  cl::opt<std::string> network{
      "network", cl::desc("Which network, where there are several"),
      cl::value_desc("name"), cl::sub(ofNetwork), cl::cat(category)};
  cl::opt<uint64_t> seed{"seed", cl::desc("The seed"), cl::init(0),
                         cl::sub(init), cl::cat(category)};
  InitCommandLine initialisers{category, init};
  cl::opt<std::string> output{
      "o",
      cl::desc("Output file: .safetensors, .npz or .npy"),
      cl::Required,
      cl::value_desc("file"),
      cl::sub(writing),
      cl::cat(category)};
  cl::ValuesClass schemes = cl::values(
      clEnumValN(nn::NamingScheme::Torch, "torch", "0.weight"),
      clEnumValN(nn::NamingScheme::MXNet, "mxnet", "dense0_weight"),
      clEnumValN(nn::NamingScheme::Flax, "flax", "layers_0/kernel"),
      clEnumValN(nn::NamingScheme::Keras, "keras", "dense/kernel:0"));
  WordOption<nn::NamingScheme> from{
      "from",
      cl::desc("Whose names and layouts FILE has"),
      cl::init(nn::NamingScheme::Torch),
      schemes,
      cl::sub(compare),
      cl::sub(convert),
      cl::cat(category)};
  WordOption<nn::NamingScheme> to{"to",
                                  cl::desc("Whose the output is to have"),
                                  cl::init(nn::NamingScheme::Torch),
                                  schemes,
                                  cl::sub(convert),
                                  cl::cat(category)};
  WordOption<DType> dtype{
      "dtype", cl::desc("The type that floats are converted to, by way of f32"),
      cl::values(clEnumValN(DType::F64, "f64", ""),
                 clEnumValN(DType::F32, "f32", ""),
                 clEnumValN(DType::F16, "f16", ""),
                 clEnumValN(DType::BF16, "bf16", "")),
      cl::sub(writing), cl::cat(category)};
};

LogicalResult report(llvm::Error error) {
  return reportError(std::move(error), "nascent-params");
}

void print(ArrayRef<std::string> remarks) {
  reportRemarks(remarks, "nascent-params");
}

LogicalResult reportText(const std::string &message) {
  return report(llvm::createStringError(message));
}

/// One run of the tool.
class ParamsTool {
public:
  explicit ParamsTool(const Options &options) : options(options) {}

  LogicalResult run();

private:
  LogicalResult list();
  LogicalResult show();
  LogicalResult compare();
  LogicalResult init();
  LogicalResult convert();

  LogicalResult readFile();
  /// Reads and infers the network at `path`, and collects its parameters.
  LogicalResult readNetwork(StringRef path);
  /// Writes tensors as the type asked for.
  LogicalResult write(TensorFile &tensors);

  const Options &options;
  TensorFile file;
  std::unique_ptr<Model> model;
  nn::SequentialOp network;
  SmallVector<nn::NetworkParameter, 0> parameters;
};

LogicalResult ParamsTool::readFile() {
  llvm::Expected<TensorFile> read = readTensorFile(options.file);
  if (!read)
    return report(read.takeError());
  file = std::move(*read);
  return success();
}

LogicalResult ParamsTool::readNetwork(StringRef path) {
  if (formatOf(path))
    return reportText("'" + path.str() +
                      "' holds parameters; expected their network, MODEL.mlir");
  auto opened = Model::open(path, "nascent-params", options.bindings);
  if (!opened)
    return report(opened.takeError());
  model = std::move(*opened);
  if (failed(model->parse()))
    return failure();
  CompilerOptions compilerOptions;
  compilerOptions.bindings.assign(options.bindings.begin(),
                                  options.bindings.end());
  options.initialisers.apply(compilerOptions);
  Compiler compiler(model->getModule(), std::move(compilerOptions));
  if (failed(compiler.run(Stage::Inferred)))
    return failure();
  auto name = chooseNetwork(model->getModule(), options.network);
  if (!name)
    return report(name.takeError());
  network = model->getModule().lookupSymbol<nn::SequentialOp>(*name);
  SymbolTableCollection symbols;
  auto collected = nn::collectParameters(network, symbols);
  if (failed(collected))
    return failure();
  parameters = std::move(*collected);
  return success();
}

LogicalResult ParamsTool::write(TensorFile &tensors) {
  if (options.dtype.getNumOccurrences()) {
    auto remarks = convertElements(tensors, options.output, options.dtype);
    if (!remarks)
      return report(remarks.takeError());
    print(*remarks);
  } else {
    print(remarksOn(tensors.tensors, options.output));
  }
  OutputFiles files;
  files.protect(options.file);
  files.protect(options.model);
  for (StringRef text : options.bindings)
    files.protect(text.split("=@").second);
  if (llvm::Error error =
          writeTensorFile(options.output, tensors.tensors, files))
    return report(std::move(error));
  return report(files.commit());
}

LogicalResult ParamsTool::list() {
  if (failed(readFile()))
    return failure();
  listTensors(file, llvm::outs());
  return success();
}

LogicalResult ParamsTool::show() {
  if (failed(readFile()))
    return failure();
  if (!options.tensor.getNumOccurrences()) {
    for (const Tensor &tensor : file.tensors)
      printTensor(tensor, llvm::outs());
    return success();
  }
  if (const Tensor *tensor = file.lookup(options.tensor)) {
    printTensor(*tensor, llvm::outs());
    return success();
  }
  std::vector<std::string> known;
  for (const Tensor &tensor : file.tensors)
    known.push_back(printable(tensor.name));
  return reportText(fmt::format("'{}' has no tensor '{}'; it has {}",
                                options.file.getValue(),
                                options.tensor.getValue(), quoteAll(known)));
}

LogicalResult ParamsTool::compare() {
  if (failed(readFile()) || failed(readNetwork(options.model)))
    return failure();
  auto expected = expectedTensors(network, parameters, options.from);
  if (failed(expected) || failed(nn::findTensors(network, parameters, *expected,
                                                 file, options.file)))
    return failure();
  print(remarksOn(file.tensors, options.file));
  llvm::outs() << fmt::format(
      "'{}' holds the {} of network '{}'\n", options.file.getValue(),
      counted(parameters.size(), "parameter"), printable(network.getSymName()));
  return success();
}

LogicalResult ParamsTool::init() {
  if (failed(readNetwork(options.model)))
    return failure();
  auto tensors = initialTensors(network, parameters, options.seed);
  if (failed(tensors))
    return failure();
  return write(*tensors);
}

LogicalResult ParamsTool::convert() {
  if (failed(readFile()))
    return failure();
  bool renames =
      options.from.getNumOccurrences() || options.to.getNumOccurrences();
  if (renames != (options.modelOption.getNumOccurrences() > 0))
    return reportText(renames
                          ? "--from and --to need --model=MODEL.mlir: names "
                            "and layouts depend on the layers"
                          : "--model goes with --from or --to");
  if (!renames)
    return write(file);
  if (failed(readNetwork(options.modelOption)))
    return failure();
  auto tensors = renameTensors(network, parameters, file, options.file,
                               options.from, options.to);
  if (failed(tensors))
    return failure();
  return write(*tensors);
}

LogicalResult ParamsTool::run() {
  if (options.init || options.convert)
    if (llvm::Error error = OutputFiles::verify(options.output))
      return report(std::move(error));
  if (options.list)
    return list();
  if (options.show)
    return show();
  if (options.compare)
    return compare();
  if (options.init)
    return init();
  if (options.convert)
    return convert();
  return reportText("expected a command: list, show, compare, init or "
                    "convert; --help describes them");
}

} // namespace

int paramsMain(int argc, char **argv) {
  // LLVM's is for linking, which is not done here.
  removeForeignOption("threads");
  Options options;
  for (cl::SubCommand *command :
       {&cl::SubCommand::getTopLevel(), &options.list, &options.show,
        &options.compare, &options.init, &options.convert})
    cl::HideUnrelatedOptions(options.category, *command);
  parseCommandLine(argc, argv,
                   "Nascent: lists, shows, compares, makes and converts files "
                   "of parameters\n");
  return failed(ParamsTool(options).run());
}

} // namespace nascent
