# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The kernels of check.py: their MLIR, what they read, and what PyTorch says.

Values are stored channels last, (n, spatial..., c), also in what `expected` is
given and returns.
"""

import functools
import math

import numpy as np
import torch
import torch.nn.functional as F

from kernel import (Buffer, Kernel, apart, extent, fill, first, generic, last,
                    pad, relu, torch_pad, window_dims, window_map)


def pool(name, n, size, c, window, stride, low=None, high=None, dilation=None,
         kind="max", then="", source=None, out=None, values=None,
         flags="fastmath<nsz> "):
    """Any padding, so that the ceiling mode is only a larger `high`."""
    spatial = len(size)
    low, high = low or [0] * spatial, high or [0] * spatial
    dilation = dilation or [1] * spatial
    shape = [n, *map(extent, size, low, high, window, stride, dilation), c]
    source, out = source or Buffer([n, *size, c]), out or Buffer(shape)
    assert out.shape == tuple(shape), (out.shape, shape)
    dims, reduced = window_dims(spatial)
    text, padded, padded_type = pad("%in0", source, low, high)
    taps = f"tensor<{'x'.join(map(str, window))}xf32>"
    combine = "maximumf" if kind == "max" else "addf"
    final = "%pooled" if then or kind == "mean" else "%result"
    lines = [fill("0xFF800000" if kind == "max" else "0.0", "%init", out), text,
             f"%taps = tensor.empty() : {taps}",
             generic(final, dims + reduced, reduced,
                     [(padded, padded_type, window_map(spatial, stride, dilation)),
                      ("%taps", taps, ", ".join(reduced))],
                     out.tensor(), ", ".join(dims),
                     f"%m = arith.{combine} %acc, %a0 {flags}: f32\n"
                     "linalg.yield %m : f32", "%init")]
    if then == "relu":
        lines.append(relu("%pooled", "%result", out))
    if kind == "mean":
        # The factor of a pixel is one over how many taps do not lie in padding.
        body = ["%one = arith.constant 1 : index"]
        for i in range(spatial):
            body.append(f"%o{i} = linalg.index {i + 1} : index")
            numbers = {"s": stride[i], "l": -low[i], "k": window[i],
                       "n": size[i], "z": 0}
            body += [f"%{k}{i} = arith.constant {v} : index"
                     for k, v in numbers.items()]
            body += [f"%p{i} = arith.muli %o{i}, %s{i} : index",
                     f"%f{i} = arith.addi %p{i}, %l{i} : index",
                     f"%g{i} = arith.addi %f{i}, %k{i} : index",
                     f"%h{i} = arith.maxsi %f{i}, %z{i} : index",
                     f"%j{i} = arith.minsi %g{i}, %n{i} : index",
                     f"%d{i} = arith.subi %j{i}, %h{i} : index"]
        count = functools.reduce(
            lambda x, i: body.append(f"%t{i} = arith.muli {x}, %d{i} : index")
            or f"%t{i}", range(spatial), "%one")
        body += [f"%w = arith.index_cast {count} : index to i64",
                 "%v = arith.sitofp %w : i64 to f32",
                 "%r = arith.divf %a0, %v : f32", "linalg.yield %r : f32"]
        lines.append(generic("%result", dims, [],
                             [("%pooled", out.tensor(), ", ".join(dims))],
                             out.tensor(), ", ".join(dims), "\n".join(body)))

    def expected(x):
        x = torch_pad(first(x), low, high, -math.inf if kind == "max" else 0.0)
        for i in range(spatial):
            x = x.unfold(2 + i, (window[i] - 1) * dilation[i] + 1, stride[i])
        steps = (..., *(slice(None, None, d) for d in dilation))
        x = x[steps].flatten(2 + spatial)
        y = x.amax(-1) if kind == "max" else x.sum(-1)
        if kind == "mean":
            ones = torch_pad(torch.ones(1, 1, *size).double(), low, high, 0.0)
            weight = torch.ones(1, 1, *window).double()
            conv = [F.conv1d, F.conv2d, F.conv3d][spatial - 1]
            y = y / conv(ones, weight, stride=stride)
        return last(y.relu() if then == "relu" else y)

    return Kernel(name, [source], out, "\n".join(lines), expected,
                  math.prod(window), exact=kind == "max", values=values)


def depthwise(name, n, size, c, window, stride, low=None, high=None,
              dilation=None, panels=0, multiplier=1, bias=True, then="",
              init=None, kind="f32"):
    spatial = len(size)
    low, high = low or [0] * spatial, high or [0] * spatial
    dilation = dilation or [1] * spatial
    shape = [n, *map(extent, size, low, high, window, stride, dilation),
             c * multiplier]
    f = c * multiplier
    source, out = Buffer([n, *size, c]), Buffer(shape)
    dims, reduced = window_dims(spatial)
    weights = Buffer([f, *window, 1] if panels else [f, *window], kind=kind)
    ins = [source, Buffer([-(-f // panels), *window, 1, panels], kind=kind)
           if panels else weights]
    text, padded, padded_type = pad("%in0", source, low, high, "%zero")
    lines = ["%zero = arith.constant 0.0 : f32", text]
    weight = "%in1"
    if panels:
        weight = "%weight"
        lines += [f"%room = tensor.empty() : {weights.tensor()}",
                  f"%weight = linalg.unpack %in1 inner_dims_pos = [0] inner_tiles "
                  f"= [{panels}] into %room : {ins[1].tensor()} -> "
                  f"{weights.tensor()}"]
    if bias:
        ins.append(Buffer([f]))
        lines.append(f"%init = linalg.broadcast ins(%in2 : tensor<{f}xf32>) "
                     f"outs(%empty : {out.tensor()}) dimensions = "
                     f"{list(range(len(shape) - 1))}")
    elif not init:
        lines.append(fill("0.0", "%init", out))
    channel = f"c floordiv {multiplier}" if multiplier > 1 else "c"
    lines.append(generic(
        "%sums" if then else "%result", dims + reduced, reduced,
        [(padded, padded_type, window_map(spatial, stride, dilation, channel)),
         (weight, weights.tensor(),
          ", ".join(["c", *reduced, *(["0"] if panels else [])]))],
        out.tensor(), ", ".join(dims),
        ("" if kind == "f32" else f"%wide = arith.extf %a1 : {kind} to f32\n")
        + f"%p = arith.mulf %a0, {'%a1' if kind == 'f32' else '%wide'} : f32\n"
        "%s = arith.addf %acc, %p : f32\nlinalg.yield %s : f32",
        init or "%init"))
    if then == "residual":
        at = f"%in{len(ins)}"
        ins += [Buffer(shape), Buffer([f]), Buffer(shape[:-1])]
        names = ", ".join(dims)
        lines.append(generic(
            "%result", dims, [],
            [("%sums", out.tensor(), names), (at, out.tensor(), names),
             (f"%in{len(ins) - 2}", f"tensor<{f}xf32>", "c"),
             (f"%in{len(ins) - 1}", ins[-1].tensor(), ", ".join(dims[:-1]))],
            out.tensor(), names,
            "%p = arith.mulf %a0, %a2 : f32\n%q = arith.addf %p, %a1 : f32\n"
            "%r = arith.mulf %q, %a3 : f32\nlinalg.yield %r : f32"))

    def expected(x, w, *more):
        if panels:
            w = np.moveaxis(w, -1, 1).reshape(-1, *window)[:f]
        conv = [F.conv1d, F.conv2d, F.conv3d][spatial - 1]
        y = last(conv(torch_pad(first(x), low, high, 0.0),
                      torch.from_numpy(np.ascontiguousarray(w))[:, None],
                      stride=stride, dilation=dilation, groups=c))
        if bias:
            y = y + more[0]
        if then == "residual":
            residual, scale, mask = more[-3:]
            y = (y * scale + residual) * mask[..., None]
        return y

    return Kernel(name, ins, out, "\n".join(lines), expected,
                  math.prod(window))


def moved(name, source, out, permutation, then=""):
    final = "%moved" if then else "%result"
    lines = [f"{final} = linalg.transpose ins(%in0 : {source.tensor()}) "
             f"outs(%empty : {out.tensor()}) permutation = {permutation}"]
    if then:
        lines.append(relu("%moved", "%result", out))
    return Kernel(name, [source], out, "\n".join(lines),
                  lambda x: (np.maximum(x, 0) if then else x)
                  .transpose(permutation), exact=True)


def to_last(name, n, c, *size, **options):
    shape = [n, *size, c]
    order = [0, *range(2, len(size) + 2), 1]
    return moved(name, Buffer([n, c, *size]), options.pop("out", Buffer(shape)),
                 order, **options)


def to_first(name, n, c, *size, **options):
    order = [0, len(size) + 1, *range(1, len(size) + 1)]
    return moved(name, options.pop("source", Buffer([n, *size, c])),
                 Buffer([n, c, *size]), order, **options)


def mapped(name, ins, out, maps, body, expected, **options):
    """One elementwise op, of operands by `maps` of d0, d1, …"""
    dims = [f"d{i}" for i in range(len(out.shape))]
    operands = [(f"%in{i}", b.tensor(), m)
                for i, (b, m) in enumerate(zip(ins, maps))]
    text = generic("%result", dims, [], operands, out.tensor(), ", ".join(dims),
                   body)
    return Kernel(name, ins, out, text, expected, **options)


def summed(name, source, axes, factor=1.0, out=None):
    """The mean, or so, over `axes`."""
    dims = [f"d{i}" for i in range(len(source.shape))]
    kept = [d for i, d in enumerate(dims) if i not in axes]
    out = out or Buffer([n for i, n in enumerate(source.shape)
                         if i not in axes])
    lines = [fill("0.0", "%init", out),
             generic("%sum", dims, [dims[i] for i in axes],
                     [("%in0", source.tensor(), ", ".join(dims))], out.tensor(),
                     ", ".join(kept), "%s = arith.addf %acc, %a0 : f32\n"
                     "linalg.yield %s : f32", "%init"),
             generic("%result", kept, [],
                     [("%sum", out.tensor(), ", ".join(kept))], out.tensor(),
                     ", ".join(kept),
                     f"%f = arith.constant {factor!r} : f32\n"
                     "%r = arith.mulf %a0, %f : f32\nlinalg.yield %r : f32")]
    terms = math.prod(source.shape[i] for i in axes)
    return Kernel(name, [source], out, "\n".join(lines),
                  lambda x: x.sum(tuple(axes)) * factor, terms)


def with_nans(i, values):
    values.reshape(-1)[::23] = np.nan
    values.reshape(-1)[5::31] = -math.inf
    return values


IDENTITY = "linalg.yield %a0 : f32"
ADD = "%r = arith.addf %a0, %a1 : f32\nlinalg.yield %r : f32"

for channels in (1, 3, 8, 17, 64, 100):
    pool(f"max_{channels}", 1 + 2 * (channels == 8), [13, 15], channels, [3, 3],
         [2, 2], [1, 1], [1, 1])
    pool(f"mean_{channels}", 1 + 2 * (channels == 17), [12, 10], channels,
         [3, 3], [2, 2], [1, 1], [1, 1], kind="mean")
    depthwise(f"depthwise_{channels}", 1 + 2 * (channels == 3), [9, 20],
              channels, [3, 3], [1, 1], [1, 1], [1, 1],
              panels=min(16, 1 << (channels - 1).bit_length()))
    to_last(f"last_{channels}", 1 + 2 * (channels == 8), channels, 9, 21)
    to_first(f"first_{channels}", 1 + 2 * (channels == 17), channels, 9, 21)
    summed(f"global_{channels}", Buffer([1 + 2 * (channels == 64), 7, 5,
                                         channels]), [1, 2], 1 / 35)

pool("max_nan", 2, [11, 30], 19, [3, 3], [2, 2], [1, 1], [1, 1],
     values=with_nans)
pool("max_nan_by_signs", 1, [11, 30], 3, [3, 3], [2, 2], [1, 1], [1, 1],
     values=with_nans, flags="")
pool("max_2x2", 2, [8, 36], 16, [2, 2], [2, 2], then="relu")
pool("max_ceil", 1, [12, 13], 20, [3, 3], [2, 2], [0, 0], [1, 2])
pool("max_stride_3", 1, [14, 50], 12, [2, 3], [3, 1], [1, 0], [0, 1])
pool("max_dilated", 1, [15, 24], 24, [3, 2], [1, 2], [1, 1], [1, 2], [2, 3])
pool("max_wide", 1, [5, 200], 33, [3, 11], [1, 1], [1, 5], [1, 5])
pool("max_line", 3, [130], 10, [5], [2], [2], [2])
pool("max_volume", 2, [5, 6, 20], 9, [3, 3, 3], [1, 2, 2], [1, 1, 1], [1, 1, 1])
pool("max_apart", 1, [14, 14], 24, [3, 3], [2, 2], [1, 1], [1, 1],
     source=apart([1, 14, 14, 24], [0, 1, 1, 0], [0, 1, 1, 0], 8),
     out=apart([1, 7, 7, 24], [0, 1, 1, 8], [0, 1, 1, 8]))
pool("sum_wide", 1, [3, 90], 1, [1, 20], [1, 2], [0, 9], [0, 9], kind="sum")
pool("sum_dilated_line", 1, [70], 5, [12], [1], [6], [5], [2], kind="sum")
pool("mean_regular", 2, [14, 21], 40, [7, 7], [7, 7], kind="mean")

depthwise("depthwise_stride_2", 2, [15, 40], 40, [3, 3], [2, 2], [1, 1], [1, 1],
          panels=8, then="residual")
depthwise("depthwise_dilated", 1, [16, 17], 32, [3, 3], [1, 3], [2, 2], [2, 2],
          [2, 2], panels=32, bias=False)
depthwise("depthwise_rows", 1, [16, 17], 20, [5, 3], [1, 1], [2, 0], [1, 2])
depthwise("depthwise_7x7", 1, [12, 31], 16, [7, 7], [1, 1], [3, 3], [3, 3],
          panels=16)
depthwise("depthwise_line", 1, [100], 24, [31], [1], [15], [15], panels=8)
depthwise("depthwise_times_2", 1, [8, 9], 12, [3, 3], [1, 1], [1, 1], [1, 1],
          panels=8, multiplier=2)
depthwise("depthwise_times_3", 1, [8, 9], 5, [3, 3], [1, 1], [1, 1], [1, 1],
          panels=16, multiplier=3)
depthwise("depthwise_times_4", 1, [6, 9], 11, [3, 3], [2, 2], [1, 1], [1, 1],
          panels=4, multiplier=4)
depthwise("depthwise_narrow", 1, [8, 9], 41, [3, 3], [1, 1], [1, 1], [1, 1],
          panels=16, kind="bf16")
depthwise("depthwise_onto", 1, [8, 9], 12, [3, 3], [1, 1], panels=4, bias=False,
          init="%stored")

to_last("last_image", 1, 3, 32, 50, out=apart([1, 32, 50, 3], [0, 0, 1, 0],
                                              [0, 0, 1, 0], 1))
to_last("last_line", 2, 40, 35, then="relu")
to_first("first_apart", 1, 33, 12, 13, then="relu",
         source=apart([1, 12, 13, 33], [0, 1, 1, 0], [0, 1, 1, 0], 15))
moved("turned", Buffer([3, 37, 50]), Buffer([50, 3, 37]), [2, 0, 1])
moved("matrix", Buffer([37, 50]), Buffer([50, 37]), [1, 0])

mapped("copied", [Buffer([2, 6, 7, 20])],
       apart([2, 6, 7, 20], [0, 1, 1, 0], [0, 2, 1, 0], 4),
       ["d0, d1, d2, d3"], IDENTITY, lambda x: x, exact=True)
mapped("copied_back", [apart([1, 5, 4, 3], [0, 1, 2, 1], [0, 1, 1, 2])],
       Buffer([1, 5, 4, 3]), ["d0, d1, d2, d3"], IDENTITY, lambda x: x,
       exact=True)
Kernel("filled", [], apart([2, 5, 9, 19], [0, 1, 1, 0], [0, 1, 1, 0], 13),
       fill("2.5", "%result", Buffer([2, 5, 9, 19])),
       lambda: np.full([2, 5, 9, 19], 2.5), exact=True)
for factor, channels in ((2, 24), (3, 1), (2, 5)):
    mapped(f"nearest_{factor}_{channels}", [Buffer([2, 4, 7, channels])],
           Buffer([2, 4 * factor, 7 * factor, channels]),
           [f"d0, d1 floordiv {factor}, d2 floordiv {factor}, d3"], IDENTITY,
           lambda x, factor=factor: x.repeat(factor, 1).repeat(factor, 2),
           exact=True)
mapped("added", [Buffer([2, 3, 5, 7]), apart([2, 3, 5, 7], [0] * 4, [0] * 4, 2)],
       Buffer([2, 3, 5, 7]), ["d0, d1, d2, d3"] * 2, ADD, lambda x, y: x + y)
mapped("added_dense", [Buffer([2, 3, 50, 3])] * 2, Buffer([2, 3, 50, 3]),
       ["d0, d1, d2, d3"] * 2, ADD, lambda x, y: x + y)
mapped("broadcast",
       [Buffer([2, 4, 6, 30]), Buffer([30]), Buffer([2, 4]), Buffer([2, 4, 6]),
        Buffer([2, 30])],
       Buffer([2, 4, 6, 30]),
       ["d0, d1, d2, d3", "d3", "d0, d1", "d0, d1, d2", "d0, d3"],
       "%p = arith.mulf %a0, %a1 : f32\n%q = arith.addf %p, %a2 : f32\n"
       "%r = arith.mulf %q, %a3 : f32\n%s = arith.addf %r, %a4 : f32\n"
       "linalg.yield %s : f32",
       lambda x, c, r, p, s: (x * c + r[:, :, None, None]) * p[..., None]
       + s[:, None, None])
mapped("positions", [Buffer([2, 3, 20])], Buffer([2, 3, 20]), ["d0, d1, d2"],
       "%i = linalg.index 1 : index\n%j = linalg.index 2 : index\n"
       "%k = arith.addi %i, %j : index\n%l = arith.index_cast %k : index to i32\n"
       "%m = arith.sitofp %l : i32 to f32\n%r = arith.mulf %a0, %m : f32\n"
       "linalg.yield %r : f32",
       lambda x: x * (np.arange(3)[:, None] + np.arange(20)))
summed("columns", Buffer([50, 37]), [0])
summed("channels", Buffer([2, 6, 5, 21]), [0, 1, 2])
summed("rows", Buffer([2, 9, 21]), [2])
