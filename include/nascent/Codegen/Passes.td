//===- Passes.td - From resolved networks to loops ---------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CODEGEN_PASSES_TD
#define NASCENT_CODEGEN_PASSES_TD

include "nascent/Codegen/ParameterPasses.td"
include "nascent/Codegen/KernelPasses.td"
include "nascent/Codegen/ProgramPasses.td"
include "nascent/Codegen/LoweringPasses.td"

#endif // NASCENT_CODEGEN_PASSES_TD
