# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception


class _Info(_ctypes.Structure):
    """nascent_parameter_info."""
    _fields_ = [("name", _ctypes.c_char_p), ("dtype", _ctypes.c_char_p),
                ("rank", _ctypes.c_uint32), ("shape", _ctypes.c_int64 * 8)]


def _aligned(size):
    """A buffer of bytes at a multiple of 64, where forward is fastest."""
    buffer = _np.zeros(size + 64, dtype=_np.uint8)
    start = -buffer.ctypes.data % 64
    return buffer[start:start + size]


def _pointer(array):
    return array.ctypes.data_as(_ctypes.c_void_p)


class Parameter(_np.lib.mixins.NDArrayOperatorsMixin):
    """A parameter of a network, to be read and written as an array of float32.

    What is assigned to its elements is stored in the network: p[1, 0] = 42. What
    else arrays have, such as mean and T, is that of a copy, which is read-only."""

    def __init__(self, network, index, name, shape):
        self._network, self._index = network, index
        self._name, self._shape = name, shape

    name = property(lambda self: self._name)
    shape = property(lambda self: self._shape)
    ndim = property(lambda self: len(self.shape))
    size = property(lambda self: int(_np.prod(self.shape, dtype=_np.int64)))
    dtype = _np.dtype(_np.float32)

    def numpy(self):
        """A copy."""
        values = _np.empty(self.shape, _np.float32)
        self._network._call("get", _pointer(self._network._parameters),
                            _ctypes.c_uint32(self._index), _pointer(values))
        return values

    def set(self, values):
        """Stores values that can be broadcast to the shape."""
        values = _np.ascontiguousarray(
            _np.broadcast_to(_np.asarray(values, _np.float32), self.shape))
        self._network._call("set", _pointer(self._network._parameters),
                            _ctypes.c_uint32(self._index), _pointer(values))

    def _view(self):
        """A copy that refuses what would be lost: p[1][0] = 42, say."""
        values = self.numpy()
        values.flags.writeable = False
        return values

    def __array__(self, dtype=None, copy=None):
        if copy is False:
            raise ValueError(f"{self.name} is stored otherwise: it can only be copied")
        values = self.numpy()
        if dtype is not None:
            values = values.astype(dtype, copy=False)
        values.flags.writeable = bool(copy)
        return values

    def __getattr__(self, name):
        if name.startswith("_") or not hasattr(_np.ndarray, name):
            raise AttributeError(f"a parameter has no attribute {name!r}")
        return getattr(self._view(), name)

    def __setattr__(self, name, value):
        if not name.startswith("_"):
            raise AttributeError(f"the {name} of a parameter cannot be assigned; "
                                 "its elements can: p[...] = values")
        super().__setattr__(name, value)

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **keywords):
        plain = [x._view() if isinstance(x, Parameter) else x for x in inputs]
        targets = tuple(x.numpy() if isinstance(x, Parameter) else x for x in out)
        if targets:
            keywords["out"] = targets
        result = getattr(ufunc, method)(*plain, **keywords)
        for target, values in zip(out, targets):
            if isinstance(target, Parameter):
                target.set(values)
        return out[0] if len(out) == 1 else out or result

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, index):
        return self._view()[index]

    def __setitem__(self, index, value):
        values = self.numpy()
        values[index] = value
        self.set(values)

    def __repr__(self):
        return f"{self.name} {self.shape}\n{self.numpy()!r}"


class _Network:
    """A compiled network, with parameters of its own.

    seed: the parameters' initial values are those of this seed, the same on every
    machine; without one they are the trained values that the object holds, if it
    holds any, else those of seed 0."""

    _library = None

    def __init__(self, seed=None):
        if type(self)._library is None:
            type(self)._library = _ctypes.CDLL(
                _os.path.join(_os.path.dirname(_os.path.abspath(__file__)), _LIBRARY))
        self._parameters = _aligned(self._bytes)
        if seed is None and self._has_weights:
            weights = (_ctypes.c_uint8 * self._bytes).in_dll(
                self._library, self._name + "_weights")
            self._parameters[:] = _np.frombuffer(weights, _np.uint8)
        else:
            self.init(seed or 0)
        self._places = {}
        if self._count:
            table = (_Info * self._count).in_dll(self._library,
                                                 self._name + "_parameters")
            for index, info in enumerate(table):
                self._places[info.name.decode()] = (
                    index, tuple(info.shape[:info.rank]))

    def _function(self, name):
        return getattr(self._library, f"{self._name}_{name}")

    def _call(self, name, *arguments):
        status = self._function(name)(*arguments)
        assert status == 0, f"{self._name}_{name} returned {status}"

    def init(self, seed):
        """Draws all parameters anew."""
        self._function("init")(_pointer(self._parameters), _ctypes.c_uint64(seed))

    def keys(self):
        """The names of all parameters, in the order of the layers."""
        return list(self._places)

    def __iter__(self):
        return iter(self._places)

    def __len__(self):
        return len(self._places)

    def __getitem__(self, name):
        if name in self._places:
            index, shape = self._places[name]
            return Parameter(self, index, name, shape)
        index = self._function("find")(str(name).encode()) if self._count else -1
        if index < 0:
            raise KeyError(f"{name!r} is no parameter; there are "
                           f"{', '.join(self._places) or 'none'}")
        # A tied name.
        return self[self.keys()[index]]

    def __setitem__(self, name, values):
        self[name].set(values)

    def state_dict(self):
        """A copy of each parameter, by its name."""
        return {name: self[name].numpy() for name in self}

    def load(self, path):
        """Takes the parameters of a file of safetensors or NPZ, of the same names and
        shapes; float32, float16, bfloat16 or float64. Nothing is changed where one
        does not fit."""
        path = _os.fspath(path)
        arrays = _read_npz(path) if _is_npz(path) else _read_safetensors(path)
        wrong = [f"'{name}' is missing" for name in self if name not in arrays]
        for name, array in arrays.items():
            if name not in self._places:
                wrong.append(f"'{name}' is no parameter of the network")
            elif self[name].shape != array.shape:
                wrong.append(f"'{name}' has the shape {array.shape}, expected "
                             f"{self[name].shape}")
        if wrong:
            raise ValueError(f"{path}: " + "; ".join(wrong))
        for name, array in arrays.items():
            self[name] = array

    def save(self, path):
        """Writes the parameters as a file of safetensors or, by its extension, NPZ."""
        path = _os.fspath(path)
        write = _write_npz if _is_npz(path) else _write_safetensors
        with open(path + ".part", "wb") as file:
            write(file, self.state_dict())
        _os.replace(path + ".part", path)

    def __call__(self, /, *inputs, **named):
        """The output for inputs of the compiled shapes, in their order or each by
        its name, or a tuple of several outputs. Other threads may call the same
        network meanwhile."""
        return self.stream()(*inputs, **named) if self._state_bytes else \
            self._forward(inputs, named)

    def stream(self):
        """A sequence that begins, of a network compiled with --stream."""
        if not self._state_bytes:
            raise TypeError(f"{self._name} is given whole sequences; compile it "
                            "with --stream")
        return _Stream(self)

    def _forward(self, inputs, named, *state):
        if named:
            names = [name for name, _, _ in self._entries[0]["inputs"]]
            if inputs or set(named) != set(names):
                raise TypeError(f"expected the inputs {', '.join(names)}, in their "
                                "order or each by its name")
            inputs = [named[name] for name in names]
        arrays = [_np.asarray(x) for x in inputs]
        entry = self._entry_of(arrays)
        arrays = [_converted(x, dtype)
                  for x, (_, _, dtype) in zip(arrays, entry["inputs"])]
        batch = arrays[0].shape[0] if entry["open"] else None
        outputs = [_np.empty([batch if size is None else size for size in shape],
                             _np.float32) for _, shape, _ in entry["outputs"]]
        scratch = _aligned(entry["scratch"])
        arguments = [self._parameters, *arrays]
        arguments = [_pointer(array) for array in arguments]
        if entry["open"]:
            arguments.append(_ctypes.c_int64(batch))
        arguments += [_pointer(array) for array in [*outputs, *state, scratch]]
        status = getattr(self._library, entry["function"])(*arguments)
        if entry["checks"] and status != 0:
            longer = f"the sequence has more than {entry['places']} steps, or "
            raise IndexError((longer if entry["places"] else "") +
                             "an index is not one of those that there are")
        return outputs[0] if len(outputs) == 1 else tuple(outputs)

    def _entry_of(self, arrays):
        """The compiled binding that fits."""
        for entry in self._entries:
            inputs = entry["inputs"]
            if len(inputs) != len(arrays) or any(
                    len(x.shape) != len(shape) or any(
                        size not in (None, got) for size, got in zip(shape, x.shape))
                    for x, (_, shape, _) in zip(arrays, inputs)):
                continue
            if entry["open"] and len({x.shape[0] for x in arrays}) > 1:
                continue
            for x, (name, _, dtype) in zip(arrays, inputs):
                if not _np.can_cast(x.dtype, dtype, "same_kind"):
                    raise TypeError(f"{name} has elements of {x.dtype}, expected "
                                    f"{_np.dtype(dtype)}")
            return entry
        expected = " or ".join(
            ", ".join(f"{name} {_text_of(shape)}" for name, shape, _ in
                      entry["inputs"]) for entry in self._entries)
        got = ", ".join(_text_of(x.shape) for x in arrays) or "nothing"
        raise ValueError(f"expected {expected}, got {got}")

    def __repr__(self):
        lines = [f"  {name} {self[name].shape}" for name in self]
        return "\n".join([f"<network {self._name}>", *lines])


class _Stream:
    """A sequence that comes in blocks: each call is given the next steps, as many
    as a binding has, and goes on where the last one ended."""

    def __init__(self, network):
        self._network, self._state = network, _aligned(network._state_bytes)
        self.reset()

    def reset(self):
        """Has another sequence begin."""
        self._network._function("reset")(_pointer(self._state))

    def copy(self):
        """A sequence that goes on from here by itself."""
        other = _Stream(self._network)
        other._state[:] = self._state
        return other

    def __call__(self, /, *inputs, **named):
        return self._network._forward(inputs, named, self._state)


def _converted(x, dtype):
    """An array of dtype in row-major order; indices must not wrap around."""
    if dtype is _np.int32 and x.size:
        limits = _np.iinfo(dtype)
        if x.min() < limits.min or x.max() > limits.max:
            raise IndexError("an index is not one of those that there are")
    return _np.ascontiguousarray(x, dtype)


def _text_of(shape):
    sizes = ["?" if size is None else str(size) for size in shape]
    return "(" + ", ".join(sizes) + ("," if len(sizes) == 1 else "") + ")"


def _is_npz(path):
    """What a file's extension says that it is: NPZ, or else safetensors."""
    if not path.endswith((".npz", ".safetensors")):
        raise ValueError(f"{path}: expected the extension .safetensors or .npz")
    return path.endswith(".npz")


def _write_npz(file, arrays):
    _np.savez(file, **arrays)


def _write_safetensors(file, arrays):
    header, data = {}, []
    position = 0
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape),
                        "data_offsets": [position, position + array.nbytes]}
        position += array.nbytes
        data.append(array.astype("<f4").tobytes())
    text = _json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    file.write(len(text).to_bytes(8, "little") + text + b"".join(data))


def _read_npz(path):
    """name → array."""
    with open(path, "rb") as source:
        try:
            with _np.load(source, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
        except (ValueError, KeyError, TypeError, AttributeError, EOFError, OSError,
                RuntimeError, _zipfile.BadZipFile, _zlib.error) as error:
            raise ValueError(f"{path}: expected a file of NPZ: {error}")
    for name, array in arrays.items():
        if array.dtype.kind != "f":
            raise ValueError(f"{path}: '{name}' has elements of {array.dtype}, "
                             "expected floats")
    return {name: array.astype(_np.float32) for name, array in arrays.items()}


def _read_safetensors(path):
    """name → array."""
    with open(path, "rb") as file:
        content = file.read()
    try:
        length = int.from_bytes(content[:8], "little")
        header = _json.loads(content[8:8 + length])
        header.pop("__metadata__", None)
        arrays = {}
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            data = content[8 + length + begin:8 + length + end]
            if entry["dtype"] == "BF16":
                values = _np.frombuffer(data, "<u2").astype("<u4")
                values = (values << 16).view("<f4")
            else:
                dtype = {"F32": "<f4", "F16": "<f2", "F64": "<f8"}[entry["dtype"]]
                values = _np.frombuffer(data, dtype)
            arrays[name] = values.reshape(entry["shape"]).astype(_np.float32)
        return arrays
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path}: expected a file of safetensors of floats: {error}")


