#!/bin/sh
# leak.sh: the same leak of 20 goroutines in Go 1.26 or newer and in Weft, and what the goroutineleak profile of each says. Fails when one of
# them does not find all 20 at the line that leaks. GO names the Go command (go); without one that is new enough only Weft's part runs.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
JAVA_HOME=$(sh "$here/../build-tools/find-jdk.sh")
"$here/../weft" --version >/dev/null # builds it if need be
path=$(grep -e '/weft-[^/]*$' "$here/../cli/target/quick/parts" | tr '\n' ':')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

check() { # check NAME SOURCE: 20 goroutines at the line that is marked
  line=$(grep -n LEAK "$here/leak/$2" | cut -d : -f 1)
  sed "s/^/$1: /" "$work/$1"
  grep -q '^20 @' "$work/$1" && grep -q "$2:$line" "$work/$1" || { echo "$1 does not find the leak"; exit 1; }
}

"$JAVA_HOME/bin/javac" -cp "$path" -d "$work" "$here/leak/Leak.java"
"$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -Djdk.trackAllThreads=false \
  -Xmx128m -cp "$path$work" Leak >"$work/weft"
check weft Leak.java

go=${GO:-go}
version=$("$go" env GOVERSION 2>/dev/null | sed -n 's/^go1\.\([0-9]*\).*/\1/p')
if [ -z "$version" ] || [ "$version" -lt 26 ]; then
  echo "go: skipped, Go 1.26 or newer is not here (GO=...; Debian: golang)"
  exit 0
fi
[ "$version" -gt 26 ] || export GOEXPERIMENT=goroutineleakprofile
(cd "$here/leak" && GOFLAGS=-mod=mod GO111MODULE=off "$go" run leak.go) >"$work/go"
check go leak.go
