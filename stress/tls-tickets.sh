#!/bin/bash
# tls-tickets.sh: two servers with BoringSSL share ticket keys in a file. 200 clients (CLIENTS) reconnect all at once, each to the server that
# it was not connected to before; prints how many sessions were resumed before, during and after a rotation of the keys (99 % at least), and
# with keys that are not shared, and whether openssl s_client takes its session from one server to the other.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
count=${CLIENTS:-200}
port=${PORT:-18400}
. "$here/tls-common.sh"
compile tlstickets/Reconnecting.java
certificate ec "$work/key.pem" "$work/cert.pem" localhost
failed=0

# Unix sockets for the clients: they keep sessions by name and port, and would have none for the other port.
serve() { # serve NAME PORT KEYS
  start "$1" "$weft" serve --echo "unix:$work/$1.sock" --http "127.0.0.1:$2" \
    --tls-cert "$work/cert.pem" --tls-key "$work/key.pem" --tls-ticket-keys "$3"
}

clients() { # clients NAME NAME: reconnect for each line on descriptor 7
  rm -f "$work/lines"
  : >"$work/clients.log"
  mkfifo "$work/lines"
  "${java[@]}" -Xmx512m Reconnecting "$work/cert.pem" "$count" "$work/$1.sock" "$work/$2.sock" \
    <"$work/lines" >"$work/clients.log" 2>"$work/errors.log" &
  pids="$pids $!"
  exec 7>"$work/lines"
  await ready
}

await() { # await WORD [COUNT]: until that many lines begin with it
  until [ "$(grep -c "^$1 \|^$1\$" "$work/clients.log")" -ge "${2:-1}" ]; do sleep 0.1; done
}

verdict() { # verdict WORD PERCENT: whether at least as many were resumed in each of its rounds
  while read -r _ _ resumed _ all _ lost; do
    good=good
    [ $((resumed * 100)) -ge $((all * $2)) ] && [ "$lost" = 0 ] || { good="NOT GOOD"; failed=1; }
    echo "$1: $good: resumed $resumed of $all, failed $lost"
  done < <(grep "^$1 " "$work/clients.log")
}

"$weft" tls-keys new "$work/keys"
serve one "$port" "$work/keys"
serve two "$((port + 1))" "$work/keys"
clients one two
echo first >&7
await first
for _ in 1 2 3; do echo before; done >&7
await before 3
for _ in 1 2 3 4 5; do echo during; done >&7
"$weft" tls-keys rotate "$work/keys"
await during 5
sleep 3 # both servers have noticed the rotation
for _ in 1 2 3; do echo after; done >&7
await after 3
exec 7>&-
verdict before 99
verdict during 99
verdict after 99
grep -h rotat "$work/one.log" "$work/two.log" || true

connect() { # connect PORT OPTION...: one connection of openssl; prints New or Reused
  { echo hello; sleep 1; } | openssl s_client -connect "127.0.0.1:$1" -servername localhost -CAfile "$work/cert.pem" "${@:2}" 2>/dev/null |
    sed -n 's/^\(New\|Reused\), .*/\1/p' | head -n 1
}
for version in tls1_2 tls1_3; do
  made=$(connect "$port" "-$version" -sess_out "$work/session")
  other=$(connect "$((port + 1))" "-$version" -sess_in "$work/session" -sess_out "$work/session")
  "$weft" tls-keys rotate "$work/keys" >"$work/rotate.log"
  sleep 3
  rotated=$(connect "$port" "-$version" -sess_in "$work/session")
  good=good
  [ "$made $other $rotated" = "New Reused Reused" ] || { good="NOT GOOD"; failed=1; }
  echo "openssl $version: $good: one server $made, the other $other, after a rotation $rotated"
done

"$weft" tls-keys new "$work/others" >"$work/others.log"
serve alone "$((port + 2))" "$work/others"
clients one alone
echo begin >&7
await begin
echo apart >&7
await apart
exec 7>&-
resumed=$(sed -n 's/^apart resumed \([0-9]*\) .*/\1/p' "$work/clients.log")
[ "$resumed" = 0 ] && echo "apart: good: resumed 0 with keys that are not shared" || { echo "apart: NOT GOOD: resumed $resumed"; failed=1; }
exit $failed
