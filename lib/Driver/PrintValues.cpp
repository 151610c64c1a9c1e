//===- PrintValues.cpp - The values of parameters -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PrintValues.h"
#include "ConversionRemarks.h"
#include "PrintTensor.h"
#include "nascent/Driver/Values.h"
#include "nascent/Support/Quote.h"
#include "nascent/Support/TensorValues.h"
#include "llvm/ADT/STLExtras.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

namespace {

/// A network and the parameters it owns.
struct Owner {
  nn::SequentialOp network;
  SmallVector<nn::NetworkParameter, 0> parameters;
};

class ValuePrinter {
public:
  ValuePrinter(ModuleOp module, llvm::raw_ostream &os)
      : module(module), os(os) {}

  LogicalResult collectOwners();
  /// Limits what is printed to one parameter.
  LogicalResult choose(StringRef name);
  LogicalResult print(uint64_t seed, ArrayRef<ParameterFile> files);

private:
  LogicalResult printInitial(const Owner &owner, uint64_t seed);
  LogicalResult printTrained(const Owner &owner, const ParameterFile &file);
  bool isChosen(const nn::NetworkParameter &parameter) const {
    return !chosen || chosen == &parameter;
  }
  void print(const Owner &owner, const nn::NetworkParameter &parameter,
             ArrayRef<int64_t> shape, ArrayRef<float> values,
             const std::string &origin);

  ModuleOp module;
  llvm::raw_ostream &os;
  SymbolTableCollection symbols;
  SmallVector<Owner, 0> owners;
  const nn::NetworkParameter *chosen = nullptr; // null for all
};

} // namespace

/// "net.0.weight".
static std::string qualify(const Owner &owner, const std::string &name) {
  nn::SequentialOp network = owner.network;
  return network.getSymName().str() + "." + name;
}

LogicalResult ValuePrinter::collectOwners() {
  for (auto network : module.getOps<nn::SequentialOp>()) {
    if (!network.ownsParameters())
      continue;
    auto parameters = nn::collectParameters(network, symbols);
    if (failed(parameters))
      return failure();
    owners.push_back({network, std::move(*parameters)});
  }
  return success();
}

LogicalResult ValuePrinter::choose(StringRef name) {
  std::vector<std::string> known, candidates;
  for (const Owner &owner : owners)
    for (const nn::NetworkParameter &parameter : owner.parameters) {
      known.push_back(parameter.name);
      SmallVector<std::string> names(parameter.aliases.begin(),
                                     parameter.aliases.end());
      names.push_back(parameter.name);
      for (const std::string &own : names) {
        if (own != name && qualify(owner, own) != name)
          continue;
        candidates.push_back(qualify(owner, own));
        chosen = &parameter;
      }
    }
  if (candidates.size() > 1)
    return module.emitError() << "--parameter '" << name
                              << "': several networks have it; choose one of "
                              << quoteAll(candidates);
  if (candidates.empty())
    return module.emitError()
           << "--parameter '" << name
           << "': there is no such parameter; there are " << quoteAll(known);
  return success();
}

void ValuePrinter::print(const Owner &owner,
                         const nn::NetworkParameter &parameter,
                         ArrayRef<int64_t> shape, ArrayRef<float> values,
                         const std::string &origin) {
  os << fmt::format("{} {} float32, {}\n",
                    printable(owners.size() > 1 ? qualify(owner, parameter.name)
                                                : parameter.name),
                    nn::formatShape(shape), origin);
  printRows(shape, values, os);
}

LogicalResult ValuePrinter::printInitial(const Owner &owner, uint64_t seed) {
  InitialValues initial;
  for (const nn::NetworkParameter &parameter : owner.parameters) {
    if (!isChosen(parameter))
      continue;
    auto values = initial.compute(owner.network, parameter, seed);
    if (failed(values))
      return failure();
    nn::ParameterOp op = parameter.op;
    print(owner, parameter, op.getTensorType().getShape(), *values,
          fmt::format("seed {}", seed));
  }
  return success();
}

LogicalResult ValuePrinter::printTrained(const Owner &owner,
                                         const ParameterFile &file) {
  nn::SequentialOp network = owner.network;
  auto read = readParameters(network, owner.parameters, file);
  if (failed(read))
    return failure();
  ConversionRemarks remarks(file.path);
  std::vector<float> values;
  for (auto [parameter, tensor] : llvm::zip(owner.parameters, read->tensors)) {
    if (!isChosen(parameter))
      continue;
    values.resize(*elementCount(tensor->shape));
    remarks.add(*tensor, DType::F32, readFloats(*tensor, values));
    print(owner, parameter, tensor->shape, values,
          fmt::format("from '{}'", file.path));
  }
  for (const std::string &remark : remarks.list())
    network.emitRemark(remark);
  return success();
}

LogicalResult ValuePrinter::print(uint64_t seed,
                                  ArrayRef<ParameterFile> files) {
  for (const Owner &owner : owners) {
    if (llvm::none_of(owner.parameters, [&](const auto &parameter) {
          return isChosen(parameter);
        }))
      continue;
    const ParameterFile *file = fileOf(owner.network, files);
    if (failed(file ? printTrained(owner, *file) : printInitial(owner, seed)))
      return failure();
  }
  return success();
}

LogicalResult printValues(ModuleOp module, StringRef name, uint64_t seed,
                          ArrayRef<ParameterFile> files,
                          llvm::raw_ostream &os) {
  ValuePrinter printer(module, os);
  if (failed(printer.collectOwners()) ||
      (!name.empty() && failed(printer.choose(name))))
    return failure();
  return printer.print(seed, files);
}

} // namespace nascent
