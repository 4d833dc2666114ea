#!/bin/sh
# debug-cost.sh [TOTAL [SECONDS [STATE...]]]: CPU time for a request of an echo while the debug endpoints are open, watched, or take a profile, relative
# to that without them. Windows of SECONDS (0.3) by turns in one process, for TOTAL seconds (300), warming up included. The STATEs are names
# in DebugCost, such as OFF and OPEN; all by default, and fewer have more rounds.
set -eu
total=${1:-300} seconds=${2:-0.3}
[ $# -lt 2 ] && shift $# || shift 2
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
JAVA_HOME=$(sh "$here/../build-tools/find-jdk.sh")
"$here/../weft" --version >/dev/null # builds it if need be
path=$(grep -e '/weft-[^/]*$' "$here/../cli/target/quick/parts" | tr '\n' ':')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$JAVA_HOME/bin/javac" -cp "$path" -d "$work" "$here/debugcost/DebugCost.java"
"$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -Djdk.trackAllThreads=false \
  -Xmx512m -cp "$path$work" DebugCost "$seconds" "$total" "$@"
