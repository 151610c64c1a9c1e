# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares networks of the zoo, bound to both resolutions or lengths in one object, with
PyTorch. Parameters are set once.

    two_resolutions.py COMPILER CC EXAMPLES FOLDER NETWORK...
"""

import os
import sys
import warnings

import torch

from nascent_oracle import NativeNetwork
from zoo import binding, distance, draw, randomise, state
from zoo_models import MODELS


def check(name, compiler, cc, examples, folder):
    make, channels, resolutions = MODELS[name]
    with open(os.path.join(examples, name + ".mlir")) as file:
        source = file.read()
    flags = []
    for label, size in zip("ab", resolutions):
        flags += ["--bind", f"{name}:{label}={binding(1, channels, size)}"]
    network = NativeNetwork(compiler, cc, source, name, folder, flags=flags)
    model = make().eval()
    with torch.no_grad():
        model(draw(1, channels, resolutions[0]))
    randomise(model)
    values = state(model)
    for index, (key, shape) in enumerate(network.table(len(values))):
        assert values[key].shape == shape, (key, shape)
        assert network.set(index, values[key]) == 0
    model.double()
    for label, size in zip("ab", resolutions):
        x = draw(1, channels, size)
        with torch.no_grad():
            wanted = model(x.double() if x.is_floating_point() else x).numpy()
        network.choose(label)
        actual, = network.forward([x.numpy()], [wanted.shape])
        off = distance(actual, wanted)
        assert off <= 1, f"{name} {size}: off by {off} tolerances"
    print(f"{name} agrees with PyTorch at both resolutions")


def main():
    compiler, cc, examples, folder, *names = sys.argv[1:]
    torch.manual_seed(1)
    warnings.filterwarnings("ignore", "Lazy modules")
    for name in names:
        check(name, compiler, cc, examples, folder)


if __name__ == "__main__":
    main()
