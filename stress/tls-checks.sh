#!/bin/bash
# tls-checks.sh [ENGINE...]: what servers of Weft, weft proxy and weft serve --http, refuse and accept, asked by openssl (jdk boringssl): versions, weak
# cipher suites, groups and signatures, renegotiation, compression, heartbeats, early data, resumption, names, ALPN, plaintext, streams cut off by the
# client; and that a client does not take a truncated stream for a whole one. A line for each; 1 if one is wrong.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
[ $# -gt 0 ] || set -- jdk boringssl
. "$here/tls-common.sh"
port=${PORT:-18500}
target=$((port + 1))
truncating=$((port + 2))
serving=$((port + 3))
proxying=$port
failed=0
for name in a b; do
  certificate ec "$work/$name.key" "$work/$name.pem" "$name.test" localhost
done

ask() { # ask INPUT OPTION...: a connection of openssl, all that it says
  input=$1
  shift
  { printf '%s' "$input"; sleep 1; } |
    timeout 30 openssl s_client -connect "127.0.0.1:$port" -servername a.test "$@" 2>&1 || true
}

expect() { # expect NAME PATTERN TEXT
  if grep -q -- "$2" <<<"$3"; then
    echo "$engine, $server: ok   $1"
  else
    failed=1
    echo "$engine, $server: FAIL $1, expected \"$2\" in: $(tail -n 3 <<<"$3" | tr '\n' ' ')"
  fi
}

# A connection without a cipher suite or a certificate has not come about.
refused="no peer certificate available"

checks() { # of the server at $port
  # openssl itself no longer speaks SSL 3: a ClientHello of its own, for TLS_RSA_WITH_AES_128_CBC_SHA. The answer is an alert, or nothing.
  hello='\x16\x03\x00\x00\x2d\x01\x00\x00\x29\x03\x00aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\x00\x00\x02\x00\x2f\x01\x00'
  expect "SSL 3 is refused" '^\(15\|\)$' "$(raw "$hello")"
  for version in tls1 tls1_1; do
    expect "$version is refused" "$refused" "$(ask '' -$version -cipher DEFAULT@SECLEVEL=0)"
  done
  for version in tls1_2 tls1_3; do
    expect "$version is accepted" '^New, TLSv1' "$(ask '' -$version)"
  done

  for suites in aNULL eNULL RC4 DES 3DES SEED IDEA CAMELLIA PSK MD5 kRSA; do
    if [ -n "$(openssl ciphers -s -tls1_2 "$suites:@SECLEVEL=0" 2>/dev/null)" ]; then
      expect "cipher suites $suites are refused" "$refused" "$(ask '' -tls1_2 -cipher "$suites:@SECLEVEL=0")"
    else
      echo "$engine, $server: skip cipher suites $suites: openssl has none"
    fi
  done

  expect "compression is off" '^Compression: NONE' "$(ask '' -tls1_2)"
  expect "renegotiation is refused" 'error:\|no renegotiation\|alert\|errno\|^closed' "$(ask $'R\n' -tls1_2 | sed -n '/RENEGOTIATING/,$p')"

  # With something to answer: BoringSSL sends tickets together with the first bytes.
  ask $'hello\n' -tls1_3 -sess_out "$work/session" >/dev/null
  echo early >"$work/early"
  expect "early data is refused" 'Early data was \(not sent\|rejected\)' "$(ask '' -tls1_3 -sess_in "$work/session" -early_data "$work/early")"
  expect "the session is resumed" '^Reused, ' "$(ask '' -tls1_3 -sess_in "$work/session")"
  ask $'hello\n' -tls1_2 -sess_out "$work/session" >/dev/null
  expect "the session of TLS 1.2 is resumed" '^Reused, ' "$(ask '' -tls1_2 -sess_in "$work/session")"

  expect "secure renegotiation is told of" '^Secure Renegotiation IS supported' "$(ask '' -tls1_2)"
  expect "the keys are of this connection only" '^Server Temp Key: ' "$(ask '' -tls1_2)"
  expect "weak groups are refused" "$refused" "$(ask '' -tls1_2 -cipher 'ECDHE:@SECLEVEL=0' -curves secp224r1)"
  case $engine in
    jdk) signed=$refused ;;
    *) signed='^New, TLSv1.2' ;; # BoringSSL makes them for clients of TLS 1.2 that know no others, and netty cannot tell it otherwise
  esac
  expect "signatures with SHA-1 are refused, or as the engine has it" "$signed" "$(ask '' -tls1_2 -cipher DEFAULT@SECLEVEL=0 -sigalgs ECDSA+SHA1:RSA+SHA1)"
  case $(ask '' -tls1_2 -cipher 'DHE:@SECLEVEL=0') in
    *"Server Temp Key: DH, "[1-9][0-9][0-9]" bits"* | *"Server Temp Key: DH, 1"[0-9][0-9][0-9]" bits"*) dh=weak ;;
    *) dh=refused ;; # or with a group of 2048 bits or more
  esac
  expect "weak groups of Diffie-Hellman are refused" refused $dh

  # Heartbeats (RFC 6520) are records of type 24, one of which asks for more than it has.
  case $(ask '' -tls1_2 -tlsextdebug) in *heartbeat*) heartbeat=offered ;; *) heartbeat=refused ;; esac
  expect "heartbeats are not offered" refused $heartbeat
  expect "a heartbeat in place of a hello is refused" '^\(15\|\)$' "$(raw '\x18\x03\x02\x00\x03\x01\x40\x00')"
  expect "plaintext is refused at once, by a server of HTTP with an answer" '^\(48\|\)$' "$(raw 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')"
  expect "a record that is too long is refused at once" '^\(15\|\)$' "$(raw '\x16\x03\x01\xff\xff\x01\x00\x00\x00')"

  # Cut off in the hello, and behind the handshake without close_notify: the server goes on.
  raw '\x16\x03\x01\x02\x00\x01' 1 >"$work/cut"
  for version in tls1_2 tls1_3; do
    mkfifo "$work/cut-off"
    timeout 30 openssl s_client -connect "127.0.0.1:$port" -servername a.test -$version <"$work/cut-off" >"$work/cut" 2>&1 &
    cutting=$!
    exec 8>"$work/cut-off"
    printf 'POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100\r\n\r\nhalf' >&8
    until grep -q "^New, \|^Reused, " "$work/cut"; do kill -0 $cutting || break; sleep 0.1; done
    kill -9 $cutting
    wait $cutting 2>"$work/killed.log" || true # not to have it told of
    exec 8>&-
    rm "$work/cut-off"
    expect "it serves on after a stream of $version was cut off" '^New, TLSv1' "$(ask '' -$version)"
  done
}

raw() { # raw BYTES [SECONDS]: sends them as they are; the type of the first record of the answer, 15 for an alert, or nothing at the end
  local answer
  exec 5<>"/dev/tcp/127.0.0.1/$port"
  printf "$1" >&5
  answer=$(timeout "${2:-5}" head -c 1 <&5 | od -An -tx1 | tr -d ' '; [ "${PIPESTATUS[0]}" != 124 ] || printf waits)
  exec 5>&-
  echo "$answer"
}

for engine in "$@"; do
  start target "$weft" serve --echo "127.0.0.1:$target"
  start proxy "$weft" proxy --tls-provider "$engine" --tls-cert "$work/a.pem" --tls-key "$work/a.key" --tls-cert "$work/b.pem" --tls-key "$work/b.key" \
    --tls-strict-sni --tls-alpn http/1.1 "127.0.0.1:$port" "127.0.0.1:$target"
  start serve "$weft" serve --http "127.0.0.1:$serving" --tls-provider "$engine" --tls-cert "$work/a.pem" --tls-key "$work/a.key"

  server=serve
  port=$serving
  checks
  server=proxy
  port=$proxying
  checks
  expect "the name chooses the certificate" 'subject=CN = b.test' "$(ask '' -servername b.test)"
  expect "an unknown name is refused" 'unrecognized name\|unrecognized_name\|alert number 112' "$(ask '' -servername c.test)"

  expect "ALPN is agreed on" 'ALPN protocol: http/1.1' "$(ask '' -alpn h2,http/1.1)"
  case $engine in
    jdk) mismatch='alert number 120\|no application protocol' ;;
    *) mismatch='No ALPN negotiated' ;; # BoringSSL, as netty uses it, goes on without a protocol
  esac
  expect "no protocol is agreed on that only one side knows" "$mismatch" "$(ask '' -alpn h2)"

  # The server dies with the connection open, behind an answer without a length.
  mkfifo "$work/answer"
  exec 6<>"$work/answer" # both ways, so that opening does not wait
  start truncating openssl s_server -accept "127.0.0.1:$truncating" -cert "$work/a.pem" -key "$work/a.key" <"$work/answer"
  WEFT_JAVA_OPTS="-Xmx256m -Dweft.tls.provider=$engine" timeout 60 "$weft" get --ca "$work/a.pem" "https://localhost:$truncating/" >"$work/got" 2>&1 &
  getting=$!
  until grep -q "GET /" "$work/truncating.log"; do kill -0 "$getting" || break; sleep 0.1; done
  printf 'HTTP/1.1 200 OK\r\n\r\nhalf' >&6
  sleep 1
  kill -9 "$last"
  wait "$last" 2>"$work/killed.log" || true # not to have it told of
  status=0
  wait "$getting" || status=$?
  exec 6>&-
  rm "$work/answer"
  expect "a truncated stream is an error" 'without close_notify' "$(cat "$work/got")"
  [ "$status" != 0 ] || { failed=1; echo "$engine, $server: FAIL a truncated stream ends weft get with 0"; }

  # shellcheck disable=SC2086 # several numbers
  kill $pids 2>/dev/null || true
  # shellcheck disable=SC2086
  wait $pids 2>/dev/null || true
  pids=
done
exit $failed
