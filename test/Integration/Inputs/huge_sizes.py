# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Asks an object how much scratch its network needs for lengths that fit, and for
some whose bytes exceed 64 bits: attention's grow with the square of the length.

    huge_sizes.py OBJECT.so
"""

import ctypes
import sys


def main():
    scratch_bytes = ctypes.CDLL(sys.argv[1]).att_scratch_bytes
    scratch_bytes.restype = ctypes.c_int64
    for batch, length in ((1, 16), (4, 2**18), (4, 2**20), (4, 2**30)):
        size = scratch_bytes(ctypes.c_int64(batch), ctypes.c_int64(length))
        # All scores are in memory at once.
        fits = size >= 4 * batch * length**2
        print(batch, length, "fits" if fits else size)


main()
