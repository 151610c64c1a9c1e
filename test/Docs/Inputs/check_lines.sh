#!/usr/bin/env bash
# Tells whether the sources have more lines than they may have.
#   check_lines.sh ROOT FILE
# FILE holds the number.
set -euo pipefail
lines=$(find "$1/lib" "$1/include" -name '*.cpp' -o -name '*.h' -o -name '*.td' |
  xargs cat | wc -l)
limit=$(cat "$2")
if [[ $lines -gt $limit ]]; then
  echo "lib and include have $lines lines, expected at most the $limit of $2:" \
    "find what can go, or raise the number in a commit of its own that says why" >&2
  exit 1
fi
