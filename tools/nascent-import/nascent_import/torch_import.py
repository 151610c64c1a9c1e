# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""A network of a Python file, from running the file to source and arrays."""

import collections
import inspect
import itertools
import os
import re

import torch

from . import attention
from .model_file import ModelFile, is_lazy
from .modules import Importer, class_of
from .network import Value, format_source, symbol_of
from .refusals import ImportFailure, Refusal, SharedAcrossBlocks

RANKS = (2, 3, 4, 5)


def count_inputs(module):
    if class_of(module):
        return 1
    parameters = inspect.signature(module.forward).parameters.values()
    return sum(parameter.default is parameter.empty for parameter in parameters)


def input_names(module, count):
    """`forward`'s own names, where there are several."""
    if count == 1:
        return ["%x"]
    names = []
    for name in list(inspect.signature(module.forward).parameters)[:count]:
        name = "%" + re.sub(r"[^0-9A-Za-z_]", "_", name)
        # Python has letters that MLIR has not.
        while name in names:
            name += "_"
        names.append(name)
    return names


def attempt(model_file, module, graphs, sizes):
    """(importer, network or None), for inputs of these sizes: in blocks where
    those can say what is shared."""
    for flat in (False, True):
        importer = Importer(model_file, graphs, flat)
        names = input_names(module, len(sizes))
        inputs = [Value(each, name) for each, name in zip(sizes, names)]
        try:
            net = importer.network(module, inputs, "")
        except SharedAcrossBlocks:
            continue
        except Refusal as refusal:
            importer.refuse_module(module, "", refusal)
            net = None
        return importer, None if len(importer.refusals) else net
    raise AssertionError("a flat network shares nothing across blocks")


def import_network(model_file, module, sizes):
    """(importer, network). Where nobody says the inputs' ranks, they are the
    least that all layers take."""
    graphs = {}
    count = count_inputs(module)
    if sizes:
        if len(sizes) != count:
            raise ImportFailure(f"--input: error: expected {count} inputs, got "
                                f"{len(sizes)}")
        importer, net = attempt(model_file, module, graphs, sizes)
        if net is None:
            raise ImportFailure(*importer.refusals.messages)
        return importer, net
    if count > 3:
        raise ImportFailure(f"{model_file.path}: error: the network has {count} "
                            "inputs; state the sizes of each with --input")
    fitting, refused = [], []
    for ranks in sorted(itertools.product(RANKS, repeat=count), key=sum):
        importer, net = attempt(model_file, module, graphs,
                                [[None] * rank for rank in ranks])
        if net:
            fitting.append((importer, net))
        elif not importer.refusals.of_rank:
            raise ImportFailure(*importer.refusals.messages)
        else:
            refused.append(importer)
        if len(fitting) > 1 or fitting and not fitting[0][1].flattens_nothing:
            break
    if not fitting:
        raise ImportFailure(
            *max(refused, key=lambda each: each.successes).refusals.messages)
    if len(fitting) > 1 and fitting[0][1].flattens_nothing:
        raise ImportFailure(
            f"{model_file.path}: error: the network flattens its input, and so does "
            "not say how many dimensions that has; state them with --input, for "
            "pictures --input '?x?x?x?' or --input '?x1x28x28'")
    return fitting[0]


def arrays_of(module):
    """(name → array of the parameters that exist, the names of those that do
    not, remarks)."""
    arrays, open_names, remarks = {}, [], []
    for name, tensor in module.state_dict(keep_vars=True).items():
        if name.endswith("num_batches_tracked"):
            continue
        if is_lazy(tensor):
            open_names.append(name)
            continue
        if tensor.dtype != torch.float32:
            remarks.append(f"remark: '{name}' becomes float32, it is "
                           f"{str(tensor.dtype).removeprefix('torch.')}")
        arrays[name] = tensor.detach().cpu().to(torch.float32).numpy()
    return arrays, open_names, remarks


def unused_layers(module, net, arrays, open_names):
    """Leaves out the parameters of layers that forward does not use, and tells
    those that are left out under all of their names."""
    used = set(net.paths())
    tensors = module.state_dict(keep_vars=True)
    names = [*arrays, *open_names]

    def is_used(name):
        path = owner_of(name)
        # The parameters of a module in an attention are the layer's.
        return path in used or \
            path.removesuffix("." + attention.PROJECTION) in used

    kept = {id(tensors[name]) for name in names if is_used(name)}
    left_out = {}
    for name in names:
        if not is_used(name):
            arrays.pop(name, None)
            if name in open_names:
                open_names.remove(name)
            if id(tensors[name]) not in kept:
                left_out[owner_of(name)] = True
    return list(left_out)


def owner_of(name):
    """The path of a parameter's module."""
    return name.rpartition(".")[0]


def prefix_of(names, expected):
    """What wrappers of a model put before its names, "module."; left out where no name
    is expected as it is, and where without it most that are expected are there, more
    than with any other, as nascent-compile does."""
    expected = set(expected)
    if expected & set(names):
        return ""
    found = collections.Counter()
    for name in names:
        for end in range(1, len(name)):
            if name[end - 1] in "./_" and name[end:] in expected:
                found[name[:end]] += 1
    most = [(prefix, count) for prefix, count in found.most_common(2)
            if 2 * count > len(expected)]
    if not most or len(most) == 2 and most[0][1] == most[1][1]:
        return ""
    return most[0][0]


def load_checkpoint(path, module, arrays, open_names, remarks):
    """The arrays of a file, under the names and of the shapes of the module."""
    if path.endswith((".pt", ".pth")):
        from .checkpoint import read
    elif path.endswith(".safetensors"):
        from .safetensors import read
    else:
        raise ImportFailure(f"{path}: error: expected a file .safetensors, .pt or "
                            ".pth")
    if not os.path.isfile(path):
        raise ImportFailure(f"{path}: error: there is no such file")
    loaded = read(path)
    expected = [*arrays, *open_names]
    prefix = prefix_of(loaded, expected)
    if prefix:
        remarks.append(f"{path}: remark: '{prefix}', in front of names, is left out")
        loaded = {name.removeprefix(prefix): array for name, array in loaded.items()}
    messages = [f"{path}: error: tensor '{name}' is missing"
                for name in sorted(set(expected) - set(loaded))]
    for name, array in loaded.items():
        if name not in expected:
            messages.append(f"{path}: error: tensor '{name}' is no parameter of "
                            "the network")
        elif name in arrays and (array is None or
                                 array.shape != arrays[name].shape):
            has = "no shape yet" if array is None else f"shape {array.shape}"
            messages.append(f"{path}: error: tensor '{name}' has {has}, expected "
                            f"{arrays[name].shape}")
    if messages:
        raise ImportFailure(*messages)
    return {name: loaded[name] for name in module.state_dict()
            if loaded.get(name) is not None}


def import_torch(path, expression, options, sizes):
    """(source, arrays, remarks)."""
    if not os.path.isfile(path):
        raise ImportFailure(f"{path}: error: there is no such file")
    model_file = ModelFile(path)
    with model_file.watching():
        model_file.run()
        module = model_file.get(expression)
    if class_of(module) not in (None, "Sequential"):
        # A single layer is a network of one, whose name is its index.
        module = torch.nn.Sequential(module)
    module.eval()
    arrays, open_names, remarks = arrays_of(module)
    importer, net = import_network(model_file, module, sizes)
    remarks += [f"{path}: remark: {what}"
                for what in dict.fromkeys([*importer.remarks, *net.remarks,
                                           *net.layer_remarks()])]
    for layer in unused_layers(module, net, arrays,
                                       open_names):
        remarks.append(f"{path}: remark: forward does not use layer "
                       f"'{layer}'; its parameters are left out")
    if options.params:
        arrays = load_checkpoint(options.params, module, arrays, open_names, remarks)
        options.is_partial = any(name not in arrays for name in open_names)
    elif arrays and open_names and not options.no_weights:
        options.is_partial = True
        remarks.append(f"{path}: remark: {len(open_names)} parameters have no values "
                       f"yet, {open_names[0]} is the first; the file of weights "
                       "has the others")
    if importer.changed and not options.params:
        kept = "are lost without weights" if options.no_weights else \
            "are in the file of weights"
        remarks.append(f"{path}: remark: parameters that were changed after nn.init: "
                       f"{importer.changed}; their values {kept}, and their "
                       "initialisers are the default ones")
    name = options.name or symbol_of(expression.partition("(")[0].split(".")[-1])
    title = f"Imported by nascent-import from {os.path.basename(path)}:{expression}."
    return format_source(net, name, title), arrays, remarks
