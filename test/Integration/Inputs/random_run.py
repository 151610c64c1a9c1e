# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Runs a check of random networks some number of times, and says how it ended.

The seed is printed: with it, a failure can be had again.
"""

import argparse
import os
import random
import shlex
import sys

import torch

from random_choices import Abilities


def run(description, check, count, emulated=False):
    """Calls check(arguments, abilities, rng, number) `count` times unless told
    otherwise; with `emulated`, programs may be another machine's."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("compiler")
    parser.add_argument("cc")
    parser.add_argument("folder")
    parser.add_argument("--count", type=int, default=count)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--flags", action="append", default=[])
    parser.add_argument("--openmp", default="",
                        help="what links to LLVM's OpenMP, the library first")
    if emulated:
        parser.add_argument("--run",
                            help="the command that runs programs by CC")
    arguments = parser.parse_args()
    seed = arguments.seed
    if seed is None:
        seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}", flush=True)
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    # A team that waits leaves its processors to others.
    os.environ["KMP_BLOCKTIME"] = "0"
    abilities = Abilities(arguments.compiler, arguments.folder, arguments.flags,
                          shlex.split(arguments.openmp))
    rng = random.Random(seed)
    failed = sum(not check(arguments, abilities, rng, number)
                 for number in range(arguments.count))
    print(f"{arguments.count - failed} of {arguments.count} networks agree "
          f"with PyTorch {torch.__version__}")
    sys.exit(failed != 0)
