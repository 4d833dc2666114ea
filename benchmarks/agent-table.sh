#!/bin/bash
# agent-table.sh [PROGRAM...]: unchanged programs on the JDK's scheduler and under the agent, by turns, over 64 connections of wrk
# (Debian: wrk). PROGRAMs: tomcat jetty spring helidon jdk postgres redis (the last two query that server for each request).
#
# Both JVMs of a program stay up. Each window of WINDOW seconds (5) is quiet, or beside virtual threads of the same JVM: 2 x processors that
# sit in a native call of 20 ms, 50 that read slow files, 2 x processors that call Thread.yield, or that compute, without an end.
# Before that each JVM serves for WARM seconds (30). ROUNDS (3) windows of each kind, quiet ones twice as many, and at different times.
# BESIDE picks some of: quiet native files yields loops (a window for each time it is named; "quiet native files quiet yields loops").
# SHORT=1 takes about a minute for each program: WINDOW=2 WARM=12 ROUNDS=1. JAVA names another JDK's java. The windows stay in
# programs/target/quick/table.txt; the table has their medians. cpu_us is the process's CPU time for a request, with that of
# its compilers, and without meaning beside threads that compute.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$here/..
[ -z "${SHORT:-}" ] || : "${WINDOW:=2}" "${WARM:=12}" "${ROUNDS:=1}"
window=${WINDOW:-5}
warm=${WARM:-30}
rounds=${ROUNDS:-3}
[ $# -gt 0 ] || set -- tomcat jetty spring helidon jdk postgres redis
command -v wrk >/dev/null || {
  echo "wrk is not installed (Debian: wrk)" >&2
  exit 1
}
. "$root/stress/programs.sh"
work=$(mktemp -d)
raw=$root/programs/target/quick/table.txt
: >"$raw"
tick=$(getconf CLK_TCK)
crowd=$((2 * $(nproc)))
declare -A server orders port
trap 'kill "${server[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

start() { # start PROGRAM VARIANT PORT FLAG...
  local program=$1 variant=$2 input
  port[$variant]=$3
  shift 3
  mkfifo "$work/$variant.in"
  : >"$work/$variant.out"
  # shellcheck disable=SC2086
  "$java" $options "$@" -cp "$class_path" dev.weft.programs.Programs "$program" serve "${port[$variant]}" \
    <"$work/$variant.in" >"$work/$variant.out" 2>"$work/$variant.err" &
  server[$variant]=$!
  exec {input}>"$work/$variant.in"
  orders[$variant]=$input
  heard "$variant" ready 1
}

heard() { # heard VARIANT LINE COUNT: waits until the server has printed the line so many times
  until [ "$(grep -cx "$2" "$work/$1.out")" -ge "$3" ]; do
    kill -0 "${server[$1]}" || { cat "$work/$1.err"; exit 1; }
    sleep 0.05
  done
}

order() { # order VARIANT LINE: tells the server, and waits until it has done it
  local before
  before=$(grep -cx "$2" "$work/$1.out" || true)
  echo "$2" >&"${orders[$1]}"
  heard "$1" "$2" $((before + 1))
}

load() { # load VARIANT SECONDS
  wrk -t1 -c64 -d"$2s" --timeout 5s --latency "http://127.0.0.1:${port[$1]}/"
}

cpu() { # cpu VARIANT: clock ticks it has used
  sed 's/.*) //' "/proc/${server[$1]}/stat" | awk '{ print $12 + $13 }'
}

measure() { # measure PROGRAM ROUND CONDITION VARIANT NEIGHBOURS
  local before
  [ -z "$5" ] || order "$4" "$5"
  before=$(cpu "$4")
  load "$4" "$window" >"$work/wrk"
  awk -v what="$1 $3 $4 $2" -v ticks=$(($(cpu "$4") - before)) -v tick="$tick" '
    function ms(text) { return text ~ /us$/ ? text / 1000 : text ~ /ms$/ ? text + 0 : text ~ /m$/ ? text * 60000 : text * 1000 }
    $1 == "50%" { p50 = ms($2) } $1 == "99%" { p99 = ms($2) }
    /requests in/ { requests = $1 } /^Requests\/sec/ { rps = $2 }
    /Socket errors/ { gsub(",", ""); errors = $4 + $6 + $8 + $10 }
    /Non-2xx/ { errors += $NF }
    END { printf "%s rps=%.0f p50=%.2f p99=%.2f cpu_us=%.1f errors=%d\n", what, rps, p50, p99, requests ? ticks / tick * 1e6 / requests : 0, errors }
  ' "$work/wrk" >>"$raw"
  [ -z "$5" ] || order "$4" quiet
}

next=${PORT:-18400}
for program in "$@"; do
  start "$program" jdk "$next"
  start "$program" agent $((next + 1)) -javaagent:"$agent"
  next=$((next + 2))
  for variant in jdk agent; do load "$variant" "$warm" >/dev/null; done
  for round in $(seq "$rounds"); do
    for condition in ${BESIDE:-quiet native files quiet yields loops}; do
      case $condition in
        quiet) neighbours= ;;
        files) neighbours="files 50" ;;
        *) neighbours="$condition $crowd" ;;
      esac
      for variant in jdk agent; do measure "$program" "$round" "$condition" "$variant" "$neighbours"; done
    done
  done
  for variant in jdk agent; do exec {orders[$variant]}>&-; done
  wait "${server[@]}" || true
  rm "$work"/*
  echo "$program is done" >&2
done

awk '
function median(list,    a, n, i, j, t) {
  n = split(list, a, " ")
  for (i = 2; i <= n; i++) for (j = i; j > 1 && a[j] + 0 < a[j - 1] + 0; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
  return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
}
{ key = $1 " " $2
  if (!(key in seen)) { seen[key] = 1; keys[++count] = key }
  for (i = 5; i <= NF; i++) { split($i, pair, "="); list[key, $3, pair[1]] = list[key, $3, pair[1]] " " pair[2] } }
END {
  printf "%-9s %-7s | %9s %9s %6s | %8s %8s | %8s %8s | %7s %7s %6s | %s\n", "program", "beside", "req/s jdk", "agent", "ratio", "p50 jdk", "agent", "p99 jdk", "agent", "cpu jdk", "agent", "ratio", "errors"
  for (k = 1; k <= count; k++) {
    key = keys[k]
    split(key, name, " ")
    j = median(list[key, "jdk", "rps"]); a = median(list[key, "agent", "rps"])
    cj = median(list[key, "jdk", "cpu_us"]); ca = median(list[key, "agent", "cpu_us"])
    printf "%-9s %-7s | %9d %9d %6s | %8.2f %8.2f | %8.2f %8.2f | %7.1f %7.1f %6s | %d %d\n", name[1], name[2], j, a, j ? sprintf("%.2f", a / j) : "-", median(list[key, "jdk", "p50"]), median(list[key, "agent", "p50"]), median(list[key, "jdk", "p99"]), median(list[key, "agent", "p99"]), cj, ca, cj ? sprintf("%.2f", ca / cj) : "-", median(list[key, "jdk", "errors"]), median(list[key, "agent", "errors"])
  }
}' "$raw"
