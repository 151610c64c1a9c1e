//===- nascent-compile.cpp - Compiles networks to native objects ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Driver/CompileMain.h"

int main(int argc, char **argv) { return nascent::compileMain(argc, argv); }
