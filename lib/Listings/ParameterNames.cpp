//===- ParameterNames.cpp - Parameters as the frameworks name them --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Listings/ParameterNames.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include <fmt/format.h>

using namespace mlir;
using namespace nascent::nn;

namespace nascent {

/// Whether a part of a layer's name is the layer's position.
static bool isIndex(StringRef part) {
  return !part.empty() && llvm::all_of(part, llvm::isDigit);
}

/// "block 0.1" in Flax: "block 0/layers_1".
static std::string flaxPath(StringRef name) {
  SmallVector<StringRef> parts;
  name.split(parts, '.');
  std::string path;
  for (StringRef part : parts) {
    path += path.empty() ? "" : "/";
    path += isIndex(part) ? "layers_" : "";
    path += part;
  }
  return path;
}

namespace {
/// Names the unnamed layers of a network by their kind and a number.
class KindCounter {
public:
  std::string next(LayerOpInterface layer, NamingScheme scheme) {
    std::string kind = layer->getName().stripDialect().str();
    unsigned number = counts[kind]++;
    if (scheme == NamingScheme::MXNet)
      return fmt::format("{}{}", kind, number);
    return number == 0 ? kind : fmt::format("{}_{}", kind, number);
  }

private:
  llvm::StringMap<unsigned> counts;
};
} // namespace

/// The name of `layer`; empty for a tied layer that Keras does not count.
static std::string layerName(LayerOpInterface layer, NamingScheme scheme,
                             KindCounter &counter) {
  StringRef name = layer.getLayerName().getValue();
  switch (scheme) {
  case NamingScheme::Torch:
    return name.str();
  case NamingScheme::Flax:
    return flaxPath(name);
  case NamingScheme::Keras:
    if (layer.getTieAttr())
      return "";
    [[fallthrough]];
  case NamingScheme::MXNet:
    return isIndex(name.substr(name.rfind('.') + 1))
               ? counter.next(layer, scheme)
               : name.str();
  }
  llvm_unreachable("unknown naming scheme");
}

FailureOr<LayerNames> LayerNames::get(SequentialOp network,
                                      NamingScheme scheme) {
  LayerNames result(scheme);
  KindCounter counter;
  llvm::StringMap<LayerOpInterface> layers;
  for (LayerOpInterface layer : network.getLayers()) {
    if (layer.getParameters().empty())
      continue;
    std::string name = layerName(layer, scheme, counter);
    if (layer.getTieAttr())
      continue;
    auto [it, inserted] = layers.try_emplace(name, layer);
    if (!inserted) {
      InFlightDiagnostic diag = emitLayerError(layer)
                                << "would be called '" << name << "' like "
                                << quotedName(it->second) << "; rename one";
      diag.attachNote(it->second.getLoc())
          << quotedName(it->second) << " is here";
      return diag;
    }
    result.names[layer] = std::move(name);
  }
  return result;
}

/// The last part of a parameter's name.
static StringRef suffixOf(const ParameterSpec &spec, NamingScheme scheme) {
  struct Suffixes {
    StringRef mxnet, flax, keras;
  };
  auto suffixes = [&]() -> Suffixes {
    switch (spec.role) {
    case ParameterRole::Weight:
      // A layer with several calls them by names of their own.
      if (spec.suffix != "weight")
        return {spec.suffix, spec.suffix, spec.suffix};
      return {spec.suffix, "kernel", "kernel"};
    case ParameterRole::Table:
      return {spec.suffix, "embedding", "embeddings"};
    case ParameterRole::Bias:
      return {spec.suffix, spec.suffix, spec.suffix};
    case ParameterRole::Slope:
      return {"alpha", "negative_slope", "alpha"};
    case ParameterRole::Scale:
      return {"gamma", "scale", "gamma"};
    case ParameterRole::Shift:
      return {"beta", "bias", "beta"};
    case ParameterRole::Mean:
      return {"running_mean", "mean", "moving_mean"};
    case ParameterRole::Variance:
      return {"running_var", "var", "moving_variance"};
    }
    llvm_unreachable("unknown role");
  }();
  switch (scheme) {
  case NamingScheme::Torch:
    return spec.suffix;
  case NamingScheme::MXNet:
    return suffixes.mxnet;
  case NamingScheme::Flax:
    return suffixes.flax;
  case NamingScheme::Keras:
    return suffixes.keras;
  }
  llvm_unreachable("unknown naming scheme");
}

std::string parameterName(const LayerNames &names,
                          const NetworkParameter &parameter) {
  const std::string &layer = names.lookup(parameter.layer);
  std::string suffix = suffixOf(parameter.spec, names.getScheme()).str();
  switch (names.getScheme()) {
  case NamingScheme::Torch:
    return fmt::format("{}.{}", layer, suffix);
  case NamingScheme::MXNet:
    return fmt::format("{}_{}", layer, suffix);
  case NamingScheme::Flax:
    return fmt::format("{}/{}", layer, suffix);
  case NamingScheme::Keras:
    return fmt::format("{}/{}:0", layer, suffix);
  }
  llvm_unreachable("unknown naming scheme");
}

SmallVector<int64_t> parameterShape(NamingScheme scheme, ParameterRole role,
                                    ArrayRef<int64_t> sizes) {
  bool isTransposed =
      role == ParameterRole::Weight && sizes.size() >= 2 &&
      (scheme == NamingScheme::Flax || scheme == NamingScheme::Keras);
  if (!isTransposed)
    return llvm::to_vector(sizes);
  SmallVector<int64_t> shape = llvm::to_vector(sizes.drop_front(2));
  shape.append({sizes[1], sizes[0]});
  return shape;
}

} // namespace nascent
