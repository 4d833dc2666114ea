#!/bin/sh
# pool.sh: nanoseconds to take a connection from a ConnPool and give it back, alone, and how evenly it serves callers that wait. 20 seconds.
# DUR=8 WAITERS=64 SLOTS=4 from the environment.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
JAVA_HOME=$(sh "$here/../../build-tools/find-jdk.sh")
"$here/../../weft" --version >/dev/null # builds it if need be, before the clock starts
core=$(grep '/weft-core-[^/]*$' "$here/../../cli/target/quick/parts")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$JAVA_HOME/bin/javac" -cp "$core" -d "$work" "$here/PoolCost.java"
"$JAVA_HOME/bin/java" --add-opens java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -Xmx256m -Djdk.trackAllThreads=false \
  -cp "$core:$work" PoolCost "${DUR:-8}" "${WAITERS:-64}" "${SLOTS:-4}"
