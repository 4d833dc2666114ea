#!/bin/sh
# clients.sh: what a request costs the client, in CPU time of its process: Weft's HttpClient, the JDK's, and Apache HttpClient 5, by turns
# against one server of Weft. CALLERS=64 REQUESTS=100000 ROUNDS=3 from the environment.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$here/../..
port=${PORT:-18098}
JAVA_HOME=$(sh "$root/build-tools/find-jdk.sh")
"$root/weft" --version >/dev/null # builds it if need be, before the clock starts
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

path=$(grep -e '/weft-core-[^/]*$' -e '/weft-http-[^/]*$' "$root/cli/target/quick/parts" | tr '\n' ':')
# Apache's client is a library of the interoperability tests.
version=$(sed -n 's:.*<httpclient.version>\(.*\)</httpclient.version>.*:\1:p' "$root/interop/pom.xml" "$root/pom.xml" | head -1)
cat >"$work/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>dev.weft</groupId><artifactId>clients</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies><dependency>
    <groupId>org.apache.httpcomponents.client5</groupId><artifactId>httpclient5</artifactId><version>$version</version>
  </dependency></dependencies>
</project>
POM
"$root/mvnw" -q -B -ntp -f "$work/pom.xml" dependency:build-classpath -Dmdep.outputFile="$work/apache"
path=$path$(cat "$work/apache")
"$JAVA_HOME/bin/javac" -cp "$path" -d "$work" "$here/clients/ClientCost.java"

"$root/weft" serve --http "127.0.0.1:$port" >"$work/server.log" 2>&1 &
server=$!
until grep -q scheduler "$work/server.log"; do kill -0 "$server"; sleep 0.2; done
for _ in $(seq "${ROUNDS:-3}"); do
  for client in weft jdk apache; do
    "$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -Djdk.trackAllThreads=false \
      -Xmx512m -cp "$path:$work" ClientCost "$client" "http://127.0.0.1:$port/" "${CALLERS:-64}" "${REQUESTS:-100000}" 2>"$work/error.log" ||
      { cat "$work/error.log"; exit 1; }
  done
done
