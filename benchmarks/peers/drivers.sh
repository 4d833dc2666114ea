#!/bin/sh
# drivers.sh [jdbc|jedis...]: queries of PostgreSQL's JDBC driver and commands of Jedis for a second of CPU time of the client's process: over
# Weft's sockets in goroutines, and over the JDK's in the JDK's virtual threads, by turns. About a minute and a half for both.
# CALLERS=16 CALLS=100000 ROUNDS=3 from the environment. Starts its own servers, those of the interoperability tests.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$here/../..
[ $# -gt 0 ] || set -- jdbc jedis
JAVA_HOME=$(sh "$root/build-tools/find-jdk.sh")
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || { kill "$server"; wait "$server" || true; } 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
(cd "$root" && ./mvnw -q -B -ntp compile dependency:build-classpath -pl interop -am -Dmdep.outputFile="$work/path")
path=$(cat "$work/path"):$work
"$JAVA_HOME/bin/javac" -cp "$path" -d "$work" "$here/drivers/DriverCost.java"
"$JAVA_HOME/bin/java" -cp "$path" DriverCost serve "$work/ports" >"$work/server.log" 2>&1 &
server=$!
until [ -s "$work/ports" ]; do kill -0 "$server" || { cat "$work/server.log"; exit 1; }; sleep 0.2; done
read -r postgres redis <"$work/ports"
for driver in "$@"; do
  for round in $(seq "${ROUNDS:-3}"); do
    for sockets in weft jdk; do
      "$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -Djdk.trackAllThreads=false \
        -Xmx512m -cp "$path" DriverCost "$driver" $sockets "$([ "$driver" = jdbc ] && echo "$postgres" || echo "$redis")" \
        "${CALLERS:-16}" "${CALLS:-100000}" 2>"$work/error.log" >>"$work/results" || { cat "$work/error.log"; exit 1; }
      echo "round $round: $(tail -1 "$work/results" | sed 's/ \([0-9]*\) \([0-9]*\)$/ sockets: \1 calls per CPU second, \2 per second/')"
    done
  done
done
# The ratio of each round is that of two neighbours.
awk '{ if ($2 == "weft") weft = $3; else { r[$1] = r[$1] " " weft / $3 } }
END { for (d in r) { n = split(r[d], a, " ")
    for (i = 2; i <= n; i++) for (j = i; j > 1 && a[j] + 0 < a[j - 1] + 0; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
    printf "%s: %.2f times the calls per CPU second of the JDK'"'"'s sockets (%.2f to %.2f)\n", d, a[int((n + 1) / 2)], a[1], a[n] } }' "$work/results"
