"""Reads and writes safetensors with nothing but the standard library and NumPy,
as a reference that shares no code with the compiler."""

import json
import struct

import numpy as np

DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "BF16": "<u2"}


def write_safetensors(path, tensors, dtypes=None, metadata=None, edit=None):
    """`tensors` is a dictionary of arrays; `dtypes` overrides what an array's
    elements are called; `edit` changes the header before it is written."""
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for name, array in tensors.items():
        dtype = (dtypes or {}).get(name) or next(
            key for key, value in DTYPES.items()
            if np.dtype(value) == array.dtype)
        raw = np.ascontiguousarray(array).astype(DTYPES[dtype]).tobytes()
        header[name] = {"dtype": dtype, "shape": list(array.shape),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    if edit:
        edit(header)
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def read_safetensors(path):
    with open(path, "rb") as file:
        contents = file.read()
    length, = struct.unpack("<Q", contents[:8])
    header = json.loads(contents[8:8 + length])
    header.pop("__metadata__", None)
    tensors, end = {}, 0
    for name, info in header.items():
        begin, stop = info["data_offsets"]
        assert begin == end, (name, begin, end)
        end = stop
        raw = contents[8 + length + begin:8 + length + stop]
        tensors[name] = np.frombuffer(raw, DTYPES[info["dtype"]]).reshape(
            info["shape"])
    assert 8 + length + end == len(contents)
    return tensors
