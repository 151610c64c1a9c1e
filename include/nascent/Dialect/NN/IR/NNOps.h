//===- NNOps.h - Networks, parameters and layers ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_NNOPS_H
#define NASCENT_DIALECT_NN_IR_NNOPS_H

#include "mlir/IR/RegionKindInterface.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "nascent/Dialect/NN/IR/LayerSyntax.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include "nascent/Dialect/NN/IR/ParametricLayer.h"
#include "nascent/Dialect/NN/IR/RecurrentLayer.h"
#include "nascent/Dialect/NN/IR/WindowLayer.h"

#define GET_OP_CLASSES
#include "nascent/Dialect/NN/IR/NNOps.h.inc"

#endif // NASCENT_DIALECT_NN_IR_NNOPS_H
