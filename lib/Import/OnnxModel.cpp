//===- OnnxModel.cpp - What an ONNX file says -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Import/OnnxModel.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/STLExtras.h"

namespace nascent {

const OnnxAttribute *OnnxNode::find(llvm::StringRef attribute) const {
  auto found = llvm::find_if(attributes, [&](const OnnxAttribute &each) {
    return each.name == attribute;
  });
  return found == attributes.end() ? nullptr : &*found;
}

std::string OnnxNode::describe() const {
  std::string shown = !name.empty()     ? name
                      : outputs.empty() ? std::string()
                                        : outputs.front();
  return "node '" + printable(shown) + "' (" + printable(op) + ")";
}

} // namespace nascent
