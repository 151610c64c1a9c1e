# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Imports the networks of a file and compares what they compute with PyTorch.

    check_import.py TOOL COMPILER CC FOLDER MODELS.py [NETWORK...]

A network is imported as the file has it: where it has seen no input, there are no
weights. Those of the file of weights, or else PyTorch's, are given to the network,
and names and shapes of both are the same. TOOL, nascent-import, runs in this process,
which has loaded PyTorch.
"""

import importlib.util
import os
import sys
import warnings

import numpy as np
import torch

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)),
                                "../../Integration/Inputs"))
from nascent_oracle import NativeNetwork  # noqa: E402
from tensor_files import read_safetensors  # noqa: E402

RTOL, ATOL = 1e-4, 1e-5


def load(path):
    spec = importlib.util.spec_from_file_location("models", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def state(model):
    return {name: tensor.detach().numpy().astype(np.float32)
            for name, tensor in model.state_dict().items()
            if not name.endswith("num_batches_tracked")}


def outputs_of(result):
    if isinstance(result, dict):
        result = list(result.values())
    return [y.numpy() for y in
            (result if isinstance(result, (list, tuple)) else [result])]


def check(importer, compiler, cc, folder, path, models, expression):
    name = expression.removesuffix("()").lower()
    folder = os.path.join(folder, str(list(models.CASES).index(expression)))
    os.makedirs(folder)
    source = os.path.join(folder, "imported.mlir")
    status = importer(
        [f"{path}:{expression}", "-o", source, "--name", name,
         *(f"--input={sizes}" for sizes in models.INPUTS.get(expression, []))])
    assert not status, f"{expression} is refused"
    torch.manual_seed(0)
    model = getattr(models, expression.removesuffix("()"))
    model = (model() if expression.endswith("()") else model).eval()
    # Shapes of indices are lists, which begin with how many of these there are.
    inputs = [torch.randint(0, shape[0], shape[1:]) if isinstance(shape, list)
              else torch.randn(*shape) for shape in models.CASES[expression]]
    for index, value in getattr(models, "GIVEN", {}).get(expression, {}).items():
        inputs[index] = value
    lazy = any(torch.nn.parameter.is_lazy(p) for p in model.parameters())
    weights = os.path.join(folder, "imported.safetensors")
    if os.path.exists(weights):
        assert not lazy, "weights of a network that has none"
        values = read_safetensors(weights)
        shapes = {key: value.shape for key, value in values.items()}
        assert shapes == {key: value.shape for key, value in
                          state(model).items() if "unused" not in key}, shapes
        missing = model.load_state_dict(
            {key: torch.tensor(value) for key, value in values.items()},
            strict=False)
        assert not missing.unexpected_keys, missing
    model.double()
    doubles = [x.double() if x.is_floating_point() else x for x in inputs]
    with torch.no_grad():
        model(*(x.clone() for x in doubles))
        for key, tensor in model.state_dict().items():
            if key.endswith("running_var"):
                tensor.uniform_(0.5, 2.0)
            elif tensor.dim() == 1 and tensor.is_floating_point():
                tensor.normal_(0.5, 0.3)
        wanted = outputs_of(model(*(x.clone() for x in doubles)))
    turned = getattr(models, "STATES", {}).get(expression, ((), ()))
    for arrays, indices in zip((inputs, wanted), turned):
        for index in indices:
            arrays[index] = arrays[index].swapaxes(0, 1)
    values = state(model)
    types = ["x".join(map(str, x.shape)) +
             ("xf32" if x.is_floating_point() else "xi32") for x in inputs]
    binding = types[0] if len(types) == 1 else "(" + ", ".join(types) + ")"
    with open(source) as file:
        network = NativeNetwork(compiler, cc, file.read(), name, folder, binding,
                                # LLVM is tested elsewhere.
                                ["-O0"])
    # Names of tied layers are no entries of their own.
    same = {}
    for key, tensor in model.state_dict(keep_vars=True).items():
        same.setdefault(id(tensor), key)
    distinct = {key: values[key] for key in same.values()
                if key in values and "unused" not in key}
    table = network.table(len(distinct)) if distinct else []
    assert sorted(table) == sorted((key, value.shape) for key, value in
                                   distinct.items()), table
    assert not distinct or not network.has(len(distinct)), "there are more parameters"
    _, answers = network.answer([distinct[key] for key, _ in table],
                                [x.numpy() for x in inputs],
                                [y.shape for y in wanted])
    for index, (answer, want) in enumerate(zip(answers, wanted)):
        off = (np.abs(answer - want) / (ATOL + RTOL * np.abs(want))).max()
        assert off <= 1, f"{expression}, output {index}: off by {off} tolerances"
    print(f"{expression} agrees with PyTorch")


def main():
    warnings.simplefilter("ignore")
    tool, compiler, cc, folder, path, *chosen = sys.argv[1:]
    sys.path.insert(0, os.path.dirname(tool))
    from nascent_import.main import main as importer
    models = load(path)
    for expression in chosen or models.CASES:
        check(importer, compiler, cc, folder, path, models, expression)


main()
