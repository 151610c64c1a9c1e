# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Keras's initialisers, as attributes of the dialect."""

from ..network import number
from ..refusals import Refusal
from .archive import snake_case

PLAIN = {
    "zeros": "#nn.zeros", "ones": "#nn.ones",
    "glorot_uniform": "#nn.xavier_uniform",
    "glorot_normal": "#nn.variance_scaling<mode = fan_avg>",
    "he_uniform": "#nn.kaiming_uniform", "lecun_uniform": "#nn.lecun_uniform",
    "he_normal": "#nn.variance_scaling<scale = 2.0>",
    "lecun_normal": "#nn.lecun_normal"}
DISTRIBUTIONS = {"normal": "truncated_normal", "truncated_normal": "truncated_normal",
                 "untruncated_normal": "normal", "uniform": "uniform"}


def bracketed(mnemonic, stated):
    return f"#nn.{mnemonic}" + (f"<{', '.join(stated)}>" if stated else "")


def attribute_of(initializer):
    """The attribute of what a configuration says: a name, or a class with
    numbers."""
    if isinstance(initializer, str):
        initializer = {"class_name": initializer, "config": {}}
    name = snake_case(str(initializer.get("class_name")))
    config = initializer.get("config", {})
    if name in PLAIN:
        return PLAIN[name]
    if name == "constant":
        return f"#nn.constant<{number(config.get('value', 0))}>"
    if name == "random_uniform":
        return f"#nn.uniform<{number(config.get('minval', -0.05))}, " \
               f"{number(config.get('maxval', 0.05))}>"
    if name in ("random_normal", "truncated_normal"):
        mnemonic = "normal" if name == "random_normal" else name
        return f"#nn.{mnemonic}<{number(config.get('mean', 0))}, " \
               f"{number(config.get('stddev', 0.05))}>"
    if name == "orthogonal":
        gain = config.get("gain", 1)
        return bracketed("orthogonal", [f"gain = {number(gain)}"] * (gain != 1))
    if name == "identity" and config.get("gain", 1) == 1:
        return "#nn.identity"
    if name == "variance_scaling":
        scale, mode = config.get("scale", 1), config.get("mode", "fan_in")
        distribution = DISTRIBUTIONS.get(config.get("distribution", "truncated_normal"))
        if distribution and mode in ("fan_in", "fan_out", "fan_avg"):
            return bracketed("variance_scaling", [
                *[f"scale = {number(scale)}"] * (scale != 1),
                *[f"mode = {mode}"] * (mode != "fan_in"),
                *[f"distribution = {distribution}"] *
                (distribution != "truncated_normal")])
    raise Refusal(f"the initialiser '{name}' is not supported")
