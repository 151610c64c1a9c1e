//===- Checkpoint.cpp - A network's parameters in a file ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/Checkpoint.h"
#include "nascent/Support/Quote.h"
#include "nascent/Support/Safetensors.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent::nn {

namespace {
/// The search for the tensors of one network, and the errors on the way.
class TensorFinder {
public:
  /// Where a tensor's name starts with `prefix`, that is no part of a
  /// parameter's.
  TensorFinder(SequentialOp network, const TensorFile &file, StringRef path,
               StringRef prefix)
      : network(network), path(path), prefix(prefix) {
    for (const Tensor &tensor : file.tensors)
      unclaimed[nameOf(tensor)] = &tensor;
  }

  /// The tensor of `parameter`; null after an error.
  const Tensor *find(const NetworkParameter &parameter,
                     const ExpectedTensor &expected);
  /// Reports, in the file's order, the tensors that nobody asked for.
  void reportUnexpected(const TensorFile &file);

  bool hasErrors() const { return numErrors != 0; }
  /// Whether the file has a tensor for any parameter at all.
  bool foundAny() const { return numFound != 0; }

private:
  InFlightDiagnostic error(Location location) {
    ++numErrors;
    return emitError(location) << "'" << path << "': ";
  }
  StringRef nameOf(const Tensor &tensor) const {
    StringRef name = tensor.name;
    name.consume_front(prefix);
    return name;
  }
  const Tensor *claim(StringRef name);
  bool fits(const Tensor &tensor, const NetworkParameter &parameter,
            const ExpectedTensor &expected);

  SequentialOp network;
  StringRef path, prefix;
  llvm::StringMap<const Tensor *> unclaimed;
  unsigned numErrors = 0, numFound = 0;
};
} // namespace

const Tensor *TensorFinder::claim(StringRef name) {
  auto it = unclaimed.find(name);
  if (it == unclaimed.end())
    return nullptr;
  const Tensor *tensor = it->second;
  unclaimed.erase(it);
  ++numFound;
  return tensor;
}

/// Whether a tensor of shape `found` can be one of which `expected` is known.
static bool isCompatible(ArrayRef<int64_t> found, ArrayRef<int64_t> expected) {
  return found.size() == expected.size() &&
         llvm::all_of(llvm::zip(found, expected), [](auto sizes) {
           auto [size, known] = sizes;
           return ShapedType::isDynamic(known) ? size > 0 : size == known;
         });
}

bool TensorFinder::fits(const Tensor &tensor, const NetworkParameter &parameter,
                        const ExpectedTensor &expected) {
  Location location = parameter.layer->getLoc();
  bool fits = true;
  if (!isCompatible(tensor.shape, expected.shape)) {
    error(location) << "tensor '" << printable(tensor.name)
                    << "' has the shape " << formatShape(tensor.shape)
                    << ", but " << quotedName(parameter.layer) << " needs "
                    << formatShape(expected.shape);
    fits = false;
  }
  if (!isFloat(tensor.dtype)) {
    error(location) << "tensor '" << printable(tensor.name) << "' of "
                    << quotedName(parameter.layer) << " has elements of type "
                    << nascent::nameOf(tensor.dtype)
                    << "; expected floats, such as F32";
    fits = false;
  }
  return fits;
}

const Tensor *TensorFinder::find(const NetworkParameter &parameter,
                                 const ExpectedTensor &expected) {
  const Tensor *found = claim(expected.name);
  bool isValid = !found || fits(*found, parameter, expected);
  for (StringRef alias : expected.aliases) {
    const Tensor *other = claim(alias);
    if (!other)
      continue;
    isValid &= fits(*other, parameter, expected);
    if (!found) {
      found = other;
    } else if (isValid &&
               (found->dtype != other->dtype || found->shape != other->shape ||
                found->bytes != other->bytes)) {
      error(parameter.layer->getLoc())
          << "tensors '" << printable(found->name) << "' and '"
          << printable(other->name)
          << "' have different values, but are one parameter of "
          << quotedName(parameter.layer) << " and the layers tied to it";
      isValid = false;
    }
  }
  if (!found)
    error(parameter.layer->getLoc())
        << "tensor '" << printable(expected.name) << "' of "
        << quotedName(parameter.layer) << ", of shape "
        << formatShape(expected.shape) << ", is missing";
  return isValid ? found : nullptr;
}

/// PyTorch counts batches beside running statistics, and models of which it has
/// the average, which serves training only.
static bool isCount(const Tensor &tensor) {
  StringRef name = tensor.name;
  return (name.ends_with(".num_batches_tracked") || name == "n_averaged") &&
         !isFloat(tensor.dtype);
}

void TensorFinder::reportUnexpected(const TensorFile &file) {
  for (const Tensor &tensor : file.tensors)
    if (unclaimed.count(nameOf(tensor)) && !isCount(tensor))
      error(network.getLoc())
          << "tensor '" << printable(tensor.name) << "' of shape "
          << formatShape(tensor.shape) << " is no parameter of network '"
          << printable(network.getSymName()) << "'";
}

/// What wrappers of a model put before its names: "module.", "params/". It is
/// left out only where no name is expected as it is, and where without it most
/// that are expected are there, more than with any other.
static StringRef findPrefix(ArrayRef<ExpectedTensor> expected,
                            ArrayRef<Tensor> tensors) {
  llvm::StringMap<size_t> places;
  for (auto [place, tensor] : llvm::enumerate(expected)) {
    places.try_emplace(tensor.name, place);
    for (StringRef alias : tensor.aliases)
      places.try_emplace(alias, place);
  }
  llvm::MapVector<StringRef, llvm::SmallDenseSet<size_t>> found;
  for (const Tensor &tensor : tensors) {
    StringRef name = tensor.name;
    if (places.count(name))
      return "";
    for (size_t end = 1; end < name.size(); ++end)
      if (StringRef("./_").contains(name[end - 1]))
        if (auto it = places.find(name.drop_front(end)); it != places.end())
          found[name.take_front(end)].insert(it->second);
  }
  StringRef best;
  size_t most = expected.size() / 2;
  for (const auto &[prefix, there] : found)
    if (there.size() > most) {
      best = prefix;
      most = there.size();
    } else if (there.size() == most) {
      best = "";
    }
  return best;
}

/// "layer '0' name("fc1"), layer '2' name("fc2")", where layers so called would
/// have the file's tensors: of those whose names end alike, such as in
/// ".weight", each has the shape of the next one in the file. Else empty.
static std::string suggestNames(ArrayRef<ExpectedTensor> expected,
                                ArrayRef<Tensor> tensors) {
  llvm::StringMap<SmallVector<const Tensor *>> bySuffix;
  for (const Tensor &tensor : llvm::reverse(tensors))
    bySuffix[StringRef(tensor.name).rsplit('.').second].push_back(&tensor);
  llvm::MapVector<StringRef, StringRef> names;
  for (const ExpectedTensor &each : expected) {
    auto [layer, suffix] = StringRef(each.name).rsplit('.');
    auto &left = bySuffix[suffix];
    if (left.empty() || layer.contains('.'))
      return "";
    const Tensor *tensor = left.pop_back_val();
    StringRef name = StringRef(tensor->name).rsplit('.').first;
    bool fits =
        llvm::equal(each.shape, tensor->shape, [](int64_t size, int64_t found) {
          return ShapedType::isDynamic(size) || size == found;
        });
    if (!fits || name.contains('.') ||
        names.try_emplace(layer, name).first->second != name)
      return "";
  }
  std::string text;
  for (auto [layer, name] : names)
    text += fmt::format("{}layer '{}' name(\"{}\")", text.empty() ? "" : ", ",
                        printable(layer), printable(name));
  return text;
}

ExpectedTensor expectedTensor(const NetworkParameter &parameter) {
  ParameterOp op = parameter.op;
  return {parameter.name, parameter.aliases,
          SmallVector<int64_t>(op.getTensorType().getShape())};
}

FailureOr<SmallVector<const Tensor *, 0>>
findTensors(SequentialOp network, ArrayRef<NetworkParameter> parameters,
            ArrayRef<ExpectedTensor> expected, const TensorFile &file,
            StringRef path) {
  if (file.lookup(kCheckpointNames))
    return emitError(network.getLoc())
           << "'" << path << "' is a checkpoint of nascent-train, from which "
           << "--resume goes on; parameters are in the file of its -o";
  StringRef prefix = findPrefix(expected, file.tensors);
  if (!prefix.empty())
    emitRemark(network.getLoc())
        << "'" << path << "': the names of tensors start with '"
        << printable(prefix) << "'; without it they are those of parameters";
  TensorFinder finder(network, file, path, prefix);
  SmallVector<const Tensor *, 0> tensors;
  for (auto [parameter, tensor] : llvm::zip(parameters, expected))
    tensors.push_back(finder.find(parameter, tensor));
  finder.reportUnexpected(file);
  if (!finder.hasErrors())
    return tensors;
  if (finder.foundAny() || file.tensors.empty() || parameters.empty())
    return failure();
  InFlightDiagnostic remark = emitRemark(network.getLoc())
                              << "no tensor of '" << path
                              << "' has a name that is expected; ";
  if (std::string names = suggestNames(expected, file.tensors); !names.empty())
    remark << "their shapes are, if layers are called as in the file: "
           << names;
  else
    remark << "'nascent-params convert' changes names from one framework's to "
              "another's";
  return failure();
}

FailureOr<SmallVector<const Tensor *, 0>>
findTensors(SequentialOp network, ArrayRef<NetworkParameter> parameters,
            const TensorFile &file, StringRef path) {
  SmallVector<ExpectedTensor, 0> expected;
  llvm::transform(parameters, std::back_inserter(expected), expectedTensor);
  return findTensors(network, parameters, expected, file, path);
}

} // namespace nascent::nn
