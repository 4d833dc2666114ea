#!/bin/sh
# copy.sh [NAME...]: CPU seconds of a proxy for each GiB from socket to socket, interleaved, in one run.
# NAMEs: c (a program that splices), go (io.Copy), weft-POLLER (Copy.copy), buffer-POLLER (a loop of read and write). Needs gcc, and Go for go (GO=).
# ROUNDS=5 GIB=1 WARM=2 from the environment; WARM copies come before those that count. Each line: name, round, user, system and all CPU seconds per GiB; then medians.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
[ $# -gt 0 ] || set -- c go weft-epoll buffer-epoll weft-io_uring buffer-io_uring
JAVA_HOME=$(sh "$here/../../build-tools/find-jdk.sh")
OUT=${OUT:-${TMPDIR:-/tmp}/weft-peers}
mkdir -p "$OUT/copy-classes"
gcc -O2 -o "$OUT/bulk" "$here/copy/bulk.c"
case " $* " in *" go "*) GOCACHE=$OUT/gocache "${GO:-go}" build -o "$OUT/go-copy" "$here/copy/proxy.go" ;; esac
"$here/../../weft" --version >/dev/null # builds it if need be
core=$(ls "$here"/../../core/target/quick/weft-core-*.jar)
"$JAVA_HOME/bin/javac" -cp "$core" -d "$OUT/copy-classes" "$here/CopyProxy.java"
bytes=$((${GIB:-1} * 1024 * 1024 * 1024))
listens() { grep -q ":$(printf %04X "$1") 00000000:0000 0A" /proc/net/tcp /proc/net/tcp6; }
cpu() { awk '{ print $14, $15 }' "/proc/$1/stat"; }

sink=23000
"$OUT/bulk" sink $sink &
pids=$!
trap 'kill $pids 2>/dev/null || true' EXIT
port=$sink
for name in "$@"; do
  port=$((port + 1))
  case $name in
    c) "$OUT/bulk" splice $port $sink & ;;
    go) "$OUT/go-copy" $port $sink & ;;
    *) "$JAVA_HOME/bin/java" --add-opens java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -Xmx256m \
      -Djdk.trackAllThreads=false -Dweft.poller="${name#*-}" -cp "$core:$OUT/copy-classes" CopyProxy $port $sink \
      "$(case $name in buffer-*) echo buffer ;; *) echo copy ;; esac)" & ;;
  esac
  eval "pid_$port=$!"
  pids="$pids $!"
  until listens $port; do sleep 0.1; done
  for _ in $(seq "${WARM:-2}"); do "$OUT/bulk" source $port $bytes; done
done
raw=$OUT/copy-results.txt
: >"$raw"
for round in $(seq "${ROUNDS:-5}"); do
  port=$sink
  for name in "$@"; do
    port=$((port + 1))
    eval "pid=\$pid_$port"
    before=$(cpu "$pid")
    "$OUT/bulk" source $port $bytes
    echo "$name $round $before $(cpu "$pid")" |
      awk -v hz="$(getconf CLK_TCK)" -v gib="${GIB:-1}" \
        '{ u = ($5 - $3) / hz / gib; s = ($6 - $4) / hz / gib; print $1, $2, u, s, u + s }' | tee -a "$raw"
  done
done
awk '
{ if (!($1 in n)) names[++k] = $1; v[$1, ++n[$1]] = $5 }
END { for (i = 1; i <= k; i++) { m = names[i]
    for (a = 2; a <= n[m]; a++) for (b = a; b > 1 && v[m, b] < v[m, b - 1]; b--) { t = v[m, b]; v[m, b] = v[m, b - 1]; v[m, b - 1] = t }
    median = n[m] % 2 ? v[m, (n[m] + 1) / 2] : (v[m, n[m] / 2] + v[m, n[m] / 2 + 1]) / 2
    if (i == 1) first = median
    printf "%-16s %.3f s/GiB  %.2f of %s\n", m, median, median / first, names[1] } }' "$raw"
