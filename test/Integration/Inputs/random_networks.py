"""Compares random compiled networks with PyTorch.

    random_networks.py COMPILER CC FOLDER [--count N] [--seed S] [--flags F]...

Each network has a random depth, widths (odd and prime ones included),
activations, batch (1 included; fixed or open), and input rank. PyTorch's
weights are set into the compiled network and the outputs compared at
rtol 1.3e-6·√K (PyTorch's own f32 rtol, scaled with the longest sum K) and
atol 1e-5.
"""

import argparse
import math
import random
import sys

import numpy as np
import torch

from nascent_oracle import Network

WIDTHS = [1, 2, 3, 5, 7, 8, 10, 13, 16, 17, 20, 31, 32, 33, 48, 61, 64, 65, 77,
          100, 127, 128, 131, 200, 256, 300]
BATCHES = [1, 2, 3, 4, 5, 7, 8, 13, 14, 15, 16, 17, 29, 31, 64]

ACTIVATIONS = {
    "nn.relu": torch.nn.ReLU,
    "nn.leaky_relu": torch.nn.LeakyReLU,
    "nn.elu": torch.nn.ELU,
    "nn.sigmoid": torch.nn.Sigmoid,
    "nn.tanh": torch.nn.Tanh,
    "nn.gelu": torch.nn.GELU,
    "nn.silu": torch.nn.SiLU,
    "nn.softmax": lambda: torch.nn.Softmax(dim=-1),
    "nn.log_softmax": lambda: torch.nn.LogSoftmax(dim=-1),
    "nn.identity": torch.nn.Identity,
    "nn.dropout": torch.nn.Dropout,
}


def tensor(shape):
    return "tensor<" + "x".join(["?"] + [str(s) for s in shape] + ["f32"]) + ">"


def generate(rng, name):
    """A network's MLIR, PyTorch's model, and the shapes of a row."""
    shape = [rng.choice(WIDTHS)]
    if rng.random() < 0.25:
        shape.insert(0, rng.choice([1, 2, 3, 5]))
    row = list(shape)
    modules, lines = [], []
    value, longest = "%x", 1
    # The first layer's input width is left for the binding to tell.
    known = tensor(shape)
    for index in range(rng.randint(1, 6)):
        result = f"%{index}"
        kind = rng.choice(["dense", "dense", "activation", "flatten"])
        if kind == "flatten" and len(shape) > 1:
            shape = [int(np.prod(shape))]
            modules.append(torch.nn.Flatten())
            line = f"nn.flatten {value} : {known} -> {tensor(shape)}"
        elif kind == "activation":
            op = rng.choice(list(ACTIVATIONS))
            modules.append(ACTIVATIONS[op]())
            line = f"{op} {value} : {known}"
        else:
            units = rng.choice(WIDTHS)
            bias = rng.random() < 0.8
            modules.append(torch.nn.Linear(shape[-1], units, bias=bias))
            longest = max(longest, shape[-1])
            shape = shape[:-1] + [units]
            clause = "" if bias else " no_bias"
            line = (f"nn.dense {value}, {units}{clause} : {known} -> "
                    f"{tensor(shape)}")
        lines.append(f"  {result} = {line}")
        value, known = result, tensor(shape)
    body = "\n".join(lines)
    source = (f"nn.sequential @{name}(%x: {tensor(row)}) -> {known} {{\n"
              f"{body}\n  nn.return {value} : {known}\n}}\n")
    return source, torch.nn.Sequential(*modules).eval(), row, shape, longest


def check(arguments, rng, number):
    name = f"net{number}"
    source, model, row, out, longest = generate(rng, name)
    batch = rng.choice(BATCHES)
    is_open = rng.random() < 0.3
    leading = "?" if is_open else str(batch)
    binding = "x".join([leading] + [str(s) for s in row] + ["f32"])
    network = Network(arguments.compiler, arguments.cc, source, name, binding,
                      arguments.folder, arguments.flags)
    for index, parameter in enumerate(model.parameters()):
        values = parameter.detach().numpy()
        assert network.set(index, values) == 0
        read = network.get(index, values.shape)
        assert (read == values).all(), "get does not return what set stored"
    x = torch.from_numpy(
        np.random.default_rng(rng.randrange(2**32)).standard_normal(
            [batch] + row).astype(np.float32)) * rng.choice([0.1, 1.0, 5.0])
    with torch.inference_mode():
        expected = model(x).numpy()
    actual = network.forward(x.numpy(), expected.shape,
                             batch if is_open else None)
    rtol = 1.3e-6 * math.sqrt(longest)
    if not np.allclose(actual, expected, rtol=rtol, atol=1e-5, equal_nan=True):
        worst = np.abs(actual - expected).max()
        print(source, f"binding {binding}, batch {batch}: off by {worst}")
        return False
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("compiler")
    parser.add_argument("cc")
    parser.add_argument("folder")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--flags", action="append", default=[])
    arguments = parser.parse_args()
    seed = arguments.seed
    if seed is None:
        seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}", flush=True)
    torch.manual_seed(seed)
    rng = random.Random(seed)
    failed = sum(not check(arguments, rng, number)
                 for number in range(arguments.count))
    print(f"{arguments.count - failed} of {arguments.count} networks agree "
          f"with PyTorch {torch.__version__}")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
