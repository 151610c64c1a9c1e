"""The initialisers, written down a second time.

Everything here follows from docs and from the cited papers, in NumPy and
without a look at the compiler: Philox4x32-10 (Salmon et al., SC'11), 64-bit
FNV-1a, and the rule that element i of a parameter takes word i mod 4 of the
block with the counter (i div 4, draw, 0) under the key that belongs to the
seed and the parameter's name.
"""

import math
import statistics

import numpy as np


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


def words(seed, name, count):
    """The random words of a parameter's elements."""
    block = philox([*split(fnv1a(name)), 0, 0], split(seed))
    key = [int(word) for word in block[:2]]
    blocks = np.arange((count + 3) // 4, dtype=np.uint64)
    low, high = blocks & np.uint64(0xFFFFFFFF), blocks >> np.uint64(32)
    zero = np.zeros_like(blocks)
    return np.stack(philox([low, high, zero, zero], key), axis=1) \
        .reshape(-1)[:count]


def uniform(bits, low, high):
    """f32, to the bit: low + u·(high − low), rounded twice."""
    u = ((bits >> np.uint32(8)).astype(np.float64) / 2**24).astype(np.float32)
    return np.float32(low) + u * np.float32(high - low)


_NORMAL = statistics.NormalDist()


def standard_normal(bits):
    """f64, to some 1e-15: ∓Φ⁻¹((m + ½)·2⁻²⁴), the sign being the top bit."""
    m = (bits >> np.uint32(8)) & np.uint32(0x7FFFFF)
    z = np.array([-_NORMAL.inv_cdf((int(k) + 0.5) / 2**24) for k in m])
    return np.where(bits >> np.uint32(31), -z, z)


# Over all 2^23 magnitudes the f32 inverse is off by at most 3.12e-7·|z|.
NORMAL_ACCURACY = 3.2e-7


def distribution(initializer, arguments, fan_in, fan_out):
    """("constant", value), ("uniform", low, high) or ("normal", mean, std)."""
    if initializer in ("zeros", "ones"):
        return "constant", float(initializer == "ones")
    if initializer in ("constant", "uniform", "normal"):
        return (initializer, *arguments)
    family, _, kind = initializer.partition("_")
    if family == "xavier":
        gain = arguments[0] if arguments else 1.0
        deviation = gain * math.sqrt(2 / (fan_in + fan_out))
    else:
        a = arguments[0] if arguments else 0.0
        deviation = math.sqrt(2 / ((1 + a * a) * fan_in))
    if kind == "normal":
        return "normal", 0.0, deviation
    bound = math.sqrt(3) * deviation
    return "uniform", -bound, bound


def difference(values, law, seed, name):
    """What is wrong with a parameter's values, or None."""
    flat = values.reshape(-1)
    kind, *arguments = law
    if kind == "constant":
        wrong = flat != np.float32(arguments[0])
    else:
        bits = words(seed, name, flat.size)
        if kind == "uniform":
            expected = uniform(bits, *arguments)
            wrong = flat.view(np.uint32) != expected.view(np.uint32)
        else:
            mean, std = (float(np.float32(x)) for x in arguments)
            z = standard_normal(bits)
            expected = mean + std * z
            # The inverse's own error, then a rounded product and a rounded sum.
            allowed = (NORMAL_ACCURACY + 2**-24) * np.abs(std * z) \
                + 2**-24 * np.abs(expected) + 2.0**-149
            wrong = ~(np.abs(flat - expected) <= allowed)
    if not wrong.any():
        return None
    i = int(np.argmax(wrong))
    wanted = arguments[0] if kind == "constant" else expected[i]
    return (f"{name}, seed {seed}: {int(wrong.sum())} of {flat.size} values "
            f"differ from {law}; element {i} is {flat[i]!r}, not {wanted!r}")
