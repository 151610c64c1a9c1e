//===- ImportedLayers.cpp - A network under construction ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ImportedLayers.h"
#include "nascent/Support/TensorValues.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace nascent {

using llvm::ArrayRef;
using llvm::StringRef;

std::optional<llvm::SmallVector<int64_t>> numbersOf(ArrayRef<OpenSize> sizes) {
  llvm::SmallVector<int64_t> numbers;
  for (const OpenSize &size : sizes) {
    if (size.isOpen())
      return std::nullopt;
    numbers.push_back(size.number);
  }
  return numbers;
}

std::string formatOpenShape(ArrayRef<OpenSize> shape) {
  std::vector<std::string> sizes;
  for (const OpenSize &size : shape)
    sizes.push_back(size.isOpen() ? "?" : std::to_string(size.number));
  return fmt::format("({})", fmt::join(sizes, ", "));
}

std::string narrow(OpenShape &sizes, ArrayRef<int64_t> given) {
  OpenShape stated = sizes, asked;
  bool fits = given.size() == sizes.size(), isVaried = fits;
  for (auto [index, number] : llvm::enumerate(given)) {
    asked.push_back(number < 0 ? OpenSize::open(1) : OpenSize(number));
    if (index >= sizes.size())
      continue;
    bool isOther = !sizes[index].isOpen() && sizes[index].number != number;
    fits &= !isOther && number <= kMaxSize;
    isVaried &= !isOther || number < 0;
    if (number >= 0)
      sizes[index] = number;
  }
  return fits ? ""
              : "the shape " + formatOpenShape(stated) +
                    " of the model does not fit " + formatOpenShape(asked) +
                    ", which is given" +
                    (isVaried ? "; a size that varies, such as the batch, is "
                                "a dynamic axis of the file"
                              : "");
}

Clauses &Clauses::flag(StringRef name, bool isSet) {
  if (isSet)
    text += " " + name.str();
  return *this;
}

Clauses &Clauses::integer(StringRef name, int64_t value,
                          std::optional<int64_t> otherwise) {
  return integers(name, value, otherwise);
}

Clauses &Clauses::integers(StringRef name, ArrayRef<int64_t> values,
                           std::optional<int64_t> otherwise) {
  if (!llvm::all_equal(values))
    return list(name, values);
  return values.front() == otherwise ? *this : list(name, values.front());
}

Clauses &Clauses::list(StringRef name, ArrayRef<int64_t> values) {
  text += fmt::format(" {}({})", name.str(), fmt::join(values, ", "));
  return *this;
}

/// With a point, as MLIR wants it.
static std::string formatReal(float value) {
  std::string text = fmt::format("{}", value);
  if (StringRef(text).contains('.'))
    return text;
  size_t exponent = std::min(text.find('e'), text.size());
  return text.insert(exponent, ".0");
}

Clauses &Clauses::real(StringRef name, float value,
                       std::optional<float> otherwise) {
  if (value != otherwise)
    text += fmt::format(" {}({})", name.str(), formatReal(value));
  return *this;
}

Clauses &Clauses::word(StringRef name, StringRef value, StringRef otherwise) {
  if (value != otherwise)
    text += fmt::format(" {}({})", name.str(), value.str());
  return *this;
}

std::string ImportedValue::getType() const {
  std::string text = "tensor<";
  for (const OpenSize &size : sizes)
    text += (size.isOpen() ? "?" : std::to_string(size.number)) + "x";
  return text + (isIndices ? "i32>" : "f32>");
}

ImportedValue *ImportedLayers::addInput(OpenShape sizes, StringRef name) {
  bool isNumber = !name.empty() && llvm::isDigit(name.front());
  std::string own = "%" + makeSymbol((isNumber ? "x" + name : name).str());
  while (llvm::any_of(inputs, [&](auto &each) { return each.name == own; }))
    own += '_';
  inputs.emplace_back();
  inputs.back().sizes = std::move(sizes);
  inputs.back().name = own;
  return &inputs.back();
}

ImportedLayer *ImportedLayers::addLayer(StringRef mnemonic,
                                        std::vector<ImportedValue *> operands,
                                        OpenShape sizes) {
  layers.push_back(std::make_unique<ImportedLayer>());
  ImportedLayer *layer = layers.back().get();
  layer->mnemonic = mnemonic.str();
  layer->operands = std::move(operands);
  layer->result.sizes = std::move(sizes);
  layer->result.layer = layer;
  return layer;
}

static bool isUsed(const ImportedLayer &layer,
                   const llvm::DenseSet<const ImportedValue *> &used) {
  return used.contains(&layer.result) ||
         llvm::any_of(layer.states, [&](const ImportedValue &state) {
           return used.contains(&state);
         });
}

llvm::DenseSet<const ImportedValue *>
ImportedLayers::findUsed(ArrayRef<ImportedValue *> outputs) const {
  llvm::DenseSet<const ImportedValue *> used(outputs.begin(), outputs.end());
  for (auto &layer : llvm::reverse(layers))
    if (isUsed(*layer, used))
      used.insert(layer->operands.begin(), layer->operands.end());
  return used;
}

void ImportedLayers::dropUnused(ArrayRef<ImportedValue *> outputs) {
  auto used = findUsed(outputs);
  llvm::erase_if(layers, [&](auto &layer) { return !isUsed(*layer, used); });
}

/// What names of parameters have in common: "fc1" of "fc1.weight".
static StringRef moduleOf(const ImportedLayer &layer) {
  for (const ImportedParameter &parameter : layer.parameters) {
    StringRef origin = parameter.origin;
    if (origin.consume_back("." + parameter.name) && !origin.empty())
      return origin;
  }
  return "";
}

/// The first layer with the very parameters of `layer`; null if none has.
static const ImportedLayer *
findTied(const ImportedLayer &layer,
         ArrayRef<std::unique_ptr<ImportedLayer>> before) {
  auto isSame = [](const ImportedParameter &a, const ImportedParameter &b) {
    return !a.origin.empty() && a.origin == b.origin && a.name == b.name &&
           a.shape == b.shape && a.values == b.values;
  };
  for (auto &other : before)
    if (!layer.parameters.empty() && !other->tied &&
        other->mnemonic == layer.mnemonic &&
        std::equal(other->parameters.begin(), other->parameters.end(),
                   layer.parameters.begin(), layer.parameters.end(), isSame))
      return other.get();
  return nullptr;
}

void ImportedLayers::nameLayers() {
  llvm::StringSet<> taken;
  for (auto [index, layer] : llvm::enumerate(layers)) {
    layer->tied = findTied(*layer, ArrayRef(layers).take_front(index));
    StringRef module = moduleOf(*layer);
    if (module.empty())
      module = StringRef(layer->node).ltrim('/');
    if (!layer->tied && !layer->parameters.empty() && !module.empty() &&
        taken.insert(module).second)
      layer->path = module.str();
  }
  // Others are called by their index, unless a layer has that name.
  for (auto [index, layer] : llvm::enumerate(layers)) {
    if (!layer->path.empty())
      continue;
    layer->path = std::to_string(index);
    for (unsigned count = 1; !taken.insert(layer->path).second; ++count)
      layer->path = fmt::format("{}~{}", layer->mnemonic, count);
  }
}

/// A string as MLIR writes it.
static std::string quoteMlir(StringRef text) {
  std::string quoted = "\"";
  for (char c : text)
    quoted += llvm::isPrint(c) && c != '"' && c != '\\'
                  ? std::string(1, c)
                  : fmt::format("\\{:02X}", static_cast<unsigned char>(c));
  return quoted + "\"";
}

static std::string writeLayer(const ImportedLayer &layer, size_t index) {
  std::vector<std::string> names, types;
  for (const ImportedValue *operand : layer.operands) {
    names.push_back(operand->name);
    types.push_back(operand->getType());
  }
  llvm::ArrayRef<std::string> rest = names;
  std::string clauses = layer.clauses.text;
  for (auto [keyword, count] : llvm::reverse(layer.operandClauses)) {
    clauses = fmt::format(" {}({})", keyword.str(),
                          fmt::join(rest.take_back(count), ", ")) +
              clauses;
    rest = rest.drop_back(count);
  }
  std::string result = layer.result.getType();
  for (const ImportedValue &state : layer.states)
    result += ", " + state.getType();
  bool isOne = layer.keepsType &&
               llvm::all_of(types, [&](auto &type) { return type == result; });
  std::string defined = StringRef(layer.result.name).split('#').first.str();
  if (!layer.states.empty())
    defined += fmt::format(":{}", layer.states.size() + 1);
  std::string text = fmt::format("  {} = nn.{} {}", defined, layer.mnemonic,
                                 fmt::join(rest, ", "));
  if (!layer.leading.empty())
    text += ", " + layer.leading;
  text += clauses + (layer.hasNoBias ? " no_bias" : "");
  if (layer.path != std::to_string(index))
    text += " name(" + quoteMlir(layer.path) + ")";
  if (layer.tied)
    text += " tie(" + quoteMlir(layer.tied->path) + ")";
  return isOne ? fmt::format("{} : {}\n", text, result)
               : fmt::format("{} : {} -> {}\n", text, fmt::join(types, ", "),
                             result);
}

/// What is said of the dimensions of an input that are open, but for the batch.
static std::string writeDimNames(const ImportedValue &input) {
  std::vector<std::string> names(input.sizes.size(), "\"\"");
  bool hasNames = false;
  for (auto [dim, name] : llvm::enumerate(input.dimNames))
    if (dim > 0 && input.sizes[dim].isOpen() && !name.empty()) {
      names[dim] = quoteMlir(name);
      hasNames = true;
    }
  return hasNames
             ? fmt::format(" {{nn.dim_names = [{}]}}", fmt::join(names, ", "))
             : "";
}

std::string ImportedLayers::write(StringRef name, StringRef title,
                                  ArrayRef<ImportedValue *> outputs) {
  std::vector<std::string> arguments, returned, types;
  for (ImportedValue &input : inputs) {
    // The model's own names say which of several is which.
    if (inputs.size() == 1)
      input.name = "%x";
    arguments.push_back(input.name + ": " + input.getType() +
                        writeDimNames(input));
  }
  for (auto [index, layer] : llvm::enumerate(layers)) {
    layer->result.name =
        fmt::format("%{}{}", index, layer->states.empty() ? "" : "#0");
    for (auto [place, state] : llvm::enumerate(layer->states))
      state.name = fmt::format("%{}#{}", index, place + 1);
  }
  for (const ImportedValue *output : outputs) {
    returned.push_back(output->name);
    types.push_back(output->getType());
  }
  std::string result = fmt::format("{}", fmt::join(types, ", "));
  std::string text =
      fmt::format("// {}\n\nnn.sequential @{}({}) -> {} {{\n", title.str(),
                  name.str(), fmt::join(arguments, ", "),
                  types.size() == 1 ? result : "(" + result + ")");
  for (auto [index, layer] : llvm::enumerate(layers))
    text += writeLayer(*layer, index);
  return text + fmt::format("  nn.return {} : {}\n}}\n",
                            fmt::join(returned, ", "), result);
}

llvm::Expected<ImportedNetwork>
ImportedLayers::finish(StringRef name, StringRef title,
                       ArrayRef<ImportedValue *> outputs) {
  dropUnused(outputs);
  nameLayers();
  ImportedNetwork network;
  network.name = name.str();
  network.source = write(name, title, outputs);
  for (auto &layer : layers) {
    if (layer->tied)
      continue;
    for (ImportedParameter &parameter : layer->parameters) {
      auto bytes = network.weights.allocate(4 * parameter.values.size());
      if (!bytes)
        return bytes.takeError();
      writeFloats(parameter.values, DType::F32, *bytes);
      parameter.values.clear();
      parameter.values.shrink_to_fit();
      network.weights.tensors.push_back(
          {layer->path + "." + parameter.name,
           DType::F32,
           {parameter.shape.begin(), parameter.shape.end()},
           StringRef(bytes->data(), bytes->size())});
    }
  }
  return network;
}

std::string makeSymbol(StringRef text) {
  std::string symbol;
  for (char c : text)
    symbol += llvm::isAlnum(c) && static_cast<unsigned char>(c) < 128 ? c : '_';
  StringRef trimmed = StringRef(symbol).trim('_');
  if (trimmed.empty())
    return "network";
  return (llvm::isDigit(trimmed.front()) ? "network_" : "") + trimmed.str();
}

} // namespace nascent
