# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Prints a hash of all that training computes: losses, gradients, stored and
accumulated, and parameters after steps in one call.

    train_threads.py COMPILER CC FOLDER SOURCE [LIBRARY...] [-- FLAG...]
"""

import ctypes
import hashlib
import sys

import numpy as np

from nascent_oracle import NativeNetwork, aligned, pointer

COMPILER, CC, FOLDER, SOURCE, *REST = sys.argv[1:]
split = REST.index("--") if "--" in REST else len(REST)
with open(SOURCE) as file:
    source = file.read()
net = NativeNetwork(COMPILER, CC, source, "net", FOLDER, libraries=REST[:split],
                    flags=["--train", "--loss=cross_entropy", "--train-sgd",
                           "--optimizer=sgd", *REST[split + 1:]])
random = np.random.default_rng(5)
x = random.standard_normal(net.macro("X_SIZE"), np.float32)
target = random.integers(0, 10, 128).astype(np.int32)
gradients = aligned(net.macro("GRADIENTS_BYTES"))
scratch = aligned(net.macro("TRAINING_SCRATCH_BYTES"))
loss = np.zeros(1, np.float32)
result = hashlib.sha256()
net.init(3)
buffers = [pointer(net.parameters), pointer(x), pointer(target),
           ctypes.c_float(1 / 128)]
for accumulate in (0, 1):
    assert net.function("loss_and_gradients")(
        *buffers, ctypes.c_int32(accumulate), pointer(gradients), pointer(loss),
        pointer(scratch)) == 0
    result.update(gradients.tobytes() + loss.tobytes())
assert net.function("loss")(*buffers, pointer(loss), pointer(scratch)) == 0
result.update(loss.tobytes())
for _ in range(3):
    assert net.function("train_sgd")(*buffers, ctypes.c_float(0.1),
                                     pointer(loss), pointer(scratch)) == 0
    result.update(net.parameters.tobytes() + loss.tobytes())
assert np.isfinite(loss[0])
print(result.hexdigest())
