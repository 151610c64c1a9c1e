//===- NetworkSizes.cpp - Sizes as formulas in what is unknown ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NetworkSizes.h"
#include "mlir/Pass/PassManager.h"
#include "nascent/Dialect/NN/Transforms/Passes.h"
#include <fmt/format.h>
#include <map>

using namespace mlir;
using namespace nascent::nn;

namespace nascent {

/// More unknown dimensions than this have no formulas: finding them takes a
/// number of inferences that doubles with each.
static constexpr size_t kMaxNames = 4;

static SmallVector<SizeName> nameUnknowns(SequentialOp network) {
  SmallVector<SizeName> names;
  for (auto [input, type] : llvm::enumerate(network.getArgumentTypes()))
    for (auto [dim, size] :
         llvm::enumerate(cast<RankedTensorType>(type).getShape()))
      if (dim > 0 && ShapedType::isDynamic(size))
        names.push_back({"", unsigned(input), unsigned(dim)});
  bool isOneInput = network.getNumArguments() == 1;
  for (SizeName &name : names)
    name.name = names.size() == 1 ? "in"
                : isOneInput
                    ? fmt::format("d{}", name.dimension)
                    : fmt::format("x{}.d{}", name.input, name.dimension);
  return names;
}

/// Everything that is counted of a network, in one fixed order: the dimensions
/// of its values, its layers' multiply-adds, its parameters' elements.
/// `kDynamic` stands for what is unknown.
static FailureOr<SmallVector<int64_t>> count(SequentialOp network) {
  SmallVector<int64_t> numbers;
  SymbolTableCollection symbols;
  auto parameters = collectParameters(network, symbols);
  if (failed(parameters))
    return failure();
  auto append = [&](Value value) {
    llvm::append_range(numbers,
                       cast<RankedTensorType>(value.getType()).getShape());
  };
  auto product = [](ArrayRef<int64_t> sizes) {
    return checkedProduct(sizes).value_or(ShapedType::kDynamic);
  };
  llvm::for_each(network.getArguments(), append);
  for (LayerOpInterface layer : network.getLayers()) {
    llvm::for_each(layer->getResults(), append);
    SmallVector<Dim> factors = layer.getMultiplyAdds(shapesOf(layer, &symbols));
    SmallVector<int64_t> sizes;
    for (const Dim &factor : factors)
      sizes.push_back(factor.getSize());
    numbers.push_back(sizes.empty() ? 0 : product(sizes));
  }
  for (NetworkParameter &parameter : *parameters)
    numbers.push_back(product(parameter.op.getTensorType().getShape()));
  return numbers;
}

/// The numbers of a network whose unknown dimensions have the values of
/// `point`. Fails, without an error, if the network cannot have them.
static FailureOr<SmallVector<int64_t>> countAt(SequentialOp network,
                                               ArrayRef<SizeName> names,
                                               ArrayRef<int64_t> point) {
  ScopedDiagnosticHandler quiet(network.getContext(),
                                [](Diagnostic &) { return success(); });
  OwningOpRef<ModuleOp> module(network->getParentOfType<ModuleOp>().clone());
  auto copy = module->lookupSymbol<SequentialOp>(network.getSymName());
  for (auto [name, size] : llvm::zip_equal(names, point)) {
    BlockArgument input = copy.getArgument(name.input);
    auto type = cast<RankedTensorType>(input.getType());
    SmallVector<int64_t> sizes(type.getShape());
    sizes[name.dimension] = size;
    input.setType(type.clone(sizes));
  }
  copy.setType(FunctionType::get(copy.getContext(),
                                 copy.getBody().front().getArgumentTypes(),
                                 copy.getResultTypes()));
  PassManager passes(network.getContext());
  passes.addPass(createNNInferShapes());
  if (failed(passes.run(*module)))
    return failure();
  return count(copy);
}

FailureOr<NetworkSizes>
NetworkSizes::get(SequentialOp network, ArrayRef<NetworkParameter> parameters) {
  NetworkSizes result;
  result.names = nameUnknowns(network);
  FailureOr<SmallVector<int64_t>> known = count(network);
  if (failed(known))
    return failure();
  SmallVector<std::string> names;
  for (const SizeName &name : result.names)
    names.push_back(name.name);
  std::map<SmallVector<int64_t>, SmallVector<int64_t>> samples;
  if (!names.empty() && names.size() <= kMaxNames)
    for (ArrayRef<int64_t> point : Polynomial::getPoints(names.size()))
      if (auto numbers = countAt(network, result.names, point);
          succeeded(numbers))
        samples[llvm::to_vector(point)] = *numbers;

  size_t next = 0;
  auto take = [&]() -> Size {
    size_t index = next++;
    if (!ShapedType::isDynamic((*known)[index]))
      return Polynomial((*known)[index]);
    return Polynomial::fit(
        names, [&](ArrayRef<int64_t> point) -> std::optional<int64_t> {
          auto it = samples.find(llvm::to_vector(point));
          if (it == samples.end() || ShapedType::isDynamic(it->second[index]))
            return std::nullopt;
          return it->second[index];
        });
  };
  auto takeShape = [&](Value value) {
    SmallVector<Size> &shape = result.shapes[value];
    for (int64_t i = 0, e = cast<RankedTensorType>(value.getType()).getRank();
         i < e; ++i)
      shape.push_back(take());
  };
  llvm::for_each(network.getArguments(), takeShape);
  for (LayerOpInterface layer : network.getLayers()) {
    llvm::for_each(layer->getResults(), takeShape);
    result.multiplyAdds[layer] = take();
  }
  for (const NetworkParameter &parameter : parameters)
    result.elements[parameter.op] = take();
  return result;
}

} // namespace nascent
