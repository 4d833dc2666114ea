#!/bin/bash
# tls-storm.sh [ENGINE...]: how long exchanges over open connections of TLS take while many clients connect, with --tls-max-handshakes 1 and without, by
# turns in one run (boringssl jdk). CLIENTS (32) connect all the time to weft proxy, each with a full handshake and an RSA key of 4096 bits, which costs
# the server much more than the clients. SECONDS_EACH (4) and ROUNDS (3). Prints figures; judges none.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
weft=$here/../weft
[ $# -gt 0 ] || set -- boringssl jdk
port=${PORT:-18600}
JAVA_HOME=$(sh "$here/../build-tools/find-jdk.sh")
"$weft" --version >/dev/null # builds it if need be
path=$(grep -E '/(weft-core|netty)-[^/]*$' "$here/../cli/target/quick/parts" | tr '\n' ':')
work=$(mktemp -d)
pids=
trap 'kill $pids 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
"$JAVA_HOME/bin/javac" -d "$work" -cp "$path" "$here/tlsstorm/Storm.java"
openssl req -x509 -newkey rsa:4096 -nodes -days 30 -keyout "$work/key.pem" -out "$work/cert.pem" -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost 2>"$work/openssl.log"
export WEFT_JAVA_OPTS="-Xmx256m"

start() { # start NAME COMMAND...: in the background, until it has said where it listens
  name=$1
  shift
  : >"$work/$name.log"
  "$@" >"$work/$name.log" 2>&1 &
  last=$!
  pids="$pids $last"
  until grep -q scheduler "$work/$name.log"; do
    kill -0 "$last" || { cat "$work/$name.log"; exit 1; }
    sleep 0.1
  done
}

start target "$weft" serve --echo "127.0.0.1:$port"
for engine in "$@"; do
  servers=
  for limit in 0 1; do
    port=$((port + 1))
    start "$engine-$limit" "$weft" proxy --tls-provider "$engine" --tls-max-handshakes $limit --tls-handshake-timeout 30s \
      --tls-cert "$work/cert.pem" --tls-key "$work/key.pem" "127.0.0.1:$port" "127.0.0.1:${PORT:-18600}"
    servers="$servers limit-$limit localhost:$port"
  done
  echo "$engine:"
  # shellcheck disable=SC2086 # names and addresses are words
  timeout 280 "$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -Xmx512m \
    -Djdk.trackAllThreads=false -cp "$path$work" Storm "$work/cert.pem" "${CLIENTS:-32}" "${SECONDS_EACH:-4}" "${ROUNDS:-3}" $servers
done
