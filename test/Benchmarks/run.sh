#!/usr/bin/env bash
# Runs every benchmark with the release build and prints their tables.
# Method: docs/Benchmarks.md. Nothing else should run on the machine meanwhile.
set -euo pipefail
cd "$(dirname "$0")/../.."
compiler=${1:-build/release/bin/nascent-compile}
echo "Machine: $(lscpu | sed -n 's/^Model name: *//p'), $(nproc) cores"
echo "Commit: $(git rev-parse --short HEAD 2>/dev/null || echo unknown)"
echo
/usr/bin/python3 test/Benchmarks/forward.py "$compiler" "${CC:-cc}"
echo
/usr/bin/python3 test/Benchmarks/init.py "$compiler" "${CC:-cc}"
echo
/usr/bin/python3 test/Benchmarks/compile_time.py "$compiler"
