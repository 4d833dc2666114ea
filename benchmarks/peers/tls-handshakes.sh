#!/bin/sh
# tls-handshakes.sh [ENGINE]: what a full and a resumed handshake cost a TLS server of Weft (boringssl), with an EC and with an RSA certificate and
# with TLS 1.3 and 1.2: the CPU time of a connection with one byte both ways, less that of a connection of TCP with the same byte. Servers with one thread
# each on core 0, the load on core 1. ROUNDS=5 DUR=1 WARM=10: about two minutes.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$here/../..
engine=${1:-boringssl}
JAVA_HOME=$(sh "$root/build-tools/find-jdk.sh")
"$root/weft" --version >/dev/null # builds it if need be, before the clock starts
path=$(grep -E '/(weft-core|netty)-[^/]*$' "$root/cli/target/quick/parts" | tr '\n' ':')
work=$(mktemp -d)
pids=
trap '[ -z "$pids" ] || kill $pids 2>/dev/null || true; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
"$JAVA_HOME/bin/javac" -cp "$path" -d "$work" "$here/tls/WeftTls.java" "$here/tls/TlsLoad.java" "$here/tls/HandshakeCost.java"
path=$path$work

java() { # CORE ARGUMENT...
  cpu=$1
  shift
  exec taskset -c "$cpu" "$JAVA_HOME/bin/java" --add-opens java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -Xms128m -Xmx384m \
    -XX:ActiveProcessorCount=1 -Djdk.trackAllThreads=false -Dweft.procs=1 -cp "$path" "$@"
}
port=${PORT:-22700}
start() { # start ENGINE FOLDER; sets $port and $server
  port=$((port + 1))
  : >"$work/$port.log"
  (java 0 WeftTls "$port" "$1" "$2" >"$work/$port.log" 2>&1) &
  server=$!
  pids="$pids $server"
  until grep -q serving "$work/$port.log"; do kill -0 $server 2>/dev/null || { cat "$work/$port.log"; exit 1; }; sleep 0.1; done
}
start none "$work"
servers="$port $server"
for kind in "ec -pkeyopt ec_paramgen_curve:P-256" rsa:2048; do
  name=${kind%% *}
  mkdir "$work/$name"
  # shellcheck disable=SC2086 # options are words
  openssl req -x509 -newkey $kind -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout "$work/$name/key.pem" -out "$work/$name/cert.pem" 2>/dev/null
  start "$engine" "$work/$name"
  servers="$servers $name $port $server $work/$name/cert.pem"
done
# shellcheck disable=SC2086 # each is a word of its own
(java 1 HandshakeCost "${DUR:-1}" "${ROUNDS:-5}" "${WARM:-10}" $servers)
