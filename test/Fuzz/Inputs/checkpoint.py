# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes a checkpoint of the network in mutate_models.py, the text that PyTorch
prints of another, and a layers model of TensorFlow.js, its weights beside it.

    checkpoint.py FILE.pt FILE.txt FILE.json
"""

import json
import os
import sys

import torch
from torch import nn

from mutate_models import MODEL, WEIGHTS

scope = {}
exec(MODEL, scope)
torch.save(scope["net"].state_dict(), sys.argv[1])

printed = nn.Sequential(
    nn.Conv2d(1, 2, 3, padding=1), nn.BatchNorm2d(2), nn.ReLU(),
    nn.Sequential(nn.MaxPool2d(2), nn.Flatten()), nn.LazyLinear(8),
    nn.LSTM(3, 4, 2, bidirectional=True), nn.Linear(8, 2, bias=False))
with open(sys.argv[2], "w") as file:
    print(printed, file=file)

model = {
    "format": "layers-model",
    "modelTopology": {"keras_version": "tfjs-layers 4.22.0", "model_config": {
        "class_name": "Sequential", "config": {"name": "s", "layers": [
            {"class_name": "Dense", "config": {
                "name": "d", "units": 2, "batch_input_shape": [None, 3]}},
            {"class_name": "ELU", "config": {"name": "e", "alpha": 0.5}}]}}},
    "weightsManifest": [{"paths": [WEIGHTS], "weights": [
        {"name": "d/kernel", "shape": [3, 2], "dtype": "float32"},
        {"name": "d/bias", "shape": [2], "dtype": "float32"}]}]}
with open(sys.argv[3], "w") as file:
    json.dump(model, file)
with open(os.path.join(os.path.dirname(sys.argv[3]), WEIGHTS), "wb") as file:
    file.write(bytes(32))
