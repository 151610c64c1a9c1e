//===- ParameterFind.cpp - Parameters by their names ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All names lie one after the other in one constant, each with its 0, so that
// the object needs no pointer that a loader would have to relocate.
//
//===----------------------------------------------------------------------===//

#include "ParameterFind.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/CInterface/Functions.h"

namespace nascent::parameters {

using namespace mlir;

namespace {

/// Where each name starts, and which parameter it is of.
struct Names {
  SmallVector<int8_t> characters;
  SmallVector<int64_t> entries;

  void add(StringRef name, int64_t parameter) {
    entries.append({int64_t(characters.size()), parameter});
    characters.append(name.begin(), name.end());
    characters.push_back(0);
  }
};

class FindEmitter {
public:
  FindEmitter(nn::SequentialOp network, SymbolTable &symbols)
      : network(network), symbols(symbols),
        b(network.getLoc(), network.getContext()) {}

  LogicalResult emit(const Names &names);

private:
  template <typename T>
  Value createGlobal(StringRef suffix, ArrayRef<int64_t> shape, Type type,
                     ArrayRef<T> values);
  Value load(Value buffer, ValueRange indices) {
    return memref::LoadOp::create(b, buffer, indices);
  }
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }
  Value isEqual(Value x, Value y) {
    return arith::CmpIOp::create(b, arith::CmpIPredicate::eq, x, y);
  }
  /// Whether the string at `start` of the names is the argument's.
  Value emitComparison(Value names, Value start, Value argument);

  nn::SequentialOp network;
  SymbolTable &symbols;
  ImplicitLocOpBuilder b;
};

template <typename T>
Value FindEmitter::createGlobal(StringRef suffix, ArrayRef<int64_t> shape,
                                Type type, ArrayRef<T> values) {
  OpBuilder atModule(network);
  auto global = memref::GlobalOp::create(
      atModule, network.getLoc(), network.getSymName().str() + suffix.str(),
      b.getStringAttr("private"), MemRefType::get(shape, type),
      DenseElementsAttr::get(RankedTensorType::get(shape, type), values),
      /*constant=*/true, /*alignment=*/IntegerAttr());
  symbols.insert(global);
  return memref::GetGlobalOp::create(b, global.getType(), global.getSymName());
}

Value FindEmitter::emitComparison(Value names, Value start, Value argument) {
  auto pair = [&](Value at) {
    Value position = arith::AddIOp::create(b, start, at);
    Value own = load(names, position), given = load(argument, at);
    return std::pair(own, given);
  };
  // Goes to the first difference or to the end, where both are equal.
  auto loop = scf::WhileOp::create(
      b, b.getIndexType(), index(0),
      [&](OpBuilder &, Location, ValueRange at) {
        auto [own, given] = pair(at[0]);
        Value none = arith::ConstantOp::create(b, b.getI8IntegerAttr(0));
        Value same = isEqual(own, given);
        Value more =
            arith::CmpIOp::create(b, arith::CmpIPredicate::ne, own, none);
        scf::ConditionOp::create(b, arith::AndIOp::create(b, same, more), at);
      },
      [&](OpBuilder &, Location, ValueRange at) {
        scf::YieldOp::create(
            b, ValueRange{arith::AddIOp::create(b, at[0], index(1))});
      });
  auto [own, given] = pair(loop.getResult(0));
  return isEqual(own, given);
}

LogicalResult FindEmitter::emit(const Names &names) {
  FailureOr<func::FuncOp> function =
      createFunction("find", network.getSymNameAttr(), /*label=*/{}, {},
                     network, symbols, network->getIterator());
  if (failed(function))
    return failure();
  b.setInsertionPointToStart(&function->front());
  int64_t count = names.entries.size() / 2;
  Value characters =
      createGlobal<int8_t>(".names", int64_t(names.characters.size()),
                           b.getI8Type(), names.characters);
  Value entries = createGlobal<int64_t>(".name_entries", {count, 2},
                                        b.getI64Type(), names.entries);
  Value unknown = arith::ConstantOp::create(b, b.getI32IntegerAttr(-1));
  Value zero = index(0), end = index(count), one = index(1);
  auto loop = scf::ForOp::create(b, zero, end, one, unknown);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value at = loop.getInductionVar();
    Value start = arith::IndexCastOp::create(
        b, b.getIndexType(), load(entries, ValueRange{at, index(0)}));
    Value parameter = arith::TruncIOp::create(
        b, b.getI32Type(), load(entries, ValueRange{at, index(1)}));
    Value found = arith::SelectOp::create(
        b, emitComparison(characters, start, function->getArgument(0)),
        parameter, loop.getRegionIterArgs()[0]);
    scf::YieldOp::create(b, found);
  }
  func::ReturnOp::create(b, loop.getResults());
  return success();
}

} // namespace

LogicalResult createFind(nn::SequentialOp network, SymbolTable &symbols,
                         ArrayRef<nn::NetworkParameter> parameters) {
  Names names;
  for (auto [index, parameter] : llvm::enumerate(parameters)) {
    names.add(parameter.name, index);
    for (const std::string &alias : parameter.aliases)
      names.add(alias, index);
  }
  return FindEmitter(network, symbols).emit(names);
}

} // namespace nascent::parameters
