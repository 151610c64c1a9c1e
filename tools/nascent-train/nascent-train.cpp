//===- nascent-train.cpp - Trains a network -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Driver/TrainMain.h"

int main(int argc, char **argv) { return nascent::trainMain(argc, argv); }
