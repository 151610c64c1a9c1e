//===- RunInputs.h - What a network is run on -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_RUNINPUTS_H
#define NASCENT_LIB_DRIVER_RUNINPUTS_H

#include "ReadArray.h"
#include "nascent/CInterface/NetworkInterface.h"

namespace nascent {

/// Reads the array of a file. How it was read is a remark; fails after an
/// error.
llvm::FailureOr<Array> readReported(llvm::StringRef path);

/// The binding that a first batch is, read from `paths`: "mlp=2x20xf32", or
/// "net=(2x20xf32, 2x5xf32)". Fails where a size is 0.
llvm::Expected<std::string> bindingFor(llvm::StringRef network,
                                       llvm::ArrayRef<Array> inputs,
                                       llvm::ArrayRef<std::string> paths);

/// Says of images with other channels than these types how to change them.
void remarkOnImages(llvm::ArrayRef<std::string> paths,
                    llvm::ArrayRef<Array> inputs,
                    llvm::ArrayRef<mlir::Type> types);

/// The label of the entry that takes inputs of these shapes; without any, of
/// the only one. Fails where there is none, or a choice.
llvm::Expected<std::string> chooseEntry(const NetworkInterface &network,
                                        llvm::ArrayRef<Array> inputs,
                                        llvm::ArrayRef<std::string> paths);

/// Fills an array by numbers from 0 to 1, without 1: those that PyTorch's
/// `torch.rand` gives after `torch.manual_seed(seed)`, `drawn` numbers later.
void fillRandom(llvm::MutableArrayRef<float> values, uint64_t seed,
                uint64_t drawn);

/// The same of indices from `least` on, below `limit`, as the bits of i32.
void fillRandomIndices(llvm::MutableArrayRef<float> words, int64_t least,
                       int64_t limit, uint64_t seed, uint64_t drawn);

/// Fails where an input has an index that there is not.
llvm::Error verifyIndices(const EntryInterface &entry,
                          llvm::ArrayRef<Array> inputs);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_RUNINPUTS_H
