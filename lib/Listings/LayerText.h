//===- LayerText.h - A layer as frameworks print it -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ODS says with each layer what its line in a framework's listing is:
//
//   {lazy:input.1}Conv{d}d({input.1}, {channels}[, padding={padding}])
//
// `{field}` is replaced by a value as Python prints it. What is in brackets is
// shown only if a field in it says more than no clause does. Fields are
//
//   slope         the clause of that name; a flag is True or False, numbers are
//                 a tuple, those of windows one for each spatial dimension
//   !no_bias      the opposite of a flag
//   input.1       a dimension of the input, `input.-1` the last one;
//   weight.0      the same of the first parameter
//   d             how many spatial dimensions there are
//   activation    the activation that is shown with the layer
//   mode|a=…|*=…  the text behind the field's value, or behind `*` for all
//   others
//
// and with a word before a colon
//
//   lazy:input.1    "Lazy" as long as that dimension is unknown
//   one:kernel      numbers as one, where they are equal
//   each:size       a number for each spatial dimension
//   float:scale     numbers as floats, one where one is stated
//   around:padding  numbers before and after each dimension, the last one first
//   last:dims       as many of the input's last dimensions
//   kept:momentum   1 less the number
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_LISTINGS_LAYERTEXT_H
#define NASCENT_LIB_LISTINGS_LAYERTEXT_H

#include "nascent/Dialect/NN/IR/NNInterfaces.h"

namespace nascent {

/// How a framework's listing shows a layer of the shapes given.
std::string formatLayer(nn::LayerOpInterface layer, nn::NamingScheme scheme,
                        const nn::LayerShapes &shapes,
                        llvm::StringRef activation = "");

} // namespace nascent

#endif // NASCENT_LIB_LISTINGS_LAYERTEXT_H
