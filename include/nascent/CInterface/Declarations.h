//===- Declarations.h - The table of the C interface ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whatever a program can name is an entry of this table, once: the header is
// the table's text, the functions in the IR have its names and its types, and
// what can be left out and which names must not clash are read from it.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CINTERFACE_DECLARATIONS_H
#define NASCENT_CINTERFACE_DECLARATIONS_H

#include "nascent/CInterface/NetworkInterface.h"

namespace nascent {

/// What there is one declaration of.
enum class Each { Network, Entry, Buffer, Parameter, Alias, Optimizer };

/// What a declaration is about.
struct Subject {
  const NetworkInterface &network;
  /// For `Each::Entry` and `Each::Buffer`.
  const EntryInterface *entry = nullptr;
  /// For `Each::Buffer`, an input or output of the entry.
  std::string buffer = {};
  mlir::RankedTensorType type = {};
  /// For `Each::Parameter` and `Each::Alias`; of the latter, the owner.
  const ParameterInterface *parameter = nullptr;
  std::string alias = {};
  /// For `Each::Optimizer`.
  nn::OptimizerAttrInterface optimizer = {};
};

/// A macro, enumerator, table or function.
struct Declaration {
  /// What a function or table is called after its network: "init". For others,
  /// what tells them apart.
  llvm::StringLiteral name;
  Each each;
  /// Whether `--without` may leave it out.
  bool isOptional;
  /// Whether there is one, where it is not left out; null if always.
  bool (*exists)(const Subject &);
  /// Stands before the first of a group of declarations; empty for the others
  /// of the group, which it speaks of, too.
  llvm::StringLiteral comment;
  /// As it stands in the header; what is in braces is of the subject.
  llvm::StringLiteral text;
};

/// What a network has, in the header's order; then, likewise, what each of its
/// entries has.
llvm::ArrayRef<Declaration> networkDeclarations();
llvm::ArrayRef<Declaration> entryDeclarations();

/// The function or table called `name`, which there is.
const Declaration &getDeclaration(llvm::StringRef name);

/// What a program may do without, as `--without` names it.
llvm::SmallVector<llvm::StringRef> optionalDeclarations();

/// Whether the object has it.
bool exists(const Declaration &declaration, const Subject &subject);

/// Calls `visit` with whatever there is one declaration of in a network.
void forEach(Each each, const NetworkInterface &network,
             llvm::function_ref<void(const Subject &)> visit);

/// What a function or table is called in C, and in the IR; `entry` is the label
/// of the binding, or the optimiser, that it is for.
std::string symbolName(const Declaration &declaration, llvm::StringRef network,
                       llvm::StringRef entry = "");
/// The identifier that a declaration declares.
std::string identifier(const Declaration &declaration, const Subject &subject);

/// A declaration's comment or text, filled in.
std::string render(llvm::StringRef text, const Subject &subject);

/// A name as it can stand in a comment of the header.
std::string inComment(llvm::StringRef name);

/// The arguments of a function, as the table has them: "void *parameters",
/// "{inputs}".
llvm::SmallVector<llvm::StringRef> argumentsOf(const Declaration &function);

} // namespace nascent

#endif // NASCENT_CINTERFACE_DECLARATIONS_H
