# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Uses modules of Python that nascent-compile wrote to the folder of this run."""

import operator
import os
import pathlib
import sys
import threading

import numpy as np

sys.path.insert(0, os.getcwd())
sys.dont_write_bytecode = True


def refused(function, *arguments):
    try:
        function(*arguments)
    except (ValueError, TypeError, KeyError, IndexError) as error:
        print(type(error).__name__, error)
    else:
        print("accepted")


def mlp(x, values):
    hidden = np.maximum(x @ values["0.weight"].T + values["0.bias"], 0)
    return hidden @ values["2.weight"].T + values["2.bias"]


def parameters():
    import mlp as module
    net = module.Network(seed=42)
    assert net.keys() == ["0.weight", "0.bias", "2.weight", "2.bias"]
    before = net["0.weight"].numpy()
    assert before.shape == (256, 20) and 0 < np.abs(before).max() < 1
    assert (module.Network(seed=42)["0.weight"].numpy() == before).all()
    assert (module.Network()["0.weight"].numpy() ==
            module.Network(seed=0)["0.weight"].numpy()).all()
    net["0.weight"] += 1
    assert (net["0.weight"].numpy() == before + 1).all()
    net["0.weight"][0, 0] = 42
    assert net["0.weight"][0, 0] == 42 and net["0.weight"][0, 1] == (before + 1)[0, 1]
    # What would be stored in a copy only is refused.
    for lost in (lambda: operator.setitem(net["0.weight"][1], 0, 42),
                 lambda: operator.setitem(np.asarray(net["0.weight"]), 0, 42),
                 lambda: operator.setitem(
                     np.asarray(net["0.weight"], np.float32), 0, 42),
                 lambda: np.add.at(net["0.weight"], 0, 42),
                 lambda: setattr(net["0.weight"], "flat", 42),
                 lambda: setattr(net["0.weight"], "shape", (1,)),
                 lambda: net["0.weight"].fill(42)):
        try:
            lost()
        except (ValueError, AttributeError):
            continue
        raise AssertionError("written to a copy")
    assert net["0.weight"].T.shape == net["0.weight"].shape[::-1]
    assert net["0.weight"].mean() == net["0.weight"].numpy().mean()
    assert np.array(net["0.weight"]).flags.writeable
    assert not hasattr(net["0.weight"], "grad")
    row = net["0.bias"].numpy()
    np.add(net["0.bias"], 1, out=net["0.bias"], where=row > 0)
    assert (net["0.bias"].numpy() == np.where(row > 0, row + 1, row)).all()
    net["2.bias"] = 3
    assert (net["2.bias"] * 2 == np.full(10, 6, np.float32)).all()
    assert len(net["2.bias"]) == net["2.bias"].size == 10
    x = np.random.default_rng(0).standard_normal((3, 20), np.float32)
    wanted = mlp(x.astype(np.float64), net.state_dict())
    assert np.allclose(net(x), wanted, rtol=1e-4, atol=1e-4)
    # Any layout in memory, and what NumPy casts without loss of kind.
    assert (net(np.asfortranarray(x)) == net(x)).all()
    assert net(np.ones((2, 20), int)).shape == (2, 10) and net(x[:0]).shape == (0, 10)

    for path in (pathlib.Path("w.safetensors"), "w.npz"):
        net.save(path)
        other = module.Network(seed=1)
        other.load(path)
        assert (other(x) == net(x)).all()
    with np.load("w.npz") as file:
        assert file.files == net.keys()

    answers = [None] * 4

    def call(index):
        for _ in range(300):
            answers[index] = net(x * index)
    threads = [threading.Thread(target=call, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all((answer == net(x * i)).all() for i, answer in enumerate(answers))
    print("parameters hold")


def refusals():
    import mlp as module
    net = module.Network()
    refused(net, np.ones((3, 21), np.float32))
    refused(net, np.ones((3, 20), complex))
    refused(net, np.ones((3, 20)), np.ones((3, 20)))
    refused(net.__getitem__, "3.weight")
    refused(net.__setitem__, "2.bias", np.ones(9))
    with open("bad.safetensors", "wb") as file:
        file.write(b"\x02\0\0\0\0\0\0\0{}")
    refused(net.load, "bad.safetensors")
    with open("worse.safetensors", "wb") as file:
        file.write(b"text")
    refused(net.load, "worse.safetensors")
    os.rename("worse.safetensors", "worse.npz")
    refused(net.load, "worse.npz")
    np.savez("whole.npz", a=np.ones(2, int))
    refused(net.load, "whole.npz")
    refused(net.save, "w.pt")


def others():
    import trained
    import several
    values = trained.Network().state_dict()
    import mlp as module
    source = module.Network(seed=5)
    assert all((values[name] == source[name].numpy()).all() for name in source)
    # A tied name leads to what is shared.
    shared = several.shared(seed=1)
    shared["4.bias"] = 2
    assert (shared["2.bias"].numpy() == 2).all() and len(shared) == 6
    left, right = several.two(seed=0)(np.ones((2, 3)), np.full((2, 3), 2))
    assert (left == 3).all() and (right == 2).all()
    short, long = (several.lines(seed=0)(np.ones((1, 1, size))) for size in (4, 6))
    assert short.shape == (1, 2, 4) and long.shape == (1, 2, 6)
    # Indices: one that there is not is an error.
    words = several.words(seed=3)
    table = words["0.weight"].numpy()
    assert (words(np.array([[1, 4, 0]]))[0] == table[[1, 4, 0]]).all()
    refused(words, np.array([[1, 5, 0]]))
    refused(words, np.array([[1, 2**32 + 3, 0]]))
    refused(words, np.array([[1.5, 2, 0]]))
    print("others hold")


if __name__ == "__main__":
    globals()[sys.argv[1]]()
