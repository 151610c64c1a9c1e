//===- nascent-import-onnx.cpp - Imports ONNX models --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Driver/ImportMain.h"

int main(int argc, char **argv) { return nascent::importMain(argc, argv); }
