# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes a copy of a file of Keras whose GRU says otherwise where its gate resets.

    contradict.py FROM TO
"""

import shutil
import sys

import h5py

shutil.copyfile(*sys.argv[1:])
with h5py.File(sys.argv[2], "r+") as file:
    file.attrs["model_config"] = file.attrs["model_config"].replace(
        '"reset_after": false', '"reset_after": true')
