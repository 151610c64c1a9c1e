# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes a file of Keras whose weights are a link to another file.

    linked_keras.py FILE.h5
"""

import json
import sys

import h5py

MODEL = {"class_name": "Sequential", "config": {"name": "s", "layers": [
    {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 4], "name": "i"}},
    {"class_name": "Dense", "config": {"name": "dense", "units": 2}}]}}

with h5py.File(sys.argv[1], "w") as file:
    file.attrs["model_config"] = json.dumps(MODEL)
    layer = file.create_group("model_weights/dense")
    layer.attrs["weight_names"] = [b"dense/kernel:0", b"dense/bias:0"]
    layer["dense/kernel:0"] = h5py.ExternalLink("other.h5", "/kernel")
