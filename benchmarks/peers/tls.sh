#!/bin/sh
# tls.sh: TLS 1.3 echo servers beside each other: Netty on epoll with BoringSSL, Weft on epoll with BoringSSL and with the JDK's engine,
# Netty with the JDK's engine, Go. Messages of 64 bytes and of 16 KiB, connections with full and with resumed handshakes; EC certificate.
# All servers stay up with one thread each on core 0, the load has core 1; short windows by turns. CPU of the server, and its ratio to
# the first server in the same round. NAMES="netty-boringssl weft-boringssl" picks some. ROUNDS=5 DUR=1 WARM=5 from the environment:
# about four minutes.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$here/../..
names=${NAMES:-netty-boringssl weft-boringssl weft-jdk netty-jdk go}
JAVA_HOME=$(sh "$root/build-tools/find-jdk.sh")
"$root/weft" --version >/dev/null # builds it if need be, before the clock starts
core=$(grep '/weft-core-[^/]*$' "$root/cli/target/quick/parts")
work=$(mktemp -d)
pids=
trap '[ -z "$pids" ] || kill $pids 2>/dev/null || true; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

version() { sed -n "s:.*<$1>\(.*\)</$1>.*:\1:p" "$root/pom.xml" "$root/core/pom.xml" | head -1; }
cat >"$work/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>dev.weft</groupId><artifactId>tls</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>io.netty</groupId><artifactId>netty-handler</artifactId><version>$(version netty.version)</version></dependency>
    <dependency>
      <groupId>io.netty</groupId><artifactId>netty-transport-native-epoll</artifactId><version>$(version netty.version)</version>
      <classifier>linux-$(uname -m | sed 's/aarch64/aarch_64/')</classifier>
    </dependency>
    <dependency>
      <groupId>io.netty</groupId><artifactId>netty-tcnative-boringssl-static</artifactId><version>$(version netty-tcnative.version)</version>
    </dependency>
  </dependencies>
</project>
POM
"$root/mvnw" -q -B -ntp -f "$work/pom.xml" dependency:build-classpath -Dmdep.outputFile="$work/netty"
path=$core:$(cat "$work/netty"):$work
"$JAVA_HOME/bin/javac" -cp "$path" -d "$work" "$here"/tls/*.java
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
case " $names " in *" go "*)
  GOCACHE="${GOCACHE:-${TMPDIR:-/tmp}/weft-peers/gocache}" GO111MODULE=off "${GO:-go}" build -o "$work/go" "$here/tls/server.go" ;;
esac

java() { # CORE ARGUMENT...
  cpu=$1
  shift
  exec taskset -c "$cpu" "$JAVA_HOME/bin/java" --add-opens java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -Xms128m -Xmx384m \
    -XX:ActiveProcessorCount=1 -Djdk.trackAllThreads=false -Dweft.procs=1 -cp "$path" "$@"
}
port=${PORT:-22600}
servers=
for name in $names; do
  port=$((port + 1))
  : >"$work/$name.log"
  case $name in
    weft-*) (java 0 WeftTls "$port" "${name#weft-}" "$work" >"$work/$name.log" 2>&1) & ;;
    netty-*) (java 0 NettyTls "$port" "${name#netty-}" "$work" >"$work/$name.log" 2>&1) & ;;
    go) (GOMAXPROCS=1 exec taskset -c 0 "$work/go" "$port" "$work" >"$work/$name.log" 2>&1) & ;;
  esac
  server=$!
  pids="$pids $server"
  servers="$servers $name $port $server"
  until grep -q serving "$work/$name.log"; do kill -0 $server 2>/dev/null || { cat "$work/$name.log"; exit 1; }; sleep 0.1; done
done
# shellcheck disable=SC2086 # each is a word of its own
(java 1 TlsLoad "$work/cert.pem" "${DUR:-1}" "${ROUNDS:-5}" "${WARM:-5}" $servers)
