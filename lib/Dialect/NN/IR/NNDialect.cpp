//===- NNDialect.cpp - The nn dialect -------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/NNDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "nascent/Dialect/NN/IR/AttributeSyntax.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Support/Spelling.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>
#include <fmt/format.h>

using namespace mlir;

#include "nascent/Dialect/NN/IR/NNDialect.cpp.inc"
#include "nascent/Dialect/NN/IR/NNEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "nascent/Dialect/NN/IR/NNAttributes.cpp.inc"

namespace nascent::nn {

void NNDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "nascent/Dialect/NN/IR/NNOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "nascent/Dialect/NN/IR/NNAttributes.cpp.inc"
      >();
  kaimingUniform =
      KaimingUniformAttr::get(getContext(), APFloat(std::sqrt(5.0)),
                              FanMode::FanIn, Nonlinearity::LeakyRelu);
}

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

/// The names of attributes that users write: initialisers and optimisers. The
/// others are written by passes.
template <typename... Attrs>
static SmallVector<StringRef> namesForUsers() {
  SmallVector<StringRef> names;
  auto add = [&](StringRef name, bool isForUsers) {
    if (isForUsers)
      names.push_back(name);
  };
  (add(Attrs::getMnemonic(),
       std::is_base_of_v<InitializerAttrInterface::Trait<Attrs>, Attrs> ||
           std::is_base_of_v<OptimizerAttrInterface::Trait<Attrs>, Attrs>),
   ...);
  return names;
}

Attribute NNDialect::parseAttribute(DialectAsmParser &parser, Type type) const {
  SMLoc location = parser.getCurrentLocation();
  StringRef mnemonic;
  Attribute attribute;
  if (generatedAttributeParser(parser, &mnemonic, type, attribute)
          .has_value()) {
    if (attribute && succeeded(parser.parseOptionalLess())) {
      parser.emitError(location) << attribute << " has no arguments";
      return {};
    }
    return attribute;
  }
  SmallVector<StringRef> known = namesForUsers<
#define GET_ATTRDEF_LIST
#include "nascent/Dialect/NN/IR/NNAttributes.cpp.inc"
      >();
  std::string meant = didYouMean(mnemonic, known);
  parser.emitError(location)
      << "there is no attribute #nn." << mnemonic
      << (meant.empty() ? "; there is #nn." + llvm::join(known, ", #nn.")
                        : meant);
  return {};
}

void NNDialect::printAttribute(Attribute attribute,
                               DialectAsmPrinter &printer) const {
  (void)generatedAttributePrinter(attribute, printer);
}

/// What other frameworks call a layer of ours, in small letters; empty where
/// none of them does.
static StringRef translate(StringRef name) {
  return llvm::StringSwitch<StringRef>(name)
      .Cases({"cat", "concatenate", "join"}, "concat")
      .Cases({"sum", "plus"}, "add")
      .Cases({"multiply", "times", "prod"}, "mul")
      .Cases({"split", "chunk", "narrow"}, "slice")
      .Cases({"linear", "fc"}, "dense")
      .Case("swish", "silu")
      .Cases({"sequential", "module"}, "block")
      .Default("");
}

/// " (did you mean 'nn.dense'?)" for the name of an operation, without 'nn.'.
/// The names of all layers go into `layers`, sorted.
static std::string suggest(MLIRContext *context, StringRef name,
                           SmallVectorImpl<StringRef> &layers) {
  SmallVector<StringRef> known;
  for (RegisteredOperationName op : context->getRegisteredOperations()) {
    if (op.getDialectNamespace() != NNDialect::getDialectNamespace())
      continue;
    known.push_back(op.getStringRef());
    if (op.hasInterface<LayerOpInterface>())
      layers.push_back(op.getStringRef());
  }
  llvm::sort(known);
  llvm::sort(layers);
  std::string lower = name.lower();
  StringRef translated = translate(lower);
  bool isOurs =
      translated.empty() || llvm::is_contained(known, ("nn." + name).str());
  return didYouMean("nn." + (isOurs ? lower : translated.str()), known);
}

static ParseResult parseUnknownOperation(OpAsmParser &parser,
                                         OperationState &state) {
  SmallVector<StringRef> layers;
  std::string meant =
      suggest(parser.getContext(), state.name.stripDialect(), layers);
  return parser.emitError(parser.getNameLoc())
         << "is unknown" << meant << "; the layers are "
         << llvm::join(layers, ", ");
}

LogicalResult detail::explainUnknown(Diagnostic &diagnostic) {
  std::string text = diagnostic.str();
  auto [front, rest] = StringRef(text).split("custom op '");
  StringRef name = rest.split('\'').first;
  if (name.empty() || name.contains('.') ||
      !(rest.contains("' is unknown") || front.contains("not found")))
    return failure();
  MLIRContext *context = diagnostic.getLocation().getContext();
  context->loadDialect<NNDialect>();
  SmallVector<StringRef> layers;
  emitError(diagnostic.getLocation())
      << "there is no '" << name << "'; names of layers begin with 'nn.'"
      << suggest(context, name, layers);
  return success();
}

std::optional<Dialect::ParseOpHook>
NNDialect::getParseOperationHook(StringRef) const {
  return ParseOpHook(parseUnknownOperation);
}

//===----------------------------------------------------------------------===//
// Attributes of operations
//===----------------------------------------------------------------------===//

/// Whether `attribute` has an origin, or none, for each dimension of `type`.
static bool areOrigins(Attribute attribute, Type type) {
  auto origins = dyn_cast<ArrayAttr>(attribute);
  auto tensor = dyn_cast<RankedTensorType>(type);
  return origins && tensor &&
         origins.size() == static_cast<size_t>(tensor.getRank()) &&
         llvm::all_of(origins, llvm::IsaPred<NameLoc, UnitAttr>);
}

static bool isStrings(Attribute value) {
  auto strings = dyn_cast<ArrayAttr>(value);
  return strings && llvm::all_of(strings, llvm::IsaPred<StringAttr>);
}

/// Passes read these attributes without asking what they hold.
/// Whether `entry` is one of those that say what is not usual of a loss.
static bool isOfLoss(NamedAttribute entry) {
  StringRef name = entry.getName();
  Attribute value = entry.getValue();
  if (auto type = dyn_cast<TypeAttr>(value); type && name == "target") {
    auto tensor = dyn_cast<RankedTensorType>(type.getValue());
    return tensor && tensor.getRank() > 0 &&
           (tensor.getElementType().isF32() ||
            tensor.getElementType().isInteger(32));
  }
  if (llvm::is_contained({"in_network", "random", "parallel"}, name))
    return isa<UnitAttr>(value);
  if (llvm::is_contained({"labels", "ignored", "label_input", "scratch_bytes"},
                         name))
    return isa<IntegerAttr>(value) &&
           cast<IntegerAttr>(value).getType().isInteger(64);
  return (name == "label" && isa<StringAttr>(value)) ||
         (name == "weights" && isa<DenseF64ArrayAttr>(value)) ||
         (name == "blocks" && isa<DenseI64ArrayAttr>(value));
}

/// Whether `value` says of each network what the losses of its entries are.
static bool areLosses(Attribute value) {
  auto networks = dyn_cast<DictionaryAttr>(value);
  return networks && llvm::all_of(networks, [](NamedAttribute network) {
           auto entries = dyn_cast<ArrayAttr>(network.getValue());
           return entries && llvm::all_of(entries, [](Attribute entry) {
                    auto loss = dyn_cast<DictionaryAttr>(entry);
                    return loss && llvm::all_of(loss, isOfLoss);
                  });
         });
}

LogicalResult NNDialect::verifyOperationAttribute(Operation *op,
                                                  NamedAttribute attribute) {
  StringRef name = attribute.getName();
  Attribute value = attribute.getValue();
  auto expects = [&](StringRef what) {
    return op->emitError() << "attribute '" << name << "' must be " << what
                           << ", got " << value;
  };
  if (name == kTargetAttrName && !isa<TargetAttr>(value))
    return expects("a #nn.target");
  if (name == kThreadsAttrName && !isa<ThreadsAttr>(value))
    return expects("a #nn.threads");
  if (llvm::is_contained({kStreamAttrName, kTrainSgdAttrName}, name) &&
      !isa<UnitAttr>(value))
    return expects("unit");
  auto number = dyn_cast<FloatAttr>(value);
  if (llvm::is_contained({kRateAttrName, kMomentumAttrName}, name) &&
      !(number && number.getType().isF32()))
    return expects("a number of f32");
  if (name == kInterfacesAttrName) {
    auto interfaces = dyn_cast<ArrayAttr>(value);
    if (!interfaces || !llvm::all_of(interfaces, llvm::IsaPred<InterfaceAttr>))
      return expects("an array of #nn.interface");
  }
  if (name == kLossesAttrName && !areLosses(value))
    return expects("for each network an array of what its entries' losses are, "
                   "such as {net = [{target = tensor<2x4xf32>}]}");
  if (name == kInitRulesAttrName) {
    auto rules = dyn_cast<ArrayAttr>(value);
    if (!rules || !llvm::all_of(rules, llvm::IsaPred<InitRuleAttr>))
      return expects("an array of #nn.init_rule");
  }
  if ((name == kDefaultInitAttrName || name == kDefaultBiasInitAttrName) &&
      !isa<InitializerAttrInterface>(value))
    return expects("an initialiser such as #nn.xavier_uniform");
  if (llvm::is_contained({kNetworkAttrName, kEntryAttrName, kCheckpointAttrName,
                          kLayerAttrName, kLayerPartAttrName, kModelAttrName},
                         name) &&
      !isa<StringAttr>(value))
    return expects("a string");
  if (name == kOriginsAttrName &&
      (op->getNumResults() != 1 ||
       !areOrigins(value, op->getResult(0).getType())))
    return expects("an array of a named location or 'unit' for each dimension");
  if (llvm::is_contained(
          {kKernelAttrName, kOpenKernelAttrName, kParallelAttrName}, name) &&
      !isa<UnitAttr>(value))
    return expects("a unit attribute");
  if (name == kLineHaloAttrName) {
    auto sizes = dyn_cast<DenseI64ArrayAttr>(value);
    if (!sizes || sizes.size() != 2 || sizes[0] < 0 || sizes[1] < 0)
      return expects("an array of two 64-bit integers of at least 0");
  }
  if (name == kPlanAttrName) {
    if (!isa<PlanAttr>(value))
      return expects("a #nn.plan");
    if (!isa<DenseOp, LaunchOp>(op) && !op->hasAttr(kLayerAttrName) &&
        !(isa<FunctionOpInterface>(op) && op->hasAttr(kKernelAttrName)))
      return op->emitError()
             << "attribute '" << name << "' belongs on nn.dense";
  }
  if (name == kFitsAttrName && !isa<FlatSymbolRefAttr>(value))
    return expects("a reference to a function");
  if (llvm::is_contained({kReadsAttrName, kWritesAttrName, kSizesAttrName},
                         name) &&
      !isStrings(value))
    return expects("an array of strings");
  if (llvm::is_contained({kParameterBytesAttrName, kScratchBytesAttrName,
                          kSegmentAttrName, kRowsAttrName, kBatchAttrName,
                          kStepsAttrName, kMultiplyAddsAttrName},
                         name)) {
    auto integer = dyn_cast<IntegerAttr>(value);
    if (!integer || !integer.getType().isInteger(64) || integer.getInt() < 0)
      return expects("a 64-bit integer of at least 0");
    // Kernels read whole vectors, where a parameter ends as well.
    if (name == kParameterBytesAttrName && integer.getInt() % kBufferAlignment)
      return expects(fmt::format("a multiple of {}", kBufferAlignment));
    // Entry points split open batches by masks of row counts.
    if (name == kRowsAttrName && !op->hasAttr(kBatchAttrName) &&
        !llvm::isPowerOf2_64(integer.getInt()))
      return expects("a power of two");
  }
  return success();
}

LogicalResult NNDialect::verifyRegionArgAttribute(Operation *op, unsigned,
                                                  unsigned argument,
                                                  NamedAttribute attribute) {
  if (attribute.getName() == kBindingAttrName &&
      !isa<StringAttr>(attribute.getValue()))
    return op->emitError() << "attribute '" << kBindingAttrName
                           << "' must be a string, got "
                           << attribute.getValue();
  if (attribute.getName() == kSizesAttrName && !isStrings(attribute.getValue()))
    return op->emitError() << "attribute '" << kSizesAttrName
                           << "' must be an array of strings, got "
                           << attribute.getValue();
  // A declaration has no arguments but in its type.
  Type type = cast<FunctionOpInterface>(op).getArgumentTypes()[argument];
  if (attribute.getName() == kDimNamesAttrName) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || !isStrings(attribute.getValue()) ||
        int64_t(cast<ArrayAttr>(attribute.getValue()).size()) !=
            tensor.getRank())
      return op->emitError() << "attribute '" << kDimNamesAttrName
                             << "' must be a string for each dimension of "
                             << type << ", got " << attribute.getValue();
  }
  if (attribute.getName() == kPaddedAttrName &&
      !isa<UnitAttr>(attribute.getValue()))
    return op->emitError() << "attribute '" << kPaddedAttrName
                           << "' must be a unit attribute, got "
                           << attribute.getValue();
  if (attribute.getName() == kRoleAttrName) {
    auto role = dyn_cast<RoleAttr>(attribute.getValue());
    bool isNumber =
        role && llvm::is_contained({Role::Part, Role::Parts}, role.getValue());
    if (!role || isNumber != type.isIntOrIndex())
      return op->emitError()
             << "attribute '" << kRoleAttrName
             << "' must be a #nn.role, a part's on a number and any other on a "
                "buffer, got "
             << attribute.getValue() << " on " << type;
  }
  if (attribute.getName() == kOriginsAttrName &&
      !areOrigins(attribute.getValue(), type))
    return op->emitError() << "attribute '" << kOriginsAttrName
                           << "' must be an array of a named location or "
                              "'unit' for each dimension, got "
                           << attribute.getValue();
  return success();
}

} // namespace nascent::nn
