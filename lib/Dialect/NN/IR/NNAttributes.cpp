//===- NNAttributes.cpp - Float parameters, layouts -----------------------===//

#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/Support/MathExtras.h"
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

LogicalResult TargetAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 StringRef, StringRef, StringRef,
                                 int64_t vectorBits, int64_t registers, bool) {
  if (vectorBits < 32 || vectorBits > 2048 || !llvm::isPowerOf2_64(vectorBits))
    return emitError() << "vector bits must be a power of two between 32 and "
                          "2048, got "
                       << vectorBits;
  if (registers < 1)
    return emitError() << "at least 1 register is needed, got " << registers;
  return success();
}

} // namespace nascent::nn
