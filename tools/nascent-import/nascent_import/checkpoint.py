# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Checkpoints that torch.save wrote, read without running anything of theirs.

A checkpoint is a zip file with a pickle and the elements beside it. A pickle is a
program: here it may build lists, dictionaries and tensors, and calls nothing but
the functions of `GLOBALS`, which are this file's. What it needs of memory is
bounded by the file's size: members are stored, not packed, and a tensor is no
larger than its elements.
"""

import collections
import io
import math
import os
import pickle
import pickletools
import struct
import zipfile

import numpy as np

from .refusals import ImportFailure
from .safetensors import COUNTS

OPCODES = set("""\
    PROTO FRAME STOP MARK POP GLOBAL STACK_GLOBAL REDUCE BUILD BINPERSID
    EMPTY_TUPLE TUPLE TUPLE1 TUPLE2 TUPLE3 EMPTY_LIST APPEND APPENDS
    EMPTY_DICT SETITEM SETITEMS NONE NEWTRUE NEWFALSE BINFLOAT
    BININT BININT1 BININT2 LONG1 BINUNICODE SHORT_BINUNICODE
    BINPUT LONG_BINPUT BINGET LONG_BINGET MEMOIZE""".split())

STORAGES = {"FloatStorage": "<f4", "DoubleStorage": "<f8", "HalfStorage": "<f2",
            "BFloat16Storage": "<u2", "LongStorage": "<i8", "IntStorage": "<i4",
            "ShortStorage": "<i2", "CharStorage": "<i1", "ByteStorage": "<u1",
            "BoolStorage": "?"}


class Damaged(Exception):
    """Says why a file is not a checkpoint that can be read."""


class Dictionary(collections.OrderedDict):
    """PyTorch's dictionaries have attributes, which are not needed."""

    def __setstate__(self, state):
        pass


class Storage:
    def __init__(self, kind, values):
        self.kind, self.values = kind, values


def floats_of(kind, content, dtype):
    """Elements, floats as f32: here, and so once for all tensors that share them."""
    values = np.frombuffer(content, dtype)
    if kind == "BFloat16Storage":
        values = (values.astype("<u4") << 16).view("<f4")
    return values.astype(np.float32) if values.dtype.kind == "f" else values


def rebuild_tensor(storage, offset, size, stride, *_):
    if not isinstance(storage, Storage):
        raise Damaged("a tensor has no elements")
    numbers = [offset, *size, *stride]
    if len(size) != len(stride) or \
            not all(type(item) is int and item >= 0 for item in numbers):
        raise Damaged(f"a tensor has the sizes {size} and strides {stride}")
    total = math.prod(size)
    last = sum((n - 1) * step for n, step in zip(size, stride))
    # Elements that lie at one place several times would not be bounded.
    if total > storage.values.size or \
            total and offset + last >= storage.values.size:
        raise Damaged(f"a tensor of sizes {tuple(size)} is larger than its "
                      f"{storage.values.size} elements")
    values = storage.values[offset:]
    if total == 0:
        return np.empty(size, values.dtype)
    return np.lib.stride_tricks.as_strided(
        values, size, [step * values.itemsize for step in stride])


def rebuild_parameter(data, *_):
    return data


class Uninitialized:
    """A lazy module's parameter, which has neither shape nor values."""

    def __init__(self, *_):
        pass


def make_dictionary(*entries):
    return Dictionary(*entries)


GLOBALS = {
    ("collections", "OrderedDict"): make_dictionary,
    ("torch._utils", "_rebuild_tensor_v2"): rebuild_tensor,
    ("torch._utils", "_rebuild_parameter"): rebuild_parameter,
    ("torch.nn.parameter", "UninitializedParameter"): Uninitialized,
    ("torch.nn.parameter", "UninitializedBuffer"): Uninitialized,
    **{("torch", name): name for name in STORAGES}}


def find_global(module, name):
    if (module, name) not in GLOBALS:
        raise Damaged(f"it asks for {module}.{name}, which is not run; save "
                      "net.state_dict(), tensors under their names")
    return GLOBALS[module, name]


# Python's own implementation: the one in C makes room for what an index says.
class Reader(pickle._Unpickler):
    def __init__(self, program, load):
        super().__init__(io.BytesIO(program))
        self.load_storage = load

    def find_class(self, module, name):
        return find_global(module, name)

    def persistent_load(self, identifier):
        if not isinstance(identifier, tuple) or len(identifier) != 5 or \
                identifier[0] != "storage":
            raise Damaged("it asks for what is no tensor's elements")
        _, kind, key, _, count = identifier
        if kind not in STORAGES:
            raise Damaged(f"it has elements of {kind!r}")
        return self.load_storage(kind, str(key), count)


def check_program(program):
    """Has no instruction that a table of tensors does not need."""
    for opcode, argument, position in pickletools.genops(program):
        if opcode.name == "GLOBAL":
            find_global(*argument.split(" ", 1))
        if opcode.name not in OPCODES:
            raise Damaged(f"its pickle has the instruction {opcode.name} at "
                          f"{position}, which no table of tensors needs")


def read_members(path):
    """(the program, a function that reads elements)."""
    size = os.path.getsize(path)
    with zipfile.ZipFile(path) as archive:
        members = {}
        if any(entry.filename.endswith("/constants.pkl")
               for entry in archive.infolist()):
            raise Damaged("it is a program (TorchScript); save net.state_dict()")
        for entry in archive.infolist():
            if entry.compress_type != zipfile.ZIP_STORED:
                raise Damaged(f"its member '{entry.filename}' is packed; torch.save "
                              "stores")
            members[entry.filename.split("/", 1)[-1]] = entry.filename
        if sum(entry.file_size for entry in archive.infolist()) > size:
            raise Damaged("its members are larger than the file")
        if "data.pkl" not in members:
            raise Damaged("it has no data.pkl")
        if "byteorder" in members and \
                archive.read(members["byteorder"]) != b"little":
            raise Damaged("its elements are big-endian")
        data = {name: archive.read(member) for name, member in members.items()
                if name.startswith("data/")}
        program = archive.read(members["data.pkl"])

    storages = {}

    def load(kind, key, count):
        if key not in storages:
            dtype = np.dtype(STORAGES[kind])
            content = data.get("data/" + key)
            if content is None or len(content) % dtype.itemsize or \
                    type(count) is not int or \
                    count * dtype.itemsize > len(content):
                raise Damaged(f"the elements '{key}' are not where they should be")
            storages[key] = Storage(kind, floats_of(kind, content, dtype))
        if storages[key].kind != kind:
            raise Damaged(f"the elements '{key}' are of two types")
        return storages[key]
    return program, load


def check_zip(path):
    """Says what a file is instead that is no whole zip file."""
    if zipfile.is_zipfile(path):
        return
    with open(path, "rb") as file:
        begin = file.read(2)
    if not begin:
        raise Damaged("it is empty")
    if begin == b"PK":
        raise Damaged("its end is missing; it was not written or copied whole")
    if begin[:1] == b"\x80":
        raise Damaged("it is no zip file; a PyTorch since 1.6 saves such ones, and an "
                      "older file can be loaded and saved again")
    raise Damaged("it is no file of torch.save")


def read(path):
    """name → array of f32; None for a parameter that is not initialised."""
    try:
        check_zip(path)
        program, load = read_members(path)
        check_program(program)
        table = Reader(program, load).load()
        if not isinstance(table, dict):
            raise Damaged("expected a state_dict, a table of tensors")
        for name, item in table.items():
            if not isinstance(name, str) or \
                    not isinstance(item, (np.ndarray, Uninitialized)):
                keys = ", ".join(map(str, list(table)[:5]))
                raise Damaged("expected a state_dict, a table of tensors, got one "
                              f"with the entries {keys}; save one of these alone")
        arrays = {name: None if isinstance(item, Uninitialized) else item
                  for name, item in table.items()
                  if not name.endswith(COUNTS)}
        for name, array in arrays.items():
            if array is not None and array.dtype.kind != "f":
                raise Damaged(f"tensor '{name}' has elements of {array.dtype}, "
                              "expected floats")
        return arrays
    except Damaged as damage:
        raise ImportFailure(f"{path}: error: this checkpoint is not read: {damage}")
    except (zipfile.BadZipFile, pickle.UnpicklingError, ValueError, TypeError,
            IndexError, KeyError, AttributeError, EOFError, struct.error,
            NotImplementedError, RuntimeError, OverflowError, MemoryError,
            OSError) as error:
        raise ImportFailure(f"{path}: error: this checkpoint is damaged: {error}")
