//===- Checkpoint.cpp - What a training goes on from, in a file -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/MakeError.h"
#include "nascent/Support/MapFile.h"
#include "nascent/Support/Quote.h"
#include "nascent/Support/Safetensors.h"
#include "nascent/Training/TrainingState.h"
#include <cmath>
#include <fmt/ranges.h>
#include <limits>

using llvm::StringRef;

namespace nascent {

// Further tensors of a checkpoint that are no values.
static constexpr llvm::StringLiteral kCounts = "training/counts",
                                     kLosses = "training/losses",
                                     kHistory = "training/history";
/// Changes whenever files can no longer be read as before.
static constexpr int64_t kVersion = 3;
static constexpr size_t kHistoryColumns = 5;

template <typename T>
static StringRef bytesOf(llvm::ArrayRef<T> array) {
  return StringRef(reinterpret_cast<const char *>(array.data()),
                   array.size() * sizeof(T));
}

llvm::Error writeCheckpoint(StringRef path, const TrainingState &state,
                            OutputFiles &files) {
  std::string names =
      state.network + "\n" + state.optimizer + "\n" + state.loss;
  for (const auto &[what, value] : state.settings)
    names += "\n" + what + " = " + value;
  const int64_t counts[] = {kVersion,    int64_t(state.seed), state.rows,
                            state.batch, state.epoch,         state.position,
                            state.step,  state.bestEpoch};
  const double losses[] = {state.lossSum, state.bestLoss, state.terms};
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> history;
  for (const EpochRecord &record : state.history)
    history.insert(history.end(),
                   {double(record.epoch), double(record.step), record.loss,
                    record.validationLoss.value_or(none),
                    record.accuracy.value_or(none)});
  std::vector<Tensor> tensors = {
      {kCheckpointNames.str(), DType::U8, {int64_t(names.size())}, names},
      {kCounts.str(),
       DType::I64,
       {int64_t(std::size(counts))},
       bytesOf(llvm::ArrayRef(counts))},
      {kLosses.str(),
       DType::F64,
       {int64_t(std::size(losses))},
       bytesOf(llvm::ArrayRef(losses))},
      {kHistory.str(),
       DType::F64,
       {int64_t(state.history.size()), int64_t(kHistoryColumns)},
       bytesOf(llvm::ArrayRef(history))}};
  for (const NamedValues &each : state.values)
    tensors.push_back({each.name,
                       DType::F32,
                       {each.shape.begin(), each.shape.end()},
                       bytesOf(llvm::ArrayRef(each.values))});
  auto write = [&](llvm::raw_ostream &os) {
    return writeSafetensors(tensors, os);
  };
  if (llvm::Error error = files.add(path, write))
    return error;
  return files.commit();
}

/// The elements of a tensor of that name, type and rank.
template <typename T>
static llvm::Expected<std::vector<T>>
read(const TensorFile &file, StringRef name, DType dtype, size_t rank) {
  const Tensor *tensor = file.lookup(name);
  if (!tensor || tensor->dtype != dtype || tensor->shape.size() != rank)
    return makeError(
        "expected a checkpoint of nascent-train, found no tensor '{}' of type "
        "{} and rank {}",
        name.str(), nameOf(dtype).str(), rank);
  std::vector<T> values(tensor->bytes.size() / sizeof(T));
  std::copy(tensor->bytes.begin(), tensor->bytes.end(),
            reinterpret_cast<char *>(values.data()));
  return values;
}

static llvm::Expected<TrainingState> parseCheckpoint(StringRef contents) {
  TensorFile file;
  if (llvm::Error error = parseSafetensors(contents, file))
    return error;
  TrainingState state;
  auto names = read<char>(file, kCheckpointNames, DType::U8, 1);
  if (!names)
    return names.takeError();
  auto counts = read<int64_t>(file, kCounts, DType::I64, 1);
  if (!counts)
    return counts.takeError();
  auto losses = read<double>(file, kLosses, DType::F64, 1);
  if (!losses)
    return losses.takeError();
  auto history = read<double>(file, kHistory, DType::F64, 2);
  if (!history)
    return history.takeError();
  llvm::SmallVector<StringRef> lines;
  StringRef(names->data(), names->size()).split(lines, '\n');
  if (counts->empty() || counts->front() != kVersion)
    return makeError(
        "expected a checkpoint of version {}, found {}; train anew", kVersion,
        counts->empty() ? "none" : std::to_string(counts->front()));
  if (lines.size() < 3 || counts->size() != 8 || losses->size() != 3 ||
      history->size() % kHistoryColumns != 0)
    return llvm::createStringError("its tensors have other sizes than those of "
                                   "a checkpoint of nascent-train");
  state.network = lines[0].str();
  state.optimizer = lines[1].str();
  state.loss = lines[2].str();
  for (StringRef line : llvm::ArrayRef(lines).drop_front(3)) {
    auto [what, value] = line.split(" = ");
    state.settings.emplace_back(what.str(), value.str());
  }
  state.seed = (*counts)[1];
  state.rows = (*counts)[2];
  state.batch = (*counts)[3];
  state.epoch = (*counts)[4];
  state.position = (*counts)[5];
  state.step = (*counts)[6];
  state.bestEpoch = (*counts)[7];
  state.lossSum = (*losses)[0];
  state.bestLoss = (*losses)[1];
  state.terms = (*losses)[2];
  auto optional = [](double value) {
    return std::isnan(value) ? std::nullopt : std::optional(value);
  };
  for (size_t i = 0; i < history->size(); i += kHistoryColumns) {
    const double *row = history->data() + i;
    state.history.push_back({int64_t(row[0]), int64_t(row[1]), row[2],
                             optional(row[3]), optional(row[4])});
  }
  for (const Tensor &tensor : file.tensors) {
    if (StringRef(tensor.name).starts_with("training/"))
      continue;
    auto values =
        read<float>(file, tensor.name, DType::F32, tensor.shape.size());
    if (!values)
      return values.takeError();
    state.values.push_back({tensor.name,
                            {tensor.shape.begin(), tensor.shape.end()},
                            std::move(*values)});
  }
  return state;
}

llvm::Expected<TrainingState> readCheckpoint(StringRef path) {
  auto file = mapFile(path);
  if (!file)
    return cannotRead(path, file.takeError());
  auto state = parseCheckpoint((*file)->getBuffer());
  if (!state)
    return cannotRead(path, state.takeError());
  return state;
}

/// "(256, 20)".
static std::string shapeOf(const NamedValues &each) {
  std::string text;
  for (int64_t size : each.shape)
    text += (text.empty() ? "" : ", ") + std::to_string(size);
  return "(" + text + ")";
}

llvm::Error verifyContinues(StringRef path, const TrainingState &found,
                            const TrainingState &own) {
  std::vector<std::string> differences;
  std::string options;
  // `option` is what it takes to train as then.
  auto compare = [&](const std::string &what, const std::string &then,
                     const std::string &now, const std::string &option = "") {
    if (then == now)
      return;
    differences.push_back(fmt::format("its {} is {}, but now it is {}", what,
                                      printable(then), printable(now)));
    options += option;
  };
  auto quoted = [](const std::string &text) { return "'" + text + "'"; };
  compare("network", quoted(found.network), quoted(own.network));
  compare("optimiser", quoted(found.optimizer), quoted(own.optimizer),
          " --optimizer " + printable(found.optimizer));
  // "the network's own" is none that an option names.
  bool isOption = (found.loss + own.loss).find('\'') == std::string::npos;
  compare("loss", quoted(found.loss), quoted(own.loss),
          isOption ? " --loss " + quoted(printable(found.loss)) : "");
  compare("number of examples", std::to_string(found.rows),
          std::to_string(own.rows));
  for (auto [what, then, now] :
       {std::tuple("batch", uint64_t(found.batch), uint64_t(own.batch)),
        std::tuple("seed", found.seed, own.seed)})
    compare(what, std::to_string(then), std::to_string(now),
            fmt::format(" --{} {}", what, then));
  // Where nothing else differs, the first value that does is said.
  for (const NamedValues &each : own.values) {
    if (!differences.empty())
      break;
    auto same = llvm::find_if(found.values, [&](const NamedValues &other) {
      return other.name == each.name;
    });
    if (same != found.values.end())
      compare("shape of '" + each.name + "'", shapeOf(*same), shapeOf(each));
    else
      differences.push_back("it has no '" + printable(each.name) + "'");
  }
  if (differences.empty())
    return llvm::Error::success();
  return makeError("'{}' is a checkpoint of another training: {}{}", path.str(),
                   fmt::join(differences, "; "),
                   options.empty() ? "" : "; give" + options);
}

std::vector<std::string> describeChanges(const TrainingState &found,
                                         const TrainingState &own) {
  std::vector<std::string> changes;
  for (const auto &[what, value] : own.settings)
    for (const auto &[other, then] : found.settings)
      if (what == other && value != then)
        changes.push_back(fmt::format("its {} was '{}', and is '{}' now", what,
                                      printable(then), printable(value)));
  return changes;
}

} // namespace nascent
