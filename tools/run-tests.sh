#!/usr/bin/env bash
# Installs what is missing, builds everything and runs every test.
#   tools/run-tests.sh [release|debug|asan]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

preset=${1:-release}
tools/install-packages.sh
echo "== configuring build/$preset"
cmake --preset "$preset"
echo "== building"
cmake --build --preset "$preset"
echo "== testing"
# Unit tests side by side; lit, which takes all processors itself, alone.
ctest --preset "$preset" --parallel "$(nproc)"
