#!/bin/sh
# echo.sh [POLLER]: what an echo through Conn costs its server: over TCP with a server that knows no other connections, over TCP with one that has served TCP,
# Unix sockets and pipes by the same handler, and over a Unix socket; by turns, in one run. POLLER is epoll or io_uring. About a minute.
# CONNS=16 ROUNDS=9 DUR=1 WARM=5 from the environment. The servers have core 0 and one processor each, the load core 1.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
JAVA_HOME=$(sh "$here/../../build-tools/find-jdk.sh")
"$here/../../weft" --version >/dev/null # builds it if need be, before the clock starts
core=$(grep '/weft-core-[^/]*$' "$here/../../cli/target/quick/parts")
work=$(mktemp -d)
pids=
trap '[ -z "$pids" ] || kill $pids 2>/dev/null || true; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
"$JAVA_HOME/bin/javac" -cp "$core" -d "$work" "$here/EchoCost.java"
java() { # CORE ARGUMENT...
  cpu=$1
  shift
  exec taskset -c "$cpu" "$JAVA_HOME/bin/java" --add-opens java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -Xms128m -Xmx256m \
    -Djdk.trackAllThreads=false -Dweft.procs=1 -Dweft.poller="$poller" -cp "$core:$work" EchoCost "$@"
}
poller=${1:-epoll}
port=${PORT:-22500}
start() { # KIND
  (java 0 serve "$port" "$work/$1.sock" "$1" >"$work/$1.log") &
  server=$!
  pids="$pids $server"
  until grep -q serving "$work/$1.log"; do kill -0 $server; sleep 0.1; done
}
start tcp
alone=$server
alone_port=$port
port=$((port + 1))
start mixed
(java 1 load "${CONNS:-16}" "${DUR:-1}" "${ROUNDS:-9}" "${WARM:-5}" "$alone_port" "$alone" "$port" "$server" "$work/mixed.sock")
