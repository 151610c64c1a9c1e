# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The initialisers, written down a second time.

Everything here follows from docs and from the cited papers, in NumPy and
without a look at the compiler: Philox4x32-10 (Salmon et al., SC'11), 64-bit
FNV-1a, and the rule that element i of a parameter takes word i mod 4 of the
block with the counter (i div 4, draw, 0) under the key that belongs to the
seed and the parameter's name; a normal one, the method of Box and Muller with
words 0 and 2 or words 1 and 3.
"""

import math
import statistics

import numpy as np

# The book's custom initialiser: u ~ U(-10, 10), kept where |u| >= 5, else 0.
FAR = """\
nn.initializer @far {
  %low = arith.constant -10.0 : f32
  %high = arith.constant 10.0 : f32
  %u = nn.uniform_draw %low, %high
  %least = arith.constant 5.0 : f32
  %zero = arith.constant 0.0 : f32
  %magnitude = math.absf %u : f32
  %keep = arith.cmpf oge, %magnitude, %least : f32
  %value = arith.select %keep, %u, %zero : f32
  nn.yield %value
}
"""


def philox(counter, key):
    """Philox4x32-10 of four counter words (arrays) and two key words."""
    c = [np.asarray(word, dtype=np.uint64) for word in counter]
    k = [int(word) for word in key]
    mask = np.uint64(0xFFFFFFFF)
    for _ in range(10):
        product0 = c[0] * np.uint64(0xD2511F53)
        product1 = c[2] * np.uint64(0xCD9E8D57)
        c = [(product1 >> np.uint64(32)) ^ c[1] ^ np.uint64(k[0]),
             product1 & mask,
             (product0 >> np.uint64(32)) ^ c[3] ^ np.uint64(k[1]),
             product0 & mask]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return [word.astype(np.uint32) for word in c]


def fnv1a(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def split(word):
    return word & 0xFFFFFFFF, word >> 32


def blocks(seed, name, count, draw=0):
    """Block `draw` of each four of a parameter's elements, as rows."""
    block = philox([*split(fnv1a(name)), 0, 0], split(seed))
    key = [int(word) for word in block[:2]]
    numbers = np.arange((count + 3) // 4, dtype=np.uint64)
    low, high = numbers & np.uint64(0xFFFFFFFF), numbers >> np.uint64(32)
    zero = np.zeros_like(numbers)
    return np.stack(philox([low, high, zero + np.uint64(draw), zero], key),
                    axis=1)


def words(seed, name, count, draw=0):
    """Random word `draw` of each of a parameter's elements."""
    return blocks(seed, name, count, draw).reshape(-1)[:count]


def uniform(bits, low, high):
    """f32, to the bit: low + u·(high − low), rounded twice."""
    u = ((bits >> np.uint32(8)).astype(np.float64) / 2**24).astype(np.float32)
    return np.float32(low) + u * np.float32(high - low)


_NORMAL = statistics.NormalDist()


def box_muller(first, second):
    """f64, to some 1e-15: a point (x, y) of two words.

    The first word's bits 1 to 30 are m, and the radius is √(−2·ln u) with the
    f32 nearest to u = (2m + 1)·2⁻³¹. Bits 1 to 22 of the second are n: the
    angle is (2n + 1)·2⁻²³ − ½ quarter turns; where its top bit is set, it is
    mirrored at the y axis, and then, where the first's is, at the diagonal.
    """
    odd = (first & np.uint32(0x7FFFFFFF)) | np.uint32(1)
    u = odd.astype(np.float32).astype(np.float64) / 2**31
    radius = np.sqrt(-2 * np.log(u))
    n = (second >> np.uint32(1)) & np.uint32(0x3FFFFF)
    angle = math.pi / 2 * ((2 * n.astype(np.float64) + 1) / 2**23 - 0.5)
    x = radius * np.cos(angle) * np.where(second >> np.uint32(31), -1, 1)
    y = radius * np.sin(angle)
    swap = first >> np.uint32(31) != 0
    return np.where(swap, y, x), np.where(swap, x, y)


def standard_normal(seed, name, count, draw=0):
    """f64: N(0, 1), draw `draw` of each of a parameter's elements."""
    word = blocks(seed, name, count, draw)
    pairs = box_muller(word[:, :2], word[:, 2:])
    return np.concatenate(pairs, axis=1).reshape(-1)[:count]


def truncated_normal(bits, lower, upper):
    """f64: Φ⁻¹ of Φ(lower) + (m + ½)·2⁻²³·(Φ(upper) − Φ(lower))."""
    low, high = _NORMAL.cdf(lower), _NORMAL.cdf(upper)
    return np.array([_NORMAL.inv_cdf(low + (int(k) + 0.5) / 2**23 * (high - low))
                     for k in bits >> np.uint32(9)])


def orthogonal(z, shape):
    """f64: the Q of N(0, 1)'s QR decomposition with a positive diagonal."""
    z = z.reshape(shape[0], -1)
    wide = z.shape[0] < z.shape[1]
    q, r = np.linalg.qr(z.T if wide else z)
    q = q * np.sign(np.diag(r))
    return (q.T if wide else q).reshape(shape)


def sparse_zeros(keys, shape, sparsity):
    """Which elements selection sampling makes zero."""
    rows, columns = shape
    zero = np.zeros(shape, dtype=bool)
    keys = keys.reshape(shape)
    for column in range(columns):
        left = math.ceil(sparsity * rows)
        for row in range(rows):
            if (int(keys[row, column]) * (rows - row)) >> 32 < left:
                zero[row, column] = True
                left -= 1
    return zero


# In f32 a normal is off by less than this, times |z|.
NORMAL_ACCURACY = 3.2e-7
# Truncated: x = erf(z/√2) is a rounded f32, which costs most at the ends.
TRUNCATED_ACCURACY = 4e-6
# The standard deviation of N(0, 1) cut off at ±2.
TRUNCATED_DEVIATION = 0.87962566103423978

GAINS = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2),
         "selu": 0.75}


def distribution(initializer, arguments, fan_in, fan_out):
    """The law of a parameter: its kind, and numbers. `arguments` are those of
    the initialiser by name or, where it has no names, by place."""
    given = arguments if isinstance(arguments, dict) else {}
    if initializer in ("zeros", "ones"):
        return "constant", float(initializer == "ones")
    if initializer in ("constant", "uniform", "normal"):
        return (initializer, *arguments)
    if initializer == "truncated_normal":
        return "truncated", *arguments, *([-2.0, 2.0][len(arguments) - 2:])
    if initializer in ("identity", "dirac", "far", "place", "blur"):
        return (initializer,)
    if initializer == "bell":  # one normal draw is what `normal` is
        return "normal", -3.0, 2.0
    if initializer == "orthogonal":
        return initializer, given.get("gain", 1.0)
    if initializer == "sparse":
        return initializer, given["sparsity"], given.get("std", 0.01)
    family, _, kind = initializer.partition("_")
    if family == "xavier":
        gain = given.get("gain", 1.0)
        deviation = gain * math.sqrt(2 / (fan_in + fan_out))
    elif family == "kaiming":
        a = given.get("a", 0.0)
        gain = GAINS.get(given.get("nonlinearity"),
                         math.sqrt(2 / (1 + a * a)))
        fan = fan_out if given.get("mode") == "fan_out" else fan_in
        deviation = gain / math.sqrt(fan)
    elif family == "lecun":
        kind = kind.replace("normal", "truncated_normal")
        deviation = math.sqrt(1 / fan_in)
    else:
        fan = {"fan_in": fan_in, "fan_out": fan_out,
               "fan_avg": (fan_in + fan_out) / 2}[given.get("mode", "fan_in")]
        kind = given.get("distribution", "truncated_normal")
        deviation = math.sqrt(given.get("scale", 1.0) / fan)
    if kind == "normal":
        return "normal", 0.0, deviation
    if kind == "truncated_normal":
        return "truncated", 0.0, deviation / TRUNCATED_DEVIATION, -2.0, 2.0
    bound = math.sqrt(3) * deviation
    return "uniform", -bound, bound


def expectation(law, seed, name, shape):
    """The values, flat, and what each may be off by: None if nothing."""
    count = int(np.prod(shape))
    kind, *arguments = law
    if kind == "constant":
        return np.full(count, arguments[0], dtype=np.float32), None
    if kind == "identity":
        return np.eye(*shape, dtype=np.float32).reshape(-1), None
    if kind == "dirac":
        values = np.zeros(shape, dtype=np.float32)
        for d in range(min(shape[:2])):
            values[(d, d, *(size // 2 for size in shape[2:]))] = 1
        return values.reshape(-1), None
    matrix = shape if len(shape) > 1 else (1, *shape)
    row, column = np.indices((matrix[0], count // matrix[0])).reshape(2, -1)
    if kind == "place":
        low = np.float32(-1) * row.astype(np.float32)
        return low + uniform(words(seed, name, count, 1), 0.0, 1.0) \
            + column.astype(np.float32) * uniform(words(seed, name, count),
                                                  2.0, 4.0), None
    bits = words(seed, name, count)
    if kind == "uniform":
        return uniform(bits, *arguments), None
    if kind == "far":
        u = uniform(bits, -10.0, 10.0)
        return np.where(np.abs(u) >= 5, u, np.float32(0)), None
    if kind == "orthogonal":
        gain = float(np.float32(arguments[0]))
        # Errors of the draws grow with the condition of the matrix.
        z = standard_normal(seed, name, count).reshape(matrix[0], -1)
        limit = 3e-6 * np.linalg.cond(z) * gain
        return gain * orthogonal(z, shape).reshape(-1), \
            np.full(count, limit)
    if kind == "truncated":
        mean, std = (float(np.float32(x)) for x in arguments[:2])
        z = truncated_normal(bits, *arguments[2:])
        expected = mean + std * z
        return expected, TRUNCATED_ACCURACY * std * (1 + np.abs(z)) \
            + 2**-23 * np.abs(expected)
    draw = 0
    if kind == "blur":
        mean, std, draw = uniform(bits, 0.0, 1.0).astype(np.float64), 1.0, 1
    else:
        mean, std = (0.0, arguments[1]) if kind == "sparse" else arguments
        mean, std = float(np.float32(mean)), float(np.float32(std))
    z = standard_normal(seed, name, count, draw)
    expected = mean + std * z
    # The number's own error, then a rounded product and a rounded sum.
    allowed = (NORMAL_ACCURACY + 2**-24) * np.abs(std * z) \
        + 2**-24 * np.abs(expected) + 2.0**-149
    if kind == "sparse":
        zero = sparse_zeros(words(seed, name, count, 1), shape,
                            arguments[0]).reshape(-1)
        expected[zero] = allowed[zero] = 0
    return expected, allowed


def difference(values, law, seed, name):
    """What is wrong with a parameter's values, or None."""
    flat = values.reshape(-1)
    expected, allowed = expectation(law, seed, name, values.shape)
    if allowed is None:
        wrong = flat.view(np.uint32) != expected.view(np.uint32)
    else:
        wrong = ~(np.abs(flat - expected) <= allowed)
    if law[0] == "orthogonal":
        q = values.reshape(values.shape[0], -1).astype(np.float64)
        q = q if q.shape[0] < q.shape[1] else q.T
        off = np.abs(q @ q.T - law[1]**2 * np.eye(len(q))).max()
        if off > 1e-6 * law[1]**2 * math.sqrt(q.shape[1]):
            return f"{name}, seed {seed}: off orthogonal by {off}"
    if not wrong.any():
        return None
    i = int(np.argmax(wrong))
    return (f"{name}, seed {seed}: {int(wrong.sum())} of {flat.size} values "
            f"differ from {law}; element {i} is {flat[i]!r}, not "
            f"{expected[i]!r}")
