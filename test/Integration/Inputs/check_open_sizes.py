# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks with open sizes against PyTorch, at many sizes.

Buffers end where a page ends that must not be touched, and scratch is as large
as the object says, and full of NaN. Sizes that do not fit are refused, and
nothing is written."""

import ctypes
import itertools
import mmap
import os
import subprocess
import sys

import numpy as np
import torch
import torch.nn.functional as F

PAGE = mmap.PAGESIZE
LIBC = ctypes.CDLL(None, use_errno=True)


class Guarded:
    """So many floats before a page that cannot be read or written."""

    def __init__(self, count, value):
        size = -(-max(count * 4, 1) // PAGE) * PAGE
        self.map = mmap.mmap(-1, size + 2 * PAGE)
        whole = (ctypes.c_char * (size + 2 * PAGE)).from_buffer(self.map)
        start = ctypes.addressof(whole)
        self.pages = [start, start + PAGE + size]
        for page in self.pages:
            assert LIBC.mprotect(ctypes.c_void_p(page), PAGE, 0) == 0
        self.at = start + PAGE + size - count * 4
        self.values = np.ctypeslib.as_array(
            (ctypes.c_float * count).from_address(self.at))
        self.values[:] = value

    def close(self):
        for page in self.pages:
            LIBC.mprotect(ctypes.c_void_p(page), PAGE, 3)


class Network:
    def __init__(self, compiler, cc, folder, name, text, binding, flags):
        self.name = name
        base = os.path.join(folder, name)
        with open(base + ".mlir", "w") as file:
            file.write(text)
        subprocess.run([compiler, base + ".mlir", "-o", base + ".o", *flags,
                        *(["--bind", binding] if binding else [])], check=True)
        subprocess.run([cc, "-shared", "-nostdlib", "-Wl,-z,defs,-z,text",
                        base + ".o", "-o", base + ".so"], check=True)
        with open(base + ".h") as file:
            self.header = file.read()
        self.library = ctypes.CDLL(os.path.abspath(base + ".so"))
        word = f"#define {name.upper()}_PARAMETERS_BYTES "
        self.bytes = int(self.header.split(word)[1].split("u")[0])
        self.parameters = Guarded(self.bytes // 4, 0)
        self.values = {}
        self.fill()

    def function(self, suffix, result=ctypes.c_int):
        function = getattr(self.library, f"{self.name}_{suffix}")
        function.restype = result
        return function

    def fill(self):
        generator = np.random.default_rng(7)
        if f"{self.name}_set(" not in self.header:
            return

        class Info(ctypes.Structure):
            _fields_ = [("name", ctypes.c_char_p), ("dtype", ctypes.c_char_p),
                        ("rank", ctypes.c_uint32), ("shape", ctypes.c_int64 * 8)]
        count = self.header.count("_P") and self.header.split("enum {")[1]
        count = count.split("PARAMETER_COUNT")[0].count("/*")
        table = (Info * count).in_dll(self.library, self.name + "_parameters")
        for index, info in enumerate(table):
            shape = tuple(info.shape[:info.rank])
            name = info.name.decode()
            fan = max(1, int(np.prod(shape[1:])))
            values = generator.uniform(-1, 1, shape).astype(np.float32)
            values *= np.float32(1.7 / np.sqrt(fan) if len(shape) > 1 else 0.5)
            if name.endswith("var"):
                values = np.abs(values) + np.float32(0.5)
            status = self.function("set")(
                ctypes.c_void_p(self.parameters.at), ctypes.c_uint32(index),
                values.ctypes.data_as(ctypes.c_void_p))
            assert status == 0
            self.values[name] = torch.from_numpy(values)

    def forward(self, inputs, sizes, shapes):
        """The outputs, or None where the sizes are refused."""
        arguments = [ctypes.c_int64(size) for size in sizes]
        scratch_bytes = self.function("scratch_bytes", ctypes.c_int64)(*arguments)
        given = [Guarded(x.size, x.reshape(-1)) for x in inputs]
        taken = [Guarded(int(np.prod(shape)), 12345.0) for shape in shapes]
        scratch = Guarded(max(scratch_bytes, 64) // 4, np.nan)
        before = self.parameters.values.copy()
        status = self.function("forward")(
            ctypes.c_void_p(self.parameters.at),
            *[ctypes.c_void_p(x.at) for x in given], *arguments,
            *[ctypes.c_void_p(y.at) for y in taken],
            ctypes.c_void_p(scratch.at))
        assert before.tobytes() == self.parameters.values.tobytes()
        outputs = [y.values.copy().reshape(shape)
                   for y, shape in zip(taken, shapes)]
        untouched = np.isnan(scratch.values).all()
        for buffer in [*given, *taken, scratch]:
            buffer.close()
        if status == -1:
            assert scratch_bytes == -1, "scratch of sizes that are refused"
            assert all((y == 12345.0).all() for y in outputs), "wrote"
            assert untouched, "wrote to scratch"
            return None
        assert status == 0 and scratch_bytes >= 64
        return outputs


def check(network, reference, shape_of, cases, tolerance=1e-4):
    """Compares `reference` for each of `cases`; those that PyTorch refuses
    must be."""
    fit = refused = 0
    generator = np.random.default_rng(3)
    for sizes in cases:
        inputs = [generator.standard_normal(shape).astype(np.float32)
                  for shape in shape_of(*sizes)]
        try:
            expected = reference(network.values,
                                 *[torch.from_numpy(x) for x in inputs])
            if isinstance(expected, torch.Tensor):
                expected = [expected]
            if any(y.numel() == 0 for y in expected):
                raise RuntimeError("empty")
        except RuntimeError:
            expected = None
        shapes = [(8,)] if expected is None else [tuple(y.shape)
                                                  for y in expected]
        outputs = network.forward(inputs, sizes, shapes)
        assert (outputs is None) == (expected is None), \
            (network.name, sizes, "refused" if outputs is None else "taken")
        if outputs is None:
            refused += 1
            continue
        fit += 1
        last = inputs, sizes, shapes
        for y, wanted in zip(outputs, expected):
            np.testing.assert_allclose(y, wanted.numpy(), rtol=tolerance,
                                       atol=1e-5, err_msg=f"{network.name} {sizes}")
    if "int64_t batch," in network.header:
        inputs, sizes, shapes = last
        for batch in (0, -1, -2**63):
            outputs = network.forward(inputs, (batch, *sizes[1:]), shapes)
            assert all((y == 12345.0).all() for y in outputs), "wrote no rows"
    for huge in (2**31, 2**62, -2**63):
        inputs, sizes, shapes = last
        assert network.forward(inputs, (*sizes[:-1], huge), shapes) is None
    print(f"{network.name}: {fit} fit, {refused} do not", flush=True)


def pixels(*batches):
    return lambda sizes: itertools.product(batches, sizes, sizes)


NETWORKS = {}


def network(text, binding, shape_of, cases, flags=()):
    def add(reference):
        NETWORKS[reference.__name__] = (text, binding, shape_of, list(cases),
                                        reference, flags)
    return add


def images(channels):
    return lambda n, h, w: [(n, channels, h, w)]


SMALL = list(itertools.product([1, 3], [1, 2, 5, 8, 17, 33], [1, 3, 6, 16, 31]))


@network("""nn.sequential @classifier(%x: tensor<?x3x?x?xf32>) -> tensor<?x10xf32> {
  %0 = nn.conv2d %x, 16 kernel(3) stride(2) padding(1) : tensor<?x3x?x?xf32> -> tensor<?x16x?x?xf32>
  %1 = nn.relu %0 : tensor<?x16x?x?xf32>
  %2 = nn.conv2d %1, 40 kernel(3, 5) padding(0, 2) : tensor<?x16x?x?xf32> -> tensor<?x40x?x?xf32>
  %3 = nn.relu %2 : tensor<?x40x?x?xf32>
  %4 = nn.max_pool2d %3 kernel(3) stride(2) padding(1) : tensor<?x40x?x?xf32> -> tensor<?x40x?x?xf32>
  %5 = nn.adaptive_avg_pool2d %4 size(1) : tensor<?x40x?x?xf32> -> tensor<?x40x?x?xf32>
  %6 = nn.flatten %5 : tensor<?x40x?x?xf32> -> tensor<?x?xf32>
  %7 = nn.dense %6, 10 : tensor<?x?xf32> -> tensor<?x10xf32>
  nn.return %7 : tensor<?x10xf32>
}
""", None, images(3), SMALL)
def classifier(p, x):
    x = F.relu(F.conv2d(x, p["0.weight"], p["0.bias"], stride=2, padding=1))
    x = F.relu(F.conv2d(x, p["2.weight"], p["2.bias"], padding=(0, 2)))
    x = F.max_pool2d(x, 3, 2, 1).mean((2, 3))
    return F.linear(x, p["7.weight"], p["7.bias"])


@network("""nn.sequential @signal(%x: tensor<?x6x?xf32>) -> tensor<?x20x?xf32> {
  %0 = nn.conv1d %x, 20 kernel(5) padding(4) dilation(2) : tensor<?x6x?xf32> -> tensor<?x20x?xf32>
  %1 = nn.relu %0 : tensor<?x20x?xf32>
  %2 = nn.avg_pool1d %1 kernel(3) stride(2) padding(1) exclude_padding : tensor<?x20x?xf32> -> tensor<?x20x?xf32>
  %3 = nn.conv1d %2, 20 kernel(3) stride(3) padding(1) groups(4) : tensor<?x20x?xf32> -> tensor<?x20x?xf32>
  nn.return %3 : tensor<?x20x?xf32>
}
""", None, lambda n, l: [(n, 6, l)],
         itertools.product([1, 4], [1, 2, 3, 7, 16, 40, 99]))
def signal(p, x):
    x = F.relu(F.conv1d(x, p["0.weight"], p["0.bias"], padding=4, dilation=2))
    x = F.avg_pool1d(x, 3, 2, 1, count_include_pad=False)
    return F.conv1d(x, p["3.weight"], p["3.bias"], stride=3, padding=1, groups=4)


@network("""nn.sequential @volume(%x: tensor<?x2x?x?x?xf32>) -> tensor<?x5x?x?x?xf32> {
  %0 = nn.conv3d %x, 9 kernel(3) padding(1) : tensor<?x2x?x?x?xf32> -> tensor<?x9x?x?x?xf32>
  %1 = nn.sigmoid %0 : tensor<?x9x?x?x?xf32>
  %2 = nn.max_pool3d %1 kernel(2) ceil : tensor<?x9x?x?x?xf32> -> tensor<?x9x?x?x?xf32>
  %3 = nn.conv3d %2, 5 kernel(1) : tensor<?x9x?x?x?xf32> -> tensor<?x5x?x?x?xf32>
  nn.return %3 : tensor<?x5x?x?x?xf32>
}
""", "2x2x?x?x?xf32", lambda d, h, w: [(2, 2, d, h, w)],
         itertools.product([1, 2, 5], [1, 4, 7], [2, 3, 15]))
def volume(p, x):
    x = torch.sigmoid(F.conv3d(x, p["0.weight"], p["0.bias"], padding=1))
    x = F.max_pool3d(x, 2, ceil_mode=True)
    return F.conv3d(x, p["3.weight"], p["3.bias"])


@network("""nn.sequential @residual(%x: tensor<?x8x?x?xf32>) -> tensor<?x24x?x?xf32> {
  %0 = nn.conv2d %x, 24 kernel(3) padding(1) no_bias : tensor<?x8x?x?xf32> -> tensor<?x24x?x?xf32>
  %1 = nn.batch_norm %0 : tensor<?x24x?x?xf32>
  %2 = nn.relu %1 : tensor<?x24x?x?xf32>
  %3 = nn.conv2d %2, 24 kernel(3) padding(1) groups(24) : tensor<?x24x?x?xf32> -> tensor<?x24x?x?xf32>
  %4 = nn.conv2d %x, 24 kernel(1) : tensor<?x8x?x?xf32> -> tensor<?x24x?x?xf32>
  %5 = nn.add %3, %4 : tensor<?x24x?x?xf32>, tensor<?x24x?x?xf32> -> tensor<?x24x?x?xf32>
  %6 = nn.relu %5 : tensor<?x24x?x?xf32>
  nn.return %6 : tensor<?x24x?x?xf32>
}
""", None, images(8), SMALL)
def residual(p, x):
    y = F.conv2d(x, p["0.weight"], None, padding=1)
    y = F.relu(F.batch_norm(y, p["1.running_mean"], p["1.running_var"],
                            p["1.weight"], p["1.bias"]))
    y = F.conv2d(y, p["3.weight"], p["3.bias"], padding=1, groups=24)
    return F.relu(y + F.conv2d(x, p["4.weight"], p["4.bias"]))


@network("""nn.sequential @norms(%x: tensor<?x12x?x?xf32>) -> tensor<?x36x?x?xf32> {
  %0 = nn.group_norm %x, 4 : tensor<?x12x?x?xf32>
  %1 = nn.instance_norm %x : tensor<?x12x?x?xf32>
  %2 = nn.avg_pool2d %x kernel(3) stride(1) padding(1) : tensor<?x12x?x?xf32> -> tensor<?x12x?x?xf32>
  %3 = nn.concat %0, %1, %2 axis(1) : tensor<?x12x?x?xf32>, tensor<?x12x?x?xf32>, tensor<?x12x?x?xf32> -> tensor<?x36x?x?xf32>
  nn.return %3 : tensor<?x36x?x?xf32>
}
""", None, images(12), itertools.product([1, 2], [1, 2, 9, 16], [2, 5, 17]))
def norms(p, x):
    return torch.cat([F.group_norm(x, 4, p["0.weight"], p["0.bias"]),
                      F.instance_norm(x), F.avg_pool2d(x, 3, 1, 1)], 1)


@network("""nn.sequential @resized(%x: tensor<?x4x?x?xf32>) -> (tensor<?x4x?x?xf32>, tensor<?x4x?x?xf32>) {
  %0 = nn.conv2d %x, 4 kernel(3) padding(1) : tensor<?x4x?x?xf32> -> tensor<?x4x?x?xf32>
  %1 = nn.upsample %0 scale(2) mode(nearest) : tensor<?x4x?x?xf32> -> tensor<?x4x?x?xf32>
  %2 = nn.upsample %0 scale(2) mode(bilinear) : tensor<?x4x?x?xf32> -> tensor<?x4x?x?xf32>
  nn.return %1, %2 : tensor<?x4x?x?xf32>, tensor<?x4x?x?xf32>
}
""", None, images(4), SMALL)
def resized(p, x):
    x = F.conv2d(x, p["0.weight"], p["0.bias"], padding=1)
    return [F.interpolate(x, scale_factor=2, mode="nearest"),
            F.interpolate(x, scale_factor=2, mode="bilinear",
                          align_corners=False)]


@network("""nn.sequential @sequence(%x: tensor<?x?x64xf32>) -> tensor<?x?x20xf32> {
  %0 = nn.dense %x, 50 : tensor<?x?x64xf32> -> tensor<?x?x50xf32>
  %1 = nn.gelu %0 : tensor<?x?x50xf32>
  %2 = nn.layer_norm %1 dims(1) : tensor<?x?x50xf32>
  %3 = nn.dense %2, 20 : tensor<?x?x50xf32> -> tensor<?x?x20xf32>
  %4 = nn.softmax %3 axis(1) : tensor<?x?x20xf32>
  nn.return %4 : tensor<?x?x20xf32>
}
""", None, lambda n, l: [(n, l, 64)],
         itertools.product([1, 3], [1, 2, 5, 13, 40]))
def sequence(p, x):
    x = F.gelu(F.linear(x, p["0.weight"], p["0.bias"]))
    x = F.layer_norm(x, (50,), p["2.weight"], p["2.bias"])
    return F.softmax(F.linear(x, p["3.weight"], p["3.bias"]), 1)


@network("""nn.sequential @segments(%x: tensor<?x6x?x?xf32>) -> tensor<?x5x?x?xf32> {
  %0 = nn.conv2d %x, 16 kernel(3) stride(2) padding(1) : tensor<?x6x?x?xf32> -> tensor<?x16x?x?xf32>
  %1 = nn.relu %0 : tensor<?x16x?x?xf32>
  %2 = nn.conv_transpose2d %1, 7 kernel(4) stride(2) padding(1) : tensor<?x16x?x?xf32> -> tensor<?x7x?x?xf32>
  %3 = nn.relu %2 : tensor<?x7x?x?xf32>
  %4 = nn.conv_transpose2d %3, 5 kernel(3) stride(3) output_padding(1) padding(0, 2) : tensor<?x7x?x?xf32> -> tensor<?x5x?x?xf32>
  nn.return %4 : tensor<?x5x?x?xf32>
}
""", None, images(6), SMALL)
def segments(p, x):
    x = F.relu(F.conv2d(x, p["0.weight"], p["0.bias"], stride=2, padding=1))
    x = F.relu(F.conv_transpose2d(x, p["2.weight"], p["2.bias"], stride=2,
                                  padding=1))
    return F.conv_transpose2d(x, p["4.weight"], p["4.bias"], stride=3,
                              padding=(0, 2), output_padding=1)


@network("""nn.sequential @moved(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x3x?xf32>, tensor<?x?x?xf32>) {
  %0 = nn.permute %x dims(0, 2, 1) : tensor<?x?x?xf32> -> tensor<?x?x?xf32>
  %1 = nn.slice %x axis(1) start(1) end(-1) : tensor<?x?x?xf32> -> tensor<?x?x?xf32>
  %2 = nn.slice %x axis(1) start(-3) : tensor<?x?x?xf32> -> tensor<?x3x?xf32>
  %3 = nn.tanh %2 : tensor<?x3x?xf32>
  nn.return %0, %1, %3, %x : tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x3x?xf32>, tensor<?x?x?xf32>
}
""", None, lambda n, a, b: [(n, a, b)],
         itertools.product([1, 2], [1, 3, 8], [1, 5, 16, 37]))
def moved(p, x):
    if x.shape[1] < 3:
        raise RuntimeError("too short")
    return [x.permute(0, 2, 1).contiguous(), x[:, 1:-1], torch.tanh(x[:, -3:]),
            x]


@network("""nn.sequential @reshaped(%x: tensor<?x?x6x?xf32>) -> (tensor<?x?x3x2xf32>, tensor<?x4x?xf32>, tensor<?x?x?xf32>) {
  %0 = nn.reshape %x shape(-1, -1, 3, 2) : tensor<?x?x6x?xf32> -> tensor<?x?x3x2xf32>
  %1 = nn.relu %0 : tensor<?x?x3x2xf32>
  %2 = nn.reshape %x shape(-1, 4, -1) : tensor<?x?x6x?xf32> -> tensor<?x4x?xf32>
  %3 = nn.flatten %x start(2) : tensor<?x?x6x?xf32> -> tensor<?x?x?xf32>
  %4 = nn.tanh %3 : tensor<?x?x?xf32>
  nn.return %1, %2, %4 : tensor<?x?x3x2xf32>, tensor<?x4x?xf32>, tensor<?x?x?xf32>
}
""", None,
         lambda n, a, b: [(n, a, 6, b)],
         itertools.product([1, 3], [1, 2, 4, 7], [1, 2, 4, 10]))
def reshaped(p, x):
    return [F.relu(x.reshape(x.shape[0], -1, 3, 2)),
            x.reshape(x.shape[0], 4, -1), torch.tanh(x.flatten(2))]


@network("""nn.sequential @padded(%x: tensor<?x4x?x?xf32>) -> (tensor<?x4x?x?xf32>, tensor<?x4x?x?xf32>) {
  %0 = nn.conv2d %x, 4 kernel(1) : tensor<?x4x?x?xf32> -> tensor<?x4x?x?xf32>
  %1 = nn.pad %0 padding(2, 1) mode(reflect) : tensor<?x4x?x?xf32> -> tensor<?x4x?x?xf32>
  %2 = nn.pad %0 padding(1, 2, 3, 4) mode(replicate) : tensor<?x4x?x?xf32> -> tensor<?x4x?x?xf32>
  nn.return %1, %2 : tensor<?x4x?x?xf32>, tensor<?x4x?x?xf32>
}
""", None, images(4), SMALL)
def padded(p, x):
    x = F.conv2d(x, p["0.weight"], p["0.bias"])
    return [F.pad(x, (1, 1, 2, 2), mode="reflect"),
            F.pad(x, (2, 4, 1, 3), mode="replicate")]


@network("""nn.sequential @pair(%x: tensor<?x3x?x?xf32>, %y: tensor<?x3x?x?xf32>) -> tensor<?x8x?x?xf32> {
  %0 = nn.conv2d %x, 8 kernel(3) padding(1) : tensor<?x3x?x?xf32> -> tensor<?x8x?x?xf32>
  %1 = nn.conv2d %y, 8 kernel(5) stride(2) padding(2) : tensor<?x3x?x?xf32> -> tensor<?x8x?x?xf32>
  %2 = nn.add %0, %1 : tensor<?x8x?x?xf32>, tensor<?x8x?x?xf32> -> tensor<?x8x?x?xf32>
  nn.return %2 : tensor<?x8x?x?xf32>
}
""", None, lambda n, a, b, c, d: [(n, 3, a, b), (n, 3, c, d)],
         [(n, h, w, c, d) for n in (1, 3) for h in (1, 5) for w in (1, 9, 16)
          for c in (2 * h - 1, 2 * h, 2 * h + 1) for d in (2 * w, 2 * w + 1)])
def pair(p, x, y):
    x = F.conv2d(x, p["0.weight"], p["0.bias"], padding=1)
    y = F.conv2d(y, p["1.weight"], p["1.bias"], stride=2, padding=2)
    if x.shape != y.shape:
        raise RuntimeError("unequal")
    return x + y


def main():
    compiler, cc, folder, *names = sys.argv[1:]
    flags = [name for name in names if name.startswith("-")]
    names = [name for name in names if not name.startswith("-")]
    for name, (text, binding, shape_of, cases, reference,
               own) in NETWORKS.items():
        if names and name not in names:
            continue
        check(Network(compiler, cc, folder, name, text,
                      binding and f"{name}={binding}", [*own, *flags]),
              reference, shape_of, cases)


if __name__ == "__main__":
    main()
