#!/bin/sh
# proxy.sh [NAME...]: the CPU that a TCP proxy needs, interleaved, in one run. NAMEs: haproxy (Debian's package), go (io.Copy), weft-POLLER (weft proxy).
#   bulk      CPU seconds for each GiB from socket to socket
#   pingpong  CPU microseconds for each message of 64 bytes there and back, over CONNS=32 connections
#   connects  CPU microseconds for each connection with one such message, and connections per second
# ROUNDS=5 GIB=1 MESSAGES=200000 CONNECTS=10000 WARM=2 from the environment. Needs gcc; haproxy; Go (GO=). Medians, and their ratio to the first NAME's.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
[ $# -gt 0 ] || set -- haproxy go weft-epoll weft-io_uring
OUT=${OUT:-${TMPDIR:-/tmp}/weft-peers}
mkdir -p "$OUT"
gcc -O2 -o "$OUT/bulk" "$here/copy/bulk.c"
gcc -O2 -o "$OUT/pingpong" "$here/proxy/pingpong.c"
case " $* " in *" go "*) GOCACHE=$OUT/gocache "${GO:-go}" build -o "$OUT/go-proxy" "$here/proxy/proxy.go" ;; esac
"$here/../../weft" --version >/dev/null # builds it if need be
listens() { grep -q ":$(printf %04X "$1") 00000000:0000 0A" /proc/net/tcp /proc/net/tcp6; }
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
pids=
trap 'kill $pids 2>/dev/null || true' EXIT

sink=23100
echo=23101
"$OUT/bulk" sink $sink &
pids="$pids $!"
"$OUT/pingpong" echo $echo &
pids="$pids $!"

# proxy NAME PORT TARGET: starts one; its process is in $pid
proxy() {
  case $1 in
    go) "$OUT/go-proxy" "$2" "$3" & ;;
    haproxy)
      cat >"$OUT/haproxy-$2.cfg" <<END
global
  nbthread 2
  maxconn 2000
defaults
  mode tcp
  option splice-auto
  timeout connect 5s
  timeout client 1h
  timeout server 1h
listen proxy
  bind 127.0.0.1:$2
  server target 127.0.0.1:$3
END
      haproxy -db -q -f "$OUT/haproxy-$2.cfg" &
      ;;
    *) WEFT_JAVA_OPTS="-Xmx256m -Dweft.poller=${1#*-}" "$here/../../weft" proxy --no-live "127.0.0.1:$2" "127.0.0.1:$3" >/dev/null & ;;
  esac
  pid=$!
  pids="$pids $pid"
  until listens "$2"; do
    kill -0 "$pid"
    sleep 0.1
  done
}

bytes=$((${GIB:-1} * 1024 * 1024 * 1024))
run() { # run KIND PORT: prints the seconds that it took, where that counts
  case $1 in
    bulk) "$OUT/bulk" source "$2" $bytes ;;
    pingpong) "$OUT/pingpong" messages "$2" "${CONNS:-32}" "${MESSAGES:-200000}" ;;
    connects) "$OUT/pingpong" connects "$2" "${CONNS:-32}" "${CONNECTS:-10000}" ;;
  esac
}

port=$echo
for name in "$@"; do
  port=$((port + 1))
  proxy "$name" $port $sink
  eval "bulk_$port=$pid"
  port=$((port + 1))
  proxy "$name" $port $echo
  eval "echo_$port=$pid"
done

raw=$OUT/proxy-results.txt
: >"$raw"
measure() { # measure NAME KIND PORT PID COUNT UNIT: a line for the raw results
  before=$(ticks "$4")
  seconds=$(run "$2" "$3")
  echo "$2 $1 $before $(ticks "$4") $5 $6 ${seconds:-0}" |
    awk -v hz="$(getconf CLK_TCK)" '{ print $1, $2, ($4 - $3) / hz / $5 * $6, ($7 > 0 ? $5 / $7 : 0) }' >>"$raw"
}

for round in $(seq $((${WARM:-2} + ${ROUNDS:-5}))); do
  [ "$round" -ne $((${WARM:-2} + 1)) ] || : >"$raw" # those before were for the compilers
  port=$echo
  for name in "$@"; do
    port=$((port + 1))
    eval "pid=\$bulk_$port"
    measure "$name" bulk $port "$pid" "${GIB:-1}" 1
    port=$((port + 1))
    eval "pid=\$echo_$port"
    measure "$name" pingpong $port "$pid" "${MESSAGES:-200000}" 1000000
    measure "$name" connects $port "$pid" "${CONNECTS:-10000}" 1000000
  done
done
awk '
function median(key, k,   a, b, t) {
  for (a = 2; a <= n[key]; a++) for (b = a; b > 1 && v[key, b, k] < v[key, b - 1, k]; b--) { t = v[key, b, k]; v[key, b, k] = v[key, b - 1, k]; v[key, b - 1, k] = t }
  return n[key] % 2 ? v[key, (n[key] + 1) / 2, k] : (v[key, n[key] / 2, k] + v[key, n[key] / 2 + 1, k]) / 2
}
{ key = $1 " " $2; if (!(key in n)) order[++keys] = key; n[key]++; v[key, n[key], 1] = $3; v[key, n[key], 2] = $4 }
END { for (i = 1; i <= keys; i++) { split(order[i], w, " "); m = median(order[i], 1); rate = median(order[i], 2)
    if (!(w[1] in first)) { first[w[1]] = m; name = w[2] }
    printf "%-9s %-14s %8.3f %s  %.2f of %s%s\n", w[1], w[2], m, w[1] == "bulk" ? "s/GiB" : "us   ", m / first[w[1]], name, w[1] == "connects" ? sprintf("  %d connections/s", rate) : "" } }' "$raw" | sort -s -k1,1
