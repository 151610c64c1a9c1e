//===- CommandLine.cpp - The command line of a tool -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CommandLine.h"
#include "nascent/Support/Quote.h"
#include "nascent/Support/Spelling.h"
#include "nascent/Support/StandardOutput.h"
#include "nascent/Support/Version.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/StringSaver.h"
#include "llvm/Support/WithColor.h"

namespace nascent {

/// Whether the next argument is the value of this one.
static bool awaitsValue(llvm::StringRef argument) {
  if (!argument.consume_front("-"))
    return false;
  argument.consume_front("-");
  return llvm::any_of(
      cl::getRegisteredSubcommands(), [&](cl::SubCommand *command) {
        cl::Option *option = command->OptionsMap.lookup(argument);
        return option && option->getValueExpectedFlag() == cl::ValueRequired;
      });
}

bool parseCommandLine(int argc, char **argv, llvm::StringRef overview,
                      llvm::raw_ostream *errors) {
  reportLostOutput();
  registerVersion();
  llvm::BumpPtrAllocator allocator;
  llvm::StringSaver saver(allocator);
  llvm::SmallVector<const char *> arguments;
  for (int i = 0; i < argc; ++i) {
    llvm::StringRef argument = argv[i];
    bool isJoined =
        i + 1 < argc && argv[i + 1][0] == '@' && awaitsValue(argument);
    arguments.push_back(isJoined ? saver.save(argument + "=" + argv[++i]).data()
                                 : argv[i]);
  }
  std::string text;
  llvm::raw_string_ostream os(text);
  bool isParsed = cl::ParseCommandLineOptions(arguments.size(),
                                              arguments.data(), overview, &os);
  // The value of an option that is unknown is not a file too many.
  llvm::StringRef told = text;
  size_t tooMany = told.find(": Too many positional");
  if (told.find(": Unknown ") < tooMany)
    told = told.take_front(told.rfind('\n', tooMany) + 1);
  (errors ? *errors : llvm::errs()) << told;
  if (!isParsed && !errors)
    exit(1);
  return isParsed;
}

bool refuseUnknown(cl::Option &option, const cl::generic_parser_base &words,
                   llvm::StringRef word) {
  llvm::SmallVector<llvm::StringRef> known;
  for (unsigned i = 0; i != words.getNumOptions(); ++i)
    known.push_back(words.getOption(i));
  return !llvm::is_contained(known, word) &&
         option.error("expected " + llvm::join(known, ", ") + ", got '" + word +
                      "'" + didYouMean(word, known));
}

void removeForeignOption(llvm::StringRef name) {
  if (cl::Option *other = cl::getRegisteredOptions().lookup(name))
    other->removeArgument();
}

llvm::LogicalResult reportError(llvm::Error error, llvm::StringRef tool) {
  if (!error)
    return llvm::success();
  // What was printed so far comes before.
  llvm::outs().flush();
  llvm::handleAllErrors(std::move(error), [&](const llvm::ErrorInfoBase &each) {
    llvm::WithColor::error(llvm::errs(), tool)
        << printable(each.message()) << "\n";
  });
  return llvm::failure();
}

void sayLine(const std::string &line) {
  llvm::outs() << line << "\n";
  llvm::outs().flush();
}

void reportRemarks(llvm::ArrayRef<std::string> remarks, llvm::StringRef tool) {
  for (const std::string &remark : remarks)
    llvm::WithColor::remark(llvm::errs(), tool) << printable(remark) << "\n";
}

void reportFindings(const ImportedNetwork &network, llvm::StringRef tool) {
  for (const std::string &warning : network.warnings)
    llvm::WithColor::warning(llvm::errs(), tool) << warning << "\n";
  for (const std::string &remark : network.remarks)
    llvm::WithColor::remark(llvm::errs(), tool) << remark << "\n";
}

} // namespace nascent
