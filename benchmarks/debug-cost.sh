#!/bin/sh
# debug-cost.sh [SECONDS] [ROUNDS]: CPU time for a request of an echo, without the debug endpoints, with them open, and while a profile is
# taken, by turns in one process, in windows of so many seconds (1). Each ratio is to the window without them in the same round (15).
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
JAVA_HOME=$(sh "$here/../build-tools/find-jdk.sh")
"$here/../weft" --version >/dev/null # builds it if need be
path=$(grep -e '/weft-[^/]*$' "$here/../cli/target/quick/parts" | tr '\n' ':')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$JAVA_HOME/bin/javac" -cp "$path" -d "$work" "$here/debugcost/DebugCost.java"
"$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -Djdk.trackAllThreads=false \
  -Xmx512m -cp "$path$work" DebugCost "${1:-1}" "${2:-15}"
