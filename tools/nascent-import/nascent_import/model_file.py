# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Runs a user's Python file, and remembers what its objects do not say: the line
that made a module, and how parameters were asked to be initialised."""

import ast
import contextlib
import functools
import importlib.util
import os
import re
import sys
import traceback
import warnings
import zlib

import torch
from torch import nn

from .initializers import INITIALIZERS, attribute_of
from .refusals import ImportFailure, Refusal


def is_lazy(parameter):
    return isinstance(parameter, nn.parameter.UninitializedTensorMixin)


def checksum(tensor):
    values = tensor.detach().cpu().contiguous().view(-1)
    return zlib.crc32(values.view(torch.uint8).numpy()) if values.numel() else 0


def parse_expression(path, expression):
    """(the names, and (arguments, keywords) of a call or None). Nothing but literals
    is evaluated."""
    names, is_call, rest = expression.partition("(")
    if not re.fullmatch(r"\w+(\.\w+)*", names) or is_call and rest[-1:] != ")" or \
            not expression.isprintable():
        raise ImportFailure(f"{path}: error: expected a name such as 'net', or a call "
                            f"such as 'make()' or 'make(5)', got '{expression}'")
    if not is_call:
        return names, None
    try:
        call = ast.parse(f"f({rest}", mode="eval").body
        if not isinstance(call.func, ast.Name) or \
                not all(item.arg for item in call.keywords):
            raise ValueError
        return names, ([ast.literal_eval(item) for item in call.args],
                       {item.arg: ast.literal_eval(item.value)
                        for item in call.keywords})
    except (SyntaxError, ValueError, TypeError, AttributeError, RecursionError,
            MemoryError):
        raise ImportFailure(f"{path}: error: '{expression}': numbers, strings and "
                            "other literals are supported as arguments; give the file "
                            "a variable for anything else")


class Request:
    """An initialiser that was asked for."""

    def __init__(self, tensor, name, args, kwargs, line):
        # The tensor is kept, so that nothing else can come to lie at its place.
        self.tensor, self.name, self.line = tensor, name, line
        self.args, self.kwargs = args, kwargs
        self.was_lazy = is_lazy(tensor)
        self.sum = None


class ModelFile:
    """A file that has run: `get` gives its networks."""

    def __init__(self, path):
        self.path = path
        self.absolute = os.path.abspath(path)
        self.lines = {}
        self.made = []
        self.requests = []
        self.originals = {}
        self.module = None

    def here(self, frame):
        """The line of the file that a call comes from, or None."""
        while frame:
            if frame.f_code.co_filename == self.absolute:
                return frame.f_lineno
            frame = frame.f_back
        return None

    def where(self, line):
        return f"{self.path}:{line}" if line else self.path

    def line_of(self, module):
        """Where a module was made, or else where its forward begins."""
        line = self.lines.get(id(module))
        code = getattr(type(module).forward, "__code__", None)
        if not line and code and code.co_filename == self.absolute:
            line = code.co_firstlineno
        return self.where(line)

    @contextlib.contextmanager
    def watching(self):
        """Has `torch.nn` tell of what is made and initialised."""
        construct = nn.Module.__init__
        self.originals = {name: getattr(nn.init, name)
                          for name in INITIALIZERS}

        @functools.wraps(construct)
        def watched(module, *args, **kwargs):
            frame = sys._getframe(1)
            # The caller is the module's own constructor, or one of a subclass.
            while frame and frame.f_locals.get("self") is module:
                frame = frame.f_back
            self.lines[id(module)] = self.here(frame)
            self.made.append(module)
            return construct(module, *args, **kwargs)

        nn.Module.__init__ = watched
        for name, original in self.originals.items():
            setattr(nn.init, name, self.recorder(name, original))
        try:
            yield
        finally:
            nn.Module.__init__ = construct
            for name, original in self.originals.items():
                setattr(nn.init, name, original)

    def recorder(self, name, original):
        @functools.wraps(original)
        def record(tensor, *args, **kwargs):
            frame = sys._getframe(1)
            earlier = self.request_of(tensor)
            if frame.f_globals["__name__"].startswith("torch.nn.modules."):
                # A layer's default, which counts unless the parameter was lazy.
                if not earlier:
                    return original(tensor, *args, **kwargs)
                if earlier.was_lazy:
                    return self.fulfil(earlier)
                self.requests.remove(earlier)
                return original(tensor, *args, **kwargs)
            if earlier:
                self.requests.remove(earlier)
            request = Request(tensor, name, args, kwargs, self.here(frame))
            self.requests.append(request)
            return tensor if request.was_lazy else self.fulfil(request)
        return record

    def fulfil(self, request):
        """Gives a parameter that has a shape the values that were asked for."""
        self.originals[request.name](request.tensor, *request.args,
                                     **request.kwargs)
        request.was_lazy, request.sum = False, checksum(request.tensor)
        return request.tensor

    def request_of(self, tensor):
        """The last request for a parameter, asked by itself or by its data."""
        for request in reversed(self.requests):
            if request.tensor is tensor or not is_lazy(tensor) and \
                    not is_lazy(request.tensor) and tensor.numel() and \
                    request.tensor.data_ptr() == tensor.data_ptr() and \
                    request.tensor.shape == tensor.shape:
                return request
        return None

    def initializer(self, tensor):
        """(attribute or None, whether values were changed since)."""
        request = self.request_of(tensor)
        if not request:
            return None, False
        if not request.was_lazy and request.sum != checksum(tensor):
            return None, True
        try:
            return attribute_of(request.name, (tensor, *request.args),
                                request.kwargs), False
        except Refusal as refusal:
            raise ImportFailure(f"{self.where(request.line)}: error: {refusal}")

    def run(self):
        """Runs the file. What it prints goes to standard error."""
        folder = os.path.dirname(self.absolute)
        sys.path.insert(0, folder)
        spec = importlib.util.spec_from_file_location("nascent_model",
                                                      self.absolute)
        self.module = importlib.util.module_from_spec(spec)
        sys.modules["nascent_model"] = self.module
        sys.dont_write_bytecode = True
        # PyTorch says of lazy modules that they may change.
        warnings.filterwarnings("ignore", "Lazy modules")
        with contextlib.redirect_stdout(sys.stderr), self.reporting():
            spec.loader.exec_module(self.module)

    @contextlib.contextmanager
    def reporting(self):
        """Makes what the file raises an error at its line."""
        try:
            yield
        except SyntaxError as error:
            raise ImportFailure(f"{self.where(error.lineno)}: error: {error.msg}")
        except ImportFailure:
            raise
        except (Exception, SystemExit) as error:
            frames = traceback.extract_tb(error.__traceback__)
            lines = [frame.lineno for frame in frames
                     if frame.filename == self.absolute]
            what = f"{type(error).__name__}: {error}".rstrip(": ")
            raise ImportFailure(
                f"{self.where(lines[-1] if lines else None)}: error: running the "
                f"file: {what}")

    def get(self, expression):
        """The network that `net`, `nets.first`, `make()` or `make(5, deep=True)`
        stands for."""
        names, arguments = parse_expression(self.path, expression)
        found = self.module
        for name in names.split("."):
            if not hasattr(found, name):
                have = sorted(name for name, value in vars(self.module).items()
                              if isinstance(value, nn.Module))
                known = ", ".join(have) or "no network"
                raise ImportFailure(f"{self.path}: error: there is no '{names}'; the "
                                    f"file has {known}")
            found = getattr(found, name)
        if arguments is not None and isinstance(found, nn.Module):
            raise ImportFailure(f"{self.path}: error: '{names}' is a network, and no "
                                "function that makes one; leave out what it is "
                                "called with")
        if arguments is not None:
            with contextlib.redirect_stdout(sys.stderr), self.reporting():
                found = found(*arguments[0], **arguments[1])
        if not isinstance(found, nn.Module):
            hint = "; to call it, write '()' behind it" if callable(found) else ""
            raise ImportFailure(
                f"{self.path}: error: '{expression}' is of type "
                f"{type(found).__name__}, expected a torch.nn.Module{hint}")
        what = "was compiled by torch.jit; give the module that it was made of" \
            if isinstance(found, torch.jit.ScriptModule) else \
            "does not call super().__init__(), which gives it its layers" \
            if "_modules" not in vars(found) else None
        if what:
            raise ImportFailure(f"{self.path}: error: '{expression}' {what}")
        return found
