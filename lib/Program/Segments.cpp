//===- Segments.cpp - Layers that take equally many rows at a time --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Segments.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Kernels/NetworkFunctions.h"

using namespace mlir;

namespace nascent::program {

using kernels::Walk;

namespace {

/// Kernels of one kind that follow each other.
struct Run {
  Walk walk;
  Operation *first;
  int64_t parameterBytes;
};

int64_t bytesOf(Type type) {
  auto shaped = cast<ShapedType>(type);
  return shaped.getNumElements() * shaped.getElementTypeBitWidth() / 8;
}

int64_t bytesOfParameters(nn::LaunchOp launch) {
  int64_t bytes = 0;
  for (Type type : launch.getParameters().getTypes())
    bytes += bytesOf(type);
  return bytes;
}

/// Appends a run. Kernels that may be walked in any way join their neighbours.
void append(SmallVector<Run> &runs, const Run &run) {
  bool joins = !runs.empty() &&
               (run.walk == Walk::Any || runs.back().walk == Walk::Any ||
                run.walk == runs.back().walk);
  if (!joins)
    return runs.push_back(run);
  if (runs.back().walk == Walk::Any)
    runs.back().walk = run.walk;
  runs.back().parameterBytes += run.parameterBytes;
}

/// Whether each segment that uses `op` has one of its own.
bool isEverywhere(Operation &op) {
  return isa<nn::LoadOpInterface>(op) || kernels::isSize(&op) ||
         kernels::isTable(&op);
}

class Cutter {
public:
  Cutter(func::FuncOp function, const BatchRows &batch,
         const kernels::VectorTarget &target)
      : function(function), batch(batch), target(target) {}

  SmallVector<Segment, 0> cut(const SmallVector<Run> &runs);
  /// Those of which some are worth segments of their own.
  SmallVector<Run> findRuns();

private:
  /// Of each run, the bytes of one row that lie between what comes before it
  /// and the rest. None where something between has no rows.
  SmallVector<std::optional<int64_t>> countBetween(ArrayRef<Run> runs);
  /// Whether a run of weights is, with so many bytes where each run begins.
  bool isWorthIt(ArrayRef<Run> runs, size_t index,
                 ArrayRef<std::optional<int64_t>> between);
  void findSegments(const SmallVector<Run> &runs);
  /// Names values that are in memory, and notes where they are written.
  void nameValues();
  void nameOutputs();
  /// The segments that need what is there for each of them.
  llvm::SmallSetVector<size_t, 2> findUsers(Operation &op);
  void add(size_t index, Operation &op);
  /// Finds what segments consist of, and read.
  void collect();

  func::FuncOp function;
  const BatchRows &batch;
  const kernels::VectorTarget &target;
  SmallVector<Segment, 0> segments;
  /// The segment that each operation is in, if it is in one only.
  llvm::DenseMap<Operation *, size_t> places;
  llvm::DenseMap<Value, std::string> names;
};

SmallVector<Run> Cutter::findRuns() {
  SmallVector<Run> runs, worthy;
  for (auto launch : function.front().getOps<nn::LaunchOp>()) {
    RowBytes bytes = batch.getRowBytes(launch);
    int64_t parameters = bytesOfParameters(launch);
    append(runs, {kernels::chooseWalk(bytes.all, bytes.image, parameters),
                  launch, parameters});
  }
  SmallVector<std::optional<int64_t>> between = countBetween(runs);
  for (auto [index, run] : llvm::enumerate(runs)) {
    bool stays = run.walk != Walk::Weights || isWorthIt(runs, index, between);
    append(worthy,
           {stays ? run.walk : Walk::Any, run.first, run.parameterBytes});
  }
  return worthy;
}

SmallVector<std::optional<int64_t>> Cutter::countBetween(ArrayRef<Run> runs) {
  // What comes before the first kernel belongs to it.
  llvm::DenseMap<Operation *, size_t> runOf;
  size_t last = 0;
  for (Operation &op : function.front()) {
    if (last + 1 < runs.size() && &op == runs[last + 1].first)
      ++last;
    runOf[&op] = last;
  }
  // By how much each run has more than the one before.
  SmallVector<int64_t> bytes(runs.size() + 1), withoutRows(runs.size() + 1);
  for (Operation &op : function.front()) {
    if (isEverywhere(op))
      continue;
    size_t made = runOf[&op];
    for (Value value : op.getResults()) {
      size_t used = made;
      for (Operation *user : value.getUsers())
        if (!kernels::isSize(user))
          used = std::max(used, runOf.lookup(user));
      if (used == made)
        continue;
      bool hasRows = batch.hasRows(value);
      int64_t more = hasRows ? bytesOf(batch.getType(value, 1)) : 1;
      auto &changes = hasRows ? bytes : withoutRows;
      changes[made + 1] += more;
      changes[used + 1] -= more;
    }
  }
  SmallVector<std::optional<int64_t>> between;
  int64_t sum = 0, numWithoutRows = 0;
  for (size_t index = 0; index < runs.size(); ++index) {
    sum += bytes[index];
    numWithoutRows += withoutRows[index];
    between.push_back(numWithoutRows ? std::nullopt : std::optional(sum));
  }
  return between;
}

bool Cutter::isWorthIt(ArrayRef<Run> runs, size_t index,
                       ArrayRef<std::optional<int64_t>> between) {
  int64_t bytes = 0;
  for (size_t cut : {index, index + 1}) {
    if (cut == 0 || cut == runs.size())
      continue;
    if (!between[cut])
      return false;
    bytes += *between[cut];
  }
  return kernels::isWorthSegment(target, runs[index].parameterBytes, bytes);
}

void Cutter::findSegments(const SmallVector<Run> &runs) {
  size_t next = 0;
  for (Operation &op : function.front().without_terminator()) {
    if (next < runs.size() && &op == runs[next].first) {
      // What comes before the first kernel belongs to it.
      if (next > 0)
        segments.emplace_back();
      segments.back().walk = runs[next++].walk;
    }
    if (!isEverywhere(op))
      places[&op] = segments.size() - 1;
  }
}

void Cutter::nameOutputs() {
  Operation *ret = function.front().getTerminator();
  for (auto [index, output] : llvm::enumerate(ret->getOperands())) {
    auto place = places.find(output.getDefiningOp());
    Segment &segment =
        segments[place == places.end() ? segments.size() - 1 : place->second];
    std::string name = "y" + std::to_string(index);
    segment.writes.push_back(output);
    segment.writeNames.push_back(name);
    names.try_emplace(output, name);
  }
}

void Cutter::nameValues() {
  for (auto [index, input] : llvm::enumerate(function.getArguments()))
    names[input] = "x" + std::to_string(index);
  nameOutputs();
  unsigned numHidden = 0;
  for (Operation &op : function.front().without_terminator()) {
    auto place = places.find(&op);
    if (place == places.end())
      continue;
    for (Value value : op.getResults()) {
      bool isLeft = llvm::any_of(value.getUsers(), [&](Operation *user) {
        auto other = places.find(user);
        return other != places.end() && other->second != place->second;
      });
      if (!isLeft || names.contains(value))
        continue;
      names[value] = "h" + std::to_string(numHidden++);
      segments[place->second].writes.push_back(value);
      segments[place->second].writeNames.push_back(names[value]);
    }
  }
}

llvm::SmallSetVector<size_t, 2> Cutter::findUsers(Operation &op) {
  llvm::SmallSetVector<size_t, 2> users;
  for (Operation *user : op.getUsers()) {
    auto place = places.find(user);
    if (place != places.end())
      users.insert(place->second);
    else if (user->hasTrait<OpTrait::IsTerminator>())
      users.insert(segments.size() - 1);
  }
  return users;
}

void Cutter::add(size_t index, Operation &op) {
  Segment &segment = segments[index];
  segment.ops.push_back(&op);
  if (isa<nn::LoadOpInterface>(op))
    segment.parameterBytes += bytesOf(op.getResult(0).getType());
  if (auto launch = dyn_cast<nn::LaunchOp>(op)) {
    RowBytes bytes = batch.getRowBytes(launch);
    segment.rowBytes.all = std::max(segment.rowBytes.all, bytes.all);
    segment.rowBytes.image = std::max(segment.rowBytes.image, bytes.image);
  }
}

void Cutter::collect() {
  SmallVector<llvm::SetVector<Value>> reads(segments.size());
  // A network's inputs are all read, in case that nothing else does so.
  reads.front().insert(function.getArguments().begin(),
                       function.getArguments().end());
  auto read = [&](size_t index, Value value) {
    Operation *source = value.getDefiningOp();
    auto place = places.find(source);
    if (!source || (place != places.end() && place->second != index))
      reads[index].insert(value);
  };
  for (auto [index, segment] : llvm::enumerate(segments))
    for (Value value : segment.writes)
      read(index, value);
  for (Operation &op : function.front()) {
    if (isa<nn::LoadOpInterface>(op) || kernels::isTable(&op))
      for (size_t index : findUsers(op))
        add(index, op);
    auto place = places.find(&op);
    if (place == places.end())
      continue;
    add(place->second, op);
    for (Value operand : op.getOperands())
      read(place->second, operand);
  }
  for (auto [segment, values] : llvm::zip(segments, reads)) {
    segment.reads = values.takeVector();
    for (Value value : segment.reads)
      segment.readNames.push_back(names.lookup(value));
  }
}

SmallVector<Segment, 0> Cutter::cut(const SmallVector<Run> &runs) {
  segments.emplace_back();
  findSegments(runs);
  nameValues();
  collect();
  if (segments.size() == 1)
    segments.front().parameterBytes =
        function->getAttrOfType<IntegerAttr>(nn::kParameterBytesAttrName)
            .getInt();
  return std::move(segments);
}

} // namespace

SmallVector<Segment, 0> takeWhole(func::FuncOp function,
                                  const BatchRows &batch) {
  return Cutter(function, batch, {}).cut({});
}

SmallVector<Segment, 0> cutSegments(func::FuncOp function,
                                    const BatchRows &batch,
                                    const kernels::VectorTarget &target) {
  Cutter cutter(function, batch, target);
  return cutter.cut(cutter.findRuns());
}

} // namespace nascent::program
