//===- Ranks.cpp - Processes that train together --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Nothing is linked to MPI: programs run where there is none. What its header
// says of handles is said here, therefore, and is Open MPI's alone.
//
//===----------------------------------------------------------------------===//

#include "nascent/Execution/Ranks.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <unistd.h>
#include <vector>

namespace nascent {

/// How many processes a launcher says that it has started.
static int64_t countIn(const char *variable) {
  const char *text = std::getenv(variable);
  int64_t count = 0;
  return text && !llvm::StringRef(text).getAsInteger(10, count) ? count : 0;
}

llvm::Expected<Ranks> Ranks::join() {
  Ranks ranks;
  if (countIn("OMPI_COMM_WORLD_SIZE") > 1) {
    if (llvm::Error error = ranks.load())
      return error;
  } else if (countIn("PMI_SIZE") > 1 || countIn("SLURM_STEP_NUM_TASKS") > 1 ||
             std::getenv("PMIX_RANK")) {
    return llvm::createStringError(
        "expected to be started by Open MPI's mpirun, found another launcher; "
        "use mpirun, or start one process by itself");
  }
  return ranks;
}

llvm::Error Ranks::load() {
  std::string why;
  llvm::sys::DynamicLibrary library;
  for (const char *name : {"libmpi.so.40", "libmpi.so"})
    if (!library.isValid())
      library = llvm::sys::DynamicLibrary::getPermanentLibrary(name, &why);
  if (!library.isValid())
    return llvm::createStringError(
        "mpirun has started several ranks, but Open MPI's library cannot be "
        "loaded: " +
        why);
  bool isComplete = true;
  auto find = [&](const char *name) {
    void *address = library.getAddressOfSymbol(name);
    isComplete &= address != nullptr;
    return address;
  };
  auto initialize =
      reinterpret_cast<int (*)(int *, char ***)>(find("MPI_Init"));
  auto ask = [&](const char *name) {
    return reinterpret_cast<int (*)(void *, int *)>(find(name));
  };
  auto askRank = ask("MPI_Comm_rank"), askSize = ask("MPI_Comm_size");
  reduce = reinterpret_cast<decltype(reduce)>(find("MPI_Allreduce"));
  exchange = reinterpret_cast<decltype(exchange)>(find("MPI_Sendrecv"));
  finalize = reinterpret_cast<decltype(finalize)>(find("MPI_Finalize"));
  abort = reinterpret_cast<decltype(abort)>(find("MPI_Abort"));
  world = find("ompi_mpi_comm_world");
  addition = find("ompi_mpi_op_sum");
  floatType = find("ompi_mpi_float");
  doubleType = find("ompi_mpi_double");
  if (!isComplete)
    return llvm::createStringError(
        "mpirun has started several ranks, but libmpi.so is not Open MPI's");
  int own = 0, all = 1;
  if (initialize(nullptr, nullptr) != 0 || askRank(world, &own) != 0 ||
      askSize(world, &all) != 0)
    return llvm::createStringError("Open MPI cannot be initialised");
  rank = own;
  count = all;
  return llvm::Error::success();
}

/// MPI counts by int.
static constexpr size_t kMost = size_t(1) << 30;

llvm::Error Ranks::sum(void *numbers, size_t count, size_t bytesEach,
                       void *type) const {
  // This address is Open MPI's MPI_IN_PLACE.
  void *inPlace = reinterpret_cast<void *>(1);
  auto *next = static_cast<char *>(numbers);
  for (size_t part; areSeveral() && count != 0; count -= part) {
    part = std::min(count, kMost);
    if (reduce(inPlace, next, int(part), type, addition, world) != 0)
      return llvm::createStringError("MPI cannot add up what ranks have");
    next += part * bytesEach;
  }
  return llvm::Error::success();
}

llvm::Error Ranks::sumInPairs(llvm::MutableArrayRef<float> numbers) const {
  std::vector<float> theirs(numbers.size());
  for (int64_t distance = 1; distance < count; distance *= 2) {
    int other = int(rank ^ distance);
    for (size_t first = 0; first < theirs.size(); first += kMost) {
      int part = int(std::min(theirs.size() - first, kMost));
      if (exchange(numbers.data() + first, part, floatType, other, /*tag=*/0,
                   theirs.data() + first, part, floatType, other, /*tag=*/0,
                   world, /*status=*/nullptr) != 0)
        return llvm::createStringError("MPI cannot exchange what ranks have");
    }
    for (auto [number, their] : llvm::zip_equal(numbers, theirs))
      number += their;
  }
  return llvm::Error::success();
}

llvm::Error Ranks::mute() {
  if (isFirst())
    return llvm::Error::success();
  kept = std::tmpfile();
  errors = dup(STDERR_FILENO);
  if (!std::freopen("/dev/null", "w", stdout) || !kept || errors < 0 ||
      dup2(fileno(kept), STDERR_FILENO) < 0)
    return llvm::createStringError("cannot keep what a rank writes");
  return llvm::Error::success();
}

void Ranks::unmute() const {
  if (!kept)
    return;
  dup2(errors, STDERR_FILENO);
  std::rewind(kept);
  char bytes[4096];
  while (size_t size = std::fread(bytes, 1, sizeof(bytes), kept))
    llvm::errs() << llvm::StringRef(bytes, size);
}

bool Ranks::hasAnyFailed(bool hasFailed) const {
  if (!areSeveral())
    return hasFailed;
  std::vector<double> failures(count);
  failures[rank] = hasFailed;
  llvm::consumeError(sum(failures));
  auto first = std::find_if(failures.begin(), failures.end(),
                            [](double each) { return each != 0; });
  if (first == failures.begin() + rank)
    unmute();
  return hasFailed || first != failures.end();
}

void Ranks::leave() const {
  if (areSeveral())
    finalize();
}

void Ranks::abortAll() const {
  if (!areSeveral())
    return;
  // What all have come to the first rank says; it then ends this one.
  if (!isFirst())
    std::this_thread::sleep_for(std::chrono::seconds(5));
  unmute();
  abort(world, 1);
}

} // namespace nascent
