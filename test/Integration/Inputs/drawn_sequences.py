# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Draws networks of sequences, as text and as layers of PyTorch."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from masked_layers import Attention, MaxOver, MeanOver
from positions import Learned, Sinusoidal
from random_layers import Concatenation, Sum, activation
from recurrent_layers import recurrent
from window_attention import WindowAttention

UNITS = [1, 2, 3, 5, 8, 9, 12, 16, 17, 20, 24, 31, 32, 40, 64, 65, 100, 160]
FEATURES = [1, 2, 3, 4, 7, 10, 16, 28, 33, 40]
BATCHES = [1, 1, 1, 2, 3, 4, 7, 16, 19]


class Taken(nn.Module):
    """The last step, as a slice."""

    def forward(self, x):
        return x[:, -1:]


class Swapped(nn.Module):
    """Steps and features."""

    def forward(self, x):
        return x.transpose(1, 2)


class Causal(nn.Conv1d):
    """A convolution that reads no later step."""

    def forward(self, x):
        margin = self.dilation[0] * (self.kernel_size[0] - 1)
        return super().forward(F.pad(x, (margin, 0)))


class Value:
    """`rank` is None of what layers do not choose among; of an input, `binding`
    has `{}` for the batch and the length, and `draw` makes an array of a length."""

    def __init__(self, text, rank, width, type=None, binding=None, draw=None):
        self.text, self.rank, self.width, self.used = text, rank, width, False
        self.type, self.binding, self.draw, self.tensor = type, binding, draw, None


class RandomSequences:
    def __init__(self, rng, name):
        self.rng, self.name = rng, name
        self.batch, self.length = rng.choice(BATCHES), rng.randint(1, 50)
        self.features = rng.choice(FEATURES)
        self.kind = rng.choice(["fixed", "batch", "length", "stream", "stream"])
        self.values, self.lines, self.layers = [], [], []
        self.lengths = None
        self.add_inputs()
        rng.choice([self.add_recurrent, self.add_recurrent, self.add_causal])()
        kinds = [self.add_recurrent, self.add_recurrent, self.add_dense,
                 self.add_activation, self.add_norm, self.add_join,
                 self.add_causal, self.add_position]
        if self.kind == "stream":
            kinds += [self.add_window]
        if self.kind != "stream":
            kinds += [self.take_last, self.add_attention, self.add_pool]
        for _ in range(rng.randint(0, 4)):
            rng.choice(kinds)()
        self.outputs = [i for i, value in enumerate(self.values)
                        if not value.draw and not value.used]

    def type(self, rank, width):
        return "tensor<?x" + "?x" * (rank - 2) + \
            (f"{width}x" if self.rng.random() < 0.6 else "?x") + "f32>"

    def add_input(self, *arguments):
        self.values.append(Value(*arguments))
        return len(self.values) - 1

    def add_inputs(self):
        rng = self.rng
        is_stream = self.kind == "stream"
        entries = 0 if is_stream or rng.random() < 0.8 else rng.randint(1, 40)
        if entries:
            words = self.add_input(
                "%x", None, None, "tensor<?x?xi32>", "{}x{}xi32",
                lambda generator, length: generator.integers(
                    0, entries, (self.batch, length)).astype(np.int32))
            self.add(f"embedding {{}}, {entries}, {self.features}",
                     nn.Embedding(entries, self.features), [words], 3,
                     self.features, True)
        else:
            self.add_input("%x", 3, self.features, "tensor<?x?x?xf32>",
                           f"{{}}x{{}}x{self.features}xf32",
                           lambda generator, length: self.normal(
                               generator, length, self.features))
        if not is_stream and rng.random() < 0.5:
            self.lengths = self.add_input(
                "%n", None, None, "tensor<?xi32>", "{}xi32",
                lambda generator, length: generator.integers(
                    1, length + 1, self.batch).astype(np.int32))

    def normal(self, generator, *shape):
        return generator.standard_normal((self.batch, *shape)).astype(np.float32)

    def own_lengths(self):
        has_lengths = self.lengths is not None and self.rng.random() < 0.7
        return {"lengths": [self.lengths]} if has_lengths else {}

    def add(self, text, module, sources, rank, width, owns=False, type=None,
            clauses={}, others=()):
        """A layer; `text` begins with its mnemonic and `{}` for its operands.
        `clauses` are those of operands, and `others` the types of other results."""
        places = ", ".join(self.values[i].text for i in sources)
        for word, own in clauses.items():
            text += f" {word}({', '.join(self.values[i].text for i in own)})"
            sources = sources + own
        types = ", ".join(self.values[i].type for i in sources)
        results = [Value(f"%v{len(self.layers)}", rank, width)]
        results[0].type = type or self.type(rank, width)
        results += [Value(f"%v{len(self.layers)}_{i}", None, None, type)
                    for i, type in enumerate(others)]
        self.lines.append(
            f"  {', '.join(y.text for y in results)} = nn.{text.format(places)}"
            f" : {types} -> {', '.join(y.type for y in results)}")
        for i in sources:
            self.values[i].used = True
        count = len(sources) - sum(map(len, clauses.values()))
        self.layers.append((str(len(self.layers)), module, owns,
                            [self.values[i] for i in sources[:count]],
                            {word: [self.values[i] for i in own]
                             for word, own in clauses.items()}, results))
        self.values += results

    def newest(self, rank=None):
        return max(i for i, value in enumerate(self.values)
                   if value.rank and rank in (None, value.rank))

    def add_recurrent(self):
        rng = self.rng
        source = self.newest(3)
        features = self.values[source].width
        owners = [(name, module) for name, module, owns, *_ in self.layers
                  if owns and getattr(module, "features", None) == features]
        if owners and rng.random() < 0.3:
            name, module = rng.choice(owners)
            clause, owns = f' tie("{name}")', False
            text = module.text
        else:
            text, module, _ = recurrent(
                rng.choice([nn.LSTM, nn.GRU, nn.RNN]), features,
                rng.choice(UNITS[:12] if len(self.layers) > 2 else UNITS),
                layers=rng.choice([1, 1, 1, 2, 3]),
                bidirectional=self.kind != "stream" and rng.random() < 0.3,
                last=rng.random() < 0.2,
                bias=rng.random() < 0.8, relu=rng.random() < 0.3,
                gives=rng.random() < 0.25)
            clause, owns = "", True
            module.text, module.features = text, features
            if rng.random() < 0.2:
                clause += f" in({features})"
        layer = module.layer[0]
        count = layer.num_layers * (2 if layer.bidirectional else 1)
        states = 2 if isinstance(layer, nn.LSTM) else 1
        type = f"tensor<?x{count}x{layer.hidden_size}xf32>"
        clauses = self.own_lengths()
        if self.kind != "stream" and rng.random() < 0.25:
            clauses["state"] = [
                self.add_input(f"%s{len(self.layers)}_{i}", None, None, type,
                               f"{{}}x{count}x{layer.hidden_size}xf32",
                               lambda generator, length: self.normal(
                                   generator, count, layer.hidden_size))
                for i in range(states)]
        self.add(text + clause, module, [source], 2 if module.last else 3,
                 module.width, owns, clauses=clauses,
                 others=[type] * (states * module.gives))

    def add_attention(self):
        source = self.newest(3)
        width = self.values[source].width
        heads = self.rng.choice([n for n in range(1, 9) if width % n == 0])
        causal, bias = self.rng.random() < 0.4, self.rng.random() < 0.7
        self.add(f"attention {{}} heads({heads})" + " causal" * causal +
                 " no_bias" * (not bias), Attention(width, heads, causal, bias),
                 [source], 3, width, True, clauses=self.own_lengths())

    def add_window(self):
        source = self.newest(3)
        width = self.values[source].width
        heads = self.rng.choice([n for n in range(1, 9) if width % n == 0])
        window = self.rng.choice([1, 2, 3, 8, 21, 64])
        self.add(f"attention {{}} heads({heads}) causal window({window})",
                 WindowAttention(width, heads, window), [source], 3, width, True)

    def add_position(self):
        source = self.newest(3)
        width = self.values[source].width
        places = self.rng.choice([0, self.length, 50, 70])
        # Of another length than this one, too.
        places = max(places, 50) if places and self.kind == "length" else places
        self.add(f"position {{}} learned({places})" if places
                 else "position {} sinusoidal",
                 Learned(places, width) if places else Sinusoidal(),
                 [source], 3, width, True)

    def add_pool(self):
        source = self.newest(3)
        kind, module = self.rng.choice([("mean", MeanOver), ("max", MaxOver)])
        self.add(f"{kind}_over {{}} dims(1)", module(), [source], 2,
                 self.values[source].width, clauses=self.own_lengths())

    def add_causal(self):
        rng = self.rng
        source = self.newest(3)
        width, units = self.values[source].width, rng.choice(UNITS[:12])
        groups = rng.choice([g for g in (1, 1, 2, width)
                             if width % g == 0 and units % g == 0] or [1])
        # A stream of kernels of 1 alone would keep nothing.
        kernel = rng.randint(1 if self.layers else 2, 4)
        dilation = rng.randint(1, 5)
        self.add("permute {} dims(0, 2, 1)", Swapped(), [source], 3, width,
                 type=f"tensor<?x{width}x?xf32>")
        swapped = len(self.values) - 1
        self.add(f"conv1d {{}}, {units} kernel({kernel}) dilation({dilation}) "
                 f"groups({groups}) causal",
                 Causal(width, units, kernel, dilation=dilation, groups=groups),
                 [swapped], 3, units, True, f"tensor<?x{units}x?xf32>")
        self.add("permute {} dims(0, 2, 1)", Swapped(), [swapped + 1], 3, units)
        # Their steps are not where others have theirs.
        for value in self.values[swapped:swapped + 2]:
            value.rank = None

    def add_dense(self):
        source = self.newest()
        value = self.values[source]
        units = self.rng.choice(UNITS[:12])
        self.add(f"dense {{}}, {units}", nn.Linear(value.width, units), [source],
                 value.rank, units, True)

    def add_activation(self):
        source = self.newest()
        value = self.values[source]
        text, module = activation(self.rng)
        mnemonic, _, clauses = text.partition(" ")
        self.add(f"{mnemonic} {{}} {clauses}", module, [source], value.rank,
                 value.width)

    def add_norm(self):
        source = self.newest()
        value = self.values[source]
        # More would become of roundings where a row hardly varies.
        self.add("layer_norm {} dims(1) eps(0.01)",
                 nn.LayerNorm(value.width, eps=0.01), [source], value.rank,
                 value.width, True)

    def add_join(self):
        source = self.newest()
        value = self.values[source]
        others = [i for i, other in enumerate(self.values)
                  if other.rank == value.rank]
        other = self.rng.choice(others)
        if self.values[other].width == value.width and self.rng.random() < 0.5:
            return self.add("add {}", Sum(), [source, other], value.rank,
                            value.width)
        axis = value.rank - 1
        self.add(f"concat {{}} axis({axis})", Concatenation(axis), [source, other],
                 value.rank, value.width + self.values[other].width)

    def take_last(self):
        source = self.newest(3)
        width = self.values[source].width
        self.add("slice {} axis(1) start(-1)", Taken(), [source], 3, width)
        taken = self.newest()
        self.add("flatten {}", nn.Flatten(), [taken], 2, width)
        # Of another length than other sequences.
        self.values[taken].rank = None

    def inputs(self):
        return [value for value in self.values if value.draw and value.used]

    def draw(self, generator, length):
        return [x.draw(generator, length) for x in self.inputs()]

    def binding(self, batch, length):
        texts = [x.binding.format(batch, length) for x in self.inputs()]
        return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"

    def impossible(self, inputs, length):
        """The same with a length that no row can have; None where there are no
        lengths."""
        if self.lengths is None or not self.values[self.lengths].used:
            return None
        wrong = [x.copy() for x in inputs]
        place = self.inputs().index(self.values[self.lengths])
        row = self.rng.randrange(self.batch)
        wrong[place][row] = self.rng.choice([0, -1, length + 1, 2**31 - 1, -2**31])
        return wrong

    def source(self):
        outputs = [self.values[i] for i in self.outputs]
        types = ", ".join(y.type for y in outputs)
        inputs = ", ".join(f"{x.text}: {x.type}" for x in self.inputs())
        return (f"nn.sequential @{self.name}({inputs}) -> ({types}) "
                "{\n" + "\n".join(self.lines) + "\n  nn.return "
                f"{', '.join(y.text for y in outputs)} : {types}\n}}\n")

    def parameters(self):
        return {f"{name}.{key}": values.detach().numpy().astype(np.float32)
                for name, module, owns, *_ in self.layers if owns
                for key, values in module.named_parameters()}

    def store(self, parameters):
        """Gives PyTorch's layers these values."""
        with torch.no_grad():
            for name, module, owns, *_ in self.layers:
                for key, values in module.named_parameters() if owns else ():
                    values.copy_(torch.from_numpy(
                        np.asarray(parameters[f"{name}.{key}"])))

    def expected(self, inputs):
        for value, x in zip(self.inputs(), inputs):
            x = torch.from_numpy(x)
            value.tensor = x.double() if x.is_floating_point() else x.long()
        with torch.no_grad():
            for _, module, _, sources, clauses, results in self.layers:
                module.eval().double()
                own = {word: [value.tensor for value in values]
                       for word, values in clauses.items()}
                if "lengths" in own:
                    own["lengths"], = own["lengths"]
                given = module(*[value.tensor for value in sources], **own)
                for value, y in zip(results, given if isinstance(given, list)
                                    else [given]):
                    value.tensor = y
        largest = max(float(value.tensor.abs().max()) for value in self.values
                      if value.used or not value.draw
                      if value.tensor.is_floating_point())
        return [self.values[i].tensor.numpy() for i in self.outputs], largest
