#!/bin/sh
# files.sh [NAME...]: random 4 KiB reads of a file by 64 goroutines, interleaved, in one run.
# NAMEs: weft-io_uring, weft-epoll, jdk (virtual threads and FileChannel). Needs dd, which drops the file from the page cache.
# ROUNDS=3 DUR=4 WARM=4 CASES="warm cold" MEBIBYTES=4096 from the environment; a cold run should read less than the file.
# Each line: name, case, round, reads a second; then medians, and their ratios to the last NAME.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$here/../..
[ $# -gt 0 ] || set -- weft-io_uring weft-epoll jdk
OUT=${OUT:-${TMPDIR:-/tmp}/weft-peers}
mkdir -p "$OUT"
(cd "$root" && ./mvnw -q -Pbenchmarks -pl core,benchmarks -DskipTests compile)
JAVA_HOME=$(sh "$root/build-tools/find-jdk.sh")

file=$OUT/blocks
size=${MEBIBYTES:-4096}
[ "$(stat -c %s "$file" 2>/dev/null || echo 0)" = $((size * 1048576)) ] ||
  dd if=/dev/urandom of="$file" bs=1M count="$size" conv=fdatasync status=none

raw=$OUT/files-results.txt
: >"$raw"
for round in $(seq "${ROUNDS:-3}"); do
  for case in ${CASES:-warm cold}; do
    for name in "$@"; do
      poller=${name#weft-}
      [ "$name" = jdk ] && poller=auto
      line="$name $case $round $("$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED \
        -Djdk.trackAllThreads=false -XX:+UseCompactObjectHeaders -Dweft.poller="$poller" \
        -cp "$root/core/target/classes:$root/benchmarks/target/classes" dev.weft.benchmarks.RandomReads \
        "${name%%-*}" "$file" "${WARM:-4}" "${DUR:-4}" "$case")"
      echo "$line" | tee -a "$raw"
    done
  done
done
awk -v base="$(eval echo "\${$#}")" '
function median(list,    a, n, i, j, t) {
  n = split(list, a, " ")
  for (i = 2; i <= n; i++) for (j = i; j > 1 && a[j] + 0 < a[j - 1] + 0; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
  return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
}
{ key = $2 " " $1; if (!(key in seen)) { seen[key] = 1; keys[++n] = key }
  split($4, kv, "="); v[key] = v[key] " " kv[2] }
END { printf "\n%-24s %12s %8s\n", "medians", "reads/s", "to " base
  for (k = 1; k <= n; k++) { split(keys[k], part, " ")
    printf "%-24s %12.0f %8.2f\n", keys[k], median(v[keys[k]]), median(v[keys[k]]) / median(v[part[1] " " base]) } }' "$raw"
