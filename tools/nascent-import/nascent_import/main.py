# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The command line."""

import argparse
import contextlib
import importlib.util
import os
import re
import resource
import stat
import subprocess
import sys
import tempfile

from .compiling import find_tool, refusals_of
from .refusals import ImportFailure

# A Python found first may not be the one that python3-torch is for.
DEBIANS_PYTHON = "/usr/bin/python3"

# What Keras writes with the HDF5 library.
HDF5 = (".keras", ".h5", ".hdf5")

DESCRIPTION = """\
Imports a network of PyTorch, Keras or ONNX, or the text that a framework prints of
one, as Nascent's source, and its weights as safetensors.
"""
EXAMPLES = """\
examples:
  nascent-import model.py:net -o net.mlir       the object 'net' of model.py
  nascent-import 'model.py:make(5)' -o net.mlir what 'make(5)' gives
  nascent-import model.keras -o net.mlir        also .h5 and .json
  nascent-import model.onnx -o net.mlir         an ONNX model
  nascent-import listing.txt -o net.mlir        the text of print(net)
"""


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(
        prog="nascent-import", description=DESCRIPTION, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?", metavar="MODEL",
                        help="FILE.py:OBJECT, a file of Keras or ONNX, or one with a "
                        "listing")
    parser.add_argument("-o", dest="output", metavar="FILE.mlir",
                        help="the network; weights go beside it")
    parser.add_argument("--name", help="what the network is called in C")
    parser.add_argument("--input", action="append", metavar="SIZES",
                        help="an input's sizes, such as ?x1x28x28; repeated for "
                        "several inputs")
    parser.add_argument("--params", metavar="FILE",
                        help="weights: .safetensors, or .pt and .pth, of which "
                        "nothing is executed")
    parser.add_argument("--no-weights", action="store_true",
                        help="writes the network alone")
    parser.add_argument("--supported", action="store_true",
                        help="lists the layers and functions that are supported")
    # For who reads what is written at once.
    parser.add_argument("--quiet", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(is_partial=False)
    parser.add_argument("--version", action="store_true",
                        help="tells the version")
    parsed = parser.parse_args(arguments)
    if not (parsed.supported or parsed.version) and not (parsed.model and parsed.output):
        parser.error("expected a model and -o FILE.mlir")
    if parsed.output and not parsed.output.endswith(".mlir"):
        parser.error(f"-o expected FILE.mlir, got '{parsed.output}'")
    if parsed.name is not None and not re.fullmatch(r"[A-Za-z_]\w*", parsed.name, re.ASCII):
        parser.error(f"--name expected a name of C, got '{parsed.name}'; letters, digits "
                     "and _ are supported, no digit in front")
    return parsed


@contextlib.contextmanager
def telling():
    """Ends with an error where what is printed does not arrive."""
    try:
        try:
            yield
        finally:
            if sys.stdout:
                sys.stdout.flush()
    except OSError as error:
        # Python would try it again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(f"nascent-import: error: cannot write: {error.strerror}",
              file=sys.stderr)
        sys.exit(1)


def check_regular(path):
    """Asked before a file is opened: opening a FIFO waits for a writer, and a device
    may have no end. That there is none says who reads it."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return
    if not stat.S_ISREG(mode):
        found = "a directory" if stat.S_ISDIR(mode) else "a device or pipe"
        raise ImportFailure(f"{path}: error: expected a regular file, found {found}")


def parse_sizes(text):
    """The sizes of an input: numbers, and None for '?'."""
    sizes = text.removesuffix("xf32").split("x")
    if not all(re.fullmatch(r"\?|[1-9][0-9]{0,17}", size) for size in sizes) or \
            not 2 <= len(sizes) <= 5:
        raise ImportFailure(f"--input={text}: error: expected 2 to 5 sizes such as "
                            "?x1x28x28, the batch first")
    return [None if size == "?" else int(size) for size in sizes]


def write_all(files, check):
    """Writes all files or none: each is complete before it has its name, and `check`
    was called with the folder and the temporary names."""
    written = []
    try:
        for path, content in files:
            folder = os.path.dirname(os.path.abspath(path))
            handle, temporary = tempfile.mkstemp(
                dir=folder, prefix=".import-", suffix=path[path.rindex("."):])
            written.append(temporary)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(temporary, 0o666 & ~umask)
        check(folder, [os.path.basename(temporary) for temporary in written])
        for (path, _), temporary in zip(files, list(written)):
            os.replace(temporary, path)
            written.remove(temporary)
    except OSError as error:
        # Not the file's temporary name, which nobody has heard of.
        raise ImportFailure(f"{path}: error: cannot be written: {error.strerror}")
    finally:
        for temporary in written:
            os.unlink(temporary)


def check_imported(options, source, folder, names):
    """Refuses what the compiler does; the network is the last of the files."""
    # The public network, which is the last one.
    symbol = re.findall(r"^nn\.sequential @(\w+)\(", source, re.MULTILINE)[-1]
    weights = names[0] if len(names) > 1 else None
    model = options.model
    if ".py:" in model:
        model = model.partition(".py:")[0] + ".py"
    messages = []
    for what, of_weights in refusals_of(folder, names[-1], weights, symbol):
        if of_weights:
            # Some weights alone are no mistake of the file.
            if not (options.is_partial and what.endswith("is missing")):
                messages.append(f"{options.params or model}: error: {what}")
        elif what.startswith("layer "):
            messages.append(f"{model}: error: {what}")
        else:
            messages.append(f"{model}: error: the compiler refuses the network that "
                            f"was made of it: {what}")
    if messages:
        raise ImportFailure(*dict.fromkeys(messages))


def need(module, name, package):
    """Goes on in the Python that has a module, or says that there is none."""
    if importlib.util.find_spec(module):
        return
    if os.path.realpath(sys.executable) != os.path.realpath(DEBIANS_PYTHON) and \
            os.path.exists(DEBIANS_PYTHON):
        os.execv(DEBIANS_PYTHON, [DEBIANS_PYTHON, *sys.argv])
    raise ImportFailure(
        f"nascent-import: error: this Python, {sys.executable}, has no {name}; on "
        f"Debian, install {package}")


def need_torch():
    need("torch", "PyTorch", "python3-torch")


def run_compiled(*arguments):
    """Runs the program that reads ONNX, and gives its exit status."""
    program = find_tool("nascent-import-onnx")
    if not program:
        raise ImportFailure("nascent-import: error: the program that reads ONNX, "
                            "'nascent-import-onnx', is neither beside this one nor "
                            "in the PATH")
    return subprocess.run([program, *arguments], check=False).returncode


def import_onnx(options):
    """Leaves it to the program that reads ONNX, and gives its exit status."""
    if options.params:
        raise ImportFailure("--params: error: an ONNX model has weights of its own")
    arguments = [options.model, "-o", options.output]
    arguments += ["--name", options.name] if options.name else []
    arguments += [f"--input={sizes}" for sizes in options.input or []]
    arguments += ["--no-weights"] if options.no_weights else []
    return run_compiled(*arguments)


def import_model(options):
    """The source, the arrays, and remarks."""
    sizes = [parse_sizes(text) for text in options.input or []] or None
    path, _, expression = options.model.partition(".py:")
    check_regular(path + ".py" if expression else options.model)
    if options.params:
        check_regular(options.params)
    if expression:
        need_torch()
        from . import torch_import
        return torch_import.import_torch(path + ".py", expression, options, sizes)
    if options.model.endswith(".py"):
        raise ImportFailure(f"{options.model}: error: expected the name of a network "
                            f"behind the file, as in {options.model}:net")
    if options.model.endswith((*HDF5, ".json")):
        if options.params:
            raise ImportFailure("--params: error: weights are those of the file")
        need("numpy", "NumPy", "python3-numpy")
        if not options.model.endswith(".json"):
            need("h5py", "h5py", "python3-h5py")
        from .keras import graph
        return graph.import_keras(options, sizes)
    if options.model.endswith((".pt", ".pth", ".safetensors")):
        raise ImportFailure(f"{options.model}: error: a checkpoint has weights and no "
                            "network; import the program that makes the network, as "
                            f"in 'model.py:net --params {options.model}'")
    if options.params:
        raise ImportFailure("--params: error: a listing has no weights; bind its "
                            "network by the file, with nascent-compile --bind "
                            "NET=@FILE")
    from . import listing
    try:
        source, remarks = listing.import_listing(options, sizes)
        return source, {}, remarks
    except RecursionError:
        raise ImportFailure(f"{options.model}: error: networks are nested too "
                            "deeply")


def run(options):
    """Imports and writes; the status for the shell."""
    try:
        if options.version:
            return run_compiled("--version")
        if options.supported:
            need_torch()
            from . import coverage
            with telling():
                print(coverage.table())
            return 0
        if options.model.endswith(".onnx"):
            return import_onnx(options)
        source, arrays, remarks = import_model(options)
        files = [(options.output, source.encode())]
        weights = options.output.removesuffix(".mlir") + ".safetensors"
        has_weights = arrays and not options.no_weights
        if has_weights:
            from . import safetensors
            # Weights come first: a network is never there without them.
            files.insert(0, (weights, safetensors.bytes_of(arrays)))
        # Who runs this program for what it writes compiles that.
        write_all(files, lambda folder, names: options.quiet or
                  check_imported(options, source, folder, names))
    except ImportFailure as failure:
        for message in failure.messages:
            print(message, file=sys.stderr)
        return 1
    for remark in remarks:
        print(remark, file=sys.stderr)
    if not options.quiet:
        wrote = f"wrote '{options.output}'" + (f" and '{weights}'" if has_weights else "")
        use = f"; nascent-run {options.output}" + \
            (f" --params {weights}" if has_weights else "") + " --input FILE"
        # Nothing runs on some of the weights.
        print(wrote + ("" if options.is_partial else use), file=sys.stderr)
    return 0


def run_apart(options):
    """As `run`, in a process of its own: a damaged file may kill the HDF5 library, or
    have it ask for any amount of memory."""
    child = os.fork()
    if child == 0:
        status = 2
        try:
            if os.path.exists(options.model):
                size = (4 << 30) + 16 * os.path.getsize(options.model)
                resource.setrlimit(resource.RLIMIT_AS, (size, size))
            status = run(options)
            sys.stderr.flush()
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        print(f"{options.model}: error: cannot read the file: it is damaged",
              file=sys.stderr)
        return 1
    return os.waitstatus_to_exitcode(status)


def main(arguments=None):
    with telling():
        options = parse_arguments(arguments)
    has_hdf5 = options.model and options.model.endswith(HDF5)
    return run_apart(options) if has_hdf5 else run(options)
