# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""A hundred steps of each optimiser on given gradients, against torch.optim.

    check_optimizers.py COMPILER CC FOLDER [FLAG...]

Whatever is not a parameter must not matter, and padding must stay 0.
"""

import ctypes
import os
import sys

import numpy as np
import torch

from nascent_oracle import NativeNetwork, pointer, aligned

MLP = """
nn.sequential @mlp(%x: tensor<?x?xf32>) -> tensor<?x10xf32> {
  %0 = nn.dense %x, 37 : tensor<?x?xf32> -> tensor<?x37xf32>
  %1 = nn.batch_norm %0 : tensor<?x37xf32>
  %2 = nn.relu %1 : tensor<?x37xf32>
  %3 = nn.dense %2, 10 name("last") : tensor<?x37xf32> -> tensor<?x10xf32>
  nn.return %3 : tensor<?x10xf32>
}
"""
SHAPES = {"0.weight": (37, 19), "0.bias": (37,), "1.weight": (37,),
          "1.bias": (37,), "1.running_mean": (37,), "1.running_var": (37,),
          "last.weight": (10, 37), "last.bias": (10,)}
STEPS = 100


class Sgd(ctypes.Structure):
    _fields_ = [(name, ctypes.c_float) for name in (
        "learning_rate", "momentum", "weight_decay", "gradient_scale",
        "statistics_scale")] + [("nesterov", ctypes.c_int32)]


class Adam(ctypes.Structure):
    _fields_ = [(name, ctypes.c_float) for name in (
        "learning_rate", "beta1", "beta2", "epsilon", "weight_decay",
        "gradient_scale", "statistics_scale")] + [
            ("decoupled", ctypes.c_int32), ("step", ctypes.c_int64)]


class Rmsprop(ctypes.Structure):
    _fields_ = [(name, ctypes.c_float) for name in (
        "learning_rate", "alpha", "epsilon", "momentum", "weight_decay",
        "gradient_scale", "statistics_scale")]


class Adagrad(ctypes.Structure):
    _fields_ = [(name, ctypes.c_float) for name in (
        "learning_rate", "learning_rate_decay", "epsilon", "weight_decay",
        "gradient_scale", "statistics_scale")] + [("step", ctypes.c_int64)]


def single(x):
    """A number as the structures hold it."""
    return float(np.float32(x))


B1, B2 = single(0.9), single(0.999)
# Name, structure, its values, and what PyTorch has instead.
CASES = [
    ("sgd", Sgd, dict(learning_rate=0.1), torch.optim.SGD, dict(lr=0.1)),
    ("sgd", Sgd, dict(learning_rate=0.1, momentum=0.9, weight_decay=0.01),
     torch.optim.SGD, dict(lr=0.1, momentum=0.9, weight_decay=0.01)),
    ("sgd", Sgd, dict(learning_rate=0.05, momentum=0.8, nesterov=1),
     torch.optim.SGD, dict(lr=0.05, momentum=0.8, nesterov=True)),
    ("adam", Adam, dict(learning_rate=0.001, beta1=B1, beta2=B2, epsilon=1e-8),
     torch.optim.Adam, dict(lr=0.001, betas=(B1, B2))),
    ("adam", Adam, dict(learning_rate=0.01, beta1=0.5, beta2=0.75,
                        epsilon=1e-4, weight_decay=0.1),
     torch.optim.Adam, dict(lr=0.01, betas=(0.5, 0.75), eps=1e-4,
                            weight_decay=0.1)),
    ("adam", Adam, dict(learning_rate=0.01, beta1=B1, beta2=B2, epsilon=1e-8,
                        weight_decay=0.1, decoupled=1),
     torch.optim.AdamW, dict(lr=0.01, betas=(B1, B2), weight_decay=0.1)),
    ("rmsprop", Rmsprop, dict(learning_rate=0.01, alpha=single(0.99),
                              epsilon=1e-8),
     torch.optim.RMSprop, dict(lr=0.01, alpha=single(0.99))),
    ("rmsprop", Rmsprop, dict(learning_rate=0.01, alpha=0.75, epsilon=1e-8,
                              momentum=0.5, weight_decay=0.1),
     torch.optim.RMSprop, dict(lr=0.01, alpha=0.75, momentum=0.5,
                               weight_decay=0.1)),
    ("adagrad", Adagrad, dict(learning_rate=0.1, epsilon=1e-10),
     torch.optim.Adagrad, dict(lr=0.1)),
    ("adagrad", Adagrad, dict(learning_rate=0.1, learning_rate_decay=0.01,
                              epsilon=1e-10, weight_decay=0.1),
     torch.optim.Adagrad, dict(lr=0.1, lr_decay=0.01, weight_decay=0.1)),
]


class Trainer:
    def __init__(self, net):
        self.net = net
        self.names = list(SHAPES)
        self.bytes = net.macro("GRADIENTS_BYTES")

    def gradients(self, values):
        """A buffer of gradients; what is none is NaN, but for padding."""
        buffer = aligned(self.bytes)
        buffer[:] = 0
        for index, name in enumerate(self.names):
            if name in values:
                self.put(buffer, index, values[name])
        return buffer

    def put(self, buffer, index, values):
        values = np.ascontiguousarray(values, dtype=np.float32)
        status = self.net.function("set")(
            pointer(buffer), ctypes.c_uint32(index), pointer(values))
        assert status == 0

    def values(self):
        return {name: self.net.get(index, SHAPES[name])
                for index, name in enumerate(self.names)}

    def step(self, name, gradients, state, hyper):
        self.net.function("step_" + name)(
            pointer(self.net.parameters), pointer(gradients),
            pointer(state) if state is not None else None,
            ctypes.byref(hyper))


def check(net, case, rates=None, decays=None, scale=1.0):
    name, structure, values, optimizer, options = case
    trainer = Trainer(net)
    random = np.random.default_rng(1)
    net.init(7)
    start = trainer.values()
    trained = [each for each in SHAPES if "running" not in each]
    tensors = {each: torch.tensor(start[each], requires_grad=True)
               for each in trained}
    groups = []
    for each in trained:
        group = dict(params=[tensors[each]])
        if rates:
            group["lr"] = options["lr"] * rates.get(each, 1.0)
        if decays and each in decays:
            group["weight_decay"] = 0.0
        groups.append(group)
    # What is frozen has no place among gradients.
    changed = [each for each in trained
               if not rates or rates.get(each, 1.0) != 0]
    peer = optimizer([group for group, each in zip(groups, trained)
                      if each in changed], **options)
    hyper = structure(gradient_scale=scale, statistics_scale=1, **values)
    bytes = net.macro(name.upper() + "_STATE_BYTES")
    needs_state = not (name == "sgd" and "momentum" not in values)
    state = aligned(bytes) if needs_state else None
    if needs_state:
        state[:] = 0
    for step in range(STEPS):
        given = {each: random.standard_normal(SHAPES[each], dtype=np.float32)
                 for each in changed}
        for each in changed:
            tensors[each].grad = torch.tensor(given[each]) * scale
        peer.step()
        if hasattr(hyper, "step"):
            hyper.step = step + 1
        trainer.step(name, trainer.gradients(given), state, hyper)
    worst = 0.0
    now = trainer.values()
    for each in SHAPES:
        if each not in trained:
            assert now[each].tobytes() == start[each].tobytes(), each
            continue
        wanted = tensors[each].detach().numpy()
        largest = max(np.abs(wanted).max(), 1e-30)
        worst = max(worst, np.abs(now[each] - wanted).max() / largest)
        assert not np.array_equal(wanted, start[each]) or (
            rates and rates.get(each) == 0), each
    assert worst < 1e-6, (name, values, worst)
    # Padding of the weights' panels, 37 and 10 rows in all.
    whole = np.frombuffer(net.parameters, np.float32,
                          count=trainer.bytes // 4).copy()
    total = sum(np.count_nonzero(now[each]) for each in changed)
    assert np.count_nonzero(whole) == total, "padding has changed"
    return worst


def check_norm(net):
    trainer = Trainer(net)
    random = np.random.default_rng(2)
    trained = [each for each in SHAPES if "running" not in each]
    given = {each: random.standard_normal(SHAPES[each], dtype=np.float32)
             for each in trained}
    buffer = trainer.gradients(given)
    norm = net.function("gradient_norm")
    norm.restype = ctypes.c_float
    wanted = np.sqrt(sum(np.sum(np.square(each, dtype=np.float64))
                         for each in given.values()))
    assert abs(norm(pointer(buffer)) - wanted) < 1e-6 * wanted
    net.function("clip_gradients")(pointer(buffer), ctypes.c_float(0.5))
    for index, each in enumerate(SHAPES):
        if each in given:
            values = np.empty(SHAPES[each], np.float32)
            net.function("get")(pointer(buffer), ctypes.c_uint32(index),
                                pointer(values))
            assert np.array_equal(values, np.clip(given[each], -0.5, 0.5))


def main():
    compiler, cc, folder, *flags = sys.argv[1:]

    def build(name, *more):
        path = os.path.join(folder, name)
        os.makedirs(path)
        return NativeNetwork(compiler, cc, MLP, "mlp", path, "4x19xf32",
                             ["--train", *flags, *more], with_init=True)

    net = build("all", "--optimizer=sgd,adam,rmsprop,adagrad,adamw")
    for case in CASES:
        print(case[0], case[2], check(net, case))
    print("scaled", check(net, CASES[4], scale=0.25))
    check_norm(net)

    rates = {"0.weight": 0.5, "0.bias": 0.0, "1.bias": 0.0, "last.bias": 0.0}
    net = build("rates", "--rate", "*.bias=0", "--rate", "mlp:0.weight=0.5")
    for case in CASES[:6]:
        print("rates", case[2], check(net, case, rates))
    net = build("decay", "--no-decay=*.bias", "--no-decay=1.*")
    for case in (CASES[1], CASES[5]):
        print("decay", case[2], check(
            net, case, decays={"0.bias", "1.weight", "1.bias", "last.bias"}))


main()
