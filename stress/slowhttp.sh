#!/bin/sh
# slowhttp.sh [SECONDS] [CONNECTIONS]: clients that behave, beside slowhttptest (Debian: slowhttptest) in each of its modes, for that
# long each (20) and with so many connections (1000). Their 99th percentile must stay within three times the quiet one.
#
# slowhttptest ends when the server has closed or answered all its connections, which a good server does soon; it is then started again,
# until the clients are done.
#
# Fails when a client fails or gets another body, when the attack did not reach its number of connections, when the server keeps
# descriptors after it, and when the percentile is beyond three times the quiet one because of the server.
#
# slowhttptest takes CPU time from the machine that the clients and the server share. So as many clients ask a second server, which is
# not under attack, at the same time: "control" is their 99th percentile. A server that is held up by slow clients differs from it; where
# both are late the machine is, and nothing is decided: exit status 3, to be repeated on a machine with more or idler processors.
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
dd if=/dev/zero of="$work/www/middle.bin" bs=1024 count=256 2>/dev/null
"$JAVA_HOME/bin/javac" -cp "$path" -d "$work/classes" "$here/slowhttp/"*.java
control=$((port + 1))
for each in "$port" "$control"; do
  "$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -Djdk.trackAllThreads=false \
    -Xmx512m -cp "$path$work/classes" AttackedServer "$each" "$work/www" >"$work/server.$each.log" 2>&1 &
  servers="$servers $!"
  [ "$each" != "$port" ] || attacked=$!
  until grep -qs serving "$work/server.$each.log"; do kill -0 $!; sleep 0.2; done
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

# attack OPTIONS: attacks, again and again, while there is a file "attacking"; each time writes what it has seen, second by second.
attack() {
  round=0
  while [ -e "$work/attacking" ]; do
    round=$((round + 1))
    timeout $((seconds + 20)) slowhttptest -c "$connections" -r 500 -l $((seconds + 3)) -p 3 -g -o "$work/$mode.$round" "$@" >>"$work/$mode.log" 2>&1 || true
    sleep 0.2
  done
  touch "$work/ended"
}
# Ends the attack of this process. The last one is to end by itself, because it writes down then what it has seen.
end_attack() {
  rm -f "$work/attacking"
  for _ in $(seq 10); do
    [ ! -e "$work/ended" ] || break
    sleep 1
  done
  pkill -P "$1" 2>/dev/null || true
  wait "$1" || true
}

visitors >/dev/null # until the compilers have finished
before=$(descriptors)
undecided=0
quiet=
failed=0
printf '%-14s %9s %9s %11s %11s %7s %11s %7s\n' mode requests failures 'median us' 'p99 us' ratio 'control us' ratio
for mode in quiet headers body range read; do
  case $mode in
    quiet) options= ;;
    headers) options="-H -i 5 -x 24 -u http://127.0.0.1:$port/page.txt" ;;
    body) options="-B -i 5 -s 8192 -u http://127.0.0.1:$port/echo" ;;
    range) options="-R -t GET -a 5 -b 2000 -u http://127.0.0.1:$port/middle.bin" ;;
    read) options="-X -w 512 -y 1024 -n 5 -z 32 -k 3 -u http://127.0.0.1:$port/large.bin" ;;
  esac
  attacker=
  if [ -n "$options" ]; then
    rm -f "$work/ended"
    touch "$work/attacking"
    # shellcheck disable=SC2086 # several words
    attack $options &
    attacker=$!
  fi
  figures=$(visitors)
  [ -z "$attacker" ] || end_attack "$attacker"
  # The most connections of one round, open or closed again. A request with ranges is answered before the next connection is made, and
  # slowhttptest ends when it has none: all rounds together count there, and one a second is enough.
  needed=$((connections * 9 / 10))
  [ "$mode" != range ] || needed=$seconds
  reached=$(awk -F, -v all="$([ "$mode" != range ] || echo 1)" '
    function round() { if (all) sum += most; else if (most > sum) sum = most; most = 0 }
    FNR == 1 { round() } FNR > 1 && $2 + $3 + $4 > most { most = $2 + $3 + $4 }
    END { round(); print sum + 0 }' "$work/$mode".*.csv /dev/null 2>/dev/null || true)
  reached=${reached:-0}
  # shellcheck disable=SC2086 # eight words
  set -- $figures
  quiet=${quiet:-$4}
  ratio=$(awk "BEGIN { printf \"%.2f\", $4 / ($quiet > 0 ? $quiet : 1) }")
  beside=$(awk "BEGIN { printf \"%.2f\", $4 / ($8 > 0 ? $8 : 1) }")
  printf '%-14s %9s %9s %11s %11s %7s %11s %7s\n' "$mode" "$1" "$2" "$3" "$4" "$ratio" "$8" "$beside"
  if [ "$1" -eq 0 ] || [ "$2" -ne 0 ]; then
    echo "slowhttp.sh: $mode: $1 requests and $2 failures of clients that behave" >&2
    failed=1
  fi
  if [ "$5" -eq 0 ] || [ "$6" -ne 0 ]; then
    echo "slowhttp.sh: $mode: $5 requests and $6 failures at the server that is left alone" >&2
    failed=1
  fi
  if [ -n "$options" ] && [ "$reached" -lt "$needed" ]; then
    echo "slowhttp.sh: $mode: the attack had $reached of $connections connections" >&2
    tail -n 30 "$work/$mode.log" >&2
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
