//===- Declarations.cpp - Entries of the table, filled in -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/CInterface/Declarations.h"
#include "DeclarationText.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Support/CName.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/StringExtras.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

bool exists(const Declaration &declaration, const Subject &subject) {
  bool isLeftOut =
      declaration.isOptional &&
      llvm::is_contained(subject.network.without, declaration.name);
  return !isLeftOut && (!declaration.exists || declaration.exists(subject));
}

void forEachBuffer(const NetworkInterface &network, const EntryInterface &entry,
                   function_ref<void(const Subject &)> visit) {
  for (auto [index, type] : llvm::enumerate(entry.inputs))
    visit({network, &entry, entry.inputName(index), type});
  for (auto [index, type] : llvm::enumerate(entry.outputs))
    visit({network, &entry, entry.outputName(index), type});
}

void forEach(Each each, const NetworkInterface &network,
             function_ref<void(const Subject &)> visit) {
  switch (each) {
  case Each::Network:
    return visit({network});
  case Each::Entry:
    for (const EntryInterface &entry : network.entries)
      visit({network, &entry});
    return;
  case Each::Buffer:
    for (const EntryInterface &entry : network.entries)
      forEachBuffer(network, entry, visit);
    return;
  case Each::Parameter:
    for (const ParameterInterface &parameter : network.parameters)
      visit({network, nullptr, {}, {}, &parameter});
    return;
  case Each::Alias:
    for (const ParameterInterface &parameter : network.parameters)
      for (const std::string &alias : parameter.aliases)
        visit({network, nullptr, {}, {}, &parameter, alias});
    return;
  case Each::Optimizer:
    for (nn::OptimizerAttrInterface optimizer : network.optimizers)
      visit({network, nullptr, {}, {}, nullptr, {}, optimizer});
    return;
  }
}

//===----------------------------------------------------------------------===//
// What stands in braces
//===----------------------------------------------------------------------===//

void add(Arguments &arguments, const char *name, std::string text) {
  arguments.add(name, [&] { return text; });
}

/// A name inside a comment must not end it, nor seem to begin another. GCC
/// refuses characters that turn the direction of text.
std::string inComment(StringRef name) {
  std::string text = printable(name);
  for (const char *mark : {"*/", "/*"})
    for (size_t at; (at = text.find(mark)) != std::string::npos;)
      text[text[at] == '/' ? at : at + 1] = ' ';
  return text;
}

/// Adds the names that functions and tables are called by.
static void addNames(Arguments &names, StringRef network, StringRef entry) {
  names.add("net", [&] { return mangle(network); });
  names.add("forward", [&] { return forwardName(network, entry); });
  names.add("scratch_bytes_of", [&] {
    return mangle(network) + "_scratch_bytes" +
           (entry.empty() ? "" : "_" + entry.str());
  });
  for (const char *name : {"loss_and_gradients", "loss", "train_sgd",
                           "loss_terms", "forward_train", "backward"})
    names.add(name, [&] {
      return mangle(network) + "_" + name +
             (entry.empty() ? "" : "_" + entry.str());
    });
  names.add("optimizer", [&] { return entry.str(); });
}

std::string shapeText(RankedTensorType type) {
  std::string text;
  for (int64_t size : type.getShape())
    text += fmt::format("{}{}", text.empty() ? "" : " x ",
                        ShapedType::isDynamic(size) ? "batch"
                                                    : std::to_string(size));
  return text;
}

/// How many elements a buffer of an entry with open sizes has.
static StringRef elementsOf(const EntryInterface &entry, StringRef buffer) {
  if (auto input = entry.findInput(buffer))
    return entry.elements[*input];
  for (size_t i = 0; i < entry.outputs.size(); ++i)
    if (buffer == entry.outputName(i))
      return entry.elements[entry.inputs.size() + i];
  llvm_unreachable("the entry has no such buffer");
}

/// A formula as it can stand in a macro, whatever its arguments are.
static std::string inMacro(StringRef formula) {
  std::string text;
  while (!formula.empty()) {
    StringRef word = leadingCWord(formula);
    bool isName = !word.empty() && !llvm::isDigit(word.front());
    text += isName ? fmt::format("(int64_t)({})", word.str()) : word.str();
    formula = formula.drop_front(word.size());
    text += formula.take_front().str();
    formula = formula.drop_front(!formula.empty());
  }
  return text;
}

static std::string sizeText(const Subject &subject) {
  RankedTensorType type = subject.type;
  if (type.hasStaticShape())
    return fmt::format(" {}", type.getNumElements());
  if (subject.entry->hasOpenSizes())
    return fmt::format("({}) ((size_t)({}))",
                       llvm::join(subject.entry->sizes, ", "),
                       inMacro(elementsOf(*subject.entry, subject.buffer)));
  return fmt::format("(batch) ((size_t)(batch) * {})",
                     ShapedType::getNumElements(type.getShape().drop_front()));
}

/// What the open sizes must fulfil.
static std::string describeConditions(const EntryInterface &entry) {
  std::string text;
  for (const std::string &size : entry.sizes)
    if (size != "batch")
      text += fmt::format("\n   {} >= 1, {} < 2147483648", size, size);
  for (const std::string &condition : entry.conditions)
    text += "\n   " + condition;
  return text + "\n   at most 2^40 elements in each value";
}

/// Where a program has the parameters from.
static std::string originOf(const NetworkInterface &network) {
  std::string origin = "initialised or set";
  if (!network.weights)
    return origin;
  bool isWritable = exists(getDeclaration("init"), {network}) ||
                    exists(getDeclaration("set"), {network});
  return symbolName(getDeclaration("weights"), network.name) +
         (isWritable ? ", or " + origin : "");
}

std::string describeElements(const EntryInterface &entry, StringRef buffer) {
  auto input = entry.findInput(buffer);
  return input ? entry.describeElements(*input) : "floats";
}

/// A line for each input and output of an entry, and for its batch.
static std::string describeBuffers(const NetworkInterface &network,
                                   const EntryInterface &entry) {
  std::string inputs, outputs;
  forEachBuffer(network, entry, [&](const Subject &subject) {
    bool isInput = entry.findInput(subject.buffer).has_value();
    if (!isInput && entry.endsInLoss && outputs.empty())
      outputs = fmt::format(
          "\n   {}: output, one float, the sum of all losses.", subject.buffer);
    else
      (isInput ? inputs : outputs) += fmt::format(
          "\n   {}: {}, {} {}, row-major.", subject.buffer,
          isInput ? "input" : "output",
          entry.hasOpenSizes() ? elementsOf(entry, subject.buffer).str()
                               : shapeText(subject.type),
          describeElements(entry, subject.buffer));
  });
  if (llvm::is_contained(entry.sizeArguments(), "batch"))
    inputs += "\n   batch: how many rows; zero or less does nothing.";
  return inputs + outputs;
}

static std::string describeState(const NetworkInterface &network) {
  return network.isStream ? fmt::format(R"(
   The inputs are the next steps of a sequence, and so are the outputs.
   state: {}_STATE_BYTES bytes, what the blocks before this one have left.)",
                                        mangleUpper(network.name))
                          : "";
}

static std::string describeThreads(const NetworkInterface &network,
                                   const EntryInterface &entry) {
  std::string text;
  if (entry.isParallel)
    text = kTeam;
  if (network.hasSteps && entry.hasOpenDims())
    text += R"(
   Has no steps, and runs on the thread that calls it, for its batch is open.
   Several threads may call it, each with rows and scratch of its own.)";
  return text;
}

static void addEntry(Arguments &arguments, const NetworkInterface &network,
                     const EntryInterface &entry) {
  add(arguments, "ENTRY",
      mangleUpper(network.name) +
          (entry.label.empty() ? "" : "_" + StringRef(entry.label).upper()));
  add(arguments, "scratch_bytes", std::to_string(entry.scratchBytes));
  add(arguments, "steps", std::to_string(entry.steps));
  add(arguments, "bound",
      entry.label.empty() ? ""
                          : fmt::format(", as bound for '{}'", entry.label));
  add(arguments, "origin", originOf(network));
  add(arguments, "buffers", describeBuffers(network, entry));
  add(arguments, "keeps", describeState(network));
  add(arguments, "threads", describeThreads(network, entry));
  // OpenMP's library may do anything.
  add(arguments, "nonblocking", entry.isParallel ? "" : " NASCENT_NONBLOCKING");
  if (entry.isTrained())
    addTraining(arguments, network, entry);
  add(arguments, "conditions", describeConditions(entry));
  std::string index = entry.hasLengths() ? "index or a length" : "index";
  std::string refused, places;
  if (entry.hasIndices())
    refused =
        fmt::format("an\n   {} is not one of those that there are", index);
  if (entry.places != 0)
    places = fmt::format(
        "the\n   sequence would have more than {} steps since its beginning",
        entry.places);
  bool areBoth = !refused.empty() && !places.empty();
  add(arguments, "refused", refused + (areBoth ? ", or " : "") + places);
  std::string space = entry.hasLengths() ? "\n   " : " ";
  add(arguments, "or_refused",
      (entry.hasIndices()
           ? "," + space + "or an " + index + " is not one that there is"
           : "") +
          (places.empty() ? "" : ", or " + places));
  std::string unchecked;
  if (entry.hasIndices())
    unchecked = "\n   Indices are not checked here; one that there is not "
                "stands for zeros.";
  if (entry.hasLengths())
    unchecked += "\n   Nor are lengths; of one that there is not, a row has no "
                 "step, or all.";
  add(arguments, "unchecked", unchecked);
}

static std::string enumeratorOf(const NetworkInterface &network,
                                StringRef parameter) {
  return mangleUpper(network.name) + "_" +
         mangleUpper("p" + parameter.str()).substr(1);
}

static void addParameter(Arguments &arguments, const NetworkInterface &network,
                         const ParameterInterface &parameter) {
  arguments.add("PARAMETER",
                [&] { return enumeratorOf(network, parameter.name); });
  arguments.add("parameter", [&] { return inComment(parameter.name); });
  arguments.add("shape", [&] { return nn::formatShape(parameter.shape); });
  arguments.add("init", [&] { return inComment(parameter.init); });
}

std::string render(StringRef text, const Subject &subject) {
  const NetworkInterface &network = subject.network;
  nn::OptimizerAttrInterface optimizer = subject.optimizer;
  Arguments arguments(text.str());
  addNames(arguments, network.name,
           optimizer ? optimizer.getFunctionName()
                     : StringRef(subject.entry ? subject.entry->label : ""));
  arguments.add("NET", [&] { return mangleUpper(network.name); });
  add(arguments, "parameter_bytes", std::to_string(network.parameterBytes));
  add(arguments, "state_bytes", std::to_string(network.stateBytes));
  add(arguments, "alignment", std::to_string(nn::kBufferAlignment));
  add(arguments, "self_test_bytes", std::to_string(network.selfTestBytes));
  arguments.add("tested_parameters", [&] {
    return !network.weights
               ? "initialised from seed 0"
               : symbolName(getDeclaration("weights"), network.name);
  });
  bool isOpen =
      llvm::any_of(network.entries, std::mem_fn(&EntryInterface::hasOpenDims));
  bool hasIndices =
      llvm::any_of(network.entries, std::mem_fn(&EntryInterface::hasIndices));
  add(arguments, "open_sizes",
      std::string(hasIndices ? " or indices" : "") +
          (isOpen ? "; an open batch's go by its rows" : ""));
  add(arguments, "gradient_bytes", std::to_string(network.gradientBytes));
  if (optimizer) {
    add(arguments, "OPTIMIZER", optimizer.getFunctionName().upper());
    add(arguments, "optimizer_bytes",
        std::to_string(network.optimizerBytes(optimizer)));
  }
  if (subject.entry)
    addEntry(arguments, network, *subject.entry);
  if (subject.type) {
    add(arguments, "BUFFER", StringRef(subject.buffer).upper());
    add(arguments, "size", sizeText(subject));
  }
  if (subject.parameter)
    addParameter(arguments, network, *subject.parameter);
  arguments.add("ALIAS", [&] { return enumeratorOf(network, subject.alias); });
  return arguments.fill();
}

//===----------------------------------------------------------------------===//
// Names and arguments
//===----------------------------------------------------------------------===//

/// The first word of a text that has something in braces.
static StringRef findName(StringRef text) {
  return text.substr(text.find('{')).take_until([](char c) {
    return !llvm::isAlnum(c) && c != '_' && c != '{' && c != '}';
  });
}

std::string symbolName(const Declaration &declaration, StringRef network,
                       StringRef entry) {
  Arguments names(findName(declaration.text).str());
  addNames(names, network, entry);
  return names.fill();
}

std::string identifier(const Declaration &declaration, const Subject &subject) {
  return leadingCWord(render(findName(declaration.text), subject)).str();
}

SmallVector<StringRef> argumentsOf(const Declaration &function) {
  StringRef list = function.text.split('(').second.rsplit(')').first;
  SmallVector<StringRef> arguments;
  list.split(arguments, ',');
  for (StringRef &argument : arguments)
    argument = argument.trim();
  return arguments;
}

} // namespace nascent
