//===- HeaderCpp.cpp - The C++ header of an object ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The C header comes first, so that this one has no file beside it to find. A
// network is a namespace: whatever it is called, no name inside clashes.
//
//===----------------------------------------------------------------------===//

#include "nascent/CInterface/HeaderCpp.h"
#include "CppWriters.h"
#include "nascent/CInterface/Declarations.h"
#include "nascent/Support/CName.h"
#include "llvm/Support/xxhash.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

static constexpr llvm::StringLiteral kShared =
#include "nascent_span.hpp.inc"
    ;

llvm::Error verifyForCpp(ArrayRef<NetworkInterface> interfaces) {
  for (const NetworkInterface &network : interfaces) {
    if (isReservedWord(mangle(network.name)))
      return llvm::createStringError(
          "network '" + network.name +
          "': a namespace of C++ cannot have this name; rename the network");
  }
  return llvm::Error::success();
}

/// Whether the scratch of some entry is of a known size.
static bool hasScratch(const NetworkInterface &network) {
  return llvm::any_of(network.entries, [](const EntryInterface &entry) {
    return !entry.hasOpenSizes();
  });
}

static void writeClass(const NetworkInterface &network,
                       const std::string &methods, llvm::raw_ostream &os) {
  bool hasWeights = network.weights != nullptr;
  os << fmt::format(R"(
/* The network with all that forward needs, by value: a static object, a member,
   or an object on a stack or heap that has room for it.{} */
class Network {{
public:
)",
                    hasWeights ? "\n   Its parameters are the trained ones."
                               : "");
  StringRef reset = network.isStream ? " reset(); " : "";
  if (network.isStream)
    os << "  Network() NASCENT_NONBLOCKING { reset(); }\n";
  else if (!hasWeights)
    os << "  Network() noexcept = default;\n";
  if (!hasWeights && exists(getDeclaration("init"), {network}))
    os << fmt::format(
        R"(  explicit Network(std::uint64_t seed) NASCENT_NONBLOCKING {{
    parameters.init(seed);{}
  }}
)",
        reset.rtrim().str());
  os << "\n" << methods;
  if (network.isStream)
    os << fmt::format("  void reset() NASCENT_NONBLOCKING {{ "
                      "::nascent::{}::reset(state); }}\n",
                      mangle(network.name));
  os << "\n";
  if (!hasWeights)
    os << "  Parameters parameters;\n";
  if (hasScratch(network))
    os << "  Scratch scratch;\n";
  if (network.isStream)
    os << "  State state;\n";
  os << "};\n";
}

static void writeNamespace(const NetworkInterface &network,
                           llvm::raw_ostream &os) {
  std::string net = mangle(network.name);
  os << fmt::format(
      "\n/* ---- network {} ---- */\n\nnamespace nascent::{} {{\n",
      inComment(network.name), net);
  writeCppParameters(network, os);
  int64_t scratchBytes = 0;
  for (const EntryInterface &entry : network.entries) {
    writeCppBuffers(entry, os);
    scratchBytes = std::max(scratchBytes, entry.scratchBytes);
  }
  if (hasScratch(network))
    os << fmt::format(R"(
/* Scratch, enough for each forward function. */
struct Scratch {{
  alignas(alignment) unsigned char bytes[{}];
}};
)",
                      scratchBytes);
  if (network.isStream)
    os << fmt::format(R"(
inline constexpr std::size_t state_bytes = {0};

/* What a block leaves for the next; a copy is a state, too. */
struct State {{
  alignas(alignment) unsigned char bytes[{0}];
}};

/* As {1}. */
inline void reset(State &state) NASCENT_NONBLOCKING {{ ::{1}(state.bytes); }}
)",
                      network.stateBytes,
                      symbolName(getDeclaration("reset"), network.name));
  std::string methods;
  for (const EntryInterface &entry : network.entries)
    methods += writeCppFunctions(network, entry, os);
  writeClass(network, methods, os);
  os << fmt::format("\n}} // namespace nascent::{}\n", net);
}

void writeHeaderCpp(ArrayRef<NetworkInterface> interfaces,
                    const HeaderOrigin &origin, llvm::raw_ostream &os) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << kShared;
  for (const NetworkInterface &network : interfaces)
    writeNamespace(network, stream);
  writeHeader(interfaces, origin, os);
  os << fmt::format(R"(
/* The same for C++17 and later. Nothing throws, and nothing allocates. */
#ifndef NASCENT_{guard:016X}_HPP
#define NASCENT_{guard:016X}_HPP
{text}
#endif /* NASCENT_{guard:016X}_HPP */
)",
                    fmt::arg("guard", llvm::xxh3_64bits(text)),
                    fmt::arg("text", text));
}

} // namespace nascent
