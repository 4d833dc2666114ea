#!/bin/sh
# peers.sh [POLLER...]: Weft in conversation with nc and socat (half-close over TCP and Unix sockets, both ways), dig (UDP), redis-benchmark
# (sockets of Weft's factories), and psql and pgbench (Copy.duplex between TCP and the Unix socket of a PostgreSQL server), over each
# poller (epoll io_uring selector). What is missing is skipped; Debian has them in netcat-openbsd, socat, bind9-dnsutils, redis-tools and
# postgresql. TcpInfoTest compares with ss, and the module interop has drivers of PostgreSQL and Redis.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
[ $# -gt 0 ] || set -- epoll io_uring selector
JAVA_HOME=$(sh "$here/../build-tools/find-jdk.sh")
if [ -z "${WEFT_CLASSES:-}" ]; then # otherwise compiled classes of the core
  "$here/../weft" --version >/dev/null # builds it if need be
  WEFT_CLASSES=$(grep '/weft-core-[^/]*$' "$here/../cli/target/quick/parts")
fi
work=$(mktemp -d)
pids=
if [ "$(id -u)" = 0 ]; then as_user='runuser -u nobody --'; else as_user=; fi # PostgreSQL refuses to run as root
stop_postgres() { [ ! -d "$work/pg/data" ] || $as_user pg_ctl -s -m immediate -D "$work/pg/data" stop || true; }
# shellcheck disable=SC2086 # several numbers
trap 'stop_postgres; [ -z "$pids" ] || kill $pids 2>/dev/null || true; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
"$JAVA_HOME/bin/javac" -cp "$WEFT_CLASSES" -d "$work" "$here/peers/RealPeers.java"
weft() {
  exec timeout 120 "$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -Xmx256m \
    -Dweft.poller="$poller" -cp "$WEFT_CLASSES:$work" RealPeers "$@"
}
pg_bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)
[ -z "$pg_bin" ] || PATH=$PATH:$pg_bin
start_postgres() { # in "$work/pg", with a Unix socket alone
  mkdir "$work/pg"
  chmod 755 "$work"
  [ -z "$as_user" ] || chown nobody "$work/pg"
  $as_user initdb -D "$work/pg/data" -U postgres --auth=trust >/dev/null
  $as_user pg_ctl -s -w -D "$work/pg/data" -l "$work/pg/log" -o "-c listen_addresses= -k $work/pg -c fsync=off" start
  pgbench -q -i -h "$work/pg" -U postgres postgres 2>/dev/null
}
[ -z "$pg_bin" ] || start_postgres
failed=0
check() { # TOOL NAME EXPECTED COMMAND...
  tool=$1 name=$2 expected=$3
  shift 3
  if ! command -v "$tool" >/dev/null; then
    echo "skip $name: no $tool"
    return
  fi
  answer=$("$@" 2>"$work/error" | tr '\r' '\n' | grep . | tail -1) || true
  case $answer in
    $expected) echo "ok   $name: $answer" ;;
    *) echo "FAIL $name: $answer $(cat "$work/error")"; failed=1 ;;
  esac
}
count_nc() { head -c 1000000 /dev/zero | timeout 20 nc -N "$@"; }
count_socat() { head -c 1000000 /dev/zero | timeout 20 socat -t 10 - "$1"; }
load_pgbench() { timeout 60 pgbench -h 127.0.0.1 -p "$1" -U postgres -c 16 -j 2 -t 500 postgres | grep processed; }
copy_out() { timeout 60 psql -h "$1" -p "${2:-5432}" -U postgres -c "copy (select n, repeat(md5(n::text), 30) from generate_series(1, 50000) n) to stdout" postgres | cksum; }
copy_in() {
  seq 200000 | timeout 60 psql -q -h 127.0.0.1 -p "$1" -U postgres -c "drop table if exists rows" -c "create table rows (n int)" \
    -c "copy rows from stdin" -c "select 'sum ' || sum(n) from rows" -t postgres
}
ask() { (weft ask "$@"); }
for poller in "$@"; do
  echo "$poller:"
  rm -f "$work/count.sock"
  (weft serve "$work" "$work/pg/.s.PGSQL.5432" >"$work/ports") &
  pids="$pids $!"
  until [ -s "$work/ports" ]; do kill -0 $!; sleep 0.1; done
  read -r tcp names store forward <"$work/ports"
  check nc "nc half-closes, TCP" "1000000 bytes" count_nc 127.0.0.1 "$tcp"
  check nc "nc half-closes, Unix socket" "1000000 bytes" count_nc -U "$work/count.sock"
  check socat "socat half-closes, TCP" "1000000 bytes" count_socat "TCP:127.0.0.1:$tcp"
  check socat "socat half-closes, Unix socket" "1000000 bytes" count_socat "UNIX-CONNECT:$work/count.sock"
  if command -v socat >/dev/null; then
    socat "UNIX-LISTEN:$work/wc.sock" EXEC:"wc -c" &
    pids="$pids $!"
    until [ -S "$work/wc.sock" ]; do sleep 0.1; done
  fi
  check socat "Weft half-closes, Unix socket" 11 ask unix "$work/wc.sock" "how many am"
  check dig "dig asks" 192.0.2.1 dig +short +time=5 +tries=1 -p "$names" @127.0.0.1 weft.example
  check redis-benchmark "redis-benchmark over a factory's sockets" "*requests per second*" \
    redis-benchmark -p "$store" -t ping_mbulk,set,get -n 20000 -c 20 -q
  if [ -d "$work/pg" ]; then
    check pgbench "pgbench through Weft" "*8000/8000" load_pgbench "$forward"
    check psql "psql reads 48 MB through Weft" "$(copy_out "$work/pg")" copy_out 127.0.0.1 "$forward"
    check psql "psql writes through Weft" "*sum 20000100000" copy_in "$forward"
  else
    echo "skip psql and pgbench: no PostgreSQL server"
  fi
  : >"$work/ports"
done
exit $failed
