//===- EmitReset.cpp - How a stream begins --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/CInterface/Functions.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Program/Passes.h"
#include "llvm/ADT/MapVector.h"

namespace nascent::program {

#define GEN_PASS_DEF_EMITRESET
#include "nascent/Program/Passes.h.inc"

using namespace mlir;

namespace {

/// Fills `buffer`, of `bytes` bytes of the caller's, with zeros.
void emitZeros(ImplicitLocOpBuilder &b, Value buffer, int64_t bytes) {
  int64_t count = bytes / int64_t(sizeof(int32_t));
  auto type = MemRefType::get({count}, b.getI32Type());
  Value from = arith::ConstantIndexOp::create(b, 0);
  Value to = arith::ConstantIndexOp::create(b, count);
  Value step = arith::ConstantIndexOp::create(b, 1);
  Value zero = arith::ConstantIntOp::create(b, 0, 32);
  Value words = memref::ViewOp::create(b, type, buffer, from, ValueRange());
  auto loop = scf::ForOp::create(b, from, to, step);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  memref::StoreOp::create(b, zero, words, loop.getInductionVar());
}

struct EmitResetPass : impl::EmitResetBase<EmitResetPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    llvm::MapVector<StringAttr, func::FuncOp> entries;
    for (auto entry : getOperation().getOps<func::FuncOp>()) {
      if (!entry->hasAttr(nn::kStateBytesAttrName))
        continue;
      auto network = entry->getAttrOfType<StringAttr>(nn::kNetworkAttrName);
      if (!network || bytesOf(entry) <= 0) {
        entry.emitOpError() << "has '" << nn::kStateBytesAttrName
                            << "', but not a network's name and bytes; run "
                               "nascent-emit-entry-points first";
        return signalPassFailure();
      }
      auto [it, isNew] = entries.try_emplace(network, entry);
      if (!isNew && bytesOf(it->second) != bytesOf(entry)) {
        entry.emitOpError()
            << "has a state of " << bytesOf(entry) << " bytes, but '"
            << it->second.getSymName() << "' of the same network one of "
            << bytesOf(it->second);
        return signalPassFailure();
      }
    }
    for (auto [network, entry] : entries)
      if (failed(emit(network, entry, symbols)))
        return signalPassFailure();
  }

  static int64_t bytesOf(func::FuncOp entry) {
    auto bytes = entry->getAttrOfType<IntegerAttr>(nn::kStateBytesAttrName);
    return bytes ? bytes.getInt() : 0;
  }

  static LogicalResult emit(StringAttr network, func::FuncOp entry,
                            SymbolTable &symbols) {
    ImplicitLocOpBuilder b(entry.getLoc(), entry.getContext());
    BufferTypes buffers;
    buffers.state = MemRefType::get({bytesOf(entry)}, b.getI8Type());
    auto reset = createFunction("reset", network, /*label=*/nullptr, buffers,
                                entry, symbols);
    if (failed(reset))
      return failure();
    b.setInsertionPointToStart(&reset->front());
    emitZeros(b, reset->getArgument(0), bytesOf(entry));
    func::ReturnOp::create(b);
    return success();
  }
};

} // namespace

} // namespace nascent::program
