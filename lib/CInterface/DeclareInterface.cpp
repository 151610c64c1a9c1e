//===- DeclareInterface.cpp - What a C program will see -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/CInterface/Declarations.h"
#include "nascent/CInterface/Passes.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Dialect/NN/IR/ParseOptimizer.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

#define GEN_PASS_DEF_DECLAREINTERFACE
#include "nascent/CInterface/Passes.h.inc"

namespace {

/// Where each C identifier comes from.
class Identifiers {
public:
  /// Claims all that a network's header will declare.
  LogicalResult claimAll(const NetworkInterface &network, Location location);

private:
  /// Claims `identifier` for `what`; fails, after an error, if it is taken.
  LogicalResult claim(Location location, StringRef identifier,
                      const std::string &what);

  struct Owner {
    Location location;
    std::string what;
  };
  llvm::StringMap<Owner> owners;
};

LogicalResult Identifiers::claim(Location location, StringRef identifier,
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

/// "entry 'b64' of network 'mlp'".
std::string describe(const Subject &subject) {
  std::string network = fmt::format("network '{}'", subject.network.name);
  if (subject.parameter)
    return fmt::format("parameter '{}' of {}",
                       subject.alias.empty() ? subject.parameter->name
                                             : subject.alias,
                       network);
  if (subject.entry && !subject.entry->label.empty())
    return fmt::format("entry '{}' of {}", subject.entry->label, network);
  return network;
}

LogicalResult Identifiers::claimAll(const NetworkInterface &network,
                                    Location location) {
  // What is not known yet counts as if it were there.
  NetworkInterface whole = network;
  whole.weights = std::make_shared<std::string>("embedded");
  whole.selfTestBytes = 1;
  for (EntryInterface &entry : whole.entries)
    entry.steps = network.hasSteps && !entry.hasOpenDims();
  LogicalResult result = success();
  for (ArrayRef<Declaration> table :
       {networkDeclarations(), entryDeclarations()})
    for (const Declaration &declaration : table)
      forEach(declaration.each, whole, [&](const Subject &subject) {
        if (succeeded(result) && exists(declaration, subject))
          result = claim(location, identifier(declaration, subject),
                         describe(subject));
      });
  return result;
}

struct DeclareInterfacePass : impl::DeclareInterfaceBase<DeclareInterfacePass> {
  using DeclareInterfaceBase::DeclareInterfaceBase;

  void runOnOperation() override {
    std::vector<NetworkInterface> interfaces;
    if (failed(verifyWithout()) || failed(readOptimizers()) ||
        failed(collect(interfaces)))
      return signalPassFailure();
    if (!interfaces.empty())
      setInterfaces(getOperation(), interfaces);
    if (threads != nn::Threads::None)
      getOperation()->setAttr(nn::kThreadsAttrName,
                              nn::ThreadsAttr::get(&getContext(), threads));
    for (auto [isSet, name] :
         {std::pair(bool(stream), nn::kStreamAttrName),
          std::pair(bool(trainSgd), nn::kTrainSgdAttrName)})
      if (isSet)
        getOperation()->setAttr(name, UnitAttr::get(&getContext()));
  }

  /// A block goes on where the one before it ended, row by row: all of a
  /// network's blocks have the same rows.
  LogicalResult verifyStream(nn::SequentialOp network, nn::SequentialOp entry) {
    auto batchOf = [](nn::SequentialOp of) -> int64_t {
      for (Type type : of.getArgumentTypes())
        if (auto tensor = cast<RankedTensorType>(type); tensor.getRank() > 0)
          return tensor.getDimSize(0);
      return 1;
    };
    if (threads != nn::Threads::None)
      return network.emitError()
             << "network '" << network.getSymName()
             << "' is a stream, which the thread that calls it computes: leave "
                "out --threads or --stream";
    if (ShapedType::isDynamic(batchOf(entry)))
      return entry.emitError()
             << "network '" << network.getSymName()
             << "' is a stream, which keeps a state for each row of the batch, "
                "but the batch is open; bind it to a number, such as 1";
    if (batchOf(entry) == batchOf(network))
      return success();
    InFlightDiagnostic error =
        entry.emitError()
        << "network '" << network.getSymName()
        << "' is a stream, whose bindings share a state for each row of the "
           "batch: expected the same batch in all, got "
        << batchOf(network) << " and " << batchOf(entry);
    error.attachNote(network.getLoc()) << "the network is here";
    return error;
  }

  LogicalResult verifyWithout() {
    SmallVector<StringRef> known = optionalDeclarations();
    for (const std::string &name : without)
      if (!llvm::is_contained(known, name))
        return getOperation().emitError()
               << "there is no optional function '" << name << "'; known are "
               << llvm::join(known, ", ");
    return success();
  }

  LogicalResult readOptimizers() {
    chosen.clear();
    for (const std::string &text : optimizers) {
      std::string why;
      nn::OptimizerAttrInterface optimizer =
          nn::parseOptimizer(text, &getContext(), why);
      if (!optimizer)
        return getOperation().emitError() << why;
      // Those that differ in values have one function.
      if (llvm::none_of(chosen, [&](nn::OptimizerAttrInterface other) {
            return other.getFunctionName() == optimizer.getFunctionName();
          }))
        chosen.push_back(optimizer);
    }
    bool hasSgd = llvm::any_of(chosen, llvm::IsaPred<nn::SgdAttr>);
    if (trainSgd && !hasSgd)
      return getOperation().emitError()
             << "what trains in one call takes steps of sgd, which is none of "
                "the optimisers; name it, too";
    return success();
  }

  /// Says of a network what training needs.
  LogicalResult addTraining(NetworkInterface &interface,
                            nn::SequentialOp network,
                            SymbolTableCollection &symbols) {
    auto parameters = nn::collectParameters(network, symbols);
    if (failed(parameters))
      return failure();
    FailureOr<int64_t> bytes = nn::getGradientBytes(network, *parameters);
    if (failed(bytes))
      return failure();
    if (*bytes == 0)
      return success();
    interface.gradientBytes = *bytes;
    interface.optimizers = chosen;
    return success();
  }

  /// Says of an entry which loss it is trained by, if any.
  LogicalResult addLoss(EntryInterface &interface, nn::SequentialOp entry) {
    for (auto companion : getOperation().getOps<nn::SequentialOp>())
      if (companion->hasAttr(nn::kTrainingAttrName) &&
          companion.getNetworkName() == entry.getNetworkName() &&
          companion.getEntry() == entry.getEntry())
        return describeLoss(interface, companion);
    return success();
  }

  LogicalResult collect(std::vector<NetworkInterface> &interfaces) {
    SymbolTableCollection symbols;
    Identifiers identifiers;
    for (auto network : getOperation().getOps<nn::SequentialOp>()) {
      if (!network.ownsParameters())
        continue;
      FailureOr<NetworkInterface> interface = describeNetwork(network, symbols);
      if (failed(interface))
        return failure();
      if (!chosen.empty() && failed(addTraining(*interface, network, symbols)))
        return failure();
      interface->without.assign(without.begin(), without.end());
      interface->hasSteps = threads != nn::Threads::None;
      interface->isStream = stream;
      interface->hasTrainSgd = trainSgd;
      for (auto entry : getOperation().getOps<nn::SequentialOp>())
        if (entry.getNetworkName() == network.getSymNameAttr() &&
            !entry->hasAttr(nn::kTrainingAttrName)) {
          FailureOr<EntryInterface> described = describeEntry(entry, symbols);
          if (failed(described) ||
              (stream && failed(verifyStream(network, entry))))
            return failure();
          if (interface->gradientBytes != 0 &&
              failed(addLoss(*described, entry)))
            return failure();
          if (trainSgd && interface->gradientBytes != 0 &&
              !described->hasLoss())
            return network.emitError()
                   << "network '" << network.getSymName()
                   << "' is to be trained in one call, but there is no loss to "
                      "train it by; name one by --loss";
          interface->entries.push_back(std::move(*described));
        }
      if (failed(identifiers.claimAll(*interface, network.getLoc())))
        return failure();
      interfaces.push_back(std::move(*interface));
    }
    auto isTrained = [](const NetworkInterface &each) {
      return each.gradientBytes != 0;
    };
    if (!chosen.empty() && llvm::none_of(interfaces, isTrained))
      return getOperation().emitError()
             << "--train has nothing to train: no network has a parameter that "
                "training changes";
    return success();
  }

  SmallVector<nn::OptimizerAttrInterface> chosen;
};

} // namespace

} // namespace nascent
