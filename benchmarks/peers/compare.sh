#!/bin/sh
# compare.sh PEERS [NAME...]: Weft beside the servers of the folder PEERS, interleaved, in one run.
#
# PEERS holds build.sh and a compare.sh of its own, which starts the servers and the load, and takes ROUNDS, DUR, LOADS and MODE
# from the environment. NAMEs default to the ones of the table in README.md.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
peers=${1:?usage: compare.sh PEERS [NAME...]}
shift
[ $# -gt 0 ] || set -- c-epoll weft go-std netty-epoll jdk-vt

JAVA_HOME=$(sh "$here/../../build-tools/find-jdk.sh")
export JAVA_HOME
OUT=${OUT:-${TMPDIR:-/tmp}/weft-peers}
export OUT
[ -x "$OUT/load" ] && [ -e "$OUT/netty/target" ] || "$peers/build.sh"
"$here/../../weft" --version >/dev/null # builds it if need be, before the clock starts

RAW=${RAW:-$OUT/results.${MODE:-pinned}.txt}
export RAW
EXTRA_SRV=$here/start-weft.sh "$peers/compare.sh" "$@"
"$here/ratios.sh" "$RAW"
