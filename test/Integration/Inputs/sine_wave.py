# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes a WAV file of a thousand samples of a sine."""

import math
import struct
import sys
import wave

with wave.open(sys.argv[1], "wb") as file:
    file.setparams((1, 2, 48000, 0, "NONE", ""))
    for i in range(1000):
        file.writeframes(struct.pack("<h", int(12000 * math.sin(0.0576 * i))))
