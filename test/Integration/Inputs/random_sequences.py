# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares random networks of sequences with PyTorch.

    random_sequences.py COMPILER CC FOLDER [--count N] [--seed S]
                        [--flags=F]... [--openmp=LIBRARY...]

Recurrent layers of all kinds, clauses and sizes stand on one another, and between
dense layers, activations, norms, attention, pooling over time, causal convolutions,
sums and concatenations, some on words; some share parameters, are given their states
or give them. The rows of some networks have lengths of their own, and lengths that
are not possible are refused. Of some networks the length is open, too: those are
called with several. Others are streams, and their sequences are cut at random; under strict
numerics they have the bits of the whole. How
weights are stored, whether numerics are strict and what runs forward are drawn as
for other networks. PyTorch computes in double precision, from weights as they are
stored.
"""

import ctypes

import numpy as np
from torch import nn

from drawn_sequences import Causal, RandomSequences
from nascent_oracle import NativeNetwork
from open_sizes import Network
from positions import Learned
from random_choices import Choices
from random_run import run
from streams import Stream, feed


def rounded(network, choices, name, values):
    """What is stored of a parameter: matrices may be narrow, norms and tables of
    words are not."""
    is_table = isinstance(network.layers[int(name.split(".")[0])][1],
                          (nn.Embedding, Learned))
    return values if values.ndim < 2 or is_table else choices.rounded(name, values)


def agrees(actual, expected, largest, what):
    agree = True
    for index, (y, wanted) in enumerate(zip(actual, expected)):
        if np.allclose(y, wanted, rtol=1e-4, atol=2e-5 * max(1, largest / 10)):
            continue
        agree = False
        print(what, f"output {index}: off by {np.abs(y - wanted).max()}", sep="\n",
              flush=True)
    return agree


def check_fixed(arguments, abilities, rng, network, choices, flags, generator,
                with_init):
    is_open = network.kind == "batch"
    binding = network.binding("?" if is_open else network.batch, network.length)
    inputs = network.draw(generator, network.length)
    what = f"{network.source()}binding {binding}, {' '.join(flags)}"
    parameters = network.parameters()
    stored = {name: rounded(network, choices, name, values)
              for name, values in parameters.items()}
    network.store(stored)
    expected, largest = network.expected(inputs)
    batch = network.batch if is_open else None
    try:
        compiled = NativeNetwork(
            arguments.compiler, arguments.cc, network.source(), network.name,
            arguments.folder, binding, flags, libraries=abilities.openmp
            if choices.threads == "openmp" else (), with_init=with_init)
        if choices.threads == "openmp":
            ctypes.CDLL(abilities.openmp[0]).omp_set_num_threads(choices.team)
        table = compiled.table(len(parameters))
        assert table == [(name, values.shape)
                         for name, values in parameters.items()], table
        read, actual = compiled.answer(
            list(parameters.values()), inputs, [y.shape for y in expected],
            batch, choices.schedule(compiled.steps))
        compiled.forward_between_fences(inputs, actual, batch)
        wrong = network.impossible(inputs, network.length)
        if wrong:
            outputs = [np.full_like(y, 7.0) for y in actual]
            assert compiled.refuses(wrong, outputs, batch), wrong
            assert all((y == 7.0).all() for y in outputs), "wrote"
        for name, values in zip(parameters, read):
            assert (values == stored[name]).all(), name
    except Exception:
        print(what, flush=True)
        raise
    return agrees(actual, expected, largest, what)


def check_open(arguments, rng, network, choices, flags, generator):
    flags = [flag for flag in flags if not flag.startswith("--threads")]
    binding = f"{network.name}={network.binding('?', '?')}"
    what = f"{network.source()}binding {binding}, {' '.join(flags)}"
    try:
        compiled = Network(arguments.compiler, arguments.cc, arguments.folder,
                           network.name, network.source(), binding, flags)
        network.store({name: rounded(network, choices, name, values.numpy())
                       for name, values in compiled.values.items()})
        agree = True
        for length in {1, network.length, rng.randint(1, 50)}:
            inputs = network.draw(generator, length)
            expected, largest = network.expected(inputs)
            sizes, shapes = (network.batch, length), [y.shape for y in expected]
            actual = compiled.forward(inputs, sizes, shapes)
            wrong = network.impossible(inputs, length)
            assert not wrong or \
                compiled.forward(wrong, sizes, shapes, True) is None
            agree &= agrees(actual, expected, largest,
                            f"{what}\nlength {length}")
    except Exception:
        print(what, flush=True)
        raise
    return agree


def check_stream(arguments, rng, network, choices, flags, generator):
    flags = [flag for flag in flags if not flag.startswith("--threads")]
    lengths = rng.choice([None, [1, *rng.sample(range(2, 20), 2)]])
    binding = f"{network.batch}x{{}}x{network.features}xf32"
    shape = (network.batch, network.length, network.features)
    x = generator.standard_normal(shape).astype(np.float32)
    what = f"{network.source()}binding {binding}, {lengths}, {' '.join(flags)}"
    parameters = network.parameters()
    network.store({name: rounded(network, choices, name, values)
                   for name, values in parameters.items()})
    expected, largest = network.expected([x])

    are_sequences = [network.values[i].rank == 3 for i in network.outputs]

    def shapes(length):
        return [(y.shape[0], length, *y.shape[2:]) if is_sequence else y.shape
                for y, is_sequence in zip(expected, are_sequences)]

    try:
        stream = Stream(arguments.compiler, arguments.cc, network.source(),
                        network.name, arguments.folder, [binding], lengths,
                        flags)
        stream.set(parameters)
        axes = [1 if is_sequence else None for is_sequence in are_sequences]
        actual = feed(stream, rng, [x], [1], network.length, shapes, axes)
        if choices.strict and not lengths:
            # Open sizes have kernels of their own, with bits of their own.
            stream.reset()
            bits = stream.forward([x], network.length, shapes(network.length))
            assert all((a == b).all() for a, b in zip(actual, bits)), "bits"
        elif choices.strict:
            name = network.name + "_whole"
            whole = NativeNetwork(
                arguments.compiler, arguments.cc,
                network.source().replace(f"@{network.name}(", f"@{name}("), name,
                arguments.folder, binding.format(network.length), flags)
            _, bits = whole.answer(list(parameters.values()), [x],
                                   [y.shape for y in expected])
            assert all((a == b).all() for a, b in zip(actual, bits)), "bits"
    except BaseException:
        print(what, flush=True)
        raise
    return agrees(actual, expected, largest, what)


def check(arguments, abilities, rng, number):
    network = RandomSequences(rng, f"net{number}")
    choices = Choices(rng, abilities, network.kind != "fixed", False)
    # Which convolutions have narrow weights depends on their groups.
    if any(isinstance(module, Causal) for _, module, *_ in network.layers):
        choices.weights = "f32"
    generator = np.random.default_rng(rng.randrange(2**32))
    flags = [*arguments.flags, *choices.flags()]
    if network.kind == "length":
        return check_open(arguments, rng, network, choices, flags, generator)
    if network.kind == "stream":
        return check_stream(arguments, rng, network, choices, flags, generator)
    # Initialisers take long to compile, and depend on shapes alone.
    return check_fixed(arguments, abilities, rng, network, choices, flags,
                       generator, with_init=number % 4 == 0)


if __name__ == "__main__":
    run(__doc__, check, count=100)
