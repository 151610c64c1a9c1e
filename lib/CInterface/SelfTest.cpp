//===- SelfTest.cpp - What a self test computes on ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/CInterface/SelfTest.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent {

/// A power of two: multiples of the spread are shifted.
static constexpr int64_t kMostSamples = 1024;

int64_t SelfTestBuffer::getSampleCount() const {
  return std::min(size, kMostSamples);
}

int64_t SelfTestBuffer::getSample(int64_t index) const {
  return size <= kMostSamples ? index : index * size / kMostSamples;
}

SelfTestWorkspace SelfTestWorkspace::of(const NetworkInterface &network) {
  SelfTestWorkspace workspace;
  auto place = [&](int64_t bytes) {
    int64_t offset = workspace.bytes;
    workspace.bytes += llvm::alignTo(bytes, nn::kBufferAlignment);
    return offset;
  };
  auto placeAll = [&](ArrayRef<RankedTensorType> types) {
    SmallVector<SelfTestBuffer> buffers;
    for (RankedTensorType type : types) {
      int64_t size = 1;
      for (int64_t dim : type.getShape())
        size *= ShapedType::isDynamic(dim) ? kSelfTestRows : dim;
      buffers.push_back({place(size * 4), size});
    }
    return buffers;
  };
  int64_t scratchBytes = 0;
  for (const EntryInterface &entry : network.entries) {
    SelfTestEntry &placed = workspace.entries.emplace_back();
    placed.inputs = placeAll(entry.inputs);
    placed.outputs = placeAll(entry.outputs);
    scratchBytes = std::max(scratchBytes, entry.scratchBytes);
  }
  workspace.scratch = place(scratchBytes);
  return workspace;
}

} // namespace nascent
