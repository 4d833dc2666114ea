#!/bin/bash
# http.sh [PEERS]: HTTP servers beside each other: nginx, Weft on epoll and on io_uring, Go's net/http, the JDK's server, and, given the
# folder PEERS, Netty and Helidon (which only say hello, without TLS). Hello over 64 and 1,000 connections, a connection for each
# request, a file of 100 KB, 1 KB of JSON posted, the same with TLS. Weft's TLS is the JDK's; weft-boringssl is Weft on epoll with BoringSSL.
#
# All servers stay up, each pinned to core 0 with one thread; the load (wrk) has core 1. They are measured in short windows by turns;
# NAMES="..." picks some, LOADS="hello:64 tls-file:64" too. ROUNDS=2 DUR=2 WARM=3 from the environment: about six minutes.
# Printed are medians: server CPU for a request in µs, its ratio to nginx in the same round, and latencies.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$here/../..
peers=${1:-}
names=${NAMES:-nginx weft-epoll weft-io_uring go jdk ${peers:+netty-epoll helidon}}
loads=${LOADS:-hello:64 hello:1000 close:64 file:64 json:64 tls-hello:64 tls-hello:1000 tls-close:64 tls-file:64 tls-json:64}
rounds=${ROUNDS:-2} seconds=${DUR:-2} warm=${WARM:-3}
for program in wrk nginx openssl; do
  command -v "$program" >/dev/null || [ -x "/usr/sbin/$program" ] || { echo "http.sh: $program is missing (Debian: $program)" >&2; exit 2; }
done
PATH=$PATH:/usr/sbin
JAVA_HOME=$(sh "$root/build-tools/find-jdk.sh")
OUT=${OUT:-${TMPDIR:-/tmp}/weft-peers}
export JAVA_HOME OUT
[ -z "$peers" ] || [ -e "$OUT/netty/target" ] || "$peers/build.sh"
"$root/weft" --version >/dev/null # builds it if need be, before the clock starts
parts() { grep "$@" "$root/cli/target/quick/parts" | tr '\n' ':'; }
path=$(parts -e '/weft-core-[^/]*$' -e '/weft-http-[^/]*$')
ulimit -n "$(ulimit -Hn)"
work=$(mktemp -d)
declare -A pids ports
trap '[ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true; wait; rm -rf "$work"' EXIT

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
  -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
openssl pkcs12 -export -in "$work/cert.pem" -inkey "$work/key.pem" -passout pass:secret -out "$work/key.p12"
head -c 102400 /dev/urandom >"$work/large.bin"
"$JAVA_HOME/bin/javac" -cp "$path" -d "$work/classes" "$here/http/HttpPeer.java"
chmod -R a+rX "$work"

java=("$JAVA_HOME/bin/java" -Xms256m -Xmx512m -XX:ActiveProcessorCount=1)
start() {
  local name=$1 port=$2
  case $name in
    nginx)
      sed "s:FOLDER:$work:g; s:PORT:$port:; s:SECURE:$((port + 1)):" "$here/http/nginx.conf" >"$work/nginx.conf"
      exec taskset -c 0 nginx -p "$work" -e stderr -c "$work/nginx.conf"
      ;;
    weft-*)
      local poller=${name#weft-} tls=jdk with=$path
      [ "$poller" != boringssl ] || poller=epoll tls=boringssl with=$path$(parts -e '/netty-[^/]*$')
      exec taskset -c 0 "${java[@]}" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED \
        -Djdk.trackAllThreads=false -XX:+UseCompactObjectHeaders -XX:+UseTransparentHugePages \
        -Dweft.procs=1 -Dweft.poller="$poller" -Dweft.tls.provider=$tls -cp "$with$work/classes" HttpPeer weft "$port" "$work"
      ;;
    go) GOMAXPROCS=1 exec taskset -c 0 "$work/go" "$port" "$work" ;;
    jdk) exec taskset -c 0 "${java[@]}" -Djdk.httpserver.maxConnections=4096 -Dsun.net.httpserver.maxIdleConnections=4096 \
      -cp "$path$work/classes" HttpPeer jdk "$port" "$work" ;;
    *) exec taskset -c 0 "$peers/srv.sh" "$name" "$port" http 1 ;;
  esac
}

# serves NAME LOAD: whether this server knows this load.
serves() {
  case $1:$2 in
    nginx:* | weft-*:* | go:* | jdk:* | *:hello:* | *:close:*) return 0 ;;
    *) return 1 ;;
  esac
}

cpu() { awk '{ print $14 + $15 }' "/proc/${pids[$1]}/stat"; }

# measure NAME LOAD SECONDS: one window.
measure() {
  local name=$1 what=${2%:*} connections=${2#*:} port=${ports[$1]} scheme=http before after
  case $what in tls-*) scheme=https port=$((port + 1)) what=${what#tls-} ;; esac
  before=$(cpu "$name")
  LOAD=$what timeout $(($3 + 20)) taskset -c 1 wrk -t1 -c"$connections" -d"$3s" -s "$here/http/load.lua" "$scheme://127.0.0.1:$port/" |
    grep '^requests=' | tr '\n' ' '
  after=$(cpu "$name")
  echo "ticks=$((after - before))"
}

case " $names " in *" go "*)
  GOFLAGS=-mod=mod GOCACHE="${GOCACHE:-$OUT/gocache}" GO111MODULE=off "${GO:-go}" build -o "$work/go" "$here/http/server.go" ;;
esac
port=25100
for name in $names; do
  start "$name" "$port" >"$work/$name.log" 2>&1 &
  pids[$name]=$!
  ports[$name]=$port
  listening=("$port")
  ! serves "$name" tls || listening+=("$((port + 1))") # behind the other, and later
  for each in "${listening[@]}"; do
    for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$each") 2>/dev/null && break; sleep 0.1; done
  done
  kill -0 "${pids[$name]}" 2>/dev/null || { echo "http.sh: $name does not run: $(tail -3 "$work/$name.log")" >&2; exit 1; }
  port=$((port + 2))
  case $name in nginx | go) continue ;; esac
  for load in $loads; do
    ! serves "$name" "$load" || measure "$name" "$load" "$warm" >/dev/null
  done
done

for load in $loads; do
  for round in $(seq "$rounds"); do
    for name in $names; do
      ! serves "$name" "$load" || echo "$name $round $(measure "$name" "$load" "$seconds")" >>"$work/raw.$load"
    done
  done
  echo
  awk -v load="$load" -v tick="$(getconf CLK_TCK)" '
  function median(list, n,  i, j, t) {
    for (i = 2; i <= n; i++) for (j = i; j > 1 && list[j - 1] > list[j]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
    return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
  }
  { if (!($1 in seen)) { seen[$1] = 1; order[++count] = $1 }
    for (i = 3; i <= NF; i++) { split($i, pair, "="); value[$1, $2, pair[1]] = pair[2] }
    n = value[$1, $2, "requests"]
    value[$1, $2, "cpu"] = n ? value[$1, $2, "ticks"] / tick * 1e6 / n : 0
    value[$1, $2, "rps"] = value[$1, $2, "requests"] / value[$1, $2, "seconds"]
    if ($2 > rounds) rounds = $2 }
  END {
    keys = split("cpu ratio p50 p99 rps errors", key, " ")
    printf "%-16s %8s %7s %9s %9s %9s %7s\n", load, "cpu_us", "ratio", "p50_us", "p99_us", "req/s", "errors"
    for (s = 1; s <= count; s++) {
      printf "%-16s", order[s]
      for (k = 1; k <= keys; k++) {
        for (r = 1; r <= rounds; r++)
          list[r] = key[k] == "ratio" ? value[order[s], r, "cpu"] / (value[order[1], r, "cpu"] ? value[order[1], r, "cpu"] : 1) : value[order[s], r, key[k]] + 0
        printf k == 1 ? " %8.2f" : k == 2 ? " %7.2f" : k == 6 ? " %7d" : " %9.0f", median(list, rounds)
      }
      print ""
    }
  }' "$work/raw.$load"
done
