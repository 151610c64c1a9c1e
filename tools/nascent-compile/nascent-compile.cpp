//===- nascent-compile.cpp - Compiles networks to native objects ----------===//

#include "nascent/Driver/CompileMain.h"

int main(int argc, char **argv) { return nascent::compileMain(argc, argv); }
