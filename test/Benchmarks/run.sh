#!/usr/bin/env bash
# Installs, builds and runs the benchmarks, and writes tables and plots.
#   test/Benchmarks/run.sh [--quick] [--record] [--page FILE] [--build FOLDER] [--rtneural FOLDER] [PART...]
#
# A PART is layers, networks, images, sequences, training, blocks, narrow, calls,
# compile, init or threads; by default all of them.
# --quick takes about a tenth of the time. --record also replaces the results in
# docs/Benchmarks.md, or in the page that --page names. --build names the folder to
# build in, by default build/benchmarks; it must be new, or configured with GCC.
# --rtneural names a checkout of RTNeural, which has no package. Parts that are not run
# keep their results of the last run.
# Method: docs/Benchmarks.md. Nothing else should run on the machine meanwhile.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

quick=() record=() page=docs/Benchmarks.md parts=() rtneural=() build=build/benchmarks
while [[ $# -gt 0 ]]; do
  case "$1" in
    --quick) quick=(--quick) ;;
    --record) record=(--record) ;;
    --page) page=${2:?--page needs a file}; shift ;;
    --build) build=${2:?--build needs a folder}; shift ;;
    --rtneural)
      rtneural=(-DNASCENT_RTNEURAL="$(realpath "${2:?--rtneural needs a folder}")")
      shift ;;
    layers | networks | images | sequences | training | blocks | narrow | \
      threads | calls | compile | init)
      parts+=("$1") ;;
    *) sed -n 's/^#   /usage: /p' "$0" >&2; exit 2 ;;
  esac
  shift
done
if [[ ${#record[@]} -gt 0 ]]; then
  grep -q '^<!-- end of results' "$page" ||
    { echo "$0: $page has no place for results" >&2; exit 2; }
  record+=("$page")
fi
if [[ ${#parts[@]} -eq 0 ]]; then
  parts=(layers networks images sequences training blocks narrow calls compile
    init)
  [[ $(nproc) -lt 2 ]] || parts+=(threads)
fi

here=test/Benchmarks
python=/usr/bin/python3
compiler=$build/bin/nascent-compile
out=$build/results
node=$out/node
ort=onnxruntime-node@1.30.0

tools/install-packages.sh --for benchmarks
# What is recorded of peers that are headers only is what GCC makes of them. CMake would
# begin such a folder again that has another compiler, without what the preset says.
cache=$build/CMakeCache.txt
program() { realpath "$(command -v "$1" || echo /)"; }
for each in C=gcc CXX=g++; do
  [[ -e $cache ]] || break
  cached=$(sed -n "s/^CMAKE_${each%=*}_COMPILER:[^=]*=//p" "$cache")
  if [[ $(program "$cached") != "$(program "${each#*=}")" ]]; then
    echo "$0: $build is configured with ${cached:-another compiler}, not ${each#*=}:" \
      "name another folder by --build, or remove it" >&2
    exit 1
  fi
done
cmake --preset release -B "$build" -DNASCENT_BUILD_BENCHMARKS=ON \
  -DCMAKE_C_COMPILER=gcc -DCMAKE_CXX_COMPILER=g++ \
  "${rtneural[@]}" >/dev/null
cmake --build "$build" --target nascent nascent-bench
mkdir -p "$out/work"

# Without the package's own script, which would fetch libraries for GPUs.
if command -v npm >/dev/null && [[ ! -d $node/node_modules/onnxruntime-node ]]
then
  npm install --ignore-scripts --no-audit --no-fund --prefix "$node" "$ort" ||
    echo "$0: no ONNX Runtime: npm install failed" >&2
fi

commit=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
git diff --quiet HEAD 2>/dev/null || commit+=", changed since"
cxx=$(sed -n 's/^CMAKE_CXX_COMPILER:[^=]*=//p' "$build/CMakeCache.txt")
{
  echo "key,value"
  echo "date,$(date +%F)"
  echo "processor,\"$(lscpu | sed -n 's/^Model name: *//p')\""
  echo "processors,$(nproc --all)"
  echo "commit,\"$commit\""
  echo "compiler,\"$("$cxx" --version | head -n 1)\""
  echo "effort,${quick[0]:+quick}"
} >"$out/machine.csv"

# Variables change what libraries compute with; nascent-bench does this itself.
clean=(env -i PATH="$PATH")
depths=() repeat=() samples=()
if [[ ${#quick[@]} -gt 0 ]]; then
  depths=(--depths 1 10 100) repeat=(--repeat 1) samples=(--samples 3)
fi
bench() {
  "$build/bin/nascent-bench" "$1" "${quick[@]}" --out "$out" \
    --work "$out/work" --compiler "$compiler" --cc "${CC:-cc}" \
    --python "$python" --node node --node-modules "$node/node_modules" \
    --scripts "$here"
}
for part in "${parts[@]}"; do
  echo "== $part"
  case "$part" in
    layers | networks | blocks | narrow | threads | calls) bench "$part" ;;
    training)
      bench training
      [[ $(nproc) -lt 2 ]] || bench training_threads
      ;;
    images)
      for each in image_layers image_networks; do
        bench "$each"
        bench "${each}_avx2"
      done
      [[ $(nproc) -lt 2 ]] || bench image_threads
      ;;
    sequences)
      for each in cells lstm encoders memory; do
        bench "sequence_$each"
      done
      ;;
    compile)
      "${clean[@]}" "$python" "$here/compile_time.py" "$compiler" \
        "${repeat[@]}" "${depths[@]}" >"$out/compile.csv.part"
      mv "$out/compile.csv.part" "$out/compile.csv"
      ;;
    init)
      "${clean[@]}" "$python" "$here/init.py" "$compiler" "${CC:-cc}" \
        "${samples[@]}" >"$out/init.md.part"
      mv "$out/init.md.part" "$out/init.md"
      ;;
  esac
done

echo "== report"
"$python" "$here/plots.py" "$out" ||
  echo "$0: no plots; they need python3-matplotlib" >&2
"$python" "$here/report.py" "$out" "${record[@]}" | tee "$out/report.md"
echo "== tables and plots are in $out"
