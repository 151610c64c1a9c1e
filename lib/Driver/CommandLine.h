//===- CommandLine.h - The command line of a tool ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_COMMANDLINE_H
#define NASCENT_LIB_DRIVER_COMMANDLINE_H

#include "nascent/Import/ImportedNetwork.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/LogicalResult.h"

namespace nascent {

namespace cl = llvm::cl;

/// Parses the options that are registered; exits after an error, or where help
/// is asked for. `@file` stands for more arguments, but not where an option's
/// value is due: `--bind @w.safetensors`. With `errors`, what is wrong is
/// written there, and false is returned.
bool parseCommandLine(int argc, char **argv, llvm::StringRef overview,
                      llvm::raw_ostream *errors = nullptr);

/// Fails, after an error that says which words there are, unless one is `word`.
bool refuseUnknown(cl::Option &option, const cl::generic_parser_base &words,
                   llvm::StringRef word);

template <typename T>
struct WordParser : cl::parser<T> {
  using cl::parser<T>::parser;
  bool parse(cl::Option &option, llvm::StringRef name, llvm::StringRef word,
             T &value) {
    return refuseUnknown(option, *this, word) ||
           cl::parser<T>::parse(option, name, word, value);
  }
};

/// An option that is one of several words.
template <typename T>
using WordOption = cl::opt<T, /*ExternalStorage=*/false, WordParser<T>>;

/// Makes room for an option that the shared LLVM has, too.
void removeForeignOption(llvm::StringRef name);

/// Writes an error of `tool`, on one line, and fails, unless it is none.
llvm::LogicalResult reportError(llvm::Error error, llvm::StringRef tool);

/// Writes a line to standard output, before what may go wrong next.
void sayLine(const std::string &line);

/// Writes what `tool` has to say of files that it read or writes.
void reportRemarks(llvm::ArrayRef<std::string> remarks, llvm::StringRef tool);

/// Writes what `tool` found in an imported file, each on one line.
void reportFindings(const ImportedNetwork &network, llvm::StringRef tool);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_COMMANDLINE_H
