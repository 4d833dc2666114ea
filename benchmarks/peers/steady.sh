#!/bin/bash
# steady.sh PEERS LOAD NAME...: servers under one load (echo:64, http:1000, httpclose:64: what and over how many connections),
# after their compilers have finished, in short windows by turns.
#
# All servers stay up, each pinned to core 0 with one thread, and only the one whose turn it is has any work; the load has core 1.
# With THREADS=2 or more nothing is pinned, and the servers share all cores with the load.
# What else the machine does then hits all alike, where compare.sh gives each its own minute. Each is warmed in two loads, so that
# the end of a connection is compiled as well. NAMEs are those of compare.sh, and agent: jdk-vt
# under the agent. ROUNDS=8 DUR=3 WARM=15 from the environment.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
peers=${1:?usage: steady.sh PEERS LOAD NAME...}
load=${2:?usage: steady.sh PEERS LOAD NAME...}
shift 2
mode=${load%:*}
connections=${load#*:}
JAVA_HOME=$(sh "$here/../../build-tools/find-jdk.sh")
OUT=${OUT:-${TMPDIR:-/tmp}/weft-peers}
EXTRA_SRV=$here/start-weft.sh
export JAVA_HOME OUT EXTRA_SRV
{ [ -x "$OUT/load" ] && [ -e "$OUT/netty/target" ]; } || "$peers/build.sh"
"$here/../../weft" --version >/dev/null # builds it if need be, before the clock starts
case " $* " in
  *" agent "*)
    (cd "$here/../.." && ./mvnw -B -ntp -q -Dquick -pl agent -am package)
    export AGENT=$here/../../agent/target/quick/weft-agent.jar
    ;;
esac
ulimit -n "$(ulimit -Hn)"
threads=${THREADS:-1}
on0='taskset -c 0' on1='taskset -c 1'
[ "$threads" -eq 1 ] || on0='' on1=''
raw=$OUT/steady.$mode.$connections.$threads.txt
: >"$raw"

servers=()
trap '[ ${#servers[@]} -eq 0 ] || kill "${servers[@]}" 2>/dev/null || true' EXIT

# measure INDEX SECONDS: one window of the server with that index.
measure() {
  timeout $(($2 + 20)) $on1 "$OUT/load" -p $((25000 + $1)) -m "$mode" -c "$connections" -d "$2" -s 64 -P "${servers[$1]}"
}

names=("$@")
for i in "${!names[@]}"; do
  $on0 "$peers/srv.sh" "${names[$i]}" $((25000 + i)) "${mode%close}" "$threads" >"$OUT/server.$i.log" 2>&1 &
  servers[i]=$!
  for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$((25000 + i))") 2>/dev/null && break; sleep 0.1; done
  warm=${WARM:-15}
  case ${names[$i]} in c-* | go-*) warm=1 ;; esac
  measure "$i" "$warm" >/dev/null
  measure "$i" "$warm" >/dev/null
done
for round in $(seq "${ROUNDS:-8}"); do
  for i in "${!names[@]}"; do
    echo "${names[$i]} $load $round $(measure "$i" "${DUR:-3}")" >>"$raw"
  done
done

# Medians; the ratio is the median of the ratios to the first server in the same round.
awk -v first="${names[0]}" '
function field(name,  i, pair) {
  for (i = 4; i <= NF; i++) { split($i, pair, "="); if (pair[1] == name) return pair[2] }
}
function median(list, n,  i, j, t) {
  for (i = 2; i <= n; i++) for (j = i; j > 1 && list[j - 1] > list[j]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
  return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}
{ if (!($1 in seen)) { seen[$1] = 1; order[++count] = $1 }
  for (k = 1; k <= keys; k++) value[$1, $3, k] = field(key[k])
  if ($3 > rounds) rounds = $3 }
BEGIN { keys = split("cpu_us user_us sys_us p50 p99 p999 rps errors", key, " ") }
END {
  printf "%-16s %7s %7s %7s %7s %9s %9s %9s %9s %7s\n", "server", "ratio", "cpu_us", "user", "sys", "p50_us", "p99_us", "p999_us", "req/s", "errors"
  for (s = 1; s <= count; s++) {
    for (r = 1; r <= rounds; r++) list[r] = value[order[s], r, 1] / value[first, r, 1]
    printf "%-16s %7.2f", order[s], median(list, rounds)
    for (k = 1; k <= keys; k++) {
      for (r = 1; r <= rounds; r++) list[r] = value[order[s], r, k] + 0
      printf k <= 3 ? " %7.2f" : k <= 7 ? " %9.0f" : " %7d", median(list, rounds)
    }
    print ""
  }
}' "$raw"
