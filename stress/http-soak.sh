#!/bin/sh
# http-soak.sh [SECONDS] [CONNECTIONS] [POLLER]: an HTTP server under pipelined requests, uploads and clients that break off, for that
# long (60) on so many connections (64); every body is compared byte for byte. In the end the server must hold no more connections,
# descriptors, goroutines and memory than before. With RATE in the environment it also fails below that many answers a
# second (RATE=20000 http-soak.sh 300 is the long run). The server's CPU time is that of user and system, of the measured load.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
seconds=${1:-60}
connections=${2:-64}
port=${PORT:-18098}
JAVA_HOME=$(sh "$here/../build-tools/find-jdk.sh")
"$here/../weft" --version >/dev/null # builds it if need be, before the clock starts
path=$(grep -e '/weft-core-[^/]*$' -e '/weft-http-[^/]*$' "$here/../cli/target/quick/parts" | tr '\n' ':')
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
"$JAVA_HOME/bin/javac" -cp "$path" -d "$work" "$here"/httpsoak/*.java

soak() {
  "$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED \
    -Djdk.trackAllThreads=false -Xmx512m -Dweft.poller="$poller" -cp "$path$work" HttpSoak "$@"
}
# What is left when the clients are gone: asked until it does not change any more, for 30 s at most.
left() {
  before=
  for _ in $(seq 15); do
    now=$(curl -sf --max-time 60 "http://127.0.0.1:$port/left")
    [ "${now% *}" != "$before" ] || break
    before=${now% *}
    sleep 2
  done
  echo "$now"
}

poller=${3:-auto}
"$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED \
  -Djdk.trackAllThreads=false -Xmx512m -Dweft.poller="$poller" -cp "$path$work" HttpSoak serve "$port" >"$work/log" 2>&1 &
server=$!
until grep -q serving "$work/log"; do kill -0 "$server"; sleep 0.2; done

# The server's CPU time so far, in clock ticks.
cpu() { sed 's/.*) //' "/proc/$server/stat" | awk '{ print $12 + $13 }'; }

poller=auto
soak load "$port" 5 "$connections" 0 # so that what is made once is there
first=$(left)
status=0
ticks=$(cpu)
soak load "$port" "$seconds" "$connections" "${RATE:-0}" >"$work/result" || status=1
ticks=$(($(cpu) - ticks))
cat "$work/result"
awk -v ticks="$ticks" -v hertz="$(getconf CLK_TCK)" '$2 == "answers" {
  printf "server: %.1f s of CPU time, %.2f us an answer\n", ticks / hertz, $1 ? ticks / hertz * 1e6 / $1 : 0 }' "$work/result"
last=$(left)
echo "connections, descriptors, goroutines, heap in KiB: before $first, after $last"
if grep -v serving "$work/log"; then
  echo "http-soak.sh: the server has complained" >&2
  status=1
fi
echo "$first $last" | awk '{ exit !(NF == 8 && $5 <= $1 && $6 <= $2 && $7 <= $3 && $8 <= $4 + 4096) }' || {
  echo "http-soak.sh: the server holds more than before" >&2
  status=1
}
exit $status
