#!/bin/sh
# udp.sh [NAME...]: UDP echo, Weft beside Go and the JDK, interleaved, in one run; the server on core 0 with one thread, the load on core 1.
# NAMEs: go, jdk (DatagramChannel), weft (any poller), weft-epoll, weft-selector, ..., batch-epoll and so on (batches of datagrams). Needs
# gcc, and Go for go (GO=).
# ROUNDS=3 DUR=5 WARM=5 CLIENTS=64 SIZES="64 1400" from the environment. Each line: name, bytes, round, figures; then medians.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
[ $# -gt 0 ] || set -- go weft-epoll weft-selector
OUT=${OUT:-${TMPDIR:-/tmp}/weft-peers}
mkdir -p "$OUT"
gcc -O2 -o "$OUT/udp-load" "$here/udp/load.c"
case " $* " in *" go "*) GOCACHE=$OUT/gocache "${GO:-go}" build -o "$OUT/udp-go" "$here/udp/echo.go" ;; esac
"$here/../../weft" --version >/dev/null # builds it if need be, before the clock starts
JAVA_HOME=$(sh "$here/../../build-tools/find-jdk.sh")
core=$(ls "$here"/../../core/target/quick/weft-core-*.jar)
mkdir -p "$OUT/udp-classes"
"$JAVA_HOME/bin/javac" -cp "$core" -d "$OUT/udp-classes" "$here/UdpEcho.java"
echo_jvm() { # PORT MODE POLLER
  exec taskset -c 0 "$JAVA_HOME/bin/java" --add-opens java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED \
    -Xms256m -Xmx512m -Dweft.procs=1 -Dweft.poller="$3" -cp "$core:$OUT/udp-classes" UdpEcho "$1" "$2" >/dev/null
}

raw=$OUT/udp-results.txt
: >"$raw"
port=22000
for round in $(seq "${ROUNDS:-3}"); do
  for size in ${SIZES:-64 1400}; do
    for name in "$@"; do
      port=$((port + 1))
      case $name in
        go) GOMAXPROCS=1 taskset -c 0 "$OUT/udp-go" $port >/dev/null & ;;
        jdk) echo_jvm $port jdk auto & ;;
        batch-*) echo_jvm $port batch "${name#batch-}" & ;;
        *) taskset -c 0 "$here/start-weft.sh" "$name" $port udp-echo 1 >/dev/null & ;;
      esac
      server=$!
      until grep -q ":$(printf %04X $port) " /proc/net/udp /proc/net/udp6; do sleep 0.1; done
      taskset -c 1 "$OUT/udp-load" $port "${CLIENTS:-64}" "${WARM:-5}" "$size" $server >/dev/null
      line="$name $size $round $(taskset -c 1 "$OUT/udp-load" $port "${CLIENTS:-64}" "${DUR:-5}" "$size" $server)"
      echo "$line" | tee -a "$raw"
      kill $server
      wait $server 2>/dev/null || true
    done
  done
done
awk '
function median(list,    a, n, i, j, t) {
  n = split(list, a, " ")
  for (i = 2; i <= n; i++) for (j = i; j > 1 && a[j] + 0 < a[j - 1] + 0; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
  return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
}
{ key = $2 " bytes, " $1; if (!(key in seen)) { seen[key] = 1; keys[++n] = key }
  for (i = 4; i <= NF; i++) { split($i, kv, "="); v[key, kv[1]] = v[key, kv[1]] " " kv[2] } }
END { printf "\n%-28s %8s %10s %8s %8s %8s\n", "medians", "cpu us", "datagr./s", "p50 us", "p99 us", "p99.9 us"
  for (k = 1; k <= n; k++) printf "%-28s %8.2f %10.0f %8.0f %8.0f %8.0f\n", keys[k], median(v[keys[k], "cpu_us"]),
    median(v[keys[k], "dps"]), median(v[keys[k], "p50"]), median(v[keys[k], "p99"]), median(v[keys[k], "p999"]) }' "$raw"
