//===- Weights.cpp - Trained parameters in an object ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a program would do with `<net>_set` when it starts is done here once:
// the parameters are put where the layout wants them, and the object holds the
// finished buffer in read-only data.
//
//===----------------------------------------------------------------------===//

#include "nascent/Driver/Weights.h"
#include "ConversionRemarks.h"
#include "nascent/CInterface/NetworkInterface.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/Quote.h"
#include "nascent/Support/TensorValues.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/TargetParser/Triple.h"
#include <algorithm>

using namespace mlir;

namespace nascent {

static llvm::Expected<ParameterFile> parse(ModuleOp module, StringRef text) {
  auto fail = [&](const std::string &reason) {
    return makeError("--params={}: {}", text.str(), reason);
  };
  std::vector<std::string> known;
  for (auto network : module.getOps<nn::SequentialOp>())
    if (network.isPublic())
      known.push_back(network.getSymName().str());
  auto [name, path] = text.split('=');
  bool namesNetwork = llvm::is_contained(known, name);
  // A path may have an '=' of its own.
  bool isPath = name.contains('/') || llvm::sys::fs::exists(text);
  if (name.size() == text.size() || (!namesNetwork && isPath)) {
    if (text.empty())
      return fail("expected FILE or NET=FILE");
    if (known.empty())
      return fail("there is no public network");
    if (known.size() != 1)
      return fail(fmt::format("there are several networks; write "
                              "--params=NET={}, NET being one of {}",
                              text.str(), quoteAll(known)));
    return ParameterFile{known.front(), text.str()};
  }
  if (!namesNetwork)
    return fail(fmt::format(
        "there is no public network '{}', and no file '{}'; there is {}",
        name.str(), text.str(), quoteAll(known)));
  if (path.empty())
    return fail("expected a file after '='");
  return ParameterFile{name.str(), path.str()};
}

llvm::Expected<std::vector<ParameterFile>>
parseParameterFiles(ModuleOp module, ArrayRef<std::string> texts,
                    StringRef chosen) {
  std::vector<ParameterFile> files;
  for (const std::string &text : texts) {
    llvm::Expected<ParameterFile> file = parse(module, text);
    if (!file)
      return file.takeError();
    if (!chosen.empty() && file->network != chosen)
      return makeError(
          "--params gives the parameters of network '{}', but '{}' is chosen",
          printable(file->network), printable(chosen));
    for (const ParameterFile &earlier : files)
      if (earlier.network == file->network)
        return makeError(
            "--params={}: network '{}' has its parameters from '{}' already",
            text, file->network, earlier.path);
    files.push_back(std::move(*file));
  }
  return files;
}

const ParameterFile *fileOf(nn::SequentialOp network,
                            ArrayRef<ParameterFile> files) {
  const auto *it = llvm::find_if(files, [&](const ParameterFile &file) {
    return file.network == network.getSymName();
  });
  return it == files.end() ? nullptr : it;
}

FailureOr<ParameterTensors>
readParameters(nn::SequentialOp network,
               ArrayRef<nn::NetworkParameter> parameters,
               const ParameterFile &file) {
  std::shared_ptr<const TensorFile> contents = file.contents;
  if (!contents) {
    llvm::Expected<TensorFile> read = readTensorFile(file.path);
    if (!read)
      return emitError(UnknownLoc::get(network.getContext()), "--params: ")
             << llvm::toString(read.takeError());
    contents = std::make_shared<TensorFile>(std::move(*read));
  }
  auto tensors = nn::findTensors(network, parameters, *contents, file.path);
  if (failed(tensors))
    return failure();
  return ParameterTensors{std::move(contents), std::move(*tensors)};
}

LogicalResult verifyShapesKnown(ModuleOp module,
                                ArrayRef<ParameterFile> files) {
  SymbolTableCollection symbols;
  for (auto network : module.getOps<nn::SequentialOp>()) {
    const ParameterFile *file = fileOf(network, files);
    if (!file)
      continue;
    auto parameters = nn::collectParameters(network, symbols);
    if (failed(parameters))
      return failure();
    for (nn::NetworkParameter &parameter : *parameters) {
      RankedTensorType type = parameter.op.getTensorType();
      if (type.hasStaticShape())
        continue;
      InFlightDiagnostic diag = parameter.op.emitOpError()
                                << "'" << parameter.name << "' of network '"
                                << file->network << "' still has the shape "
                                << nn::formatShape(type.getShape());
      diag.attachNote(network.getLoc())
          << "--params does not bind the network; add '--bind " << file->network
          << "=@" << file->path << "' to take the shapes from the file";
      return diag;
    }
  }
  return success();
}

/// What the elements of a parameter are stored as.
static DType storedType(nn::ParameterOp op) {
  Type type = op.getStorageType().getElementType();
  if (type.isF32())
    return DType::F32;
  return type.isF16() ? DType::F16 : DType::BF16;
}

/// Elements that are converted at a time: few enough to stay in a cache. The
/// first of them begins a byte, however few bits an element has.
static constexpr int64_t kChunk = 1 << 16;

/// Writes the values of a parameter, which is stored in elements of `T`, to
/// where its layout wants them, and says which of them did not fit.
template <typename T>
static ConversionCounts packAs(nn::ParameterOp op, const Tensor &tensor,
                               bool isBigEndian, char *storage) {
  // The place of a row and that of a column add up.
  std::vector<int64_t> places(op.getColumns());
  for (size_t column = 0; column < places.size(); ++column)
    places[column] = op.getStorageIndex(column);
  auto order = isBigEndian ? llvm::endianness::big : llvm::endianness::little;
  char *start = storage + *op.getOffset(), *row = nullptr;
  size_t column = places.size();
  ConversionCounts counts;
  int64_t count = op.getTensorType().getNumElements();
  std::vector<float> values(std::min(kChunk, count));
  std::vector<char> elements(values.size() * sizeof(T));
  for (int64_t first = 0; first < count; first += kChunk) {
    int64_t size = std::min(kChunk, count - first);
    Tensor part;
    part.dtype = tensor.dtype;
    part.bytes = tensor.bytes.drop_front(first * bitsOf(tensor.dtype) / 8);
    MutableArrayRef chunk(values.data(), size);
    ConversionCounts read = readFloats(part, chunk);
    ConversionCounts written =
        writeFloats(chunk, storedType(op), {elements.data(), size * sizeof(T)});
    counts.nans += read.nans;
    counts.overflows += read.overflows + written.overflows;
    for (int64_t i = 0; i < size; ++i, ++column) {
      if (column == places.size()) {
        column = 0;
        row = start + op.getStorageIndex(first + i) * sizeof(T);
      }
      T element = llvm::support::endian::read<T>(
          elements.data() + i * sizeof(T), llvm::endianness::little);
      llvm::support::endian::write<T>(row + places[column] * sizeof(T), element,
                                      order);
    }
  }
  return counts;
}

static ConversionCounts pack(nn::ParameterOp op, const Tensor &tensor,
                             bool isBigEndian, char *storage) {
  return op.getStorageType().getElementTypeBitWidth() == 16
             ? packAs<uint16_t>(op, tensor, isBigEndian, storage)
             : packAs<uint32_t>(op, tensor, isBigEndian, storage);
}

/// The parameter buffer of a network.
static FailureOr<std::string> packNetwork(nn::SequentialOp network,
                                          const ParameterFile &file,
                                          bool isBigEndian) {
  SymbolTableCollection symbols;
  FailureOr<NetworkInterface> interface = describeNetwork(network, symbols);
  auto parameters = nn::collectParameters(network, symbols);
  if (failed(interface) || failed(parameters))
    return failure();
  auto read = readParameters(network, *parameters, file);
  if (failed(read))
    return failure();
  ConversionRemarks remarks(file.path);
  std::string packed(interface->parameterBytes, '\0');
  for (auto [parameter, tensor] : llvm::zip(*parameters, read->tensors)) {
    nn::ParameterOp op = parameter.op;
    remarks.add(*tensor, storedType(op),
                pack(op, *tensor, isBigEndian, packed.data()));
  }
  for (const std::string &remark : remarks.list())
    network.emitRemark(remark);
  return packed;
}

LogicalResult packWeights(ModuleOp module, ArrayRef<ParameterFile> files,
                          PackedWeights &weights) {
  auto target =
      module->getAttrOfType<nn::TargetAttr>(nn::NNDialect::kTargetAttrName);
  bool isBigEndian =
      target && !llvm::Triple(target.getTriple()).isLittleEndian();
  for (auto network : module.getOps<nn::SequentialOp>())
    if (const ParameterFile *file = fileOf(network, files)) {
      FailureOr<std::string> packed = packNetwork(network, *file, isBigEndian);
      if (failed(packed))
        return failure();
      // A network without parameters embeds nothing.
      if (!packed->empty())
        weights[network.getSymName()] =
            std::make_shared<std::string>(std::move(*packed));
    }
  return success();
}

} // namespace nascent
