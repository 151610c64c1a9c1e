# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

# The lit suite: every .mlir, .test and .py file with RUN lines. lit begins with those
# that took longest in this build folder; in a new one, with those of .lit_test_times.txt,
# the seconds of all that took at least 30, so that none of them is alone at the end.
#
# Tools are found through PATH: ours, then LLVM's (FileCheck, not, mlir-opt, …).
# Substitutions, beyond lit's own:
#   %examples       docs/examples
#   %python         a Python 3, one with PyTorch where there is one
#   %import         nascent-import, run by that Python
#   %nascent_import its file
#   %cc, %cxx       the system's compilers, as users have them
#   %host_cflags    the flags for a C or C++ program that links a network
#   %aarch64_cc, %qemu_aarch64
#                   a cross compiler and the command that runs what it makes
#   %mlir_includes  the folder of MLIR's ODS files
#   %openmp_libs    what links to LLVM's OpenMP
#   %mpirun         Open MPI's command, for ranks of this machine alone
# Features: torch, h5py, tfjs, onnx, onnx-testdata, npm (where NASCENT_NPM is set),
# notebook (Jupyter), aarch64-run, rtsan (Clang's RealtimeSanitizer), x86-64 (what the
# host is), x86-64-v3, x86-64-v4, asan, openmp, mpi.

import os
import platform
import shutil
import subprocess

import lit.formats

config.name = "Nascent"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test", ".py"]
config.excludes = [
    "Inputs",
    "Unit",
    "lib",
    "lit.cfg.py",
    "lit.site.cfg.py",
]
config.test_source_root = os.path.join(config.nascent_source_root, "test")
config.test_exec_root = os.path.join(config.nascent_binary_root, "test")

config.environment["PATH"] = os.pathsep.join(
    [
        os.path.join(config.nascent_binary_root, "bin"),
        config.llvm_tools_dir,
        config.environment["PATH"],
    ]
)
config.environment["FILECHECK_OPTS"] = "--enable-var-scope --dump-input-filter=all"


def find_python():
    """The system's Python first: it is the one that Debian's PyTorch is for."""
    candidates = ["/usr/bin/python3", shutil.which("python3")]
    candidates = [path for path in candidates if path and os.path.exists(path)]
    for path in candidates:
        command = [path, "-c", "import torch"]
        if subprocess.run(command, capture_output=True).returncode == 0:
            return path, True
    if not candidates:
        lit_config.fatal("the tests need python3")
    return candidates[0], False


def cpu_flags():
    """The host's instruction sets as /proc/cpuinfo calls them."""
    try:
        with open("/proc/cpuinfo") as cpuinfo:
            for line in cpuinfo:
                if line.startswith("flags"):
                    return set(line.split(":")[1].split())
    except OSError:
        pass
    return set()


host_cflags = ["-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
if config.asan:
    config.available_features.add("asan")
    host_cflags.append("-fsanitize=address,undefined")
    # libMLIR itself leaks, and it fills, without knowing of it, memory that our
    # instrumented copies of LLVM's allocators have poisoned.
    config.environment["ASAN_OPTIONS"] = "detect_leaks=0:allow_user_poisoning=0"

python, has_torch = find_python()
if has_torch:
    config.available_features.add("torch")
if subprocess.run([python, "-c", "import onnx"], capture_output=True).returncode == 0:
    config.available_features.add("onnx")
if os.path.isdir("/usr/share/libonnx-testdata/data"):
    config.available_features.add("onnx-testdata")
# What is fetched from a registry is only where it is asked for.
if os.environ.get("NASCENT_NPM") and shutil.which("npm"):
    config.available_features.add("npm")
    # How it is reached from here.
    config.environment.update(
        (name, value) for name, value in os.environ.items() if name.lower() in
        ("node_extra_ca_certs", "http_proxy", "https_proxy", "no_proxy"))


def runs(*command):
    """Whether a command exists and succeeds."""
    return bool(shutil.which(command[0])) and subprocess.run(
        command, capture_output=True).returncode == 0


def links(*command):
    """Whether a compiler makes a program with these options."""
    return bool(shutil.which(command[0])) and subprocess.run(
        [*command, "-x", "c++", "-", "-o", os.devnull],
        input=b"int main() {}", capture_output=True).returncode == 0


if links(os.path.join(config.llvm_tools_dir, "clang++"), "-fsanitize=realtime"):
    config.available_features.add("rtsan")
if runs(python, "-c", "import h5py"):
    config.available_features.add("h5py")
if runs(python, "-c", "import nbclient, ipykernel"):
    config.available_features.add("notebook")
if runs("node", "-e", "require('@tensorflow/tfjs')"):
    config.available_features.add("tfjs")
    config.environment["NODE_PATH"] = os.environ.get("NODE_PATH", "")

if platform.machine() == "x86_64":
    config.available_features.add("x86-64")
V3 = {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"}
V4 = V3 | {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}
for level, needed in (("x86-64-v3", V3), ("x86-64-v4", V4)):
    if needed <= cpu_flags():
        config.available_features.add(level)

nascent_import = os.path.join(
    config.nascent_source_root, "tools", "nascent-import", "nascent-import")
substitutions = {
    "%import": python + " " + nascent_import,
    "%nascent_import": nascent_import,
    "%mlir_includes": config.mlir_includes,
    "%examples": os.path.join(config.nascent_source_root, "docs", "examples"),
    "%python": python,
    "%cc": shutil.which("cc") or config.c_compiler,
    "%cxx": shutil.which("c++") or config.cxx_compiler,
    "%host_cflags": " ".join(host_cflags),
}

aarch64_cc = shutil.which("aarch64-linux-gnu-gcc")
qemu = shutil.which("qemu-aarch64") or shutil.which("qemu-aarch64-static")
if aarch64_cc and qemu:
    config.available_features.add("aarch64-run")
    substitutions["%aarch64_cc"] = aarch64_cc
    substitutions["%qemu_aarch64"] = qemu + " -L /usr/aarch64-linux-gnu"

# GCC's OpenMP lacks what the objects call.
llvm_libs = os.path.join(os.path.dirname(config.llvm_tools_dir), "lib")
libomp = os.path.join(llvm_libs, "libomp.so")
if os.path.exists(libomp):
    config.available_features.add("openmp")
    substitutions["%openmp_libs"] = f"{libomp} -Wl,-rpath,{llvm_libs}"

if runs("mpicc", "--version") and runs("mpirun", "--version"):
    config.available_features.add("mpi")
    substitutions["%mpirun"] = (
        "mpirun --allow-run-as-root --oversubscribe --mca btl self,vader --mca pml ob1")

for name, value in substitutions.items():
    config.substitutions.append((name + r"\b", value))
