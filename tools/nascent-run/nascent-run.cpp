//===- nascent-run.cpp - Runs a network -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Driver/RunMain.h"

int main(int argc, char **argv) { return nascent::runMain(argc, argv); }
