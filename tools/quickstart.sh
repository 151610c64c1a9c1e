#!/usr/bin/env bash
# Deferred initialisation from beginning to end: compiles a network that does not
# state its input width, and runs it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

model=docs/examples/mlp.mlir
out=build/quickstart
bin=build/release/bin
compile=$bin/nascent-compile
# Of processor time, to build the tools.
minutes=8

say() { printf '\n%s\n' "$*"; }
run() {
  printf '$ %s\n' "$*"
  "$@"
}

# Ninja's own line of progress where there is a terminal, else one each tenth.
build() {
  if [[ -t 1 ]]; then
    cmake --build "$@"
  else
    NINJA_STATUS='[%p] ' cmake --build "$@" | awk '
      /^\[ *[0-9]+%\] / {
        percent = substr($0, 2, 3) + 0
        if (percent >= next_percent) {
          print percent " %"
          fflush()
          next_percent = percent - percent % 10 + 10
        }
        next
      }
      { print; fflush() }'
  fi
}

cores=$(nproc)
cat <<END
This installs the Debian packages that are missing (at most 345 MB to download,
2.3 GB on the disk), builds the tools, compiles a network and runs it. The first build
takes about $(((minutes + cores - 1) / cores)) min on this machine's processors
($cores) if they have nothing else to do; later ones take seconds.
END
tools/install-packages.sh --for quickstart
echo "== configuring build/release"
cmake --preset release >/dev/null
echo "== building the tools"
build --preset release --target nascent
mkdir -p "$out"

say "1. A network as its author writes it. Nobody says how wide the input is:
   every ? is a size that is not known yet."
run cat "$model"

say "2. So the first weight has one known side only. Its initialiser is
   registered, but there is nothing to initialise; -1 is an unknown size."
run "$compile" "$model" --emit=summary

say "3. Asking for its values now is an error, and says what is missing."
if run "$compile" "$model" --emit=values --parameter=0.weight \
  --seed 42 2>&1; then
  echo "quickstart: this should have been refused" >&2
  exit 1
fi

say "4. Binding an input of 2 rows of 20 numbers settles every shape, layer by
   layer. Frameworks do this when the first batch arrives; here it happens
   before the program exists."
run "$compile" "$model" --bind mlp=2x20xf32 --emit=summary

say "5. With every shape known, the network becomes an object and a C header."
run "$compile" "$model" --bind mlp=2x20xf32 -o "$out/mlp.o"
run ls "$out/mlp.o" "$out/mlp.h"

say "6. A C program links to it. The first call initialises the parameters from a
   seed, the second is a forward pass; no library, no allocation."
run "${CC:-cc}" -std=c11 -O2 -Wall -Wextra -I"$out" docs/examples/mlp.c \
  "$out/mlp.o" -o "$out/mlp"
run "$out/mlp"

say "7. Or without a program: what the first batch does, here one of random numbers."
run "$bin/nascent-run" "$model" --bind mlp=2x20xf32 --seed 42

say "Next: read docs/DeferredShapes.md, whose commands you can try, beginning with
     cd \"$PWD\"
     export PATH=\"\$PWD/$bin:\$PATH\"
     mkdir -p build/try && cd build/try && ln -sfn ../../docs .
   'cmake --build --preset release' builds the rest: nascent-opt, the language
   server, and what 'cmake --install' installs."
