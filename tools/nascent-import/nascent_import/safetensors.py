# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Files of safetensors: an u64 of the header's length, the header in JSON, the
data. Arrays are NumPy's."""

import json
import math
import os

import numpy as np

from .refusals import ImportFailure

# What PyTorch counts beside parameters, which serves training only.
COUNTS = ("num_batches_tracked", "n_averaged")
DTYPES = {"F32": "<f4", "F64": "<f8", "F16": "<f2"}


def bytes_of(arrays):
    """A file of f32 tensors, in their order, the data aligned."""
    header, position = {}, 0
    for name, array in arrays.items():
        end = position + 4 * array.size
        header[name] = {"dtype": "F32", "shape": list(array.shape),
                        "data_offsets": [position, end]}
        position = end
    text = json.dumps(header, ensure_ascii=False,
                      separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([len(text).to_bytes(8, "little"), text,
                     *(np.ascontiguousarray(array, "<f4").tobytes()
                       for array in arrays.values())])


def read(path):
    """name → array of f32."""
    def check(condition, what):
        if not condition:
            raise ImportFailure(f"{path}: error: {what}")

    total = os.path.getsize(path)
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        check(total >= 8 and length <= total - 8,
              "expected a safetensors file, got a header past the file's end")
        try:
            header = json.loads(file.read(length))
            check(isinstance(header, dict), "its header is no JSON object")
            header.pop("__metadata__", None)
            check("training/names" not in header, "it is a checkpoint of nascent-train; "
                  "parameters are in the file of its -o")
            data = file.read()
            arrays, position = {}, 0
            for name, entry in sorted(header.items(),
                                      key=lambda item: item[1]["data_offsets"]):
                begin, end = entry["data_offsets"]
                shape, dtype = tuple(entry["shape"]), entry["dtype"]
                check(begin == position and end <= len(data) and
                      all(isinstance(size, int) and size >= 0 for size in shape),
                      f"the data of tensor '{name}' is not where it can be")
                position = end
                if name.endswith(COUNTS):
                    continue
                if dtype == "BF16":
                    values = np.frombuffer(data[begin:end], "<u2")
                    values = (values.astype("<u4") << 16).view("<f4")
                elif dtype in DTYPES:
                    values = np.frombuffer(data[begin:end], DTYPES[dtype])
                else:
                    check(False, f"tensor '{name}' has elements of {dtype}, expected "
                          f"BF16 or {', '.join(DTYPES)}")
                check(values.size == math.prod(shape),
                      f"tensor '{name}' of shape {shape} has {values.size} "
                      "elements")
                arrays[name] = values.reshape(shape).astype(np.float32)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ImportFailure(f"{path}: error: its header is damaged: {error}")
    return arrays
