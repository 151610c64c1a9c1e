//===- OnnxImport.cpp - Networks of ONNX files ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxCall.h"
#include "OnnxFiles.h"
#include "OnnxFold.h"
#include "OnnxPositions.h"
#include "OnnxSimplify.h"
#include "OnnxSteps.h"
#include "nascent/Import/Onnx.h"
#include "nascent/Support/CName.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Path.h"
#include <fmt/format.h>

namespace nascent {

using llvm::StringRef;

namespace {

/// The operator sets that are read.
constexpr int64_t kFirstOpset = 1, kLastOpset = 21;

class OnnxImporter {
public:
  OnnxImporter(OnnxModel model, StringRef path, const OnnxOptions &options)
      : model(std::move(model)), path(path), options(options),
        files(this->path) {}

  llvm::Expected<ImportedNetwork> run();

private:
  /// Records why the file is refused.
  void refuse(const std::string &reason) { reasons.push_back(reason); }
  /// Says that the dimensions of an input or output stand otherwise here.
  void remarkOrder(StringRef what, StringRef name, StringRef order) {
    remarks.push_back(fmt::format("{} '{}' has its batch first here: {}",
                                  what.str(), printable(name), order.str()));
    orders += "\n// " + remarks.back();
  }
  /// Marks nodes that outputs depend on, and counts who reads a value.
  void findLive();
  void readInitializers();
  void readInputs();
  /// Puts what the options say of the sizes of inputs in place of those that
  /// are open.
  void narrowInputs();
  void importNodes();
  std::vector<ImportedValue *> readOutputs();
  /// Warns where the file says something else of an output than what it is.
  void compareStated(const OnnxValueInfo &output, const OpenShape &sizes);
  /// Inputs of integers are indices, or nothing that a network has.
  void verifyIndices(llvm::ArrayRef<ImportedValue *> outputs);

  OnnxModel model;
  std::string path;
  const OnnxOptions &options;
  ImportedLayers layers;
  llvm::StringMap<OnnxOperand> operands;
  llvm::StringMap<unsigned> uses;
  llvm::SmallVector<bool> isLive;
  unsigned symbols = 0;
  OnnxFiles files;
  /// The inputs of the network, by their values.
  std::vector<std::pair<const OnnxValueInfo *, ImportedValue *>> inputs;
  std::vector<std::string> reasons, warnings, remarks;
  /// What the file that is written says of its inputs and outputs.
  std::string orders;
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

void OnnxImporter::readInitializers() {
  for (OnnxTensor &tensor : model.initializers) {
    if (uses.lookup(tensor.name) == 0)
      continue;
    StringRef bytes = tensor.bytes;
    std::string name = "initializer '" + printable(tensor.name) + "': ";
    if (!operands.try_emplace(tensor.name).second) {
      refuse(name + "is there twice; give each its own name");
      continue;
    }
    if (!tensor.location.empty()) {
      auto external = files.read(tensor);
      if (!external) {
        refuse(name + llvm::toString(external.takeError()));
        continue;
      }
      bytes = *external;
    }
    auto constant = decodeTensor(tensor, bytes);
    if (!constant) {
      refuse(name + llvm::toString(constant.takeError()));
      continue;
    }
    operands[tensor.name].constant =
        std::make_shared<OnnxConstant>(std::move(*constant));
    // There is not to be a copy of everything.
    std::string().swap(tensor.bytes);
  }
}

void OnnxImporter::narrowInputs() {
  std::vector<std::string> names, given = options.names;
  for (auto &[input, value] : inputs)
    names.push_back(value->name.substr(1));
  names = nameInputsInC(names);
  if (given.empty() && options.shapes.size() == names.size())
    given = names;
  if (!std::is_permutation(given.begin(), given.end(), names.begin(),
                           names.end()))
    return refuse("expected a shape for each of the inputs " + quoteAll(names) +
                  ", found " +
                  (given.empty() ? std::to_string(options.shapes.size())
                                 : "those of " + quoteAll(given)));
  for (auto [index, entry] : llvm::enumerate(inputs)) {
    auto place = llvm::find(given, names[index]) - given.begin();
    std::string why = narrow(entry.second->sizes, options.shapes[place]);
    if (operands[entry.first->name].order == OnnxOrder::StepsFirst)
      why +=
          why.empty() ? "" : "; its batch is first here, and its steps second";
    if (!why.empty())
      refuse("input '" + printable(entry.first->name) + "': " + why);
  }
}

void OnnxImporter::readInputs() {
  llvm::StringMap<unsigned> parameters;
  llvm::StringSet<> names;
  for (const OnnxValueInfo &input : model.inputs) {
    std::string name = "input '" + printable(input.name) + "': ";
    if (!names.insert(input.name).second) {
      refuse(name + "is there twice; give each its own name");
      continue;
    }
    if (operands.contains(input.name))
      continue;
    // Files of the first versions list all initialisers as inputs.
    if (llvm::any_of(model.initializers, [&](const OnnxTensor &tensor) {
          return tensor.name == input.name;
        }))
      continue;
    operands[input.name] = {};
    bool isIndices = input.type == 6 || input.type == 7; // int32, int64
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
    std::vector<std::string> dimNames;
    bool isSupported = !input.shape->empty();
    for (const OnnxValueInfo::Size &size : *input.shape) {
      // What exporters count says nothing.
      StringRef name = size.parameter;
      bool isNamed = !name.contains("dynamic_axes") &&
                     !name.starts_with("unk__") && !name.empty();
      dimNames.push_back(isNamed ? mangle(name) : "");
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
    // Layers have the batch of states and of sequences first.
    size_t rank = isIndices ? 2 : 3;
    bool isState = isSupported && sizes.size() == 3 && !isIndices &&
                   isInitialState(model, input.name, isLive);
    bool isExchanged = isState || (isSupported && sizes.size() == rank &&
                                   isSequence(model, input.name, isLive));
    if (isExchanged) {
      std::swap(sizes[0], sizes[1]);
      std::swap(dimNames[0], dimNames[1]);
    }
    if (isSupported) {
      ImportedValue *value = layers.addInput(std::move(sizes), input.name);
      value->isIndices = isIndices;
      value->dimNames = std::move(dimNames);
      operands[input.name].value = value;
      if (isExchanged) {
        operands[input.name].order = OnnxOrder::StepsFirst;
        remarkOrder("input", input.name,
                    isState     ? "(batch, directions, units)"
                    : isIndices ? "(batch, steps)"
                                : "(batch, steps, features)");
      }
      inputs.emplace_back(&input, value);
    } else
      refuse(name + "the shape " + formatOpenShape(sizes) +
             " is not supported; one of positive sizes is");
  }
  if (reasons.empty() && !options.shapes.empty())
    narrowInputs();
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
    OnnxCall call(node, model, isLive, layers, operands, uses, symbols,
                  orderOfRows(node, operands));
    entry->import(call);
    std::string reason = call.finish();
    if (!reason.empty())
      refuse(node.describe() + ": " + reason);
  }
}

std::vector<ImportedValue *> OnnxImporter::readOutputs() {
  std::vector<ImportedValue *> outputs;
  llvm::StringSet<> names;
  for (const OnnxValueInfo &output : model.outputs) {
    if (!names.insert(output.name).second) {
      refuse("output '" + printable(output.name) +
             "' is there twice; give each its own name, by a node Identity");
      continue;
    }
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
    OnnxOrder order = entry->second.order;
    compareStated(output, sizesInFile(entry->second));
    if (order == OnnxOrder::StatesOfDirections) {
      value = addStatesOutput(layers, entry->second);
      remarkOrder("output", output.name, "(batch, directions, units)");
    } else if (order == OnnxOrder::StepsFirst) {
      remarkOrder("output", output.name, "(batch, steps, features)");
    } else if (order != OnnxOrder::BatchFirst) {
      value = addStepsOutput(layers, entry->second);
      remarkOrder("output", output.name, "(batch, steps, directions, units)");
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

void OnnxImporter::compareStated(const OnnxValueInfo &output,
                                 const OpenShape &sizes) {
  std::string name =
      "output '" + printable(output.name) + "': the file states ";
  if (output.type != 0 && output.type != 1)
    warnings.push_back(name + "elements of " +
                       nameOfOnnxType(output.type).str() +
                       ", but what is computed is float");
  if (!output.shape)
    return;
  OpenShape stated;
  bool isSame = output.shape->size() == sizes.size();
  for (auto [index, size] : llvm::enumerate(*output.shape)) {
    stated.push_back(size.number ? OpenSize(*size.number) : OpenSize::open(1));
    isSame = isSame && (!size.number || sizes[index].isOpen() ||
                        *size.number == sizes[index].number);
  }
  if (!isSame)
    warnings.push_back(name + "the shape " + formatOpenShape(stated) +
                       ", but what is computed has " + formatOpenShape(sizes));
}

void OnnxImporter::verifyIndices(llvm::ArrayRef<ImportedValue *> outputs) {
  llvm::DenseSet<const ImportedValue *> used = layers.findUsed(outputs);
  for (auto [input, value] : inputs) {
    if (!value->isIndices)
      continue;
    std::string name = "input '" + printable(input->name) + "'";
    if (!used.contains(value))
      refuse(name + ": elements of " + nameOfOnnxType(input->type).str() +
             " are supported as indices into a table, but no output depends on "
             "these as such; remove the input from the model");
    else if (input->type == 7)
      remarks.push_back(name +
                        " is of int64, and here of int32, which is int32_t in "
                        "C: indices are less than 2^31");
  }
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
  // What is refused for other reasons may be what reads them.
  if (reasons.empty())
    verifyIndices(outputs);
  if (reasons.empty()) {
    StringRef file = llvm::sys::path::filename(path);
    StringRef name = options.name.empty() ? llvm::sys::path::stem(path)
                                          : StringRef(options.name);
    auto network = layers.finish(
        makeSymbol(name), "Imported from " + printable(file) + "." + orders,
        outputs);
    if (!network)
      return network.takeError();
    for (auto [from, to] : {std::pair(&warnings, &network->warnings),
                            std::pair(&remarks, &network->remarks)})
      for (const std::string &text : *from)
        to->push_back(printable(path) + ": " + text);
    return network;
  }
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
