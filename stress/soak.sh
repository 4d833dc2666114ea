#!/bin/sh
# soak.sh [SECONDS] [POLLER]: random connections for that long (60), then a count of what they left behind, which must be nothing.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
JAVA_HOME=$(sh "$here/../build-tools/find-jdk.sh")
"$here/../weft" --version >/dev/null
core=$(grep '/weft-core-[^/]*$' "$here/../cli/target/quick/parts")
classes=$(mktemp -d)
trap 'rm -rf "$classes"' EXIT
"$JAVA_HOME/bin/javac" -cp "$core" -d "$classes" "$here/src/main/java/dev/weft/stress/soak/Soak.java"
"$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED \
  -Djdk.trackAllThreads=false -Xmx512m -Dweft.poller="${2:-auto}" -cp "$core:$classes" dev.weft.stress.soak.Soak "${1:-60}"
