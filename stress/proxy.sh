#!/bin/bash
# proxy.sh [PART...]: what weft proxy does not lose. Parts, all of them unless some are named:
#   restarts  clients that connect all the time, while it is restarted by SIGUSR2, RESTARTS times (20): no connection fails
#   tls       the same with clients of TLS, which the proxy terminates (Debian: openssl)
#   killed    one of two targets is killed: only its own connections end, and none of the new ones
#   many      10,000 connections at once, or as many as the limit of descriptors allows
#   network   5 ms of delay, 2 % of packets lost, 10 % reordered, to clients and to targets: no connection fails; then one of two targets is killed,
#             resets its connections, is stopped (with TLS, which checks notice), and comes back: checks take it out and back, only its own connections
#             fail, each counted, and nothing stays open (root; Debian: iproute2, gcc)
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
weft=$here/../weft
parts=${*:-restarts tls killed many network}
ulimit -n "$(ulimit -Hn)"
JAVA_HOME=$(sh "$here/../build-tools/find-jdk.sh")
"$weft" --version >/dev/null # builds it if need be
core=$(grep '/weft-core-[^/]*$' "$here/../cli/target/quick/parts")
work=$(mktemp -d)
pids=
trap 'kill -CONT $pids 2>/dev/null || true; kill $pids 2>/dev/null || true; link_down; wait 2>/dev/null || true; rm -rf "$work"' EXIT
"$JAVA_HOME/bin/javac" -d "$work" -cp "$core" "$here/proxy/Clients.java"
export WEFT_JAVA_OPTS="-Xmx512m"
port=${PORT:-18300}
stats=$((port + 1))
first=$((port + 2))
second=$((port + 3))
failed=0
at=127.0.0.1:$port # where the proxy listens
within= # runs a command where the proxy is
within_near= # and where its clients are
. "$here/proxy/network.sh"

start() { # start NAME COMMAND...: in the background, until it has said where it listens
  name=$1
  shift
  : >"$work/$name.log"
  "$@" <&0 >"$work/$name.log" 2>&1 7>&- & # with the standard input, which the shell would take away, but not that of clients
  last=$!
  pids="$pids $last"
  until grep -q "scheduler\|serving" "$work/$name.log"; do
    kill -0 "$last" || { cat "$work/$name.log"; exit 1; }
    sleep 0.1
  done
}

figures() {
  $within curl -s --max-time 30 "http://127.0.0.1:$stats/" 2>/dev/null
}

figure() { # figure NAME: the first number with that name in the statistics
  figures | sed -n "s/.*\"$1\": \([0-9]*\).*/\1/p" | head -n 1
}

clients() { # clients MODE COUNT [CERTIFICATE]: in the background, until they are ready; they end with clients_end
  rm -f "$work/stop"
  mkfifo "$work/stop"
  : >"$work/clients.log"
  $within_near "$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -Xmx1g \
    -Djdk.trackAllThreads=false -cp "$core:$work" Clients "$1" "$at" "$2" ${3:+"$3"} <"$work/stop" >"$work/clients.log" 2>&1 &
  client=$!
  exec 7>"$work/stop"
  until grep -q ready "$work/clients.log"; do
    kill -0 "$client" || { cat "$work/clients.log"; exit 1; }
    sleep 0.1
  done
}

clients_end() {
  exec 7>&-
  wait "$client" || true
  result=$(grep exchanges "$work/clients.log" || tail -n 3 "$work/clients.log")
}

verdict() { # verdict PART EXPECTED: whether as many clients failed
  case $result in
    *"failed $2 "*) echo "$1: good: $result${3:-}" ;;
    *)
      failed=1
      echo "$1: NOT GOOD, expected $2 failures: $result${3:-}"
      ;;
  esac
}

stop() {
  kill $pids 2>/dev/null || true
  wait $pids 2>/dev/null || true
  pids=
}

for part in $parts; do
  case $part in
    restarts | tls)
      start target "$weft" serve --echo "127.0.0.1:$first"
      options=
      certificate=
      if [ "$part" = tls ]; then
        certificate=$work/cert.pem
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -keyout "$work/key.pem" -out "$certificate" \
          -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>"$work/openssl.log"
        options="--tls-cert $certificate --tls-key $work/key.pem"
      fi
      # shellcheck disable=SC2086 # options are words
      start proxy "$weft" proxy $options --stats "127.0.0.1:$stats" "127.0.0.1:$port" "127.0.0.1:$first"
      clients load 8 "$certificate"
      for _ in $(seq "${RESTARTS:-20}"); do
        old=$(figure pid)
        kill -USR2 "$old"
        while kill -0 "$old" 2>/dev/null && [ "$(ps -o stat= -p "$old")" != Z ]; do sleep 0.1; done
        pids="$pids $(figure pid)"
      done
      clients_end
      verdict "$part" 0 ", restarts ${RESTARTS:-20}"
      ;;
    killed)
      start target "$weft" serve --echo "127.0.0.1:$first"
      start other "$weft" serve --echo "127.0.0.1:$second"
      victim=$last
      start proxy "$weft" proxy --check 1s --stats "127.0.0.1:$stats" "127.0.0.1:$port" "127.0.0.1:$first" "127.0.0.1:$second"
      clients hold 200
      kill -9 "$victim"
      sleep 3
      clients_end
      verdict killed 100
      clients load 8
      sleep 3
      clients_end
      verdict "new ones" 0
      ;;
    many)
      count=$((($(ulimit -n) - 200) / 2))
      [ "$count" -lt 10000 ] || count=10000
      start target "$weft" serve --echo "127.0.0.1:$first"
      start other "$weft" serve --echo "127.0.0.1:$second"
      start proxy "$weft" proxy --stats "127.0.0.1:$stats" "127.0.0.1:$port" "127.0.0.1:$first" "127.0.0.1:$second"
      clients hold "$count"
      sleep 5
      open=$(figure open)
      rss=$(awk '/VmRSS/ { print int($2 / 1024) }' "/proc/$last/status")
      clients_end
      verdict many 0 ", open at once $open, the proxy's memory $rss MiB"
      ;;
    network) network ;;
    *)
      echo "proxy.sh: no part $part" >&2
      exit 2
      ;;
  esac
  stop
done
exit $failed
