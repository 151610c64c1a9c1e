//===- NNAttributes.cpp - Float parameters, layouts -----------------------===//

#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/SmallString.h"
#include <cmath>

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
  // 17 digits restore every double; fewer are nicer where they do too.
  SmallString<32> text;
  for (unsigned digits : {6, 15, 16, 17}) {
    text.clear();
    value.toString(text, digits, /*FormatMaxPadding=*/6,
                            /*TruncateZero=*/false);
    double restored = 0;
    if (!StringRef(text).getAsDouble(restored) &&
        restored == value.convertToDouble())
      break;
  }
  printer << text;
}

LogicalResult PanelsAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 int64_t width) {
  if (width < 1 || width > 1024)
    return emitError() << "panel width must lie between 1 and 1024, got "
                       << width;
  return success();
}

} // namespace nascent::nn
