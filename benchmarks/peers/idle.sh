#!/bin/sh
# idle.sh [N]: bytes of heap and native memory per idle connection.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
JAVA_HOME=$(sh "$here/../../build-tools/find-jdk.sh")
"$here/../../weft" --version >/dev/null
core=$(ls "$here"/../../core/target/quick/weft-core-*.jar)
classes=$(mktemp -d)
trap 'rm -rf "$classes"' EXIT
"$JAVA_HOME/bin/javac" -cp "$core" -d "$classes" "$here/IdleConnections.java"
"$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED \
  -Djdk.trackAllThreads=false -XX:+UseCompactObjectHeaders \
  -XX:+UseSerialGC -Xms512m -Xmx512m -XX:+AlwaysPreTouch -cp "$core:$classes" IdleConnections "$@"
