//===- nascent-params.cpp - Lists, makes and converts parameter files -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Driver/ParamsMain.h"

int main(int argc, char **argv) { return nascent::paramsMain(argc, argv); }
