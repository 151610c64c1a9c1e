//===- OnnxImport.cpp - Networks of ONNX files ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxCall.h"
#include "OnnxFold.h"
#include "OnnxSimplify.h"
#include "nascent/Import/Onnx.h"
#include "nascent/Support/MapFile.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <fmt/format.h>

namespace nascent {

using llvm::StringRef;

std::vector<OnnxOperator> onnxOperators() {
  std::vector<OnnxOperator> operators;
  for (auto family :
       {onnxActivations(), onnxArithmetic(), onnxConstants(),
        onnxConvolutions(), onnxDense(), onnxNormalizations(), onnxParts(),
        onnxPooling(), onnxResizing(), onnxShaping()})
    llvm::append_range(operators, family);
  llvm::sort(operators, [](const OnnxOperator &a, const OnnxOperator &b) {
    return a.name < b.name;
  });
  return operators;
}

namespace {

/// The operator sets that are read.
constexpr int64_t kFirstOpset = 1, kLastOpset = 21;

class OnnxImporter {
public:
  OnnxImporter(OnnxModel model, StringRef path, const OnnxOptions &options)
      : model(std::move(model)), path(path), options(options) {}

  llvm::Expected<ImportedNetwork> run();

private:
  /// Records why the file is refused.
  void refuse(const std::string &reason) { reasons.push_back(reason); }
  /// Marks nodes that outputs depend on, and counts who reads a value.
  void findLive();
  void readInitializers();
  void readInputs();
  /// Puts what the options say of the sizes of an input in place of those that
  /// are open.
  bool narrow(size_t index, OpenShape &sizes);
  void importNodes();
  std::vector<ImportedValue *> readOutputs();
  /// The bytes of a tensor in another file, which must be in the model's
  /// folder.
  llvm::Expected<StringRef> readExternal(const OnnxTensor &tensor);

  OnnxModel model;
  std::string path;
  const OnnxOptions &options;
  ImportedLayers layers;
  llvm::StringMap<OnnxOperand> operands;
  llvm::StringMap<unsigned> uses;
  std::vector<bool> isLive;
  unsigned symbols = 0;
  llvm::StringMap<std::unique_ptr<llvm::MemoryBuffer>> files;
  std::vector<std::string> reasons;
};

void OnnxImporter::findLive() {
  for (const OnnxValueInfo &output : model.outputs)
    ++uses[output.name];
  isLive.assign(model.nodes.size(), false);
  for (size_t index = model.nodes.size(); index-- > 0;) {
    const OnnxNode &node = model.nodes[index];
    isLive[index] = llvm::any_of(node.outputs, [&](const std::string &output) {
      return !output.empty() && uses.lookup(output) != 0;
    });
    if (isLive[index])
      for (const std::string &input : node.inputs)
        if (!input.empty())
          ++uses[input];
  }
}

llvm::Expected<StringRef> OnnxImporter::readExternal(const OnnxTensor &tensor) {
  StringRef location = tensor.location;
  bool leavesFolder = llvm::sys::path::is_absolute(location) ||
                      location.contains('\0') || location.contains('\\');
  for (auto part = llvm::sys::path::begin(location),
            end = llvm::sys::path::end(location);
       part != end; ++part)
    leavesFolder |= *part == "..";
  llvm::SmallString<128> folder = llvm::sys::path::parent_path(path);
  llvm::SmallString<128> file = folder, realFolder, realFile;
  llvm::sys::path::append(file, location);
  if (!leavesFolder &&
      !llvm::sys::fs::real_path(folder.empty() ? "." : StringRef(folder),
                                realFolder) &&
      !llvm::sys::fs::real_path(file, realFile)) {
    // A link may lead elsewhere.
    StringRef rest = realFile;
    leavesFolder = !rest.consume_front(realFolder) ||
                   !(rest.starts_with("/") || realFolder == "/");
  }
  if (leavesFolder)
    return llvm::createStringError("is in the file '" + printable(location) +
                                   "', which is not in the model's folder");
  auto &buffer = files[location];
  if (!buffer) {
    auto mapped = mapFile(file);
    if (!mapped)
      return cannotRead(file, mapped.takeError());
    buffer = std::move(*mapped);
  }
  StringRef contents = buffer->getBuffer();
  uint64_t offset = tensor.offset;
  if (tensor.offset < 0 || offset > contents.size())
    return llvm::createStringError(
        fmt::format("begins at byte {} of '{}', which has {}", tensor.offset,
                    file.str().str(), contents.size()));
  contents = contents.drop_front(offset);
  int64_t length = tensor.length.value_or(contents.size());
  if (length < 0 || uint64_t(length) > contents.size())
    return llvm::createStringError(
        fmt::format("has {} bytes in '{}', where there are {}", length,
                    file.str().str(), contents.size()));
  return contents.take_front(length);
}

void OnnxImporter::readInitializers() {
  for (OnnxTensor &tensor : model.initializers) {
    if (uses.lookup(tensor.name) == 0)
      continue;
    StringRef bytes = tensor.bytes;
    std::string name = "initializer '" + printable(tensor.name) + "': ";
    if (!tensor.location.empty()) {
      auto external = readExternal(tensor);
      if (!external) {
        refuse(name + llvm::toString(external.takeError()));
        operands[tensor.name] = {};
        continue;
      }
      bytes = *external;
    }
    auto constant = decodeTensor(tensor, bytes);
    if (!constant) {
      refuse(name + llvm::toString(constant.takeError()));
      operands[tensor.name] = {};
      continue;
    }
    operands[tensor.name].constant =
        std::make_shared<OnnxConstant>(std::move(*constant));
    // There is not to be a copy of everything.
    std::string().swap(tensor.bytes);
  }
}

bool OnnxImporter::narrow(size_t index, OpenShape &sizes) {
  if (index >= options.shapes.size())
    return options.shapes.empty();
  llvm::ArrayRef<int64_t> given = options.shapes[index];
  if (given.size() != sizes.size())
    return false;
  for (auto [size, number] : llvm::zip(sizes, given)) {
    if (number < 0)
      continue;
    if ((!size.isOpen() && size.number != number) || number > kMaxSize)
      return false;
    size = number;
  }
  return true;
}

void OnnxImporter::readInputs() {
  llvm::StringMap<unsigned> parameters;
  size_t index = 0;
  for (const OnnxValueInfo &input : model.inputs) {
    if (operands.contains(input.name))
      continue;
    // Files of the first versions list all initialisers as inputs.
    if (llvm::any_of(model.initializers, [&](const OnnxTensor &tensor) {
          return tensor.name == input.name;
        }))
      continue;
    std::string name = "input '" + printable(input.name) + "': ";
    operands[input.name] = {};
    // int32 or int64.
    bool isIndices = input.type == 6 || input.type == 7;
    if (input.type != 1 && !isIndices) {
      refuse(name + "elements of " + nameOfOnnxType(input.type).str() +
             " are not supported; float is, and int32 and int64 as indices");
      continue;
    }
    if (!input.shape) {
      refuse(name + "has no shape; how many dimensions it has must be known");
      continue;
    }
    OpenShape sizes;
    bool isSupported = !input.shape->empty();
    for (const OnnxValueInfo::Size &size : *input.shape) {
      if (size.number) {
        isSupported &= *size.number > 0 && *size.number <= kMaxSize;
        sizes.push_back(*size.number);
        continue;
      }
      unsigned &symbol = parameters[size.parameter];
      if (symbol == 0 || size.parameter.empty())
        symbol = ++symbols;
      sizes.push_back(OpenSize::open(symbol));
    }
    OpenShape stated = sizes;
    if (!narrow(index++, sizes))
      refuse(name + "the shape " + formatOpenShape(stated) +
             " of the model does not fit the one that is given");
    else if (isSupported) {
      ImportedValue *value = layers.addInput(std::move(sizes));
      value->isIndices = isIndices;
      operands[input.name].value = value;
    } else
      refuse(name + "the shape " + formatOpenShape(sizes) +
             " is not supported; one of positive sizes is");
  }
}

void OnnxImporter::importNodes() {
  llvm::StringMap<const OnnxOperator *> table;
  std::vector<OnnxOperator> operators = onnxOperators();
  for (const OnnxOperator &entry : operators)
    table[entry.name] = &entry;
  for (auto [index, node] : llvm::enumerate(model.nodes)) {
    if (!isLive[index])
      continue;
    for (const std::string &output : node.outputs)
      if (!output.empty() && !operands.try_emplace(output).second)
        refuse(node.describe() + ": '" + printable(output) +
               "' is computed twice");
    const OnnxOperator *entry =
        node.domain.empty() ? table.lookup(node.op) : nullptr;
    if (!entry) {
      refuse(node.describe() + ": the operator is not supported" +
             (node.domain.empty()
                  ? std::string()
                  : " (domain '" + printable(node.domain) + "')"));
      continue;
    }
    OnnxCall call(node, model.opset, layers, operands, uses, symbols);
    entry->import(call);
    std::string reason = call.finish();
    if (!reason.empty())
      refuse(node.describe() + ": " + reason);
  }
}

std::vector<ImportedValue *> OnnxImporter::readOutputs() {
  std::vector<ImportedValue *> outputs;
  for (const OnnxValueInfo &output : model.outputs) {
    auto entry = operands.find(output.name);
    if (entry == operands.end() || entry->second.constant) {
      refuse("output '" + printable(output.name) +
             "' does not depend on an input");
      continue;
    }
    ImportedValue *value = entry->second.value;
    if (!value)
      continue;
    if (value->isIndices) {
      refuse("output '" + printable(output.name) + "' has indices");
      continue;
    }
    // Each output is a layer's own.
    if (!value->layer || llvm::is_contained(outputs, value)) {
      ImportedLayer *layer = layers.addLayer("identity", {value}, value->sizes);
      layer->keepsType = true;
      value = &layer->result;
    }
    outputs.push_back(value);
  }
  if (model.outputs.empty())
    refuse("there is no output");
  return outputs;
}

llvm::Expected<ImportedNetwork> OnnxImporter::run() {
  if (model.opset < kFirstOpset || model.opset > kLastOpset)
    refuse(fmt::format("operator set {} is not supported; {} to {} are",
                       model.opset, kFirstOpset, kLastOpset));
  if (model.hasSparse)
    refuse("sparse initializers are not supported");
  std::vector<ImportedValue *> outputs;
  if (reasons.empty()) {
    simplifyOnnx(model);
    findLive();
    readInitializers();
    readInputs();
    importNodes();
    outputs = readOutputs();
  }
  StringRef file = llvm::sys::path::filename(path);
  if (reasons.empty())
    return layers.finish(makeSymbol(options.name.empty()
                                        ? llvm::sys::path::stem(path)
                                        : StringRef(options.name)),
                         "Imported from " + printable(file) + ".", outputs);
  llvm::Error error = llvm::Error::success();
  for (const std::string &reason : reasons)
    error = llvm::joinErrors(
        std::move(error),
        llvm::createStringError(printable(path) + ": " + reason));
  return error;
}

} // namespace

llvm::Expected<ImportedNetwork> importOnnx(StringRef contents, StringRef path,
                                           const OnnxOptions &options) {
  auto model = readOnnx(contents);
  if (!model)
    return llvm::createStringError("'" + printable(path) + "' " +
                                   llvm::toString(model.takeError()));
  return OnnxImporter(std::move(*model), path, options).run();
}

std::string describeOnnxCoverage() {
  std::string text = fmt::format(
      "# Operators of ONNX\n\nWhat `nascent-compile`, `nascent-run` and "
      "`nascent-import` read of a `.onnx` file, in\noperator sets {} to {}. "
      "[Importing](../Importing.md#onnx) tells how. This page is\nwritten by "
      "`nascent-import-onnx --supported`.\n\nValues are f32. Where an operand "
      "is not said to be constant, the network computes\nit. \"Nothing\" is "
      "what does not stand in the network any more.\n\n| operator | opsets | "
      "layers | limits |\n|---|---|---|---|\n",
      kFirstOpset, kLastOpset);
  for (const OnnxOperator &entry : onnxOperators())
    text += fmt::format("| {} | {} to {} | {} | {} |\n", entry.name.str(),
                        std::max<int64_t>(entry.since, kFirstOpset), kLastOpset,
                        entry.becomes.str(), entry.limits.str());
  return text;
}

} // namespace nascent
