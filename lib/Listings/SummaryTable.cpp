//===- SummaryTable.cpp - A network as a table of sizes -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SummaryTable.h"
#include "LayerText.h"
#include "nascent/Listings/Columns.h"
#include "nascent/Support/CName.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringExtras.h"
#include <fmt/format.h>

using namespace mlir;
using namespace nascent::nn;

namespace nascent {

namespace {

/// A row: a layer, or a block as a whole.
struct Row {
  std::string name;
  std::string type;
  /// The layer whose output is the row's.
  LayerOpInterface last;
  SizeExpr elements = 0;
  SizeExpr multiplyAdds = 0;
  /// The layer whose parameters it uses; empty if they are its own.
  std::string tie;
  /// The rows and the network's inputs whose values it reads.
  SmallVector<std::string> sources;
};

/// What the table shows, however it is written.
struct Contents {
  std::vector<Row> rows;
  SizeExpr trainable = 0;
  SizeExpr nonTrainable = 0;
  SizeExpr elements = 0;
  SizeExpr bytes = 0;
  SizeExpr multiplyAdds = 0;
  /// Whether each row reads the one before it, and nothing else.
  bool isChain = true;
};

class ContentsBuilder {
public:
  ContentsBuilder(const Listing &listing, const NetworkSizes &sizes)
      : listing(listing), sizes(sizes) {}

  Contents build();

private:
  Row describe(const ModuleNode &node);
  std::string nameOf(LayerOpInterface layer);
  std::string nameOf(const ModuleNode &node);
  void findSources(Contents &contents);

  const Listing &listing;
  const NetworkSizes &sizes;
  /// Of each layer the row that shows it.
  llvm::DenseMap<Operation *, size_t> rowOf;
};

std::string ContentsBuilder::nameOf(LayerOpInterface layer) {
  return listing.names.contains(layer) ? listing.names.lookup(layer)
                                       : layer.getLayerName().str();
}

std::string ContentsBuilder::nameOf(const ModuleNode &node) {
  return node.isBlock() ? node.path : nameOf(node.layer);
}

Row ContentsBuilder::describe(const ModuleNode &node) {
  Row row;
  row.name = nameOf(node);
  LayerOpInterface layer = node.layer;
  row.type = node.isBlock() ? "Sequential"
                            : formatLayer(layer, NamingScheme::Keras,
                                          listing.shapes.lookup(layer));
  if (layer && layer.getTieAttr() && !layer.getParameters().empty())
    row.tie = layer.getTieAttr().getValue();
  llvm::DenseSet<Operation *> inside;
  forEachLayer(node, [&](LayerOpInterface layer) {
    inside.insert(layer);
    row.last = layer;
    row.multiplyAdds = row.multiplyAdds + sizes.getMultiplyAdds(layer);
  });
  // A parameter counts where its owner stands, and there once.
  for (const NetworkParameter &parameter : listing.parameters)
    if (inside.contains(parameter.layer))
      row.elements = row.elements + sizes.getElements(parameter.op);
  return row;
}

void ContentsBuilder::findSources(Contents &contents) {
  SequentialOp network = listing.network;
  for (LayerOpInterface layer : network.getLayers()) {
    auto row = rowOf.find(layer);
    if (row == rowOf.end())
      continue;
    for (Value operand : layer->getOperands()) {
      auto input = dyn_cast<BlockArgument>(operand);
      auto source = input ? rowOf.end() : rowOf.find(operand.getDefiningOp());
      bool isRow = source != rowOf.end();
      if (isRow && source->second == row->second)
        continue;
      std::string name;
      if (input)
        name = fmt::format("input {}", input.getArgNumber());
      else if (isRow)
        name = contents.rows[source->second].name;
      else
        name = nameOf(cast<LayerOpInterface>(operand.getDefiningOp()));
      SmallVector<std::string> &sources = contents.rows[row->second].sources;
      if (!llvm::is_contained(sources, name))
        sources.push_back(name);
      bool isPrevious =
          isRow ? source->second + 1 == row->second : row->second == 0;
      contents.isChain &= isPrevious && sources.size() == 1;
    }
  }
}

Contents ContentsBuilder::build() {
  Contents contents;
  auto add = [&](const ModuleNode &node) {
    forEachLayer(node, [&](LayerOpInterface layer) {
      rowOf[layer] = contents.rows.size();
    });
    contents.rows.push_back(describe(node));
  };
  if (listing.part.isBlock())
    llvm::for_each(listing.part.children, add);
  else
    add(listing.part);
  findSources(contents);
  for (const Row &row : contents.rows)
    contents.multiplyAdds = contents.multiplyAdds + row.multiplyAdds;
  // Keras lists a layer that is used again only once.
  if (listing.names.getScheme() == NamingScheme::Keras)
    llvm::erase_if(contents.rows,
                   [](const Row &row) { return !row.tie.empty(); });
  for (const NetworkParameter &parameter : listing.parameters) {
    SizeExpr elements = sizes.getElements(parameter.op);
    SizeExpr &kind = ParameterOp(parameter.op).getTrainable()
                         ? contents.trainable
                         : contents.nonTrainable;
    kind = kind + elements;
    contents.elements = contents.elements + elements;
    contents.bytes =
        contents.bytes + elements * listing.elementBytesOf(parameter);
  }
  return contents;
}

/// Where a microcontroller that has its parameters embedded keeps the network.
struct Memory {
  int64_t weights;
  int64_t padding;
  int64_t code;
  int64_t scratch;
};

Memory measure(const Contents &contents, const CompiledNetwork &compiled) {
  const NetworkInterface &interface = compiled.interface;
  Memory memory{0, 0, compiled.codeBytes, 0};
  if (!interface.parameters.empty()) {
    // What has been compiled has sizes that are known.
    memory.weights = contents.bytes.getNumber();
    memory.padding = interface.parameterBytes - memory.weights;
  }
  // One scratch serves all bindings in turn.
  for (const EntryInterface &entry : interface.entries)
    memory.scratch = std::max(memory.scratch, entry.scratchBytes);
  return memory;
}

/// "(None, 256)", as Keras writes an open batch.
std::string formatSizes(const Shape &shape) {
  std::string text = "(";
  for (auto [index, dim] : llvm::enumerate(shape.dims)) {
    text += index ? ", " : "";
    const SizeExpr &size = dim.getExpr();
    text += size == NetworkSizes::getBatch() ? "None" : size.format();
  }
  return text + (shape.rank() == 1 ? ",)" : ")");
}

/// Whether a number of the table does not fit 64 bits.
bool hasTooLarge(const Contents &contents, const NetworkSizes &sizes) {
  auto isTooLarge = [](const SizeExpr &size) { return size.isTooLarge(); };
  return isTooLarge(contents.bytes) || isTooLarge(contents.multiplyAdds) ||
         llvm::any_of(contents.rows, [&](const Row &row) {
           LayerOpInterface last = row.last;
           return llvm::any_of(
               sizes.getShape(last->getResult(0)).dims,
               [&](const Dim &dim) { return isTooLarge(dim.getExpr()); });
         });
}

} // namespace

std::string formatTable(const Listing &listing, const NetworkSizes &sizes,
                        const std::optional<CompiledNetwork> &compiled,
                        StringRef whyNone) {
  Contents contents = ContentsBuilder(listing, sizes).build();
  std::vector<std::vector<std::string>> rows = {
      {"Layer (type)", "Output Shape", "Param #"}};
  for (const Row &row : contents.rows) {
    LayerOpInterface last = row.last;
    rows.push_back({fmt::format("{} ({})", printable(row.name), row.type),
                    formatSizes(sizes.getShape(last->getResult(0))),
                    row.tie.empty()
                        ? row.elements.format()
                        : fmt::format("tied to {}", printable(row.tie))});
  }
  // Keras's column for models that are no chain.
  if (!contents.isChain) {
    rows.front().push_back("Connected to");
    for (auto [cells, row] : llvm::zip(llvm::drop_begin(rows), contents.rows))
      cells.push_back(printable(llvm::join(row.sources, ", ")));
  }
  std::vector<std::string> lines = lineUp(rows);
  size_t width = 0;
  for (const std::string &line : lines)
    width = std::max(width, columnsOf(line));
  std::string rule(width, '-'), doubleRule(width, '=');

  SequentialOp network = listing.network;
  std::string text =
      fmt::format("Model: \"{}\"", printable(network.getSymName()));
  if (!listing.part.path.empty())
    text += fmt::format(", layer \"{}\"", printable(listing.part.path));
  text += "\n" + rule + "\n" + lines.front() + "\n" + doubleRule + "\n";
  for (const std::string &line : llvm::drop_begin(lines))
    text += line + "\n";
  text += doubleRule + "\n";
  text += fmt::format("Total params: {}\nTrainable params: {}\n"
                      "Non-trainable params: {}\n",
                      contents.elements.format(), contents.trainable.format(),
                      contents.nonTrainable.format());
  text += fmt::format("Bytes of parameters: {}\nMultiply-adds per row: {}\n",
                      contents.bytes.format(), contents.multiplyAdds.format());
  bool isWhole = listing.part.path.empty();
  if (isWhole && !compiled)
    text += fmt::format("Buffers: unknown: {}\n", printable(whyNone));
  if (isWhole && compiled) {
    const NetworkInterface &interface = compiled->interface;
    text +=
        fmt::format("Buffers: parameters {} bytes", interface.parameterBytes);
    for (const EntryInterface &entry : interface.entries)
      text += fmt::format(", scratch{} {} bytes",
                          entry.label.empty() ? "" : " of " + entry.label,
                          entry.scratchBytes);
    Memory memory = measure(contents, *compiled);
    text += fmt::format("\nFlash: weights {} bytes, padding {} bytes, code {} "
                        "bytes\nRAM: scratch {} bytes",
                        memory.weights, memory.padding, memory.code,
                        memory.scratch);
    text += interface.stateBytes == 0
                ? "\n"
                : fmt::format(", state {} bytes of each stream\n",
                              interface.stateBytes);
  }
  for (const SizeName &name : sizes.getNames())
    text += fmt::format("{}: size of dimension {} of input {}, not yet bound\n",
                        name.name, name.dimension, name.input);
  for (const SizeCondition &condition : sizes.getConditions())
    text += fmt::format("holds where {}\n", condition.format());
  if (hasTooLarge(contents, sizes))
    text += "?: a number or a formula that is too large\n";
  return text + rule + "\n";
}

static llvm::json::Value toJSON(const SizeExpr &size) {
  if (size.isNumber())
    return size.getNumber();
  if (size.isUnknown() || size.isTooLarge() || size == NetworkSizes::getBatch())
    return nullptr;
  return size.format();
}

static llvm::json::Array toJSON(const Shape &shape) {
  return llvm::json::Array(llvm::map_range(
      shape.dims, [](const Dim &dim) { return toJSON(dim.getExpr()); }));
}

llvm::json::Object
describeAsJSON(const Listing &listing, const NetworkSizes &sizes,
               const std::optional<CompiledNetwork> &compiled,
               StringRef whyNone) {
  using llvm::json::Array;
  using llvm::json::Object;
  Contents contents = ContentsBuilder(listing, sizes).build();
  SequentialOp network = listing.network;
  Array inputs, outputs, layers, parameters, conditions;
  for (BlockArgument input : network.getArguments())
    inputs.push_back(toJSON(sizes.getShape(input)));
  for (Value output : network.getReturn().getOperands())
    outputs.push_back(toJSON(sizes.getShape(output)));
  for (const Row &row : contents.rows) {
    LayerOpInterface last = row.last;
    Object object{
        {"name", unicode(row.name)},
        {"type", row.type},
        {"output_shape", toJSON(sizes.getShape(last->getResult(0)))},
        {"parameters", toJSON(row.elements)},
        {"multiply_adds_per_row", toJSON(row.multiplyAdds)},
        {"connected_to", Array(llvm::map_range(row.sources, unicode))}};
    if (!row.tie.empty())
      object["tied_to"] = unicode(row.tie);
    layers.push_back(std::move(object));
  }
  for (const NetworkParameter &parameter : listing.parameters) {
    ParameterOp op = parameter.op;
    std::string init;
    llvm::raw_string_ostream(init) << op.getInit();
    Array shape;
    for (int64_t size : op.getTensorType().getShape())
      shape.push_back(ShapedType::isDynamic(size) ? llvm::json::Value(nullptr)
                                                  : llvm::json::Value(size));
    parameters.push_back(
        Object{{"name", unicode(parameter.name)},
               {"aliases", Array(llvm::map_range(parameter.aliases, unicode))},
               {"shape", std::move(shape)},
               {"dtype", dtypeOf(op)},
               {"trainable", op.getTrainable()},
               {"initializer", init},
               {"elements", toJSON(sizes.getElements(parameter.op))}});
  }
  for (const SizeCondition &condition : sizes.getConditions())
    conditions.push_back(condition.format());
  Object result{{"name", unicode(network.getSymName())},
                {"part", unicode(listing.part.path)},
                {"inputs", std::move(inputs)},
                {"outputs", std::move(outputs)},
                {"layers", std::move(layers)},
                {"parameters", std::move(parameters)},
                {"conditions", std::move(conditions)},
                {"total_parameters", toJSON(contents.elements)},
                {"trainable_parameters", toJSON(contents.trainable)},
                {"non_trainable_parameters", toJSON(contents.nonTrainable)},
                {"bytes", toJSON(contents.bytes)},
                {"multiply_adds_per_row", toJSON(contents.multiplyAdds)}};
  if (!compiled) {
    for (const char *key : {"buffers", "flash", "ram"})
      result[key] = nullptr;
    result["buffers_unknown_because"] = unicode(whyNone);
    return result;
  }
  const NetworkInterface &interface = compiled->interface;
  Object scratch;
  for (const EntryInterface &entry : interface.entries)
    scratch[forwardName(interface.name, entry.label)] = entry.scratchBytes;
  result["buffers"] = Object{{"parameters", interface.parameterBytes},
                             {"scratch", std::move(scratch)}};
  // A part has no memory of its own.
  if (listing.part.path.empty()) {
    Memory memory = measure(contents, *compiled);
    result["flash"] = Object{{"weights", memory.weights},
                             {"padding", memory.padding},
                             {"code", memory.code}};
    result["ram"] = Object{{"scratch", memory.scratch}};
    if (interface.stateBytes != 0)
      (*result["ram"].getAsObject())["state"] = interface.stateBytes;
  }
  return result;
}

} // namespace nascent
