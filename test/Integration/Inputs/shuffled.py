# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The order of rows in an epoch, as include/nascent/Training/Shuffle.h says."""


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        left, right = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(right >> 32) ^ c[1] ^ k[0], right & 0xFFFFFFFF,
             (left >> 32) ^ c[3] ^ k[1], left & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


def halves(number):
    return [number & 0xFFFFFFFF, number >> 32]


def shuffled_rows(rows, seed, epoch):
    order = list(range(rows))
    for i in range(rows - 1, 0, -1):
        words = philox(halves(i) + halves(epoch), halves(seed))
        j = (words[0] | words[1] << 32) * (i + 1) >> 64
        order[i], order[j] = order[j], order[i]
    return order
