//===- NNDialect.cpp - The nn dialect -------------------------------------===//

#include "nascent/Dialect/NN/IR/NNDialect.h"
#include "mlir/IR/DialectImplementation.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

#include "nascent/Dialect/NN/IR/NNDialect.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "nascent/Dialect/NN/IR/NNAttributes.cpp.inc"

namespace nascent::nn {

void NNDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "nascent/Dialect/NN/IR/NNOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "nascent/Dialect/NN/IR/NNAttributes.cpp.inc"
      >();
}

} // namespace nascent::nn
