# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks with open sizes, and what PyTorch computes for them."""

import itertools

import torch
import torch.nn.functional as F

from open_sizes import SMALL, Indices, images, main, network


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


@network("""nn.sequential @multiplied(%x: tensor<?x16x?xf32>) -> tensor<?x48x?xf32> {
  %0 = nn.conv1d %x, 48 kernel(2) groups(16) : tensor<?x16x?xf32> -> tensor<?x48x?xf32>
  nn.return %0 : tensor<?x48x?xf32>
}
""", None, lambda n, l: [(n, 16, l)], itertools.product([1, 3], [2, 9, 40]))
def multiplied(p, x):
    return F.conv1d(x, p["0.weight"], p["0.bias"], groups=16)


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


@network("""nn.sequential @grey(%x: tensor<?x1x?x?xf32>) -> (tensor<?x1x?x?xf32>, tensor<?x1x?x?xf32>, tensor<?x1x?x?xf32>) {
  %0 = nn.conv2d %x, 4 kernel(3) padding(1) : tensor<?x1x?x?xf32> -> tensor<?x4x?x?xf32>
  %1 = nn.relu %0 : tensor<?x4x?x?xf32>
  %2 = nn.conv2d %1, 1 kernel(3) padding(1) : tensor<?x4x?x?xf32> -> tensor<?x1x?x?xf32>
  %3 = nn.upsample %x scale(2) mode(bilinear) : tensor<?x1x?x?xf32> -> tensor<?x1x?x?xf32>
  %4 = nn.softmax %x axis(3) : tensor<?x1x?x?xf32>
  nn.return %2, %3, %4 : tensor<?x1x?x?xf32>, tensor<?x1x?x?xf32>, tensor<?x1x?x?xf32>
}
""", None, images(1), SMALL)
def grey(p, x):
    y = F.relu(F.conv2d(x, p["0.weight"], p["0.bias"], padding=1))
    return [F.conv2d(y, p["2.weight"], p["2.bias"], padding=1),
            F.interpolate(x, scale_factor=2, mode="bilinear",
                          align_corners=False),
            F.softmax(x, 3)]


@network("""nn.sequential @waves(%x: tensor<?x1x?xf32>) -> tensor<?x1x?xf32> {
  %0 = nn.slice %x axis(2) start(1) : tensor<?x1x?xf32> -> tensor<?x1x?xf32>
  %1 = nn.conv1d %0, 6 kernel(3) padding(1) : tensor<?x1x?xf32> -> tensor<?x6x?xf32>
  %2 = nn.tanh %1 : tensor<?x6x?xf32>
  %3 = nn.conv1d %2, 1 kernel(1) : tensor<?x6x?xf32> -> tensor<?x1x?xf32>
  %4 = nn.upsample %3 scale(3) mode(nearest) : tensor<?x1x?xf32> -> tensor<?x1x?xf32>
  nn.return %4 : tensor<?x1x?xf32>
}
""", None, lambda n, l: [(n, 1, l)],
         itertools.product([1, 4], [1, 2, 3, 7, 16, 40, 99]))
def waves(p, x):
    x = torch.tanh(F.conv1d(x[:, :, 1:], p["1.weight"], p["1.bias"], padding=1))
    x = F.conv1d(x, p["3.weight"], p["3.bias"])
    return F.interpolate(x, scale_factor=3, mode="nearest")


def attention(p, x, prefix, heads, causal):
    """What nn.MultiheadAttention computes of one value."""
    n, length, width = x.shape
    q, k, v = (part.reshape(n, length, heads, width // heads).transpose(1, 2)
               for part in F.linear(x, p[prefix + "in_proj_weight"],
                                    p[prefix + "in_proj_bias"]).chunk(3, -1))
    scores = q @ k.transpose(2, 3) / (width // heads) ** 0.5
    if causal:
        unseen = torch.ones(length, length, dtype=torch.bool).triu(1)
        scores = scores.masked_fill(unseen, float("-inf"))
    y = scores.softmax(-1) @ v
    return F.linear(y.transpose(1, 2).reshape(n, length, width),
                    p[prefix + "out_proj.weight"],
                    p[prefix + "out_proj.bias"])


@network("""nn.sequential @words(%i: tensor<?x?xi32>) -> (tensor<?x5xf32>, tensor<?x?x24xf32>) {
  %0 = nn.embedding %i, 30, 24 : tensor<?x?xi32> -> tensor<?x?x24xf32>
  %1 = nn.position %0 learned(40) : tensor<?x?x24xf32>
  %2 = nn.attention %1 heads(3) causal name("self") : tensor<?x?x24xf32>
  %3 = nn.add %1, %2 : tensor<?x?x24xf32>
  %4 = nn.layer_norm %3 : tensor<?x?x24xf32>
  %5 = nn.mean_over %4 dims(1) : tensor<?x?x24xf32> -> tensor<?x24xf32>
  %6 = nn.dense %5, 5 : tensor<?x24xf32> -> tensor<?x5xf32>
  nn.return %6, %4 : tensor<?x5xf32>, tensor<?x?x24xf32>
}
""", None, lambda n, l: [Indices(30, n, l)],
         itertools.product([1, 3], [1, 2, 7, 16, 33, 40, 41]))
def words(p, i):
    x = F.embedding(i, p["0.weight"]) + p["1.weight"][:i.shape[1]]
    x = x + attention(p, x, "self.", 3, True)
    x = F.layer_norm(x, (24,), p["4.weight"], p["4.bias"])
    return [F.linear(x.mean(1), p["6.weight"], p["6.bias"]), x]


@network("""nn.sequential @attentive(%x: tensor<?x?x18xf32>) -> (tensor<?x18xf32>, tensor<?x?xf32>) {
  %0 = nn.position %x sinusoidal : tensor<?x?x18xf32>
  %1 = nn.attention %0 heads(2) : tensor<?x?x18xf32>
  %2 = nn.max_over %1 dims(1) : tensor<?x?x18xf32> -> tensor<?x18xf32>
  %3 = nn.mean_over %1 dims(2) : tensor<?x?x18xf32> -> tensor<?x?xf32>
  nn.return %2, %3 : tensor<?x18xf32>, tensor<?x?xf32>
}
""", None, lambda n, l: [(n, l, 18)],
         itertools.product([1, 4], [1, 3, 8, 16, 45]))
def attentive(p, x):
    place = torch.arange(x.shape[1], dtype=torch.float64).reshape(-1, 1)
    rates = place / 10000 ** (torch.arange(0, 18, 2, dtype=torch.float64) / 18)
    table = torch.stack([rates.sin(), rates.cos()], -1).reshape(-1, 18)
    x = attention(p, x + table.float(), "1.", 2, False)
    return [x.amax(1), x.mean(2)]


@network("""nn.sequential @causal(%x: tensor<?x6x?xf32>) -> (tensor<?x20xf32>, tensor<?x20x?xf32>) {
  %0 = nn.conv1d %x, 20 kernel(3) dilation(4) causal : tensor<?x6x?xf32> -> tensor<?x20x?xf32>
  %1 = nn.tanh %0 : tensor<?x20x?xf32>
  %2 = nn.max_over %1 dims(2) : tensor<?x20x?xf32> -> tensor<?x20xf32>
  nn.return %2, %1 : tensor<?x20xf32>, tensor<?x20x?xf32>
}
""", None, lambda n, l: [(n, 6, l)],
         itertools.product([1, 4], [1, 2, 8, 9, 31]))
def causal(p, x):
    x = torch.tanh(F.conv1d(F.pad(x, (8, 0)), p["0.weight"], p["0.bias"],
                            dilation=4))
    return [x.amax(2), x]


if __name__ == "__main__":
    main()
