#!/bin/sh
# check-generator.sh: the load generator of `weft bench` beside wrk (connections that stay) and ab (a connection a request),
# against the same server, in interleaved rounds. Prints requests/s and their ratio; ends with 1 when a median is off by more
# than 10 %, and with 77, as skipped, when a tool is missing.
#
# MODEL (the server, default netpoll), CLIENTS (default 64), ROUNDS (default 3), SECONDS_EACH (default 4) from the environment.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
for tool in wrk ab taskset; do
  command -v "$tool" >/dev/null || {
    echo "skipped: there is no $tool (Debian's packages wrk, apache2-utils and util-linux have them)"
    exit 77
  }
done
JAVA_HOME=$(sh "$here/../build-tools/find-jdk.sh")
"$here/../weft" --version >/dev/null # builds it if need be
jar=$here/../cli/target/quick/weft.jar
clients=${CLIENTS:-64}
seconds=${SECONDS_EACH:-4}
work=$(mktemp -d)
server=''
load=''

# Both JVMs end when their input does.
finish() {
  exec 3>&- 4>&- 2>/dev/null || true
  [ -z "$server$load" ] || wait "$server" "$load" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

jvm() {
  cpu=$1
  shift
  exec taskset -c "$cpu" "$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED \
    -Djdk.trackAllThreads=false -XX:+UseCompactObjectHeaders -XX:+UseTransparentHugePages -cp "$jar" "$@"
}

# said FILE PATTERN: the last line of FILE that begins so, once there are as many as $3.
said() {
  while [ "$(grep -c "^$2" "$1" || true)" -lt "$3" ]; do
    kill -0 "$server" && kill -0 "$load" || exit 1
    sleep 0.1
  done
  grep "^$2" "$1" | tail -n 1
}

mkfifo "$work/server" "$work/load"
jvm 0 dev.weft.bench.model.ServerMain "${MODEL:-netpoll}" http 128 4096 <"$work/server" >"$work/server.out" &
server=$!
exec 3>"$work/server"
jvm 1 dev.weft.bench.load.LoadMain <"$work/load" >"$work/load.out" &
load=$!
exec 4>"$work/load"
port=$(said "$work/server.out" ready 1 | cut -d ' ' -f 2)
runs=0

# ours WORKLOAD SECONDS REQUESTS: requests/s
ours() {
  runs=$((runs + 1))
  echo "{\"port\":$port,\"workload\":\"$1\",\"size\":128,\"clients\":$clients,\"requests\":$3,\"nanos\":${2}000000000,\
\"perSecond\":0,\"timeoutNanos\":30000000000,\"addresses\":4}" >&4
  said "$work/load.out" outcome $runs |
    sed 's/.*"completed":\([0-9]*\),"failures":{\([^}]*\)}.*"elapsedNanos":\([0-9]*\).*/\1 \3 \2/' |
    awk '{ if (NF > 2) { print "failures: " $0 > "/dev/stderr" } printf "%d\n", $1 * 1e9 / $2 }'
}

wrks() {
  taskset -c 1 wrk -t 1 -c "$clients" -d "${seconds}s" "http://127.0.0.1:$port/" | awk '/^Requests\/sec/ { printf "%d\n", $2 }'
}

abs() {
  taskset -c 1 ab -q -c "$clients" -n 20000 "http://127.0.0.1:$port/" | awk '/^Requests per second/ { printf "%d\n", $4 }'
}

median() {
  sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# Warm, both.
ours KEEPALIVE 3 1000000000 >/dev/null
ours SHORT 3 1000000000 >/dev/null
round=0
while [ "$round" -lt "${ROUNDS:-3}" ]; do
  round=$((round + 1))
  ours KEEPALIVE "$seconds" 1000000000 >>"$work/ours-keepalive"
  wrks >>"$work/wrk"
  ours SHORT 60 20000 >>"$work/ours-short"
  abs >>"$work/ab"
done

status=0
compare() {
  a=$(median "$work/$2")
  b=$(median "$work/$3")
  echo "$1: weft bench $(tr '\n' ' ' <"$work/$2")(median $a), $3 $(tr '\n' ' ' <"$work/$3")(median $b) requests/s:" \
    "$(awk "BEGIN { printf \"%.3f\", $a / $b }")"
  awk "BEGIN { exit !($a / $b > 0.9 && $a / $b < 1.1) }" || status=1
}
echo "${MODEL:-netpoll}, $clients clients"
compare keep-alive ours-keepalive wrk
compare short ours-short ab
exit $status
