#!/bin/sh
# netfaults.sh [POLLER...]: what Weft does when the network or the disk fails, over each poller (epoll io_uring selector): a link that
# loses, delays and reorders packets, a peer behind a black hole, a small MTU, no local port left, no space left for Copy; on loopback, resets in the
# middle of a copy, a peer that stops reading, one byte at a time, no descriptor left. TLS over the same link, with the engine of the JDK and, if it
# is on the path, BoringSSL: every byte is compared, handshakes end in time. Afterwards descriptors and goroutines are as before.
# Makes network namespaces and a small tmpfs, and so runs as root; needs ip (Debian: iproute2), openssl, gcc and /dev/net/tun.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
[ $# -gt 0 ] || set -- epoll io_uring selector
for tool in ip gcc openssl; do
  command -v $tool >/dev/null || { echo "netfaults.sh: $tool is missing; Debian has it in iproute2, gcc and openssl" >&2; exit 2; }
done
[ "$(id -u)" = 0 ] && [ -c /dev/net/tun ] || { echo "netfaults.sh: needs root and /dev/net/tun" >&2; exit 2; }
JAVA_HOME=$(sh "$here/../build-tools/find-jdk.sh")
if [ -z "${WEFT_CLASSES:-}" ]; then # otherwise compiled classes of the core, and netty's jars for BoringSSL
  "$here/../weft" --version >/dev/null # builds it if need be
  WEFT_CLASSES=$(grep -E '/(weft-core|netty)-[^/]*$' "$here/../cli/target/quick/parts" | paste -s -d :)
fi
work=$(mktemp -d)
near=weft-near-$$
far=weft-far-$$
pids=
clean() {
  # shellcheck disable=SC2086 # several numbers
  [ -z "$pids" ] || kill $pids 2>/dev/null || true
  umount "$work/disk" 2>/dev/null || true
  ip netns del $near 2>/dev/null || true
  ip netns del $far 2>/dev/null || true
  rm -rf "$work"
}
trap clean EXIT
trap 'exit 1' INT TERM
mkdir "$work/classes" "$work/disk"
gcc -O2 -o "$work/wire" "$here/netfaults/wire.c"
"$JAVA_HOME/bin/javac" -cp "$WEFT_CLASSES" -d "$work/classes" "$here"/netfaults/*.java
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -keyout "$work/key.pem" -out "$work/cert.pem" \
  -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>"$work/openssl.log"
mount -t tmpfs -o size=1m weft "$work/disk"

ip netns add $near
ip netns add $far
mkfifo "$work/fifo" "$work/answers"
"$work/wire" $near $far "$work/fifo" "$work/answers" &
pids=$!
address=1
for netns in $near $far; do
  until ip -n $netns link show wire0 >/dev/null 2>&1; do kill -0 $pids; sleep 0.1; done
  ip -n $netns addr add 10.77.0.$address/24 dev wire0
  ip -n $netns link set wire0 mtu 600 up
  ip -n $netns link set lo up
  address=$((address + 1))
done
ip netns exec $near sh -c 'echo 40000 40199 >/proc/sys/net/ipv4/ip_local_port_range'

java() {
  netns=$1
  poller=$2
  shift 2
  ulimit -n 4096 # so that one case can use them all up
  exec ip netns exec "$netns" timeout 500 "$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED \
    --enable-native-access=ALL-UNNAMED -Xmx256m -Dweft.poller="$poller" -cp "$WEFT_CLASSES:$work/classes" NetFaults "$@"
}
(java $far epoll serve 10.77.0.2 "$work" >"$work/serving") &
pids="$pids $!"
until grep -q serving "$work/serving"; do sleep 0.1; done
failed=0
for poller in "$@"; do
  echo "$poller:"
  (java $near "$poller" "$work/fifo" "$work/answers" 10.77.0.2 "$work" "$work/disk") || failed=1
done
exit $failed
