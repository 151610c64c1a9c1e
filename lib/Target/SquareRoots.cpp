//===- SquareRoots.cpp - Square roots without an instruction --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Target/SquareRoots.h"
#include "llvm/CodeGen/TargetLowering.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/IR/IRBuilder.h"
#include <limits>

using namespace llvm;

namespace nascent {

namespace {

/// Emits a function of one argument, which is f32 or a vector of it.
class RootEmitter {
public:
  explicit RootEmitter(Function &function)
      : function(function), b(function.getContext()),
        floatType(function.getReturnType()),
        intType(floatType->getWithNewType(b.getInt32Ty())) {}

  void emit();

private:
  Constant *f32(float value) { return ConstantFP::get(floatType, value); }
  Constant *i32(uint32_t value) { return ConstantInt::get(intType, value); }

  /// √m in units of 2⁻²⁴, rounded down, for a number of [1, 4) in such units: a
  /// digit at a time, as by hand. It has one bit more than a float.
  Value *emitDigits(Value *number);

  Function &function;
  IRBuilder<> b;
  Type *floatType, *intType;
};

} // namespace

Value *RootEmitter::emitDigits(Value *number) {
  BasicBlock *before = b.GetInsertBlock();
  BasicBlock *loop = BasicBlock::Create(b.getContext(), "digit", &function);
  BasicBlock *after = BasicBlock::Create(b.getContext(), "", &function);
  b.CreateBr(loop);
  b.SetInsertPoint(loop);
  auto carried = [&](Type *type, Value *initial) {
    PHINode *phi = b.CreatePHI(type, 2);
    phi->addIncoming(initial, before);
    return phi;
  };
  PHINode *rest = carried(intType, number), *root = carried(intType, i32(0)),
          *digit = carried(b.getInt32Ty(), b.getInt32(0x01000000));
  Value *digits = digit;
  if (auto *vector = dyn_cast<VectorType>(intType))
    digits = b.CreateVectorSplat(vector->getElementCount(), digit);
  // (root + digit)² − root², in units that make it a sum: `rest` is doubled
  // with each digit instead.
  Value *taken = b.CreateAdd(b.CreateShl(root, 1), digits);
  Value *fits = b.CreateICmpULE(taken, rest);
  Value *nextRest = b.CreateSelect(fits, b.CreateSub(rest, taken), rest);
  nextRest = b.CreateShl(nextRest, 1);
  Value *nextRoot = b.CreateSelect(fits, b.CreateAdd(root, digits), root);
  Value *nextDigit = b.CreateLShr(digit, 1);
  rest->addIncoming(nextRest, loop);
  root->addIncoming(nextRoot, loop);
  digit->addIncoming(nextDigit, loop);
  b.CreateCondBr(b.CreateICmpEQ(nextDigit, b.getInt32(0)), after, loop);
  b.SetInsertPoint(after);
  return nextRoot;
}

void RootEmitter::emit() {
  b.SetInsertPoint(BasicBlock::Create(b.getContext(), "", &function));
  Value *x = function.getArg(0);
  // Subnormal numbers are multiplied by 2²⁴, and their roots by 2⁻¹².
  Value *isSmall = b.CreateFCmpOLT(x, f32(0x1p-126f));
  Value *normal = b.CreateSelect(isSmall, b.CreateFMul(x, f32(0x1p24f)), x);
  // It is m·2ᵉ, m being of [1, 4) and e even.
  Value *bits = b.CreateBitCast(normal, intType);
  Value *exponent = b.CreateSub(b.CreateLShr(bits, 23), i32(127));
  Value *m = b.CreateAnd(bits, i32(0x007fffff));
  m = b.CreateOr(m, i32(0x00800000));
  Value *isOdd = b.CreateAnd(exponent, i32(1));
  m = b.CreateShl(m, b.CreateAdd(isOdd, i32(1)));
  Value *root = emitDigits(m);
  // No root ends in the last bit, half a unit: its square would be longer than
  // m. So that bit alone rounds.
  root = b.CreateLShr(b.CreateAdd(root, b.CreateAnd(root, i32(1))), 1);
  // The leading bit of the root adds 1 to the exponent.
  Value *biased = b.CreateAdd(b.CreateAShr(exponent, 1), i32(126));
  root = b.CreateAdd(root, b.CreateShl(biased, 23));
  root = b.CreateBitCast(root, floatType);
  root = b.CreateSelect(isSmall, b.CreateFMul(root, f32(0x1p-12f)), root);
  // 0, −0, infinity and NaN are their own roots.
  Constant *infinity = f32(std::numeric_limits<float>::infinity());
  Value *isPositive = b.CreateFCmpOGT(x, f32(0.0f));
  Value *isFinite = b.CreateFCmpOLT(x, infinity);
  root = b.CreateSelect(b.CreateAnd(isPositive, isFinite), root, x);
  Value *isNegative = b.CreateFCmpOLT(x, f32(0.0f));
  b.CreateRet(b.CreateSelect(isNegative, ConstantFP::getNaN(floatType), root));
}

static bool hasRoots(const Function &function, const TargetMachine &machine) {
  return machine.getSubtargetImpl(function)
      ->getTargetLowering()
      ->isOperationLegalOrCustom(ISD::FSQRT, MVT::f32);
}

void expandSquareRoots(Module &module, const TargetMachine &machine) {
  for (Function &intrinsic : make_early_inc_range(module)) {
    if (intrinsic.getIntrinsicID() != Intrinsic::sqrt ||
        !intrinsic.getReturnType()->getScalarType()->isFloatTy() ||
        intrinsic.use_empty())
      continue;
    Function &caller = *cast<CallBase>(*intrinsic.user_begin())->getFunction();
    if (hasRoots(caller, machine))
      continue;
    Function *root =
        Function::Create(intrinsic.getFunctionType(), Function::InternalLinkage,
                         "nascent.root", module);
    root->addFnAttrs(
        AttrBuilder(module.getContext(), caller.getAttributes().getFnAttrs()));
    RootEmitter(*root).emit();
    intrinsic.replaceAllUsesWith(root);
    intrinsic.eraseFromParent();
  }
}

} // namespace nascent
