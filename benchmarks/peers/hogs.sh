#!/bin/sh
# hogs.sh PEERS: echo over 16 connections beside 2 x processors endless loops: Weft without hogs, Weft, Go, JDK virtual threads.
# ROUNDS=3 DUR=5 from the environment, WARM seconds of load before (0), and NAMES, of which there is weft-io_uring, too.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
peers=${1:?usage: hogs.sh PEERS}
JAVA_HOME=$(sh "$here/../../build-tools/find-jdk.sh")
OUT=${OUT:-${TMPDIR:-/tmp}/weft-peers}
export JAVA_HOME OUT
[ -x "$OUT/go-hog" ] || "$peers/build.sh"
"$here/../../weft" --version >/dev/null
core=$(ls "$here"/../../core/target/quick/weft-core-*.jar)
classes=$OUT/hog-classes
"$JAVA_HOME/bin/javac" -cp "$core" -d "$classes" "$here/HogServer.java"

weft() {
  exec "$JAVA_HOME/bin/java" --add-opens java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED \
    -Djdk.trackAllThreads=false ${weft_options:-} -cp "$core:$classes" HogServer "$@"
}

port=21000
for round in $(seq "${ROUNDS:-3}"); do
  for name in ${NAMES:-weft-alone weft go jdk}; do
    port=$((port + 1))
    case $name in
      weft-alone) (weft $port 0) & ;;
      weft) (weft $port) & ;;
      weft-*) (weft_options=-Dweft.poller=${name#weft-} weft $port) & ;;
      go) "$OUT/go-hog" $port & ;;
      jdk) "$JAVA_HOME/bin/java" -cp "$OUT/jdk" HogPeer $port & ;;
    esac
    server=$!
    sleep 4 # the hogs begin after 1.5 s
    [ "${WARM:-0}" -eq 0 ] || timeout 60 "$OUT/load" -p $port -m echo -c 16 -d "$WARM" >/dev/null || true
    printf '%-13s %s ' "$name" "$round"
    timeout 30 "$OUT/load" -p $port -m echo -c 16 -d "${DUR:-5}" || echo "not served within 30 s"
    kill -9 $server
    wait $server 2>/dev/null || true
  done
done
