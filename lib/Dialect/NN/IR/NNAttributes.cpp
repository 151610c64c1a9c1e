//===- NNAttributes.cpp - Float parameters, layouts -----------------------===//

#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include "mlir/IR/DialectImplementation.h"
#include <cmath>
#include <fmt/format.h>

using namespace mlir;

namespace nascent::nn {

FailureOr<APFloat> detail::parseFloat(AsmParser &parser) {
  double value = 0;
  SMLoc location = parser.getCurrentLocation();
  if (parser.parseFloat(value))
    return failure();
  if (!std::isfinite(value))
    return parser.emitError(location, "expected a finite number");
  return APFloat(value);
}

void detail::printFloat(AsmPrinter &printer, const APFloat &value) {
  // '#' keeps the point, without which MLIR would read an integer.
  printer << fmt::format("{:#}", value.convertToDouble());
}

LogicalResult PanelsAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 int64_t width) {
  if (width < 1 || width > 1024)
    return emitError() << "panel width must lie between 1 and 1024, got "
                       << width;
  return success();
}

} // namespace nascent::nn
