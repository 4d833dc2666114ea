#!/bin/bash
# tls-checks.sh [ENGINE...]: what a server of Weft refuses and accepts, asked by openssl (jdk boringssl): versions, weak cipher suites, renegotiation,
# compression, early data, names, ALPN; and that a client does not take a truncated stream for a whole one. A line for each; 1 if one is wrong.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
weft=$here/../weft
[ $# -gt 0 ] || set -- jdk boringssl
port=${PORT:-18500}
target=$((port + 1))
truncating=$((port + 2))
"$weft" --version >/dev/null # builds it if need be
work=$(mktemp -d)
pids=
trap 'kill $pids 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
export WEFT_JAVA_OPTS="-Xmx256m"
failed=0
for name in a b; do
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -keyout "$work/$name.key" -out "$work/$name.pem" \
    -subj "/CN=$name.test" -addext "subjectAltName=DNS:$name.test,DNS:localhost" 2>"$work/openssl.log"
done

start() { # start NAME COMMAND...: in the background, until it has said where it listens
  name=$1
  shift
  : >"$work/$name.log"
  "$@" <&0 >"$work/$name.log" 2>&1 & # with the standard input, which the shell would take away
  last=$!
  pids="$pids $last"
  until grep -q "scheduler\|ACCEPT" "$work/$name.log"; do
    kill -0 "$last" || { cat "$work/$name.log"; exit 1; }
    sleep 0.1
  done
}

ask() { # ask INPUT OPTION...: a connection of openssl, all that it says
  input=$1
  shift
  { printf '%s' "$input"; sleep 1; } |
    timeout 30 openssl s_client -connect "127.0.0.1:$port" -servername a.test "$@" 2>&1 || true
}

expect() { # expect NAME PATTERN TEXT
  if grep -q -- "$2" <<<"$3"; then
    echo "$engine: ok   $1"
  else
    failed=1
    echo "$engine: FAIL $1, expected \"$2\" in: $(tail -n 3 <<<"$3" | tr '\n' ' ')"
  fi
}

# A connection without a cipher suite or a certificate has not come about.
refused="no peer certificate available"

for engine in "$@"; do
  start target "$weft" serve --echo "127.0.0.1:$target"
  start proxy "$weft" proxy --tls-provider "$engine" --tls-cert "$work/a.pem" --tls-key "$work/a.key" --tls-cert "$work/b.pem" --tls-key "$work/b.key" \
    --tls-strict-sni --tls-alpn http/1.1 "127.0.0.1:$port" "127.0.0.1:$target"

  # openssl itself no longer speaks SSL 3: a ClientHello of its own, for TLS_RSA_WITH_AES_128_CBC_SHA. The answer is an alert, or nothing.
  hello='\x16\x03\x00\x00\x2d\x01\x00\x00\x29\x03\x00aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\x00\x00\x02\x00\x2f\x01\x00'
  answer=$(exec 5<>"/dev/tcp/127.0.0.1/$port" && printf "$hello" >&5 && timeout 5 head -c 1 <&5 | od -An -tx1 | tr -d ' ' || true)
  expect "SSL 3 is refused" '^\(15\)\?$' "$answer"
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
      echo "$engine: skip cipher suites $suites: openssl has none"
    fi
  done

  expect "compression is off" '^Compression: NONE' "$(ask '' -tls1_2)"
  expect "renegotiation is refused" 'error:\|no renegotiation\|alert\|errno' "$(ask $'R\n' -tls1_2 | sed -n '/RENEGOTIATING/,$p')"

  # With something to answer: BoringSSL sends tickets together with the first bytes.
  ask $'hello\n' -tls1_3 -sess_out "$work/session" >/dev/null
  echo early >"$work/early"
  expect "early data is refused" 'Early data was \(not sent\|rejected\)' "$(ask '' -tls1_3 -sess_in "$work/session" -early_data "$work/early")"
  expect "the session is resumed" '^Reused, ' "$(ask '' -tls1_3 -sess_in "$work/session")"

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
  [ "$status" != 0 ] || { failed=1; echo "$engine: FAIL a truncated stream ends weft get with 0"; }

  # shellcheck disable=SC2086 # several numbers
  kill $pids 2>/dev/null || true
  # shellcheck disable=SC2086
  wait $pids 2>/dev/null || true
  pids=
done
exit $failed
