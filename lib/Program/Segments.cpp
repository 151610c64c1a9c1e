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
  return isa<nn::LoadParameterOp>(op) || kernels::isSize(&op);
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
  /// The bytes of one row that lies between what comes before `run` and the
  /// rest. None where something between has no rows.
  std::optional<int64_t> countBetween(const Run &run);
  bool isWorthIt(const SmallVector<Run> &runs, size_t index);
  void findSegments(const SmallVector<Run> &runs);
  /// Names values that are in memory, and notes where they are written.
  void nameValues();
  void nameOutputs();
  /// Finds what a segment consists of, and reads.
  void collect(Segment &segment, size_t index);

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
  for (auto [index, run] : llvm::enumerate(runs)) {
    bool stays = run.walk != Walk::Weights || isWorthIt(runs, index);
    append(worthy,
           {stays ? run.walk : Walk::Any, run.first, run.parameterBytes});
  }
  return worthy;
}

std::optional<int64_t> Cutter::countBetween(const Run &run) {
  int64_t bytes = 0;
  for (Operation &op : function.front()) {
    if (&op == run.first)
      break;
    if (isEverywhere(op))
      continue;
    for (Value value : op.getResults()) {
      bool isRead = llvm::any_of(value.getUsers(), [&](Operation *user) {
        return !kernels::isSize(user) && !user->isBeforeInBlock(run.first);
      });
      if (!isRead)
        continue;
      if (!batch.hasRows(value))
        return std::nullopt;
      bytes += bytesOf(batch.getType(value, 1));
    }
  }
  return bytes;
}

bool Cutter::isWorthIt(const SmallVector<Run> &runs, size_t index) {
  int64_t between = 0;
  for (size_t cut : {index, index + 1}) {
    if (cut == 0 || cut == runs.size())
      continue;
    std::optional<int64_t> bytes = countBetween(runs[cut]);
    if (!bytes)
      return false;
    between += *bytes;
  }
  return kernels::isWorthSegment(target, runs[index].parameterBytes, between);
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

void Cutter::collect(Segment &segment, size_t index) {
  // A network's inputs are all read, in case that nothing else does so.
  llvm::SetVector<Value> reads;
  if (index == 0)
    reads.insert(function.getArguments().begin(),
                 function.getArguments().end());
  auto isInside = [&](Operation *op) {
    auto place = places.find(op);
    return place != places.end() && place->second == index;
  };
  auto read = [&](Value value) {
    Operation *source = value.getDefiningOp();
    if (!source || (places.contains(source) && !isInside(source)))
      reads.insert(value);
  };
  llvm::SmallPtrSet<Operation *, 16> loads;
  for (Value value : segment.writes) {
    read(value);
    loads.insert(value.getDefiningOp());
  }
  for (auto load : function.front().getOps<nn::LoadParameterOp>())
    if (llvm::any_of(load->getUsers(), isInside))
      loads.insert(load);
  for (Operation &op : function.front()) {
    bool isLoad = isa<nn::LoadParameterOp>(op) && loads.contains(&op);
    if (!isLoad && !isInside(&op))
      continue;
    segment.ops.push_back(&op);
    if (isLoad)
      segment.parameterBytes += bytesOf(op.getResult(0).getType());
    for (Value operand : op.getOperands())
      read(operand);
    if (auto launch = dyn_cast<nn::LaunchOp>(op)) {
      RowBytes bytes = batch.getRowBytes(launch);
      segment.rowBytes.all = std::max(segment.rowBytes.all, bytes.all);
      segment.rowBytes.image = std::max(segment.rowBytes.image, bytes.image);
    }
  }
  segment.reads = reads.takeVector();
  for (Value value : segment.reads)
    segment.readNames.push_back(names.lookup(value));
}

SmallVector<Segment, 0> Cutter::cut(const SmallVector<Run> &runs) {
  segments.emplace_back();
  findSegments(runs);
  nameValues();
  for (auto [index, segment] : llvm::enumerate(segments))
    collect(segment, index);
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
