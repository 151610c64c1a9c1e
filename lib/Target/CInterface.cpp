//===- CInterface.cpp - What a C program sees of a network ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Target/CInterface.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Support/CName.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

bool EntryInterface::hasOpenBatch() const {
  return llvm::any_of(
      inputs, [](RankedTensorType type) { return !type.hasStaticShape(); });
}

static std::string numbered(const char *stem, size_t index, size_t count) {
  return count == 1 ? stem : fmt::format("{}{}", stem, index);
}

std::string EntryInterface::inputName(size_t index) const {
  return numbered("x", index, inputs.size());
}

std::string EntryInterface::outputName(size_t index) const {
  return numbered("y", index, outputs.size());
}

ArrayRef<StringRef> optionalFunctions() {
  static constexpr StringRef functions[] = {"init", "init_rows", "get",
                                            "set",  "get_range", "set_range",
                                            "find", "parameters"};
  return functions;
}

bool NetworkInterface::has(StringRef suffix) const {
  // There is nothing to be got from a network without parameters.
  bool isThere = suffix == "init" || !parameters.empty();
  return isThere && !llvm::is_contained(leftOut, suffix);
}

//===----------------------------------------------------------------------===//
// Identifiers
//===----------------------------------------------------------------------===//

namespace {

/// Where each C identifier comes from.
class Identifiers {
public:
  /// Claims `identifier` for `what`; fails, after an error, if it is taken.
  LogicalResult claim(Location location, StringRef identifier,
                      const std::string &what) {
    auto [it, inserted] = owners.try_emplace(identifier, Owner{location, what});
    if (inserted)
      return success();
    InFlightDiagnostic diag = emitError(location)
                              << what << " has the name '" << identifier
                              << "' in C, which is also that of "
                              << it->second.what << "; rename one of them";
    diag.attachNote(it->second.location) << it->second.what << " is here";
    return diag;
  }

private:
  struct Owner {
    Location location;
    std::string what;
  };
  llvm::StringMap<Owner> owners;
};

} // namespace

std::string entryMacro(const NetworkInterface &network,
                       const EntryInterface &entry, StringRef suffix) {
  std::string label = StringRef(entry.label).upper();
  return mangleUpper(network.name) + (label.empty() ? "" : "_" + label) + "_" +
         suffix.upper();
}

std::string sizeMacro(const NetworkInterface &network,
                      const EntryInterface &entry, StringRef buffer) {
  return entryMacro(network, entry, buffer.str() + "_size");
}

std::string enumerator(const NetworkInterface &network, StringRef parameter) {
  return mangleUpper(network.name) + "_" +
         mangleUpper("p" + parameter.str()).substr(1);
}

static LogicalResult claimNames(const NetworkInterface &network, bool hasSteps,
                                Identifiers &identifiers) {
  std::string what = fmt::format("network '{}'", network.name);
  std::string lower = mangle(network.name), upper = mangleUpper(network.name);
  for (StringRef suffix : optionalFunctions())
    if (network.has(suffix) &&
        failed(identifiers.claim(network.location, lower + "_" + suffix.str(),
                                 what)))
      return failure();
  if (failed(identifiers.claim(network.location, lower + "_weights", what)))
    return failure();
  for (const char *suffix :
       {"_PARAMETERS_BYTES", "_ALIGNMENT", "_PARAMETER_COUNT"})
    if (failed(identifiers.claim(network.location, upper + suffix, what)))
      return failure();
  for (const EntryInterface &entry : network.entries) {
    std::string whose = entry.label.empty() ? what
                                            : fmt::format("entry '{}' of {}",
                                                          entry.label, what);
    std::vector<std::string> names = {
        forwardName(network.name, entry.label),
        entryMacro(network, entry, "scratch_bytes")};
    for (size_t i = 0; i < entry.inputs.size(); ++i)
      names.push_back(sizeMacro(network, entry, entry.inputName(i)));
    for (size_t i = 0; i < entry.outputs.size(); ++i)
      names.push_back(sizeMacro(network, entry, entry.outputName(i)));
    if (hasSteps && !entry.hasOpenBatch()) {
      names.push_back(stepName(network.name, entry.label));
      names.push_back(entryMacro(network, entry, "steps"));
    }
    for (const std::string &name : names)
      if (failed(identifiers.claim(network.location, name, whose)))
        return failure();
  }
  for (const ParameterInterface &parameter : network.parameters) {
    auto claim = [&](const std::string &name) {
      return identifiers.claim(
          network.location, enumerator(network, name),
          fmt::format("parameter '{}' of network '{}'", name, network.name));
    };
    if (failed(claim(parameter.name)))
      return failure();
    for (const std::string &alias : parameter.aliases)
      if (failed(claim(alias)))
        return failure();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Collection
//===----------------------------------------------------------------------===//

/// C has no arrays without elements: a buffer's size is never 0.
static int64_t declarable(int64_t bytes) {
  return std::max<int64_t>(bytes, nn::kBufferAlignment);
}

static EntryInterface describeEntry(nn::SequentialOp network) {
  EntryInterface entry;
  entry.label = network.getEntry().value_or("").str();
  for (Type type : network.getArgumentTypes())
    entry.inputs.push_back(cast<RankedTensorType>(type));
  for (Type type : network.getResultTypes())
    entry.outputs.push_back(cast<RankedTensorType>(type));
  return entry;
}

/// The interface of a network that owns parameters, without its entries.
static FailureOr<NetworkInterface> describe(nn::SequentialOp network,
                                            SymbolTableCollection &symbols) {
  NetworkInterface interface{
      network.getSymName().str(), network.getLoc(), {}, {}, 0, {}, {}};
  auto parameters = nn::collectParameters(network, symbols);
  if (failed(parameters))
    return failure();
  for (nn::NetworkParameter &parameter : *parameters) {
    std::string init;
    llvm::raw_string_ostream(init) << parameter.op.getInit();
    ArrayRef<int64_t> shape = parameter.op.getTensorType().getShape();
    interface.parameters.push_back(
        {parameter.name,
         {parameter.aliases.begin(), parameter.aliases.end()},
         shape.vec(),
         init});
  }
  if (auto bytes =
          network->getAttrOfType<IntegerAttr>(nn::kParameterBytesAttrName))
    interface.parameterBytes = declarable(bytes.getInt());
  return interface;
}

FailureOr<std::vector<NetworkInterface>>
collectInterfaces(ModuleOp module, bool hasSteps,
                  ArrayRef<std::string> leftOut) {
  std::vector<NetworkInterface> interfaces;
  SymbolTableCollection symbols;
  llvm::StringMap<size_t> indices;
  for (auto network : module.getOps<nn::SequentialOp>()) {
    if (!network.ownsParameters())
      continue;
    FailureOr<NetworkInterface> interface = describe(network, symbols);
    if (failed(interface))
      return failure();
    interface->leftOut = leftOut.vec();
    indices[network.getSymName()] = interfaces.size();
    interfaces.push_back(std::move(*interface));
  }
  for (auto network : module.getOps<nn::SequentialOp>())
    interfaces[indices.at(network.getNetworkName())].entries.push_back(
        describeEntry(network));
  Identifiers identifiers;
  for (const NetworkInterface &interface : interfaces)
    if (failed(claimNames(interface, hasSteps, identifiers)))
      return failure();
  return interfaces;
}

void addPlan(ModuleOp lowered, std::vector<NetworkInterface> &interfaces) {
  llvm::StringMap<EntryInterface *> entries;
  for (NetworkInterface &interface : interfaces)
    for (EntryInterface &entry : interface.entries)
      entries[interface.name + ":" + entry.label] = &entry;
  for (auto function : lowered.getOps<func::FuncOp>()) {
    auto bytes =
        function->getAttrOfType<IntegerAttr>(nn::kScratchBytesAttrName);
    auto network = function->getAttrOfType<StringAttr>(nn::kNetworkAttrName);
    auto label = function->getAttrOfType<StringAttr>(nn::kEntryAttrName);
    if (!bytes || !network)
      continue;
    EntryInterface *entry = entries.lookup(
        (network.getValue() + ":" + (label ? label.getValue() : "")).str());
    if (!entry)
      continue;
    entry->scratchBytes =
        std::max(entry->scratchBytes, declarable(bytes.getInt()));
    if (auto steps = function->getAttrOfType<IntegerAttr>(nn::kStepsAttrName))
      entry->steps = steps.getInt();
    entry->isParallel = function->hasAttr(nn::kParallelAttrName);
  }
}

} // namespace nascent
