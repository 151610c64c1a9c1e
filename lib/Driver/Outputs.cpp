//===- Outputs.cpp - Files that the compiler writes -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Outputs.h"
#include "nascent/Support/OutputFile.h"
#include "llvm/Support/Path.h"

namespace nascent {

std::string headerPath(llvm::StringRef object) {
  llvm::StringRef extension = llvm::sys::path::extension(object);
  if (extension == ".o" || extension == ".obj")
    object = object.drop_back(extension.size());
  return (object + ".h").str();
}

std::string libraryPath(llvm::StringRef module) {
  llvm::SmallString<128> path = llvm::sys::path::parent_path(module);
  llvm::sys::path::append(path, "lib" + llvm::sys::path::stem(module) + ".so");
  return path.str().str();
}

static void protectInputs(const CompileCommandLine &options,
                          OutputFiles &files) {
  files.protect(options.input);
  for (llvm::StringRef text : options.bindings)
    files.protect(text.split("=@").second);
  for (llvm::StringRef text : options.parameterFiles) {
    files.protect(text);
    files.protect(text.split('=').second);
  }
}

llvm::Error
writeOutputs(const CompileCommandLine &options,
             llvm::ArrayRef<std::pair<std::string, OutputWriter>> writers) {
  OutputFiles files;
  protectInputs(options, files);
  for (const auto &[path, writer] : writers) {
    auto write = [&writer = writer](llvm::raw_ostream &os) {
      writer(os);
      return llvm::Error::success();
    };
    if (llvm::Error error = files.add(path, write))
      return error;
  }
  return files.commit();
}

} // namespace nascent
