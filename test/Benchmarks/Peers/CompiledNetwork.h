//===- CompiledNetwork.h - A network of ours, compiled and loaded ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_PEERS_COMPILEDNETWORK_H
#define NASCENT_BENCHMARKS_PEERS_COMPILEDNETWORK_H

#include "Contestant.h"

namespace nascent::bench {

/// A shared object, loaded.
class Library {
public:
  explicit Library(const std::string &path);
  Library(const Library &) = delete;
  Library &operator=(const Library &) = delete;
  ~Library();

  template <typename Function>
  Function *function(const std::string &name) const {
    return reinterpret_cast<Function *>(find(name));
  }

private:
  void *find(const std::string &name) const;

  void *handle;
};

/// A task's network with its parameters. It is written as text, compiled to an
/// object, made a shared one and loaded, as a user without a build of the
/// compiler's own would.
class CompiledNetwork {
public:
  /// `variant` tells its files from those of the network compiled otherwise,
  /// `flags` are the compiler's, `libraries` what the object is linked to.
  CompiledNetwork(const Task &task, const std::string &variant,
                  const std::string &flags, const std::string &libraries = "");

  const Library &getLibrary() const { return library; }
  /// A number that the header defines.
  int64_t macro(const std::string &suffix) const;
  float *getParameters() { return parameters.data(); }
  const float *getParameters() const { return parameters.data(); }
  float *getScratch() { return scratch.data(); }

private:
  std::string base;
  Library library;
  Buffer parameters, scratch;
};

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_PEERS_COMPILEDNETWORK_H
