#!/bin/sh
# slowhttp.sh [SECONDS] [CONNECTIONS]: clients that behave, beside slowhttptest (Debian: slowhttptest) in each of its modes, for that
# long each (20) and with so many connections (1000). Their 99th percentile must stay within three times the quiet one.
#
# Fails when a client fails or gets another body, when the attack did not reach its number of connections, when the server keeps
# descriptors after it, and when the percentile is beyond three times the quiet one because of the server.
#
# slowhttptest takes CPU time from the machine that the clients and the server share. So as many clients ask a second server, which is
# not under attack, at the same time: "control" is their 99th percentile. A server that is held up by slow clients differs from it; where
both are late the machine is, and nothing is decided: exit status 3, to be repeated on a machine with more or idler processors.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
seconds=${1:-20}
connections=${2:-1000}
port=${PORT:-18099}
command -v slowhttptest >/dev/null || { echo "slowhttp.sh: slowhttptest is missing; Debian has it as slowhttptest" >&2; exit 2; }
JAVA_HOME=$(sh "$here/../build-tools/find-jdk.sh")
"$here/../weft" --version >/dev/null # builds it if need be, before the clock starts
path=$(grep -e '/weft-core-[^/]*$' -e '/weft-http-[^/]*$' "$here/../cli/target/quick/parts" | tr '\n' ':')
work=$(mktemp -d)
servers=
# shellcheck disable=SC2086 # several numbers
trap '[ -z "$servers" ] || kill $servers 2>/dev/null || true; rm -rf "$work"' EXIT
ulimit -n "$(ulimit -Hn)"

mkdir "$work/www" "$work/classes"
printf 'a page' >"$work/www/page.txt"
dd if=/dev/zero of="$work/www/large.bin" bs=1024 count=1024 2>/dev/null
"$JAVA_HOME/bin/javac" -cp "$path" -d "$work/classes" "$here/slowhttp/Visitors.java"
control=$((port + 1))
for each in "$port" "$control"; do
  WEFT_JAVA_OPTS="-Xmx512m" "$here/../weft" serve --http "127.0.0.1:$each" --dir "$work/www" >"$work/server.$each.log" 2>&1 &
  servers="$servers $!"
  [ "$each" != "$port" ] || attacked=$!
  until grep -qs scheduler "$work/server.$each.log"; do kill -0 $!; sleep 0.2; done
done

# Two lines: requests, failures, median, 99th percentile; at the server under attack, and at the other one.
visitors() {
  for each in "$port" "$control"; do
    "$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -Xmx256m \
      -cp "$path$work/classes" Visitors "http://127.0.0.1:$each/page.txt" "$seconds" "a page" >"$work/visitors.$each" &
    eval "visitors_$each=\$!"
  done
  for each in "$port" "$control"; do
    eval "wait \"\$visitors_$each\""
    cat "$work/visitors.$each"
  done
}

descriptors() { find "/proc/$attacked/fd" -mindepth 1 | wc -l; }
# Waits until the attacked server has as few descriptors as before, for the time-outs of requests and idle connections at most.
released() {
  for _ in $(seq 100); do
    [ "$(descriptors)" -gt "$((before + 8))" ] || return 0
    sleep 1
  done
  return 1
}

visitors >/dev/null # until the compilers have finished
before=$(descriptors)
undecided=0
quiet=
failed=0
printf '%-14s %9s %9s %11s %11s %7s %11s %7s\n' mode requests failures 'median us' 'p99 us' ratio 'control us' ratio
for mode in quiet headers body range read; do
  case $mode in
    quiet) attack= ;;
    headers) attack="-H -i 5 -x 24 -u http://127.0.0.1:$port/page.txt" ;;
    body) attack="-B -i 5 -s 8192 -u http://127.0.0.1:$port/page.txt" ;;
    range) attack="-R -a 5 -b 2000 -u http://127.0.0.1:$port/large.bin" ;;
    read) attack="-X -w 512 -y 1024 -n 5 -z 32 -k 3 -u http://127.0.0.1:$port/large.bin" ;;
  esac
  attacker=
  if [ -n "$attack" ]; then
    # shellcheck disable=SC2086 # several words
    timeout $((seconds + 20)) stdbuf -oL slowhttptest -c "$connections" -r 500 -l $((seconds + 2)) -p 3 $attack >"$work/$mode.log" 2>&1 &
    attacker=$!
  fi
  figures=$(visitors)
  [ -z "$attacker" ] || { kill "$attacker" 2>/dev/null || true; wait "$attacker" 2>/dev/null || true; }
  # The most connections that its reports, one every few seconds, tell of as open or closed again.
  reached=$(sed 's/\x1b\[[0-9;]*m//g' "$work/$mode.log" 2>/dev/null | awk '
    /^(connected|closed):/ { sum += $2 } /^service available:/ { if (sum > most) most = sum; sum = 0 } END { print most + 0 }')
  # shellcheck disable=SC2086 # eight words
  set -- $figures
  quiet=${quiet:-$4}
  ratio=$(awk "BEGIN { printf \"%.2f\", $4 / ($quiet > 0 ? $quiet : 1) }")
  beside=$(awk "BEGIN { printf \"%.2f\", $4 / ($8 > 0 ? $8 : 1) }")
  printf '%-14s %9s %9s %11s %11s %7s %11s %7s\n' "$mode" "$1" "$2" "$3" "$4" "$ratio" "$8" "$beside"
  if [ "$1" -eq 0 ] || [ "$2" -ne 0 ]; then
    echo "slowhttp.sh: $mode: $2 failures of clients that behave" >&2
    failed=1
  fi
  if [ -n "$attack" ] && [ "$reached" -lt "$((connections * 9 / 10))" ]; then
    echo "slowhttp.sh: $mode: the attack had $reached of $connections connections" >&2
    failed=1
  fi
  if awk "BEGIN { exit !($ratio > 3) }"; then
    if awk "BEGIN { exit !($beside > 1.5) }"; then
      echo "slowhttp.sh: $mode: the server is held up" >&2
      failed=1
    else
      echo "slowhttp.sh: $mode: not decided; the server that is left alone is as late" >&2
      undecided=1
    fi
  fi
  if ! released; then
    echo "slowhttp.sh: $mode: the server has $(descriptors) descriptors, $before before" >&2
    failed=1
  fi
done
[ $failed -ne 0 ] || [ $undecided -eq 0 ] || exit 3
exit $failed
