//===- Roles.cpp - What arguments are to their functions ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/Roles.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"

using namespace mlir;

namespace nascent::nn {

std::optional<Role> getRole(FunctionOpInterface function, unsigned argument) {
  auto role = function.getArgAttrOfType<RoleAttr>(argument, kRoleAttrName);
  return role ? std::optional(role.getValue()) : std::nullopt;
}

void setRole(FunctionOpInterface function, unsigned argument, Role role) {
  function.setArgAttr(argument, kRoleAttrName,
                      RoleAttr::get(function.getContext(), role));
}

SmallVector<unsigned> findArguments(FunctionOpInterface function, Role role) {
  SmallVector<unsigned> found;
  for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i)
    if (getRole(function, i) == role)
      found.push_back(i);
  return found;
}

std::optional<unsigned> findArgument(FunctionOpInterface function, Role role) {
  SmallVector<unsigned> found = findArguments(function, role);
  return found.size() == 1 ? std::optional(found.front()) : std::nullopt;
}

} // namespace nascent::nn
