#!/bin/bash
# tls-idle.sh [ENGINE...]: what an idle TLS connection takes on the heap (boringssl jdk), by whose class it is, of 1,000 connections (COUNT) within a
# process. Weft's TLS and buffers may take 8 KB beside the engine's own; the process has both sides, so a figure is for one side.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
[ $# -gt 0 ] || set -- boringssl jdk
ulimit -n "$(ulimit -Hn)"
. "$here/tls-common.sh"
compile tlsidle/Idle.java
certificate ec "$work/key.pem" "$work/cert.pem" localhost
for engine in "$@"; do
  timeout 300 "${java[@]}" -Xmx768m -XX:+UseSerialGC -XX:+UseCompactObjectHeaders \
    Idle "$engine" "$work/cert.pem" "$work/key.pem" "${COUNT:-1000}"
done
