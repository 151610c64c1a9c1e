# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Files of Keras: a model's configuration and its weights.

    model.keras   a ZIP archive with config.json and model.weights.h5
    model.h5      HDF5 with the configuration as an attribute, weights by name
    model.json    what model.to_json() gives, without weights
    model.json    of TensorFlow.js, which names binary files of weights beside it

Nothing of a file is executed, nothing outside of its folder is opened, and what is
allocated is bounded by its size.
"""

import io
import json
import math
import os
import re
import zipfile
import zlib

import numpy as np

from ..refusals import ImportFailure, Refusal

MOST_TEXT = 64 << 20
# What Python and h5py raise for a file that is not what it should be. RuntimeError is
# also of too deep a nesting, ValueError of text that is no Unicode.
UNREADABLE = (TypeError, ValueError, LookupError, AttributeError, OverflowError,
              RuntimeError, OSError, MemoryError)


class NoWeights:
    """The weights of a network that has none yet."""

    def enter(self, path, layers):
        pass

    def of(self, path, names, first, inner):
        return None

    def unused(self):
        return []


class NamedWeights:
    """Weights with names such as "model/dense/kernel:0"."""

    def __init__(self, arrays):
        # name → (components of the name, array)
        self.arrays = {name: (re.sub(r":\d+$", "", name).split("/"), array)
                       for name, array in arrays.items()}
        self.used, self.layers = set(), set()

    def enter(self, path, layers):
        self.layers |= {name for name, _ in layers}

    def unused(self):
        """(the layer's name or None, what an array of its is called, its shape) of each
        array that no layer has asked for."""
        return [(([None] + [part for part in parts[:-1] if part in self.layers])[-1],
                 name, array.shape)
                for name, (parts, array) in self.arrays.items()
                if name not in self.used]

    def of(self, path, names, first, inner):
        """The arrays of the layer with a path; a name may be one of several. `inner`
        says which layer in it has them: its folder, and a part of its names."""
        return [self.find(path, name, inner[1]) for name in names]

    def find(self, path, name, inner):
        names = name if isinstance(name, tuple) else (name,)
        named = [(parts[:-1], key) for key, (parts, _) in self.arrays.items()
                 if parts[-1] in names and path[-1] in parts[:-1] and
                 (not inner or inner in parts[:-1])]
        # The names of models around the layer may be left out.
        if len(named) > 1:
            named = [each for each in named if contains(each[0], path)]
        # A layer of an inner model may have the same name.
        least = min((len(parts) for parts, _ in named), default=0)
        found = [key for parts, key in named if len(parts) == least]
        if len(found) != 1:
            raise Refusal(f"expected one array '{names[0]}' in the file, got "
                          f"{len(found)}")
        self.used.add(found[0])
        return self.arrays[found[0]][1]


def contains(parts, path):
    """Whether the path's names are among the parts, in their order."""
    rest = iter(parts)
    return all(name in rest for name in path)


class NumberedWeights:
    """Weights of a `.keras` file, whose layers are numbered by class: the second
    convolution is layers/conv2d_1/vars, whatever its name is."""

    def __init__(self, file, read):
        self.file, self.read = file, read
        # path of a layer → folder in the file
        self.folders = {(): ""}
        self.root, self.used = "layers", set()

    def enter(self, path, layers):
        """Says which layers the model of a path has, each a name and a class."""
        root = self.folders[path]
        if not path:
            root = next((name for name in ("layers", "_layer_checkpoint_dependencies")
                         if find(self.file, name)), "layers")
            self.root = root
        else:
            root += "/layers"
        counts = {}
        for name, kind in layers:
            key = snake_case(kind)
            count = counts[key] = counts.get(key, -1) + 1
            self.folders[path + (name,)] = \
                f"{root}/{key}" + (f"_{count}" if count else "")

    def of(self, path, names, first, inner):
        folder = "/".join([self.folders[path], *[inner[0]] * bool(inner[0])])
        arrays = []
        for index, name in enumerate(names, first):
            where = f"{folder}/vars/{index}"
            if find(self.file, where) is None:
                raise Refusal(f"expected '{name}' as '{where}' in the file, got none")
            arrays.append(self.read(self.file, where))
            self.used.add(where)
        return arrays

    def unused(self):
        """As of `NamedWeights`. What is no number, such as the state of a dropout's
        random numbers, is no weight."""
        import h5py
        found = []

        def visit(name, item):
            where = f"{self.root}/{name}"
            if isinstance(item, h5py.Dataset) and item.dtype.kind == "f" and \
                    where not in self.used:
                owners = [path for path, folder in self.folders.items()
                          if where.startswith(folder + "/") and path]
                owner = "/".join(max(owners, key=len)) if owners else None
                found.append((owner, where, item.shape))
        group = find(self.file, self.root)
        if isinstance(group, h5py.Group):
            group.visititems(visit)
        return found


def snake_case(name):
    """As Keras makes a name of a class."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def parse_json(path, text):
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ImportFailure(f"{path}: error: expected JSON: {error}")
    if not isinstance(value, dict):
        raise ImportFailure(f"{path}: error: expected a JSON object")
    return value


def read(path):
    """(configuration, version of Keras, weights)."""
    if not os.path.isfile(path):
        raise ImportFailure(f"{path}: error: there is no such file")
    try:
        if path.endswith(".json"):
            return read_json(path)
        if path.endswith(".keras"):
            return read_archive(path)
        return read_hdf5(path)
    except (*UNREADABLE, Refusal) as error:
        raise ImportFailure(f"{path}: error: cannot read the file: {error}")


def read_json(path):
    if os.path.getsize(path) > MOST_TEXT:
        raise ImportFailure(f"{path}: error: expected at most {MOST_TEXT} bytes")
    with open(path, "rb") as file:
        model = parse_json(path, file.read())
    manifest = model.get("weightsManifest")
    model = model.get("modelTopology", model)
    if "node" in model or model.get("format") == "graph-model":
        raise ImportFailure(f"{path}: error: a graph model of TensorFlow.js is not "
                            "supported; a layers model is")
    # Keras 3's to_json says no version, but where each class is registered.
    version = model.get("keras_version", "3" if "registered_name" in model else "")
    model = model.get("model_config", model)
    weights = NamedWeights(read_shards(path, manifest)) if manifest else NoWeights()
    return model, version, weights


DTYPES = {"float32": "<f4", "float16": "<f2"}


def read_shards(path, manifest):
    """name → array, of the binary files beside a model of TensorFlow.js."""
    def check(condition, what):
        if not condition:
            raise ImportFailure(f"{path}: error: {what}")

    arrays, opened = {}, set()
    folder = os.path.dirname(path)
    try:
        for group in manifest:
            data = []
            for name in group["paths"]:
                place = os.path.join(folder, name)
                # A link may lead elsewhere.
                inside = os.path.join(os.path.realpath(folder), "")
                check(os.path.basename(name) == name and
                      os.path.realpath(place).startswith(inside),
                      f"the file '{name}' is not in the model's folder")
                check(not os.path.exists(place) or os.path.isfile(place),
                      f"'{name}': expected a regular file, found a directory, device "
                      "or pipe")
                # What is read is as large as the files.
                check(name not in opened, f"the file '{name}' is named twice")
                opened.add(name)
                with open(place, "rb") as file:
                    data.append(file.read())
            data, position = b"".join(data), 0
            for entry in group["weights"]:
                name, shape = entry["name"], entry["shape"]
                check("quantization" not in entry, f"'{name}' is quantised, which is "
                      "not supported")
                check(entry["dtype"] in DTYPES, f"'{name}' has elements of "
                      f"{entry['dtype']}, expected {' or '.join(DTYPES)}")
                # A text times a number would be as long as that.
                check(all(type(size) is int and size >= 0 for size in shape),
                      f"'{name}' has a shape that is none")
                dtype = np.dtype(DTYPES[entry["dtype"]])
                end = position + math.prod(shape) * dtype.itemsize
                check(end <= len(data), f"'{name}' is past the end of its files")
                # An optimiser's are no layer's.
                if entry.get("group") != "optimizer":
                    arrays[name] = np.frombuffer(
                        data[position:end], dtype).reshape(shape).astype("<f4")
                position = end
            check(position == len(data), f"the weights are {position} bytes, but the "
                  f"files have {len(data)}")
    except UNREADABLE as error:
        raise ImportFailure(f"{path}: error: cannot read weightsManifest: {error}")
    return arrays


def open_hdf5(path, content):
    import h5py
    try:
        return h5py.File(content, "r")
    except OSError as error:
        raise ImportFailure(f"{path}: error: expected HDF5: {error}")


def find(file, name):
    """What lies in the file itself at a path, and not by a link elsewhere; None where
    there is nothing."""
    import h5py
    found = file
    for part in name.strip("/").split("/"):
        link = found.get(part, getlink=True) if isinstance(found, h5py.Group) else None
        if link is None:
            return None
        if not isinstance(link, h5py.HardLink):
            raise Refusal(f"'{name}' is a link to elsewhere")
        found = found[part]
    return found


def read_dataset(file, name):
    """The array of a name."""
    import h5py
    group = find(file, name)
    if not isinstance(group, h5py.Dataset) or group.external or group.is_virtual:
        raise Refusal(f"'{name}' is no array in the file")
    if group.dtype.kind != "f":
        raise Refusal(f"'{name}' has elements of {group.dtype}, expected floats")
    if group.id.get_storage_size() < group.size * group.dtype.itemsize:
        raise Refusal(f"'{name}' is compressed or has no values, which is not "
                      "supported")
    return np.asarray(group[()], "<f4")


def read_archive(path):
    try:
        with zipfile.ZipFile(path) as archive:
            texts = {}
            for name in ("config.json", "metadata.json"):
                if archive.getinfo(name).file_size > MOST_TEXT:
                    raise ImportFailure(f"{path}: error: '{name}' is too large")
                texts[name] = parse_json(path, archive.read(name))
            entry = archive.getinfo("model.weights.h5")
            if entry.compress_type != zipfile.ZIP_STORED:
                raise ImportFailure(f"{path}: error: 'model.weights.h5' is "
                                    "compressed, which Keras does not do")
            content = io.BytesIO(archive.read(entry))
    except (zipfile.BadZipFile, zlib.error, EOFError, *UNREADABLE) as error:
        raise ImportFailure(f"{path}: error: expected a file of Keras: {error}")
    file = open_hdf5(path, content)
    return texts["config.json"], texts["metadata.json"].get("keras_version", ""), \
        NumberedWeights(file, read_dataset)


def text_of(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def read_hdf5(path):
    file = open_hdf5(path, path)
    if "model_config" not in file.attrs:
        raise ImportFailure(
            f"{path}: error: the file has weights and no model, as save_weights "
            "writes it; expected what model.save writes")
    config = parse_json(path, text_of(file.attrs["model_config"]))
    version = text_of(file.attrs.get("keras_version", ""))
    arrays = {}
    group = find(file, "model_weights") or {}
    for layer in group:
        for name in find(group, layer).attrs.get("weight_names", []):
            name = text_of(name)
            where = f"model_weights/{layer}/{name}"
            # The layer's name is in front where the array's own lacks it.
            parts = name.split("/")
            key = name if layer in parts else f"{layer}/{name}"
            arrays[key] = read_dataset(file, where)
    return config, version, NamedWeights(arrays) if arrays else NoWeights()
