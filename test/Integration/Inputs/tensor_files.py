# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Reads and writes safetensors with nothing but the standard library and NumPy,
as a reference that shares no code with the compiler."""

import json
import struct

import numpy as np

DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "BF16": "<u2",
          "C64": "<u8", "BOOL": "<u1", "F8_E4M3": "<u1", "F8_E5M2": "<u1",
          "F8_E4M3FNUZ": "<u1", "F8_E5M2FNUZ": "<u1", "F8_E8M0": "<u1",
          "F6_E2M3": "<u1", "F6_E3M2": "<u1", "F4": "<u1"}

# Of the small types: bits, bits of the mantissa, the exponent's bias, and what
# is not finite, as a function of the bits.
SMALL = {
    "F8_E4M3": (8, 3, 7, {0x7f: np.nan, 0xff: np.nan}),
    "F8_E5M2": (8, 2, 15, {
        0x7c: np.inf, 0xfc: -np.inf,
        **{sign | bits: np.nan for sign in (0, 0x80) for bits in (0x7d, 0x7e, 0x7f)}}),
    "F8_E4M3FNUZ": (8, 3, 8, {0x80: np.nan}),
    "F8_E5M2FNUZ": (8, 2, 16, {0x80: np.nan}),
    "F6_E2M3": (6, 3, 1, {}),
    "F6_E3M2": (6, 2, 3, {}),
    "F4": (4, 1, 1, {})}


def small_value(dtype, bits):
    """The value of an element by the formula of its format."""
    if dtype == "F8_E8M0":
        return np.nan if bits == 0xff else 2.0 ** (bits - 127)
    width, mantissa_bits, bias, special = SMALL[dtype]
    if bits in special:
        return special[bits]
    sign = -1.0 if bits >> (width - 1) else 1.0
    exponent = bits % 2 ** (width - 1) >> mantissa_bits
    fraction = bits % 2 ** mantissa_bits / 2 ** mantissa_bits
    if exponent == 0:
        return sign * fraction * 2.0 ** (1 - bias)
    return sign * (1 + fraction) * 2.0 ** (exponent - bias)


def pack(elements, width):
    """The bytes of elements of less than a byte, from the lowest bit on."""
    number = sum(bits << (width * i) for i, bits in enumerate(elements))
    return np.frombuffer(
        number.to_bytes(len(elements) * width // 8, "little"), np.uint8)


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
