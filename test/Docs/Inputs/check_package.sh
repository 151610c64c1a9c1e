#!/usr/bin/env bash
# Installs the build that nascent-compile comes from and builds a project that
# uses the package.
#   check_package.sh ROOT WORK
set -euo pipefail
root=$1
work=$2
build=$(dirname "$(dirname "$(command -v nascent-compile)")")

rm -rf "$work"
mkdir -p "$work"
cp -r "$root/test/Docs/Inputs/package" "$work/project"
cp "$root/docs/examples/mlp.mlir" "$work/project"
cp "$root/docs/examples/mlp.c" "$work/project/program.c"
cmake --install "$build" --prefix "$work/installed" >/dev/null
cmp "$root/LICENSE" "$work/installed/share/doc/nascent/LICENSE"
"$work/installed/bin/nascent-params" init "$work/project/mlp.mlir" \
  --bind mlp=?x20xf32 --seed 42 -o "$work/project/epoch=3.safetensors"
printf 'Sequential(\n  (0): Linear(3, 2)\n)\n' >"$work/listing.txt"
"$work/installed/bin/nascent-import" "$work/listing.txt" -o "$work/listing.mlir"
cmake -G Ninja -S "$work/project" -B "$work/build" \
  -DCMAKE_PREFIX_PATH="$work/installed" -DCMAKE_C_COMPILER="$CC" \
  -DCMAKE_CXX_COMPILER="$CXX" >/dev/null
cmake --build "$work/build"
"$work/build/program"
"$work/build/loads" "$work/project/epoch=3.safetensors"
"$work/build/threads"
"$work/build/tool/list-passes"
