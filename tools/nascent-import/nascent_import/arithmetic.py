# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Arithmetic in a `forward`: numbers, joins of values, products of matrices."""

import operator

import torch

from .exchanged import positionwise
from .function_table import enter, value_of
from .layers import need
from .network import Value, number, unless
from .refusals import RankRefusal


# Numbers --------------------------------------------------------------------

def is_number(x):
    return isinstance(x, (int, float)) and not isinstance(x, bool)


def affine(net, x, scale=1, offset=0):
    """scale·x + offset."""
    scale, offset = number(scale), number(offset)
    if (scale, offset) == ("1.0", "0.0"):
        return x
    return net.add("affine", x, x.sizes, keeps_type=True, scale=unless(scale, "1.0"),
                   offset=unless(offset, "0.0"))


def with_number(net, mnemonic, x, other):
    return affine(net, x, scale=other) if mnemonic == "mul" else \
        affine(net, x, offset=other)


def negate(net, input):
    return affine(net, value_of(input), scale=-1)


def subtract(net, input, other, *, alpha=1):
    need(alpha == 1, f"alpha={alpha} is not supported")
    if is_number(other):
        return affine(net, value_of(input), offset=-other)
    if is_number(input):
        return affine(net, value_of(other), scale=-1, offset=input)
    return join("add")(net, input, negate(net, other))


def divide(net, input, other):
    need(is_number(other), "is supported by a number")
    need(other != 0, "by 0 is not supported")
    return affine(net, value_of(input), scale=1 / other)


enter(positionwise(negate), operator.neg, torch.neg, methods=("neg",))
enter(positionwise(subtract), operator.sub, torch.sub, methods=("sub",))
enter(positionwise(divide), operator.truediv, torch.div, methods=("div",))


# Joins ----------------------------------------------------------------------

def advise_spread(axis, left, right, rank):
    """What gives a gate its other operand's shape. PyTorch spreads a 1 over any
    other size; no layer does."""
    if 1 not in (left, right):
        return ""
    size = (right if left == 1 else left) or "size"
    if axis == 1 or rank > 5:
        return f"; torch.cat([gate] * {size}, {axis}) repeats a gate"
    factors = (size, "(height, width)", "(depth, height, width)")[rank - 3]
    return (f"; F.interpolate(gate, scale_factor={factors}) spreads a gate over numbers "
            "of places")


def join(mnemonic):
    def call(net, input, other, *, alpha=1):
        need(alpha == 1, f"alpha={alpha} is not supported")
        # sum(…) begins with 0.
        if mnemonic == "add" and isinstance(input, int) and input == 0:
            return value_of(other)
        if is_number(other):
            return with_number(net, mnemonic, value_of(input), other)
        if is_number(input):
            return with_number(net, mnemonic, value_of(other), input)
        for operand in (input, other):
            need(isinstance(operand, Value), f"computes with {operand!r}; values of "
                 "the network and numbers are supported")
        if input.rank != other.rank:
            raise RankRefusal(f"joins values of rank {input.rank} and {other.rank}; "
                              "values of one shape are supported")
        for axis in range(1, input.rank):
            left, right = input.sizes[axis], other.sizes[axis]
            need(left == right or None in (left, right) and 1 not in (left, right),
                 f"joins sizes {left or '?'} and {right or '?'}; values of one shape "
                 "are supported" + advise_spread(axis, left, right, input.rank))
        sizes = [None if left is None and right is None else
                 left if right is None else right
                 for left, right in zip(input.sizes, other.sizes)]
        return net.add(mnemonic, [input, other], sizes, keeps_type=True)
    return call


def join_in_place(mnemonic):
    compute = join(mnemonic)

    def call(net, input, other):
        result = compute(net, input, other)
        net.overwrite(value_of(input), "an operator that assigns")
        return result
    return call


for _mnemonic, _functions, _in_place in (
        ("add", (operator.add, torch.add), operator.iadd),
        ("mul", (operator.mul, torch.mul, torch.multiply), operator.imul)):
    enter(positionwise(join(_mnemonic)), *_functions, methods=(_mnemonic,))
    enter(positionwise(join_in_place(_mnemonic)), _in_place, methods=(_mnemonic + "_",))


def multiply_matrices(net, input, other):
    a, b = value_of(input), value_of(other)
    if a.rank != b.rank or a.rank < 3:
        raise RankRefusal(f"multiplies values of rank {a.rank} and {b.rank}; two of "
                          "one rank, 3 or more, are supported")
    sizes = [*a.sizes[:-1], b.sizes[-1]]
    pairs = [*zip(a.sizes[1:-2], b.sizes[1:-2]), (a.sizes[-1], b.sizes[-2])]
    for left, right in pairs:
        need(None in (left, right) or left == right, f"multiplies values of the sizes "
             f"{a.sizes[1:]} and {b.sizes[1:]}, which do not fit")
    for left, right in zip(a.sizes[:-2], b.sizes[:-2]):
        need((left == 1) == (right == 1), f"multiplies {a.type} by {b.type}, of which "
             "PyTorch may spread 1 over an open size; state sizes with --input")
    for axis, size in enumerate(b.sizes[:-2]):
        sizes[axis] = size if sizes[axis] is None else sizes[axis]
    return net.add("matmul", [a, b], sizes)


enter(multiply_matrices, operator.matmul, torch.matmul, torch.bmm,
      methods=("matmul", "bmm"))


def concatenate(net, tensors, dim=0):
    values = [value_of(item) for item in tensors]
    ranks = {value.rank for value in values}
    if len(ranks) != 1:
        raise RankRefusal(f"joins values of ranks {sorted(ranks)}")
    axis = values[0].axis(dim)
    need(axis > 0, "joining batches is not supported; dim=1 and others are")
    if len(values) == 1:
        return values[0]
    sizes = list(values[0].sizes)
    along = [value.sizes[axis] for value in values]
    sizes[axis] = None if None in along else sum(along)
    return net.add("concat", values, sizes, axis=axis)


enter(positionwise(concatenate), torch.cat, torch.concat)
