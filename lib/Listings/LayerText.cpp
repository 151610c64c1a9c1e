//===- LayerText.cpp - A layer as frameworks print it ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerText.h"
#include "nascent/Dialect/NN/IR/WindowLayer.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/ErrorHandling.h"
#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace mlir;
using namespace nascent::nn;

namespace nascent {
namespace {

/// What a field is replaced by, and whether no clause would say the same.
struct Field {
  std::string text;
  bool isDefault = false;
};

class LayerText {
public:
  LayerText(LayerOpInterface layer, const LayerShapes &shapes,
            StringRef unknown, StringRef activation)
      : layer(layer), shapes(shapes), unknown(unknown), activation(activation) {
  }

  /// Replaces all fields of `text`, as ODS has it.
  Field expand(StringRef text);

private:
  /// For a mistake in a layer's definition.
  [[noreturn]] void fail(const llvm::Twine &why);
  /// Where the bracket that `text` begins with is closed.
  size_t findEnd(StringRef text);
  Field get(StringRef name);
  Field getClause(StringRef name);
  /// A field with a word before its name.
  Field getFormatted(StringRef how, StringRef name);
  /// The text behind the value of a field.
  Field choose(StringRef name, ArrayRef<StringRef> choices);
  /// A clause that must be there.
  template <typename AttrT>
  AttrT require(StringRef name) {
    auto value = dyn_cast_if_present<AttrT>(clause(name));
    if (!value)
      fail("has no clause '" + name + "' of the type that its field needs");
    return value;
  }
  /// The numbers of a clause; those of a window for each spatial dimension.
  SmallVector<int64_t> numbersOf(StringRef name);
  /// Null for any other name.
  const Dim *findDim(StringRef name);
  std::string format(const Dim &dim) {
    return dim.isKnown() ? std::to_string(dim.getSize()) : unknown.str();
  }
  /// Null where the clause is not there.
  Attribute clause(StringRef name) {
    return layer->getInherentAttr(name).value_or(Attribute());
  }
  unsigned spatialDims() { return std::max(3u, shapes.inputs[0].rank()) - 2; }

  LayerOpInterface layer;
  const LayerShapes &shapes;
  StringRef unknown, activation;
};

} // namespace

void LayerText::fail(const llvm::Twine &why) {
  llvm::reportFatalInternalError("the listing of '" +
                                 layer->getName().getStringRef() + "' " + why);
}

size_t LayerText::findEnd(StringRef text) {
  int depth = 0;
  for (auto [index, c] : llvm::enumerate(text)) {
    depth += c == '{' || c == '[';
    depth -= c == '}' || c == ']';
    if (depth == 0)
      return index;
  }
  fail("has a bracket that is not closed: " + text);
}

/// The parts of `text` between bars that no brace encloses.
static SmallVector<StringRef> splitChoices(StringRef text) {
  SmallVector<StringRef> parts;
  int depth = 0;
  size_t start = 0;
  for (auto [index, c] : llvm::enumerate(text)) {
    depth += c == '{';
    depth -= c == '}';
    if (c != '|' || depth != 0)
      continue;
    parts.push_back(text.slice(start, index));
    start = index + 1;
  }
  parts.push_back(text.drop_front(start));
  return parts;
}

/// As Python prints a tuple: "(3, 5)", and "(3,)" of one element.
template <typename Range>
static std::string tuple(const Range &values) {
  std::string text = fmt::format("({}", fmt::join(values, ", "));
  return text + (values.size() == 1 ? ",)" : ")");
}

/// As Python prints a float.
static std::string python(double value) {
  std::string text = fmt::format("{}", value);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

Field LayerText::expand(StringRef text) {
  Field result{"", /*isDefault=*/true};
  while (!text.empty()) {
    size_t begin = text.find_first_of("{[");
    result.text += text.take_front(begin);
    text = text.substr(begin);
    if (text.empty())
      break;
    size_t end = findEnd(text);
    StringRef inside = text.slice(1, end);
    Field field;
    if (text.front() == '[') {
      field = expand(inside);
      if (field.isDefault)
        field.text.clear();
    } else {
      SmallVector<StringRef> parts = splitChoices(inside);
      field = parts.size() == 1
                  ? get(inside)
                  : choose(parts.front(), ArrayRef(parts).drop_front());
    }
    result.text += field.text;
    result.isDefault &= field.isDefault;
    text = text.drop_front(end + 1);
  }
  return result;
}

Field LayerText::choose(StringRef name, ArrayRef<StringRef> choices) {
  std::string value = get(name).text;
  for (StringRef choice : choices) {
    auto [label, text] = choice.split('=');
    if (label == value || label == "*")
      return expand(text);
  }
  fail("has no text for '" + name + "' being " + value);
}

const Dim *LayerText::findDim(StringRef name) {
  auto [tensor, place] = name.split('.');
  int64_t index;
  if (place.getAsInteger(10, index))
    return nullptr;
  ArrayRef<Shape> all =
      tensor == "input" ? ArrayRef(shapes.inputs) : ArrayRef(shapes.parameters);
  int64_t rank = all.empty() ? 0 : all.front().rank();
  if (index < -rank || index >= rank)
    fail("has a field '" + name + "', but no such dimension");
  return &all.front().dims[index < 0 ? rank + index : index];
}

Field LayerText::get(StringRef name) {
  if (auto [how, what] = name.split(':'); !what.empty())
    return getFormatted(how, what);
  if (name == "d")
    return {std::to_string(spatialDims())};
  if (name == "activation")
    return {activation.empty() ? "linear" : activation.str()};
  if (const Dim *dim = findDim(name))
    return {format(*dim)};
  return getClause(name);
}

Field LayerText::getClause(StringRef name) {
  bool isOpposite = name.consume_front("!");
  Attribute value = clause(name);
  if (auto number = dyn_cast_if_present<IntegerAttr>(value))
    return {std::to_string(number.getInt())};
  if (auto number = dyn_cast_if_present<FloatAttr>(value))
    return {python(number.getValueAsDouble())};
  if (auto word = dyn_cast_if_present<StringAttr>(value))
    return {word.str()};
  if (SmallVector<int64_t> numbers = numbersOf(name); !numbers.empty()) {
    int64_t byDefault = name.ends_with("padding") ? 0 : 1;
    return {tuple(numbers), llvm::all_of(numbers, [&](int64_t number) {
              return number == byDefault;
            })};
  }
  if (!layer->getInherentAttr(name))
    fail("has a field '" + name + "', but no such clause");
  return {bool(value) != isOpposite ? "True" : "False", !value};
}

SmallVector<int64_t> LayerText::numbersOf(StringRef name) {
  auto member = llvm::StringSwitch<int64_t Window::*>(name)
                    .Case("kernel", &Window::kernel)
                    .Case("stride", &Window::stride)
                    .Case("padding", &Window::before)
                    .Case("dilation", &Window::dilation)
                    .Case("output_padding", &Window::outputPadding)
                    .Default(nullptr);
  if (!member || !clause("kernel")) {
    auto stated = dyn_cast_if_present<DenseI64ArrayAttr>(clause(name));
    return stated ? SmallVector<int64_t>(stated.asArrayRef())
                  : SmallVector<int64_t>();
  }
  FailureOr<SmallVector<Window>> windows =
      windowsOf(layer, spatialDims(), [&] { return layer.emitOpError(); });
  if (failed(windows))
    return {};
  SmallVector<int64_t> numbers, after;
  for (const Window &window : *windows) {
    numbers.push_back(window.*member);
    after.push_back(window.after);
  }
  if (name == "padding" && numbers != after)
    llvm::append_range(numbers, after);
  return numbers;
}

Field LayerText::getFormatted(StringRef how, StringRef name) {
  if (how == "lazy") {
    const Dim *dim = findDim(name);
    if (!dim)
      fail("has a field 'lazy:" + name + "', but no such dimension");
    return {dim->isKnown() ? "" : "Lazy"};
  }
  if (how == "kept") {
    APFloat kept(1.0);
    kept.subtract(require<FloatAttr>(name).getValue(),
                  APFloat::rmNearestTiesToEven);
    return {python(kept.convertToDouble())};
  }
  if (how == "last") {
    size_t count = require<IntegerAttr>(name).getInt();
    SmallVector<std::string> sizes;
    for (const Dim &dim : ArrayRef(shapes.inputs[0].dims).take_back(count))
      sizes.push_back(format(dim));
    return {tuple(sizes)};
  }
  SmallVector<int64_t> numbers = numbersOf(name);
  if (numbers.empty())
    fail("has a field '" + how + ":" + name + "', but no such numbers");
  if (how == "one")
    return {llvm::all_equal(numbers) ? std::to_string(numbers.front())
                                     : tuple(numbers)};
  if (how == "float") {
    auto floats = llvm::map_to_vector(
        numbers, [](int64_t number) { return python(double(number)); });
    return {floats.size() == 1 ? floats.front() : tuple(floats)};
  }
  if (numbers.size() == 1)
    numbers.resize(spatialDims(), numbers.front());
  if (how == "each")
    return {tuple(numbers)};
  if (how != "around" || numbers.size() < spatialDims())
    fail("has a field '" + how + ":" + name + "', which means nothing");
  SmallVector<int64_t> around;
  ArrayRef<int64_t> before = ArrayRef(numbers).take_front(spatialDims());
  ArrayRef<int64_t> after = ArrayRef(numbers).take_back(spatialDims());
  for (auto [b, a] : llvm::reverse(llvm::zip_equal(before, after)))
    around.append({b, a});
  return {tuple(around)};
}

std::string formatLayer(LayerOpInterface layer, NamingScheme scheme,
                        const LayerShapes &shapes, StringRef activation) {
  ListingTexts texts = layer.getListing();
  StringRef text = scheme == NamingScheme::Torch   ? texts.torch
                   : scheme == NamingScheme::MXNet ? texts.mxnet
                                                   : texts.keras;
  StringRef unknown = scheme == NamingScheme::MXNet ? "-1" : "?";
  return LayerText(layer, shapes, unknown, activation).expand(text).text;
}

} // namespace nascent
