# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""How a random network is compiled and run: what there is to choose, at random.

None of it may change what the network computes, but for the rounding of its
weights, which PyTorch can do as well.
"""

import os
import re
import subprocess

import torch

TYPES = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}

PROBE = """
nn.sequential @probe(%x: tensor<1x1xf32>) -> tensor<1x1xf32> {
  %0 = nn.dense %x, 1 : tensor<1x1xf32> -> tensor<1x1xf32>
  nn.return %0 : tensor<1x1xf32>
}
"""


class Abilities:
    """What the target of `flags` can be asked for: `half`, weights stored as
    f16; `fma`, strict numerics; `openmp`, what a team of threads is linked to,
    if there can be one."""

    def __init__(self, compiler, folder, flags, openmp):
        path = os.path.join(folder, "probe.mlir")
        with open(path, "w") as file:
            file.write(PROBE)
        text = subprocess.run(
            [compiler, path, "--compile-to=layout", *flags], check=True,
            stdout=subprocess.PIPE, universal_newlines=True).stdout
        target = re.search(r"#nn\.target<.*?>", text)[0]
        self.half = "half = true" in target
        self.fma = "fma = true" in target
        self.openmp = openmp


class Choices:
    """How one network is compiled and run. `threads` is none, steps or openmp;
    a team has `team` threads, and in steps parts are counted by `steps`."""

    def __init__(self, rng, abilities, is_open, large):
        self.rng = rng
        self.weights = rng.choice(["f32", "f32", "bf16"] +
                                  ["f16"] * abilities.half)
        self.strict = abilities.fma and rng.random() < 0.25
        # Threads need a fixed batch. Small networks have no team.
        teams = ["openmp"] * (3 if large else 1) if abilities.openmp else []
        self.threads = "none" if is_open else rng.choice(
            ["none", "steps", *teams])
        self.team = rng.randint(1, 4)

    def flags(self):
        return ([f"--weights={self.weights}", f"--threads={self.threads}"] +
                ["--numerics=strict"] * self.strict)

    def rounded(self, name, values):
        """What is stored of a parameter; vectors, as of norms, stay floats."""
        is_weight = name.endswith(".weight") or \
            name.rsplit(".", 1)[-1].startswith(
                ("weight_ih", "weight_hh", "in_proj_weight"))
        if values.ndim < 2 or not is_weight:
            return values
        narrow = torch.from_numpy(values).to(TYPES[self.weights])
        return narrow.float().numpy()

    def schedule(self, steps):
        """(step, part, parts) of every call, in an order that is allowed."""
        calls = []
        for step in range(steps):
            parts = self.rng.randint(1, 4)
            order = self.rng.sample(range(parts), parts)
            calls += [(step, part, parts) for part in order]
        return calls


def random_plan(rng, strict):
    """The attribute of a dense layer, mostly none."""
    if rng.random() < 0.6:
        return ""
    # Sums of strict numerics are not split.
    chains = [1] if strict else [1, 2, 3, 5, 8, 13, 64]
    entries = [("tile_rows", [1, 2, 3, 4, 5, 7, 8, 13, 16, 20]),
               ("depth_block", [1, 2, 3, 5, 8, 16, 50, 90, 128, 1000]),
               ("row_block", [1, 2, 3, 5, 7, 10, 16, 40, 100]),
               ("chains", chains),
               ("prefetch", [0, 1, 4, 16, 100])]
    chosen = [f"{name} = {rng.choice(values)}"
              for name, values in entries if rng.random() < 0.5]
    return f" {{nn.plan = #nn.plan<{', '.join(chosen)}>}}" if chosen else ""
