# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes networks' parameters, inputs and PyTorch's outputs for nascent-run.

    run_oracle.py FOLDER

For each network: NAME.safetensors, NAME-changed.safetensors with one weight
that differs, NAME-x.npy and NAME-y.npy. Besides, the random input of seed 7, and
a picture as a file and as numbers.
"""

import os
import struct
import sys
import zlib

import numpy as np
import torch
from torch import nn

from tensor_files import write_safetensors
from zoo import randomise, state
from zoo_models import MODELS

folder = sys.argv[1]
torch.manual_seed(1)


def write(name, model, x, weight):
    model = model.eval()
    with torch.no_grad():
        model(x)
    randomise(model)
    values = state(model)
    path = os.path.join(folder, name)
    write_safetensors(path + ".safetensors", values)
    with torch.no_grad():
        y = model.double()(x.double()).float()
    changed = {key: value.copy() for key, value in values.items()}
    changed[weight].flat[0] += 1
    write_safetensors(path + "-changed.safetensors", changed)
    np.save(path + "-x.npy", x.numpy())
    np.save(path + "-y.npy", y.numpy())


write("mlp", nn.Sequential(nn.LazyLinear(256), nn.ReLU(), nn.LazyLinear(10)),
      torch.randn(5, 20), "0.weight")
for name in "lenet", "resnet18":
    make, channels, resolutions = MODELS[name]
    model = make()
    write(name, model, torch.randn(2, channels, *resolutions[1]),
          next(iter(model.state_dict())))

# What nascent-run draws.
torch.manual_seed(7)
np.save(os.path.join(folder, "random.npy"), torch.rand(3, 50).numpy())

# A picture, as torchvision's ToTensor gives it.
pixels = torch.randint(0, 256, (8, 12, 3), dtype=torch.uint8)
np.save(os.path.join(folder, "picture.npy"),
        pixels.permute(2, 0, 1).float().div(255)[None].numpy())


def chunk(kind, data):
    body = kind + data
    return (struct.pack(">I", len(data)) + body +
            struct.pack(">I", zlib.crc32(body)))


with open(os.path.join(folder, "picture.png"), "wb") as file:
    lines = b"".join(b"\0" + line.tobytes() for line in pixels.numpy())
    file.write(b"\x89PNG\r\n\x1a\n" +
               chunk(b"IHDR", struct.pack(">IIBBBBB", 12, 8, 8, 2, 0, 0, 0)) +
               chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))
