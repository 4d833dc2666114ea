#!/bin/sh
# allocations.sh [POLLER...]: what Copy allocates on each of its paths once it is compiled: nothing. Over epoll and io_uring; a minute at most.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
[ $# -gt 0 ] || set -- epoll io_uring
JAVA_HOME=$(sh "$here/../build-tools/find-jdk.sh")
if [ -z "${WEFT_CLASSES:-}" ]; then # otherwise compiled classes of the core
  "$here/../weft" --version >/dev/null # builds it if need be
  WEFT_CLASSES=$(grep '/weft-core-[^/]*$' "$here/../cli/target/quick/parts")
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$JAVA_HOME/bin/javac" -cp "$WEFT_CLASSES" -d "$work" "$here/allocations/CopyAllocations.java"
failed=0
for poller in "$@"; do
  echo "$poller:"
  timeout 120 "$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -Xmx256m \
    -Dweft.poller="$poller" -cp "$WEFT_CLASSES:$work" CopyAllocations || failed=1
done
exit $failed
