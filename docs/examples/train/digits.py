# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Draws handwritten-like digits, for networks to learn them.

    digits.py EXAMPLES SEED PREFIX

Writes PREFIX_x.npy, images of 1 x 28 x 28 numbers from 0 to 1, and PREFIX_y.npy, the
digits, as int32. Each digit is a grid of 5 x 7 points that is enlarged, sheared, turned
and moved at random, then blurred and disturbed. Needs NumPy; the same seed draws the
same digits.
"""

import sys

import numpy as np

SIDE = 28

# From top to bottom, a row of each digit from 0 to 9.
ROWS = """
.###. ..#.. .###. ##### ...#. ##### ..##. ##### .###. .###.
#...# .##.. #...# ...#. ..##. #.... .#... ....# #...# #...#
#..## ..#.. ....# ..#.. .#.#. ####. #.... ...#. #...# #...#
#.#.# ..#.. ...#. ...#. #..#. ....# ####. ..#.. .###. .####
##..# ..#.. ..#.. ....# ##### ....# #...# .#... #...# ....#
#...# ..#.. .#... #...# ...#. #...# #...# .#... #...# ...#.
.###. .###. ##### .###. ...#. .###. .###. .#... .###. .##..
"""

GLYPHS = np.array([[[mark == "#" for mark in digit] for digit in row.split()]
                   for row in ROWS.split("\n")[1:-1]], np.float32).swapaxes(0, 1)


def draw(digit, random):
    """One image: where each of its points lies in the digit's grid, and what is there."""
    size = random.uniform(2.2, 3.2, 2)
    turn, shear = random.uniform(-0.25, 0.25, 2)
    move = random.uniform(-3, 3, 2)
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    y, x = y - move[0], x - move[1]
    y, x = y * np.cos(turn) - x * np.sin(turn), y * np.sin(turn) + x * np.cos(turn)
    row, column = y / size[0] + 3, (x + shear * y) / size[1] + 2
    image = np.zeros((SIDE, SIDE), np.float32)
    for at in np.argwhere(GLYPHS[digit] > 0):
        distance = (row - at[0]) ** 2 + (column - at[1]) ** 2
        image = np.maximum(image, np.exp(-1.5 * distance))
    return np.clip(image + random.normal(0, 0.1, image.shape), 0, 1)


def main():
    examples, seed, prefix = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    random = np.random.default_rng(seed)
    digits = random.integers(0, 10, examples)
    images = np.stack([draw(digit, random) for digit in digits])
    np.save(f"{prefix}_x.npy", images[:, None].astype(np.float32))
    np.save(f"{prefix}_y.npy", digits.astype(np.int32))


main()
