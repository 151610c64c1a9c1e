//===- Bind.cpp - Give networks the types of their inputs -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The moment at which a framework would see its first batch, or load trained
// parameters. Only the inputs or the parameters change here; what follows from
// them is inference's work.
//
//===----------------------------------------------------------------------===//

#include "BindCheckpoint.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/Transforms/Passes.h"
#include "nascent/Support/Binding.h"
#include "nascent/Support/Quote.h"
#include <fmt/format.h>

namespace nascent::nn {

#define GEN_PASS_DEF_NNBIND
#include "nascent/Dialect/NN/Transforms/Passes.h.inc"

using namespace mlir;

namespace {

struct Bind : impl::NNBindBase<Bind> {
  using NNBindBase::NNBindBase;

  void runOnOperation() override;

  LogicalResult bind(const Binding &binding, SymbolTable &symbols);
  FailureOr<SequentialOp> findNetwork(const Binding &binding,
                                      SymbolTable &symbols);
  /// The network itself, or for a further entry a network on its parameters.
  FailureOr<SequentialOp>
  findEntry(SequentialOp network, const Binding &binding, SymbolTable &symbols);
  RankedTensorType narrowType(SequentialOp network, const Binding &binding,
                              unsigned input);

  /// What a network stated of its inputs before it was bound.
  llvm::DenseMap<SequentialOp, SmallVector<Type>> unboundTypes;
  /// The last of a network and its entries, which stand in a row.
  llvm::DenseMap<SequentialOp, SequentialOp> lastEntry;
};

/// The binding that an input has already; null if none.
StringAttr bindingOf(SequentialOp network) {
  return network.getArgAttrOfType<StringAttr>(0, NNDialect::kBindingAttrName);
}

/// An input's dimensions narrowed by the binding's; null after an error.
RankedTensorType Bind::narrowType(SequentialOp network, const Binding &binding,
                                  unsigned input) {
  auto type = cast<RankedTensorType>(network.getArgument(input).getType());
  ArrayRef<int64_t> shape = binding.shapes[input];
  std::string which =
      binding.shapes.size() == 1 ? "input" : fmt::format("input {}", input);
  auto emitError = [&] {
    return network.emitOpError() << "binding '" << binding.text << "' ";
  };
  if (type.getRank() != int64_t(shape.size())) {
    emitError() << "has rank " << shape.size() << ", but the network's "
                << which << " " << type << " has rank " << type.getRank();
    return {};
  }
  if (bool isIndex = type.getElementType().isInteger(32);
      isIndex != binding.areIndices[input]) {
    emitError() << "gives " << which << " the element type "
                << (isIndex ? "f32" : "i32") << ", but the network's is "
                << (isIndex ? "i32"
                            : "f32, to which numpy's astype('<f4') "
                              "converts a file");
    return {};
  }
  SmallVector<int64_t> sizes(type.getShape());
  for (auto [index, size] : llvm::enumerate(shape)) {
    if (size == sizes[index])
      continue;
    if (!ShapedType::isDynamic(sizes[index])) {
      bool isOpen = ShapedType::isDynamic(size);
      noteOrigin(emitError()
                     << (isOpen ? "leaves" : "gives") << " dimension " << index
                     << " of " << (binding.shapes.size() == 1 ? "the " : "")
                     << which
                     << (isOpen ? " open" : fmt::format(" the size {}", size))
                     << ", but the network states " << sizes[index]
                     << (isOpen
                             ? "; bind it to " + std::to_string(sizes[index]) +
                                   ", or write ? in the network"
                             : ""),
                 shapeOf(network.getArgument(input)).dims[index]);
      return {};
    }
    sizes[index] = size;
  }
  return RankedTensorType::get(sizes, type.getElementType(),
                               type.getEncoding());
}

FailureOr<SequentialOp> Bind::findNetwork(const Binding &binding,
                                          SymbolTable &symbols) {
  ModuleOp module = getOperation();
  auto network = symbols.lookup<SequentialOp>(binding.network);
  if (!network) {
    InFlightDiagnostic diag = module.emitError() << "binding '" << binding.text
                                                 << "': there is no network '"
                                                 << binding.network << "'";
    for (auto other : module.getOps<SequentialOp>())
      diag.attachNote(other.getLoc())
          << "there is network '" << printable(other.getSymName()) << "'";
    return diag;
  }
  if (!binding.checkpoint.empty())
    return network;
  size_t given = binding.shapes.size(), inputs = network.getNumArguments();
  if (given == inputs)
    return network;
  InFlightDiagnostic diag = network.emitOpError()
                            << "binding '" << binding.text << "' is for "
                            << counted(given, "input")
                            << ", but the network has " << inputs;
  if (inputs > 1)
    diag << "; give the types of all of them, as in '" << binding.network
         << "=(2x20xf32, 2x5xf32)'";
  return diag;
}

FailureOr<SequentialOp> Bind::findEntry(SequentialOp network,
                                        const Binding &binding,
                                        SymbolTable &symbols) {
  StringAttr earlier = bindingOf(network);
  auto label = StringAttr::get(&getContext(), binding.entry);
  if (!earlier) {
    if (!binding.entry.empty())
      network.setEntryAttr(label);
    return network;
  }
  auto emitError = [&] {
    return network.emitOpError() << "binding '" << binding.text << "' ";
  };
  if (binding.entry.empty())
    return emitError() << "is a second one, after '" << earlier.getValue()
                       << "'; give each further binding a label, as in '"
                       << binding.network << ":b64=…'";
  std::string symbol = binding.network + "." + binding.entry;
  Operation *other = symbols.lookup(symbol);
  auto entry = dyn_cast_if_present<SequentialOp>(other);
  bool isRepeated = network.getEntryAttr() == label ||
                    (entry && entry.getNetworkName() == binding.network);
  if (isRepeated)
    return emitError() << "repeats the label '" << binding.entry
                       << "'; give each binding its own";
  if (other) {
    InFlightDiagnostic diag = emitError()
                              << "would be called '" << symbol
                              << "', which is something else already; choose "
                                 "another label";
    diag.attachNote(other->getLoc()) << "'" << symbol << "' is here";
    return diag;
  }
  // Layers find the base's parameters by their symbols.
  for (LayerOpInterface layer : network.getLayers())
    if (!layer.getParameters().empty() && !layer.getParameterRef(0)) {
      emitLayerError(layer) << "has no parameters that a second binding could "
                               "share; run nn-materialize-parameters first";
      return failure();
    }
  entry = network.clone();
  entry.setSymName(symbol);
  entry.setEntryAttr(label);
  entry.setBaseAttr(FlatSymbolRefAttr::get(network));
  // The clone starts from what the network states, not from its binding.
  ArrayRef<Type> types = unboundTypes.find(network)->second;
  for (auto [index, type] : llvm::enumerate(types)) {
    entry.removeArgAttr(index, NNDialect::kBindingAttrName);
    entry.getArgument(index).setType(type);
  }
  entry.setType(
      FunctionType::get(&getContext(), types, entry.getResultTypes()));
  symbols.insert(entry, std::next(lastEntry.lookup(network)->getIterator()));
  lastEntry[network] = entry;
  return entry;
}

LogicalResult Bind::bind(const Binding &binding, SymbolTable &symbols) {
  FailureOr<SequentialOp> base = findNetwork(binding, symbols);
  if (failed(base))
    return failure();
  if (!binding.checkpoint.empty()) {
    if (!binding.entry.empty())
      return base->emitOpError()
             << "binding '" << binding.text
             << "' binds the parameters, which all entries share; leave out "
                "the label '"
             << binding.entry << "'";
    ++numBound;
    return bindCheckpoint(*base, binding);
  }
  unboundTypes.try_emplace(*base, base->getArgumentTypes());
  lastEntry.try_emplace(*base, *base);
  FailureOr<SequentialOp> network = findEntry(*base, binding, symbols);
  if (failed(network))
    return failure();
  SmallVector<Type> types;
  for (unsigned input = 0; input < network->getNumArguments(); ++input) {
    types.push_back(narrowType(*network, binding, input));
    if (!types.back())
      return failure();
  }
  auto text = StringAttr::get(&getContext(), binding.text);
  for (auto [input, type] : llvm::enumerate(types)) {
    network->getArgument(input).setType(type);
    network->setArgAttr(input, NNDialect::kBindingAttrName, text);
  }
  network->setType(
      FunctionType::get(&getContext(), types, network->getResultTypes()));
  ++numBound;
  return success();
}

void Bind::runOnOperation() {
  SymbolTable symbols(getOperation());
  SmallVector<Binding, 0> parsed;
  unboundTypes.clear();
  lastEntry.clear();
  for (StringRef text : bindings) {
    llvm::Expected<Binding> binding = parseBinding(text);
    if (!binding) {
      getOperation().emitError(llvm::toString(binding.takeError()));
      return signalPassFailure();
    }
    parsed.push_back(std::move(*binding));
  }
  // The binding without a label is the network's own, wherever it is given.
  for (bool isLabelled : {false, true})
    for (const Binding &binding : parsed)
      if (binding.entry.empty() != isLabelled && failed(bind(binding, symbols)))
        return signalPassFailure();
}

} // namespace

} // namespace nascent::nn
