//===- nascent-params.cpp - Lists, makes and converts parameter files -----===//

#include "nascent/Driver/ParamsMain.h"

int main(int argc, char **argv) { return nascent::paramsMain(argc, argv); }
