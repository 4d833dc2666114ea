#!/bin/bash
# tls-idle.sh [ENGINE...]: what an idle TLS connection takes on the heap (boringssl jdk), by whose class it is, of 1,000 connections (COUNT) within a
# process. Weft's TLS and buffers may take 8 KB beside the engine's own; the process has both sides, so a figure is for one side.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
[ $# -gt 0 ] || set -- boringssl jdk
ulimit -n "$(ulimit -Hn)"
JAVA_HOME=$(sh "$here/../build-tools/find-jdk.sh")
"$here/../weft" --version >/dev/null # builds it if need be
path=$(grep -E '/(weft-core|netty)-[^/]*$' "$here/../cli/target/quick/parts" | tr '\n' ':')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$JAVA_HOME/bin/javac" -d "$work" -cp "$path" "$here/tlsidle/Idle.java"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -keyout "$work/key.pem" -out "$work/cert.pem" \
  -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>"$work/openssl.log"
for engine in "$@"; do
  timeout 300 "$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -Xmx768m -XX:+UseSerialGC \
    -XX:+UseCompactObjectHeaders -Djdk.trackAllThreads=false -cp "$path$work" Idle "$engine" "$work/cert.pem" "$work/key.pem" "${COUNT:-1000}"
done
