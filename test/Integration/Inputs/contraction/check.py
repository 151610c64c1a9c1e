# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares the kernels of kernels.mlir, in a program of kernels.c, with PyTorch.

    check.py FOLDER PARTS COMMAND... [-- FOLDER PARTS COMMAND...]...

COMMAND is the program, FOLDER for its files; there may be several programs.

What a kernel stores is a part of a larger buffer, of which nothing else may
change. With several PARTS the bytes must be the same as with one.
"""

import itertools
import os
import subprocess
import sys

import numpy as np
import torch
import torch.nn.functional as F

def draw(*shape):
    return GENERATOR.standard_normal(shape).astype(np.float32)


def panels(weight, width):
    """(f, ...) as (f / width, ..., width)."""
    missing = -len(weight) % width
    padded = np.concatenate([weight, np.zeros((missing, *weight.shape[1:]),
                                              np.float32)])
    parts = padded.reshape(-1, width, *weight.shape[1:])
    return np.ascontiguousarray(np.moveaxis(parts, 1, -1))


def with_halo(x, lines=1):
    return np.pad(x, ((0, 0), (lines, lines), (1, 1), (0, 0)))


def bf16(values):
    """Rounded values, and their bits."""
    rounded = torch.from_numpy(values).bfloat16().float().numpy()
    return rounded, (rounded.view(np.uint32) >> 16).astype(np.uint16)


def double(x):
    return torch.from_numpy(np.ascontiguousarray(x)).double()


def convolve(x, weight, **options):
    """`x` is (n, h, w, c), `weight` (f, kh, kw, c)."""
    y = F.conv2d(double(x).permute(0, 3, 1, 2),
                 double(weight).permute(0, 3, 1, 2), **options)
    return y.permute(0, 2, 3, 1).numpy()


def run(kernel, parts, buffers):
    paths = [os.path.join(FOLDER, f"{kernel}.{i}") for i in range(len(buffers))]
    for path, values in zip(paths, buffers):
        np.ascontiguousarray(values).tofile(path)
    subprocess.run([*COMMAND, kernel, str(parts), *paths], check=True)
    last = buffers[-1]
    return np.fromfile(paths[-1], last.dtype).reshape(last.shape)


def check(kernel, buffers, where, expected, terms):
    """`where` are the elements of the last buffer that are stored."""
    before = buffers[-1].copy()
    after = run(kernel, 1, buffers)
    root = np.sqrt(terms)
    np.testing.assert_allclose(after[where], expected, rtol=1.3e-6 * root,
                               atol=1e-6 * root, err_msg=kernel)
    changed = after.copy()
    changed[where] = before[where]
    assert (changed == before).all(), f"{kernel} changed its neighbours"
    if int(PARTS) > 1:
        assert run(kernel, PARTS, buffers).tobytes() == after.tobytes(), \
            f"{kernel} in parts differs"
    print(kernel)


def image():
    x, weight, bias = draw(2, 27, 29, 3), draw(64, 3, 3, 3), draw(64)
    expected = np.maximum(convolve(x, weight, stride=2, padding=1) + bias, 0)
    check("image", [with_halo(x), panels(weight, 32), bias,
                    draw(2, 14, 15, 112)], np.s_[..., 32:96], expected, 27)


def deep():
    x, weight, bias = draw(1, 14, 14, 128), draw(40, 3, 3, 128), draw(40)
    # What lies between pixels must not count.
    apart = np.full((1, 14, 16, 144), np.nan, np.float32)
    apart[..., :128] = with_halo(x, lines=0)
    expected = convolve(x, weight, stride=2, padding=1) + bias
    check("deep", [apart, panels(weight, 32), bias, draw(1, 7, 7, 80)],
          np.s_[..., 24:64], expected, 1152)


def scaled():
    x, weight = draw(2, 6, 5, 24), draw(20, 24)
    scale, shift = draw(20), draw(20)
    residual, mask = draw(2, 6, 5, 20), draw(2, 6, 5)
    rounded, bits = bf16(panels(weight, 16))
    weight = np.moveaxis(rounded, -1, 1).reshape(32, 24)[:20]
    y = double(x).numpy() @ double(weight).numpy().T
    expected = (y * scale + shift + residual) * mask[..., None]
    check("scaled", [x, bits, scale, shift, residual, mask, draw(2, 6, 5, 20)],
          np.s_[...], expected, 24)


def gradient():
    dy, x, dw = draw(50, 37), draw(50, 70), draw(37, 70)
    check("gradient", [dy, x, dw], np.s_[...],
          dw + double(dy).numpy().T @ double(x).numpy(), 50)


def window_gradient():
    x, slices, dw = draw(2, 9, 11, 5), draw(2, 4, 5, 40), draw(3, 3, 5, 21)
    dy = slices[..., 8:29]
    weight = double(np.moveaxis(dw, -1, 0)).permute(0, 3, 1, 2)
    weight.requires_grad_()
    y = F.conv2d(double(x).permute(0, 3, 1, 2), weight, stride=2)
    y.backward(double(dy).permute(0, 3, 1, 2))
    added = weight.grad.permute(2, 3, 1, 0).numpy()
    check("window_gradient", [x, slices, dw], np.s_[...], dw + added, 40)


def groups():
    x, weight = draw(1, 6, 8, 12), draw(3, 10, 2, 3, 4)
    packed = np.stack([panels(each, 16) for each in weight])
    padded = np.pad(x, ((0, 0), (1, 2), (0, 0), (0, 0)))
    expected = convolve(padded, weight.reshape(30, 2, 3, 4), groups=3) + 1
    check("groups", [x, packed, draw(1, 8, 6, 30)], np.s_[...], expected, 24)


def column():
    x, weight, y = draw(7, 1), draw(8, 3), draw(7, 8)
    added = F.conv1d(double(x.T), double(weight)[:, None], padding=1).numpy().T
    check("column", [x, panels(weight, 8), y], np.s_[...], y + added, 3)


for is_end, words in itertools.groupby(sys.argv[1:], lambda word: word == "--"):
    if is_end:
        continue
    FOLDER, PARTS, *COMMAND = words
    GENERATOR = np.random.default_rng(7)
    for function in (image, deep, scaled, gradient, window_gradient, groups,
                     column):
        function()
