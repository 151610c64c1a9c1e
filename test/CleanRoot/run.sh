#!/usr/bin/env bash
# Runs scripts of the project where nothing is installed: each in a fresh Debian
# 12, in a fresh clone of the last commit.
#   test/CleanRoot/run.sh [--in FOLDER] [COMMAND [ARGUMENT...]]
#
# Without a command, runs what users are told to, which takes hours on two
# processors: tools/quickstart.sh, tools/run-tests.sh and a quick
# test/Benchmarks/run.sh. Needs root, debootstrap, git, and 15 GB in FOLDER, by
# default build/clean-root. Debian itself is kept there for the next time; what was
# run last can be looked at in FOLDER/root. Of this machine, the scripts see the
# processors and the network, but no file and no variable.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

folder=build/clean-root
if [[ ${1-} == --in ]]; then
  folder=${2:?--in needs a folder}
  shift 2
fi
if [[ ${1-} == -* ]]; then
  sed -n 's/^#   /usage: /p' "$0" >&2
  exit 2
fi
if [[ $EUID -ne 0 ]] || ! command -v debootstrap >/dev/null; then
  echo "$0: needs root and debootstrap" >&2
  exit 1
fi
mkdir -p "$folder"
folder=$(realpath "$folder")
debian=$folder/debian root=$folder/root

if [[ ! -d $debian ]]; then
  echo "== Debian 12 in $debian"
  rm -rf "$debian.part"
  debootstrap --variant=minbase bookworm "$debian.part"
  sources=$debian.part/etc/apt/sources.list
  mirror=$(awk '$1 == "deb" { print $2; exit }' "$sources")
  cat >"$sources" <<END
deb $mirror bookworm main
deb $mirror bookworm-updates main
deb $mirror-security bookworm-security main
END
  mv "$debian.part" "$debian"
fi

# The mount is in a namespace of its own, so that it ends with the command.
run() {
  echo "== in a clean root: $*"
  rm -rf "$root"
  cp -a "$debian" "$root"
  git clone --quiet --depth 1 "file://$PWD" "$root/nascent"
  env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    unshare --mount sh -c \
    'mount -t proc proc "$0/proc" && mkdir -p "$0/dev/pts" &&
      mount -t devpts -o newinstance,ptmxmode=0666 devpts "$0/dev/pts" &&
      ln -sf pts/ptmx "$0/dev/ptmx" && exec chroot "$0" env -C /nascent "$@"' \
    "$root" "$@"
}

if [[ $# -gt 0 ]]; then
  run "$@"
else
  run tools/quickstart.sh
  run tools/run-tests.sh
  run test/Benchmarks/run.sh --quick
fi
echo "== done"
