# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes checkpoints, good ones and others, and imports networks with them.

    checkpoints.py TOOL FOLDER

Prints what nascent-import says of each, and "equal" where the file of weights has
the values.
"""

import contextlib
import io
import json
import os
import pickle
import sys
import warnings
import zipfile

import torch
from torch import nn

tool, folder = sys.argv[1:]
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(tool))
sys.stderr = sys.stdout
warnings.simplefilter("ignore")
os.chdir(folder)

from nascent_import import safetensors  # noqa: E402
from nascent_import.main import main  # noqa: E402

MODEL = """\
from torch import nn
net = nn.Sequential(nn.Linear(4, 2), nn.BatchNorm1d(2))
lazy = nn.Sequential(nn.LazyLinear(2), nn.BatchNorm1d(2))
"""


def attempt(path, network="net"):
    with contextlib.redirect_stderr(io.StringIO()) as said:
        status = main([f"model.py:{network}", "-o", "out.mlir", "--params", path])
    for line in said.getvalue().splitlines():
        if not line.startswith("wrote "):
            print(line, flush=True)
    if status:
        print("status", status, flush=True)
        return
    values = safetensors.read("out.safetensors")
    equal = all((values[key] == wanted[key].numpy()).all() for key in values)
    print(path, sorted(values), "equal" if equal else "different",
          flush=True)
    os.remove("out.safetensors")
    os.remove("out.mlir")


class Bomb:
    def __reduce__(self):
        return os.system, ("touch executed",)


def write_zip(path, program, members=(), compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("x/data.pkl", program)
        for name, content in members:
            archive.writestr("x/" + name, content)


def tensor_program(offset, size, stride, count):
    """A state_dict of one tensor with these numbers, as torch.save writes it."""
    class Storage:
        pass

    class Pickler(pickle.Pickler):
        def persistent_id(self, item):
            if isinstance(item, Storage):
                return ("storage", torch.FloatStorage, "0", "cpu", count)
            return None

    class Tensor:
        def __reduce__(self):
            return torch._utils._rebuild_tensor_v2, (
                Storage(), offset, size, stride, False, None)
    buffer = io.BytesIO()
    Pickler(buffer, 2).dump({"0.weight": Tensor()})
    return buffer.getvalue()


with open("model.py", "w") as file:
    file.write(MODEL)
torch.manual_seed(1)
model = nn.Sequential(nn.Linear(4, 2), nn.BatchNorm1d(2))
wanted = model.state_dict()

torch.save(wanted, "good.pt")
attempt("good.pt")
attempt("good.pt", "lazy")
# A part of another tensor, turned around.
turned = dict(wanted)
turned["0.weight"] = torch.stack([wanted["0.weight"].T,
                                  wanted["0.weight"].T])[1].T
torch.save(turned, "turned.pth")
attempt("turned.pth")
torch.save({key: value.double() if value.is_floating_point() else value
            for key, value in wanted.items()}, "double.pt")
attempt("double.pt")
with open("good.safetensors", "wb") as file:
    file.write(safetensors.bytes_of({key: value.numpy() for key, value in
                                     wanted.items() if value.dim()}))
attempt("good.safetensors")

torch.save(nn.Sequential(nn.LazyLinear(2), nn.BatchNorm1d(2)).state_dict(),
           "lazy.pt")
attempt("lazy.pt", "lazy")
attempt("lazy.pt")
torch.save({"2.weight": wanted["0.weight"],
            **{key: value for key, value in wanted.items() if key != "0.bias"},
            "1.bias": torch.zeros(3)}, "names.pt")
attempt("names.pt")
# What is known of a lazy layer.
torch.save({**wanted, "0.weight": torch.zeros(5, 3)}, "wide.pt")
attempt("wide.pt", "lazy")
wrapped = {"module." + key: value for key, value in wanted.items()}
torch.save(wrapped, "wrapped.pt")
attempt("wrapped.pt")
torch.save({**wrapped, "n_averaged": torch.tensor(3)}, "averaged.pt")
attempt("averaged.pt")
# What is missing is told of alone.
torch.save({key: value for key, value in wrapped.items() if key != "module.0.bias"},
           "partly.pt")
attempt("partly.pt")
torch.save(model, "module.pt")
attempt("module.pt")
torch.save({"model": wanted, "epoch": 3}, "nested.pt")
attempt("nested.pt")
torch.save(wanted, "old.pt", _use_new_zipfile_serialization=False)
attempt("old.pt")
torch.jit.script(model).save("script.pt")
attempt("script.pt")
torch.save({"0.weight": Bomb()}, "bomb.pt")
attempt("bomb.pt")
# Instructions that make room for what they say.
write_zip("array.pt", b"\x80\x05\x96" + (1 << 40).to_bytes(8, "little") + b".")
attempt("array.pt")
write_zip("memo.pt", b"\x80\x02}r\xff\xff\xff\xff.")
attempt("memo.pt")
write_zip("packed.pt", b"\x80\x02}.", compression=zipfile.ZIP_DEFLATED)
attempt("packed.pt")
for name, numbers in (("repeated", (0, (1 << 20, 1 << 20), (0, 0), 4)),
                      ("outside", (2, (2, 2), (2, 1), 4)),
                      ("negative", (0, (2, 2), (-2, 1), 4)),
                      ("few", (0, (4, 4), (4, 1), 16))):
    write_zip(name + ".pt", tensor_program(*numbers), [("data/0", bytes(16))])
    attempt(name + ".pt")
with open("good.pt", "rb") as file:
    good = file.read()
with open("cut.pt", "wb") as file:
    file.write(good[:len(good) // 2])
attempt("cut.pt")
for name, content in (("empty.pt", b""), ("text.pt", b"weights")):
    with open(name, "wb") as file:
        file.write(content)
    attempt(name)
header = json.dumps({"0.weight": {"dtype": "F32", "shape": [2, 4],
                                  "data_offsets": [0, 64]}}).encode()
with open("short.safetensors", "wb") as file:
    file.write(len(header).to_bytes(8, "little") + header + bytes(32))
attempt("short.safetensors")
with open("huge.safetensors", "wb") as file:
    file.write((1 << 60).to_bytes(8, "little") + b"{}")
attempt("huge.safetensors")
attempt("none.pt")
attempt("weights.bin")
for path in ("good.pt", "turned.pth", "good.safetensors"):
    print("status", main([path, "-o", "out.mlir"]), flush=True)
print("executed" if os.path.exists("executed") else "nothing was executed")
print(sorted(name for name in os.listdir(".")
             if name.startswith((".import", "out."))))
