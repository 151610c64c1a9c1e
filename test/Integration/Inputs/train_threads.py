# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Prints a hash of all that training computes: losses, gradients, stored and
accumulated, and parameters after steps in one call.

    train_threads.py COMPILER CC FOLDER SOURCE [LIBRARY...] [-- FLAG...]

THREADS says how many threads compute it, one number or several, each in a process
of its own: of OpenMP, or, with --threads=steps, of that process.
"""

import ctypes
import hashlib
import os
import sys
import threading

import numpy as np

from nascent_oracle import NativeNetwork, aligned, pointer

COMPILER, CC, FOLDER, SOURCE, *REST = sys.argv[1:]
split = REST.index("--") if "--" in REST else len(REST)
with open(SOURCE) as file:
    source = file.read()
net = NativeNetwork(COMPILER, CC, source, "net", FOLDER, libraries=REST[:split],
                    flags=["--train", "--loss=cross_entropy", "--train-sgd",
                           "--optimizer=sgd", *REST[split + 1:]], with_init=True)
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


def call(name, *arguments):
    """What a function returns, step by step where it has steps."""
    if "--threads=steps" not in REST[split:]:
        return net.function(name)(*arguments)
    parts = int(os.environ["OMP_NUM_THREADS"])
    barrier = threading.Barrier(parts)
    statuses = set()

    def run(part):
        for step in range(net.macro("TRAINING_STEPS")):
            statuses.add(net.function(name + "_step")(
                *arguments, ctypes.c_int32(step), ctypes.c_int32(part),
                ctypes.c_int32(parts)))
            barrier.wait()

    threads = [threading.Thread(target=run, args=(part,))
               for part in range(parts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    status, = statuses
    return status


def train():
    """Prints a hash of what all functions give."""
    gradients[:] = 1
    for accumulate in (0, 1):
        assert call("loss_and_gradients", *buffers, ctypes.c_int32(accumulate),
                    pointer(gradients), pointer(loss), pointer(scratch)) == 0
        result.update(gradients.tobytes() + loss.tobytes())
    assert call("loss", *buffers, pointer(loss), pointer(scratch)) == 0
    result.update(loss.tobytes())
    for _ in range(3):
        assert call("train_sgd", *buffers, ctypes.c_float(0.1), pointer(loss),
                    pointer(scratch)) == 0
        result.update(net.parameters.tobytes() + loss.tobytes())
    assert np.isfinite(loss[0])
    # A label that there is not: nothing is written, whoever looks.
    target[100] = 10
    before = gradients.tobytes() + net.parameters.tobytes() + loss.tobytes()
    assert call("loss_and_gradients", *buffers, ctypes.c_int32(0), pointer(gradients),
                pointer(loss), pointer(scratch)) == -1
    assert call("train_sgd", *buffers, ctypes.c_float(0.1), pointer(loss),
                pointer(scratch)) == -1
    assert before == (gradients.tobytes() + net.parameters.tobytes()
                      + loss.tobytes())
    print(result.hexdigest())


# A process has a team of one size.
for threads in os.environ["THREADS"].split():
    child = os.fork()
    if child == 0:
        # OpenMP reads it at its first call, of which there was none yet.
        os.environ["OMP_NUM_THREADS"] = threads
        if REST[:split]:
            team = ctypes.CDLL(REST[0]).omp_get_max_threads()
            assert team == int(threads), f"a team of {team} threads"
        train()
        sys.exit()
    assert os.waitpid(child, 0)[1] == 0, f"{threads} threads"
