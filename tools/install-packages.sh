#!/usr/bin/env bash
# Installs the Debian packages that building, testing and benchmarking need, where
# missing.
#   tools/install-packages.sh [--for quickstart|tests|benchmarks]
set -euo pipefail

purpose=tests
case "$#:${1-}" in
  0:) ;;
  2:--for) purpose=$2 ;;
  *) echo "usage: $0 [--for quickstart|tests|benchmarks]" >&2; exit 2 ;;
esac

packages=(file g++ clang-22 libclang-rt-22-dev lld-22 cmake ninja-build
          llvm-22-dev libmlir-22-dev mlir-22-tools llvm-22-tools
          libfmt-dev libgtest-dev libzip-dev libzstd-dev libpng-dev zlib1g-dev pkg-config
          libonnx-dev libprotobuf-dev protobuf-compiler)
tests=(git clang-format-22
       python3 python3-numpy python3-torch python3-h5py python3-onnx
       python3-nbclient python3-ipykernel
       libonnx-testdata libomp-22-dev qemu-user
       gcc-aarch64-linux-gnu libc6-dev-arm64-cross librandom123-doc
       openmpi-bin libopenmpi-dev)
benchmarks=(python3 python3-numpy python3-torch python3-matplotlib
            libopenblas-dev libdnnl-dev libxsmm-dev libeigen3-dev
            libxsimd-dev libxnnpack-dev libpthreadpool-dev libcpuinfo-dev
            libtorch-dev
            libomp-22-dev
            # What oneDNN's CMake package asks for besides.
            ocl-icd-opencl-dev opencl-headers)
case "$purpose" in
  quickstart) ;;
  tests) packages+=("${tests[@]}") ;;
  benchmarks) packages+=("${benchmarks[@]}") ;;
  *) echo "$0: unknown purpose '$purpose'" >&2; exit 2 ;;
esac

if ! command -v apt-get >/dev/null; then
  echo "$0: no apt-get here; install by other means: ${packages[*]}" >&2
  exit 1
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $status == installed ]] || missing+=("$package")
done
if [[ ${#missing[@]} -eq 0 ]]; then
  echo "== all packages are installed"
  exit 0
fi

as_root=()
if [[ $EUID -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "$0: needs root or sudo to install: ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "== installing ${missing[*]}"
as_root+=(env DEBIAN_FRONTEND=noninteractive)
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
