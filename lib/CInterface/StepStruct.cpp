//===- StepStruct.cpp - What a program chooses at a step ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/CInterface/StepStruct.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

using nn::Hyperparameter;

static int64_t sizeOf(Hyperparameter::Kind kind) {
  return kind == Hyperparameter::Count ? 8 : 4;
}

StepStruct::StepStruct(nn::OptimizerAttrInterface optimizer)
    : name(("nascent_" + optimizer.getFunctionName()).str()),
      formula(optimizer.getFormula()) {
  auto add = [&](const Hyperparameter &hyperparameter) {
    int64_t size = sizeOf(hyperparameter.kind);
    int64_t offset = llvm::alignTo(bytes, size);
    fields.push_back({hyperparameter, offset});
    bytes = offset + size;
  };
  SmallVector<Hyperparameter> own = optimizer.getHyperparameters();
  for (const Hyperparameter &each : own)
    if (each.kind == Hyperparameter::Real)
      add(each);
  add({"gradient_scale", Hyperparameter::Real, 1.0});
  add({"statistics_scale", Hyperparameter::Real, 1.0});
  for (auto kind : {Hyperparameter::Flag, Hyperparameter::Count})
    for (const Hyperparameter &each : own)
      if (each.kind == kind)
        add(each);
}

const StepStruct::Field *StepStruct::lookup(StringRef wanted) const {
  for (const Field &field : fields)
    if (field.hyperparameter.name == wanted)
      return &field;
  return nullptr;
}

template <typename T>
static void put(double value, char *to) {
  T number = static_cast<T>(value);
  std::memcpy(to, &number, sizeof(T));
}

void StepStruct::write(const Field &field, double value, char *to) {
  to += field.offset;
  switch (field.hyperparameter.kind) {
  case Hyperparameter::Real:
    return put<float>(value, to);
  case Hyperparameter::Flag:
    return put<int32_t>(value, to);
  case Hyperparameter::Count:
    return put<int64_t>(value, to);
  }
}

std::string StepStruct::declare() const {
  std::string guard = StringRef(name).upper();
  std::string members;
  for (const Field &field : fields) {
    const Hyperparameter &each = field.hyperparameter;
    switch (each.kind) {
    case Hyperparameter::Real:
      members +=
          fmt::format("  float {}; /* {} */\n", each.name.str(), each.value);
      break;
    case Hyperparameter::Flag:
      members += fmt::format("  int32_t {}; /* 0 or 1 */\n", each.name.str());
      break;
    case Hyperparameter::Count:
      members +=
          fmt::format("  int64_t {}; /* 1, 2, ... */\n", each.name.str());
      break;
    }
  }
  return fmt::format(R"(#ifndef {guard}
#define {guard}
/* A step by gradients g changes parameters p, with a usual value beside each member:
{formula}
   statistics_scale is for running statistics: 1 over how many batches, and ranks, have
   been added up. */
typedef struct {{
{members}}} {name};
#endif
)",
                     fmt::arg("guard", guard), fmt::arg("formula", formula),
                     fmt::arg("members", members), fmt::arg("name", name));
}

} // namespace nascent
