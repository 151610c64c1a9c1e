# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Keras's activations, by their names and as layers."""

from ..network import number, unless
from ..refusals import Refusal
from .call import need
from .layers import layer

# name → (layer, clauses)
PLAIN = {
    "relu": ("relu", {}), "sigmoid": ("sigmoid", {}), "tanh": ("tanh", {}),
    "selu": ("selu", {}), "softplus": ("softplus", {}), "softsign": ("softsign", {}),
    "swish": ("silu", {}), "silu": ("silu", {}), "mish": ("mish", {}),
    "relu6": ("hardtanh", {"min": "0.0", "max": "6.0"}), "elu": ("elu", {}),
    "leaky_relu": ("leaky_relu", {"slope": "0.2"}), "log_sigmoid": ("log_sigmoid", {}),
    "hard_silu": ("hardswish", {}), "hard_swish": ("hardswish", {}),
    "hard_tanh": ("hardtanh", {}), "celu": ("celu", {})}
OTHERS = ("linear", "gelu", "hard_sigmoid")
NORMALIZERS = {"softmax": "softmax", "log_softmax": "log_softmax"}


def is_new(version):
    """Whether Keras 3 or later wrote the file."""
    return version.split(".")[0].isdigit() and int(version.split(".")[0]) >= 3


def name_of(activation):
    """The name of what a configuration says, which may be a class with a name."""
    if isinstance(activation, dict):
        config = activation.get("config")
        activation = config if isinstance(config, str) else \
            config.get("name", activation.get("class_name")) \
            if isinstance(config, dict) else None
    if not isinstance(activation, str):
        raise Refusal(f"the activation '{activation}' is not supported")
    return {"hardSigmoid": "hard_sigmoid"}.get(activation, activation)


def axis_of(x, axis):
    """A dimension of `any_of(x)`, from Keras's."""
    need(isinstance(axis, int) and -x.rank <= axis < x.rank,
         f"axis={axis} of a value of rank {x.rank} is not supported")
    axis %= x.rank
    if x.is_first:
        axis = 0 if axis == 0 else 1 if axis == x.rank - 1 else axis + 1
    return axis


def normalize(call, x, mnemonic, axis=-1):
    axis = axis_of(x, axis)
    need(axis > 0, "a softmax over the batch is not supported")
    return elementwise(call, x, mnemonic, axis=unless(axis, x.rank - 1))


def elementwise(call, x, mnemonic, **clauses):
    value = call.any_of(x)
    return call.like(x, call.add(mnemonic, value, value.sizes, keeps_type=True,
                                 **clauses))


def activate(call, x, activation):
    """What stands behind a layer, or is one."""
    name = name_of(activation)
    if name in ("linear", None):
        return x
    if name in NORMALIZERS:
        return normalize(call, x, NORMALIZERS[name])
    if name == "gelu":
        return elementwise(call, x, "gelu")
    if name == "hard_sigmoid":
        # Keras 2's is min(max(x / 5 + 1/2, 0), 1), Keras 3's has x / 6.
        if not is_new(call.version):
            x = elementwise(call, x, "affine", scale="1.2")
        return elementwise(call, x, "hardsigmoid")
    if name not in PLAIN:
        names = sorted([*PLAIN, *NORMALIZERS, *OTHERS])
        raise Refusal(f"the activation '{name}' is not supported; "
                      f"{', '.join(names)} are")
    mnemonic, clauses = PLAIN[name]
    return elementwise(call, x, mnemonic, **clauses)


def stated(value, default):
    return unless(number(value), number(default))


@layer("Activation")
def activation(call, x):
    return activate(call, x, call.number("activation"))


@layer("Rescaling")
def rescaling(call, x):
    numbers = [call.number("scale", 1.0), call.number("offset", 0.0)]
    for key, value in zip(("scale", "offset"), numbers):
        need(type(value) in (int, float), f"{key}={value} is not supported; one number "
             "for all channels is")
    return elementwise(call, x, "affine", scale=stated(numbers[0], 1),
                       offset=stated(numbers[1], 0))


@layer("ReLU")
def relu(call, x):
    slope = call.number("negative_slope") or 0
    most, threshold = call.number("max_value"), call.number("threshold") or 0
    need(threshold == 0, f"threshold={threshold} is not supported; 0 is")
    if most is not None:
        need(slope == 0, "max_value with negative_slope is not supported")
        return elementwise(call, x, "hardtanh", min="0.0", max=number(most))
    if slope:
        return elementwise(call, x, "leaky_relu", slope=number(slope))
    return elementwise(call, x, "relu")


@layer("LeakyReLU")
def leaky_relu(call, x):
    slope = call.number("negative_slope", call.number("alpha", 0.3))
    return elementwise(call, x, "leaky_relu", slope=number(slope))


@layer("ELU")
def elu(call, x):
    return elementwise(call, x, "elu", alpha=stated(call.number("alpha", 1), 1))


@layer("PReLU")
def prelu(call, x):
    axes = call.number("shared_axes") or []
    need(sorted(axes) == list(range(1, x.rank - 1)), "a slope for each element is not "
         "supported; shared_axes of all dimensions but the channels' are")
    value = x.first()
    result = call.add_main("prelu", value, value.sizes, keeps_type=True,
                           per_channel=True)
    call.learn([("alpha", "weight", "init",
                 call.number("alpha_initializer", "zeros"),
                 lambda array: array.reshape(-1))])
    return call.first(result)


@layer("Softmax")
def softmax(call, x):
    axis = call.number("axis", -1)
    if isinstance(axis, list):
        need(len(axis) == 1, f"axis={axis} is not supported; one dimension is")
        axis = axis[0]
    return normalize(call, x, "softmax", axis)
