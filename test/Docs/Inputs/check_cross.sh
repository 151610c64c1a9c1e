#!/usr/bin/env bash
# Installs the build that nascent-compile comes from and builds the package's
# project for AArch64. Then configures a project in several ways and shows, for
# each, the options that tell nascent-compile the target, or CMake's error.
#   check_cross.sh ROOT WORK QEMU...
set -euo pipefail
root=$1
work=$2
shift 2
build=$(dirname "$(dirname "$(command -v nascent-compile)")")

rm -rf "$work"
mkdir -p "$work"
cp -r "$root/test/Docs/Inputs/package" "$work/project"
cp -r "$root/test/Docs/Inputs/cross" "$work/choice"
cp "$root/docs/examples/mlp.mlir" "$work"
cp "$root/docs/examples/mlp.mlir" "$work/project"
cp "$root/docs/examples/mlp.c" "$work/project/program.c"
cmake --install "$build" --prefix "$work/installed" >/dev/null
"$work/installed/bin/nascent-params" init "$work/project/mlp.mlir" \
  --bind mlp=?x20xf32 --seed 42 -o "$work/project/epoch=3.safetensors"
package=$work/installed/lib/cmake/Nascent
toolchain=$work/choice/aarch64.cmake

cmake -G Ninja -S "$work/project" -B "$work/build" \
  --toolchain "$toolchain" -DNascent_DIR="$package" >/dev/null
cmake --build "$work/build"
llvm-readelf --file-header "$work/build/mlp.nascent/mlp.o" | grep Machine
"$@" "$work/build/program"
"$@" "$work/build/loads" "$work/project/epoch=3.safetensors"

configure() {
  local name=$1
  shift
  echo "== $name"
  rm -rf "$work/$name"
  if cmake -G Ninja -S "$work/choice" -B "$work/$name" -DNascent_DIR="$package" \
      -DLANGUAGE=C "$@" >"$work/log" 2>&1; then
    grep -o -e '--m[a-z]*=[^ ]*' "$work/$name/build.ninja" | paste -s -d ' '
  else
    # CMake breaks lines where it likes.
    grep -v '^$' "$work/log" | paste -s -d ' ' | tr -s ' ' |
      grep -o 'nascent_add_network.*aarch64-linux-gnu'
  fi
}

# For this machine.
configure native
configure flags "-DCMAKE_C_FLAGS=-march=x86-64-v3 -O2"
configure options "-DCOMPILE_OPTIONS=-march=haswell;-march=x86-64-v2"
# For another.
configure cross --toolchain "$toolchain"
configure cross-processor --toolchain "$toolchain" \
  -DCMAKE_C_FLAGS=-mcpu=cortex-a72+crypto
configure same-architecture -DCMAKE_SYSTEM_NAME=Linux
configure clang -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_C_COMPILER=clang-22 \
  -DCMAKE_C_COMPILER_TARGET=riscv64-linux-gnu \
  -DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY
configure hard-float -DCMAKE_SYSTEM_NAME=Generic -DCMAKE_C_COMPILER=clang-22 \
  -DCMAKE_C_COMPILER_TARGET=arm-none-eabi \
  "-DCMAKE_C_FLAGS=-mcpu=cortex-m4 -mthumb -mfloat-abi=hard" \
  -DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY
# What is given comes first, as a keyword or as an option.
configure given --toolchain "$toolchain" \
  "-DOPTIONS=TRIPLE;aarch64-none-elf;CPU;cortex-a53;FEATURES;+crc"
configure given-as-options --toolchain "$toolchain" \
  "-DOPTIONS=--mtriple=aarch64-none-elf;-mcpu;cortex-a53"
# What nobody knows.
configure no-compiler -DCMAKE_SYSTEM_NAME=Generic -DLANGUAGE=NONE
configure no-compiler-given -DCMAKE_SYSTEM_NAME=Generic -DLANGUAGE=NONE \
  "-DOPTIONS=TRIPLE;riscv64-linux-gnu"
configure pointers -DCMAKE_C_COMPILER=gcc -DCMAKE_C_FLAGS=-m32 \
  -DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY
