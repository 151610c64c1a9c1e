# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The gradients of a network by the functions that nascent-compile emits."""

import ctypes

import numpy as np

from nascent_oracle import NativeNetwork, aligned, pointer, words


def compile_kernels(networks, loss, folder, cc, flags):
    """KernelGradients of networks `net`, each its text and its binding. They are
    compiled together, so that kernels of the same shapes are compiled once."""
    text, bindings, names = "", [], []
    for index, (source, binding) in enumerate(networks):
        name = f"net{index}"
        text += source.replace("@net(", f"@{name}(")
        bindings += ["--bind", binding.replace("net=", name + "=")]
        names.append(name)
    together = NativeNetwork(
        "nascent-compile", cc, text, names[0], folder,
        flags=["--train", f"--loss={loss}", *bindings, *flags])
    return [KernelGradients(together.another(name)) for name in names]


class KernelGradients:
    """As ReferenceGradients, but by our kernels. Scratch and gradients begin as
    NaN."""

    def __init__(self, network):
        self.network = network

    @staticmethod
    def stored(_, values, shape):
        return values.detach().numpy().astype(np.float32).reshape(shape)

    def call(self, state, inputs, scale):
        """The loss, and the gradients by name, of parameters by name."""
        network = self.network
        names = [name for name, _ in network.table(len(state))]
        for index, name in enumerate(names):
            network.set(index, state[name].detach().numpy().astype(np.float32))
        gradients = aligned(network.macro("GRADIENTS_BYTES"))
        scratch = aligned(network.macro("TRAINING_SCRATCH_BYTES"))
        gradients[:], scratch[:] = 255, 255
        loss = np.full(1, np.nan, np.float32)
        values = [words(x) for x in inputs]
        status = network.function("loss_and_gradients")(
            pointer(network.parameters), *[pointer(x) for x in values],
            ctypes.c_float(scale), ctypes.c_int32(0), pointer(gradients),
            pointer(loss), pointer(scratch))
        assert status == 0
        results = {}
        for index, name in enumerate(names):
            values = np.zeros(tuple(state[name].shape), np.float32)
            assert network.function("get")(pointer(gradients), index,
                                           pointer(values)) == 0
            results[name] = values
        return loss[0], results
