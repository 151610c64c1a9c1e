# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Runs the C loader on good and bad files.

    check_loader.py INPUTS FOLDER
"""

import os
import struct
import subprocess
import sys

sys.path.insert(0, sys.argv[1])

import numpy as np

from tensor_files import SMALL, pack, small_value, write_safetensors

FOLDER = sys.argv[2]
PATH = os.path.join(FOLDER, "file.safetensors")
VALUES = os.path.join(FOLDER, "values")

rng = np.random.default_rng(1)
good = {name: rng.standard_normal(shape).astype(np.float32)
        for name, shape in (("0.weight", (5, 3)), ("0.bias", (5,)),
                            ("1.weight", (5, 5)), ("1.bias", (5,)))}
PLENTY = 100


def run(*arguments):
    return subprocess.run([os.path.join(FOLDER, "loader"), *arguments],
                          check=True, stdout=subprocess.PIPE).stdout.decode()


def load(scratch=PLENTY):
    return run("load", PATH, VALUES, str(scratch))


def expect_loaded(expected=good, scratch=PLENTY):
    result = load(scratch)
    assert result == "ok", result
    with open(VALUES, "rb") as file:
        found = file.read()
    assert found == b"".join(expected[name].tobytes() for name in good)


def expect_refused(part, scratch=PLENTY):
    result = load(scratch)
    assert part in result, f"expected '{part}', got '{result}'"


def write_raw(header, data=b"", length=None):
    if isinstance(header, str):
        header = header.encode()
    with open(PATH, "wb") as file:
        file.write(struct.pack("<Q", len(header) if length is None else length)
                   + header + data)


# F32 needs no scratch, whatever the order.
write_safetensors(PATH, good)
expect_loaded(scratch=0)
write_safetensors(PATH, good, metadata={"format": "pt", "a\\\"\u1234": "}{"})
expect_loaded(scratch=0)
assert run("damage", PATH) == "ok"
assert run("refuse", PATH) == "parameter '0.bias' cannot be set: set returned 3"
write_safetensors(PATH, {name: good[name] for name in reversed(good)})
expect_loaded(scratch=0)
write_safetensors(PATH, good, edit=lambda header: [
    header.__setitem__(name, header.pop(name)) for name in reversed(good)])
expect_loaded(scratch=0)

# Other element types are converted.
for kind in (np.float64, np.float16):
    rounded = {name: x.astype(kind) for name, x in good.items()}
    rounded["0.bias"][:4] = [np.nan, -np.inf, 0, 6e-8]
    write_safetensors(PATH, rounded)
    expect_loaded({name: x.astype(np.float32) for name, x in rounded.items()})
    expect_refused("tensors that are not aligned or not F32 need a scratch "
                   "buffer of 100 bytes", scratch=96)
huge = {name: x.astype(np.float64) for name, x in good.items()}
huge["0.bias"][:] = [1e300, -1e300, float.fromhex("0x1.ffffffp127"),
                     float.fromhex("0x1.fffffefffp127"), 1e-50]
write_safetensors(PATH, huge)
with np.errstate(over="ignore"):
    expect_loaded({name: x.astype(np.float32) for name, x in huge.items()})
bits = {name: (x.view(np.uint32) >> 16).astype(np.uint16)
        for name, x in good.items()}
write_safetensors(PATH, bits, {name: "BF16" for name in bits})
expect_loaded({name: (x.astype(np.uint32) << 16).view(np.float32)
               for name, x in bits.items()})
# Small types: every value is that of its format's formula.
for kind in [*SMALL, "F8_E8M0"]:
    width = SMALL[kind][0] if kind in SMALL else 8
    elements = np.arange(256) % 2 ** width
    write_safetensors(PATH, {"w": pack(elements.tolist(), width)}, {"w": kind},
                      edit=lambda header: header["w"].update(shape=[256]))
    assert run("load-one", PATH, VALUES) == "ok", kind
    expected = np.array([small_value(kind, int(bits)) for bits in elements],
                        np.float32)
    found = np.fromfile(VALUES, np.float32)
    np.testing.assert_array_equal(found, expected, kind)
    np.testing.assert_array_equal(np.signbit(found)[~np.isnan(expected)],
                                  np.signbit(expected)[~np.isnan(expected)])
write_safetensors(PATH, {**good, "0.bias": np.zeros(3, np.uint8)},
                  {"0.bias": "F4"},
                  edit=lambda header: header["0.bias"].update(shape=[5]))
expect_refused("tensor '0.bias' has 5 elements of 4 bits; expected a whole "
               "number of bytes")
write_safetensors(PATH, {**good, "0.bias": np.zeros(5, np.uint64)},
                  {"0.bias": "C64"})
expect_refused("tensor '0.bias' has elements of type 'C64'; expected floats, "
               "such as F32")
write_safetensors(PATH, {**good, "0.bias": np.zeros(4, np.uint8)},
                  {"0.bias": "F8_E4M3"},
                  edit=lambda header: header["0.bias"].update(shape=[5]))
expect_refused("expected 5 bytes within")
# An odd number of halves before it leaves a tensor unaligned.
mixed = {"0.bias": None, **good}
mixed["0.bias"] = good["0.bias"].astype(np.float16)
write_safetensors(PATH, mixed)
expect_loaded({**good, "0.bias": mixed["0.bias"].astype(np.float32)})
expect_refused("not aligned", scratch=0)

# A tied layer's names.
write_safetensors(PATH, {**good, "2.weight": good["1.weight"],
                         "2.bias": good["1.bias"]})
expect_loaded(scratch=0)
write_safetensors(PATH, {name.replace("1.", "2."): x
                         for name, x in good.items()})
expect_loaded(scratch=0)
write_safetensors(PATH, {**good, "2.weight": -good["1.weight"]})
expect_refused("tensors '1.weight' and '2.weight' are one parameter, but differ")

# Names may be written with escapes.
write_safetensors(PATH, good)
with open(PATH, "rb") as file:
    contents = file.read()
header = contents[8:].split(b"}}")[0] + b"}}"
data = contents[8 + len(header):]
write_raw(header.replace(b'"0.weight"', b'"\\u0030.w\\u0065ight"'), data)
expect_loaded()

# Names and shapes.
write_safetensors(PATH, {n: x for n, x in good.items() if n != "1.bias"})
expect_refused("tensor '1.bias' is missing")
write_safetensors(PATH, {**good, "3.bias": good["0.bias"]})
expect_refused("tensor '3.bias' is no parameter of the network")
counts = {f"{i}.num_batches_tracked": np.array(i, np.int64) for i in range(99)}
write_safetensors(PATH, {**dict(list(counts.items())[:4]), **good})
expect_loaded()
write_safetensors(PATH, {**good, "0.num_batches_tracked": good["0.bias"]})
expect_refused("tensor '0.num_batches_tracked' is no parameter of the network")
write_safetensors(PATH, {**good, **counts})
expect_refused(".num_batches_tracked' is no parameter of the network")
write_safetensors(PATH, {**good, "gr\u00f6\x1b": good["0.bias"]})
expect_refused("tensor 'gr\\u00f6\\u001b' is no parameter of the network")
write_safetensors(PATH, {**good, "0.weight": good["0.weight"].T})
expect_refused("tensor '0.weight' has the shape (3, 5); the network needs (5, 3)")
write_safetensors(PATH, {**good, "0.bias": good["0.bias"].reshape(5, 1)})
expect_refused("tensor '0.bias' has the shape (5, 1); the network needs (5)")
write_safetensors(PATH, {**good, "0.bias": np.arange(5)})
expect_refused("tensor '0.bias' has elements of type 'I64'; expected floats, "
               "such as F32")
write_safetensors(PATH, {**good, "0.bias": np.zeros((1,) * 9, np.float32)})
expect_refused("a shape of at most 8 sizes")

# Offsets.
def offsets(name, begin, end):
    def edit(header):
        header[name]["data_offsets"] = [begin, end]
    write_safetensors(PATH, good, edit=edit)


offsets("0.weight", 0, 64)
expect_refused("has the data offsets 0 to 64; expected 60 bytes within")
offsets("1.bias", 200, 220)
expect_refused("expected 20 bytes within the file's 200")
offsets("1.bias", 2**63 - 20, 2**63 - 1)
expect_refused("expected 20 bytes within")
offsets("1.bias", 2**64 - 20, 2**64)
expect_refused("a number below 2^63")
offsets("1.bias", 60, 80)
expect_refused("no tensor starts at byte 180")
write_raw(header, data + b"\0")
expect_refused("no tensor starts at byte 200")
write_raw(header, data[:-1])
expect_refused("within the file's 199")
# A chain of tensors fills the data, and one that is not in it overlaps them.
def overlapping(header):
    for name, begin, end in (("0.weight", 0, 60), ("1.weight", 60, 160),
                             ("0.bias", 160, 180), ("1.bias", 4, 24)):
        header[name]["data_offsets"] = [begin, end]


write_safetensors(PATH, good, edit=overlapping)
with open(PATH, "rb") as file:
    overlaps = file.read()
with open(PATH, "wb") as file:
    file.write(overlaps[:-20])
expect_refused("tensors overlap: they have more bytes than the data's 180")
offsets("0.bias", -1, 19)
expect_refused("an integer of 0 or more")


# Headers.
def edited(old, new):
    write_raw(header.replace(old.encode(), new.encode(), 1), data)


write_raw(header, data, length=len(header) + 1)
assert load() != "ok"
write_raw(header, data, length=len(header) - 1)
expect_refused("malformed safetensors header: expected ',' or '}' at byte")
write_raw(header, data, length=2**63)
expect_refused("its header is longer than the file")
write_raw(header, data, length=2**64 - 1)
expect_refused("its header is longer than the file")
write_raw(b"", b"", length=0)
expect_refused("expected '{' at byte 8")
write_raw(b"\xff{}")
expect_refused("it is not UTF-8")
write_raw("{}")
expect_refused("tensor '0.weight' is missing")
edited('"1.bias"', '"0.bias"')
expect_refused("tensor '0.bias' is there more than once")
write_raw(header[:-1] + b', "0.bias": ' + header.split(b'"0.bias": ')[1]
          .split(b"}")[0] + b"}}", data)
expect_refused("tensor '0.bias' is there more than once")
edited('"dtype"', '"shape"')
expect_refused("malformed safetensors header")
edited('"dtype": "F32"', '"dtype": "F32", "dtype": "F32"')
expect_refused("each field once")
edited("[5, 3]", "[5.0, 3]")
expect_refused("an integer of 0 or more")
edited("[5, 3]", "[05, 3]")
expect_refused("an integer of 0 or more")
edited("[5, 3]", "[" * 10000)
expect_refused("an integer of 0 or more")
edited('"0.bias"', '"0\\u002g.bias"')
expect_refused("four hexadecimal digits")
edited('"0.bias"', '"0\\x.bias"')
expect_refused("an escape of JSON")
edited('{"0', '{"__metadata__": {"a": 1}, "0')
expect_refused("expected a string")
write_raw(header + b"x", data)
expect_refused("expected nothing more")
with open(PATH, "wb") as file:
    file.write(b"1234567")
expect_refused("it has less than 8 bytes")
os.remove(PATH)
expect_refused("cannot open")
