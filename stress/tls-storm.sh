#!/bin/bash
# tls-storm.sh [ENGINE...]: how long exchanges over open connections of TLS take while many clients connect, with --tls-max-handshakes 1 and without, by
# turns in one run (boringssl jdk). CLIENTS (32) connect all the time to weft proxy, each with a full handshake and an RSA key of 4096 bits, which costs
# the server much more than the clients. SECONDS_EACH (4) and ROUNDS (3). Prints figures; judges none.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
[ $# -gt 0 ] || set -- boringssl jdk
port=${PORT:-18600}
. "$here/tls-common.sh"
compile tlsstorm/Storm.java
certificate rsa:4096 "$work/key.pem" "$work/cert.pem" localhost

start target "$weft" serve --echo "127.0.0.1:$port"
for engine in "$@"; do
  servers=
  for limit in 0 1; do
    port=$((port + 1))
    start "$engine-$limit" "$weft" proxy --tls-provider "$engine" --tls-max-handshakes $limit --tls-handshake-timeout 30s \
      --tls-cert "$work/cert.pem" --tls-key "$work/key.pem" "127.0.0.1:$port" "127.0.0.1:${PORT:-18600}"
    servers="$servers limit-$limit localhost:$port"
  done
  echo "$engine:"
  # shellcheck disable=SC2086 # names and addresses are words
  timeout 280 "${java[@]}" -Xmx512m Storm "$work/cert.pem" "${CLIENTS:-32}" "${SECONDS_EACH:-4}" "${ROUNDS:-3}" $servers
done
