# Part network of proxy.sh, which reads this file. Clients and targets are in one network namespace and the proxy in another. Packets between
# them are delayed, lost and reordered by netfaults/wire.c, which needs no netem in the kernel; LINK replaces "DELAY_MS
# LOSS_% REORDER_%", KINDS "plain tls", which is what is spoken with targets.
near=weft-clients-$$
far=weft-proxy-$$
one=10.77.0.1:$first
two=10.77.0.1:$second

link_up() {
  gcc -O2 -o "$work/wire" "$here/netfaults/wire.c"
  ip netns add "$near"
  ip netns add "$far"
  mkfifo "$work/link" "$work/answers"
  "$work/wire" "$near" "$far" "$work/link" "$work/answers" &
  wire=$!
  address=1
  for netns in "$near" "$far"; do
    until ip -n "$netns" link show wire0 >/dev/null 2>&1; do kill -0 "$wire"; sleep 0.1; done
    ip -n "$netns" addr add "10.77.0.$address/24" dev wire0
    ip -n "$netns" link set wire0 up
    ip -n "$netns" link set lo up
    address=$((address + 1))
  done
  echo "${LINK:-5 2 10}" >"$work/link"
  head -c 1 "$work/answers" >"$work/answered"
}

link_down() {
  [ -z "${wire:-}" ] || kill "$wire" 2>/dev/null || true
  ip netns del "$near" 2>/dev/null || true
  ip netns del "$far" 2>/dev/null || true
}

target() { # target NAME ADDRESS: does what its standard input says, see Target.java
  # shellcheck disable=SC2086 # files are words
  start "$1" ip netns exec "$near" "$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED \
    -Xmx256m -cp "$core:$work" Target "$2" $files
}

about() { # about TARGET FIGURE: from the statistics
  figures | sed -n "/\"address\": \"$1\"/,/}/s/.*\"$2\": \([a-z0-9]*\).*/\1/p"
}

await() { # await TARGET FIGURE VALUE
  for _ in $(seq 600); do
    [ "$(about "$1" "$2")" != "$3" ] || return 0
    sleep 0.1
  done
  failed=1
  echo "$label: NOT GOOD: after a minute, $2 of $1 is $(about "$1" "$2") and not $3"
}

newcomers() { # newcomers NAME: 8 clients that connect again and again for three seconds
  sleep 3 | $within_near "$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED \
    -Xmx256m -cp "$core:$work" Clients load "$at" 8 >"$work/new.log" 2>&1 || true
  result=$(grep exchanges "$work/new.log" || tail -n 3 "$work/new.log")
  verdict "$label, $1" 0
}

# A hundred connections, and what one of the two targets does to its half of them.
fault() { # fault killed|reset|stopped
  label="network, $kind, $1"
  clients hold 100
  lost=$(about "$two" open)
  case $1 in
    killed)
      kill -9 "$victim"
      wait "$victim" 2>"$work/killed.log" || true # not to have it told of
      ;;
    stopped) kill -STOP "$victim" ;;
    reset) echo >&6 ;;
  esac
  if [ "$1" != reset ]; then
    await "$two" up false
    newcomers "new ones meanwhile"
  fi
  case $1 in
    killed)
      target two "$two" <&6
      victim=$last
      ;;
    stopped)
      kill -CONT "$victim"
      lost=0 # they have only waited
      ;;
  esac
  await "$two" up true
  before=$(about "$two" connected)
  newcomers "new ones afterwards"
  [ "$(about "$two" connected)" -gt "$before" ] || { failed=1; echo "$label: NOT GOOD: the target gets no connections again"; }
  clients_end
  verdict "$label" "$lost"
  [ "$1" = stopped ] || expected=$((expected + lost))
}

descriptors() {
  find "/proc/$proxy/fd" -mindepth 1 -printf '%l\n' | sort | tee "$work/descriptors" | wc -l
}

network() {
  for tool in ip gcc openssl; do
    command -v $tool >/dev/null || { echo "network: skipped: needs $tool (Debian: iproute2, gcc, openssl)"; return; }
  done
  [ "$(id -u)" = 0 ] && [ -c /dev/net/tun ] || { echo "network: skipped: needs root and /dev/net/tun"; return; }
  "$JAVA_HOME/bin/javac" -d "$work" -cp "$core" "$here/proxy/Target.java"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -keyout "$work/target.key" -out "$work/target.pem" \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>"$work/openssl.log"
  link_up
  within_near="ip netns exec $near"
  within="ip netns exec $far"
  at=10.77.0.2:$port
  # A check by TCP only connects, and the kernel connects for a process that is stopped: that fault shows with TLS.
  for kind in ${KINDS:-plain tls}; do
    files=
    options=
    faults="killed reset"
    if [ $kind = tls ]; then
      files="$work/target.pem $work/target.key"
      options="--tls-to-targets --tls-target-ca $work/target.pem --tls-target-name localhost"
      faults="killed reset stopped"
    fi
    mkfifo "$work/$kind.one" "$work/$kind.two"
    exec 5<>"$work/$kind.one" 6<>"$work/$kind.two"
    target one "$one" <&5
    target two "$two" <&6
    victim=$last
    # shellcheck disable=SC2086 # options are words
    start proxy $within "$weft" proxy --check 5s --connect-timeout 20s $options --access-log "$work/access.log" \
      --stats "127.0.0.1:$stats" "$at" "$one" "$two"
    proxy=$last
    label="network, $kind"
    clients load 20
    sleep 10
    clients_end
    verdict "$label" 0
    sleep 12 # pipes are kept for ten seconds
    figures >"$work/figures" # opens what stays open
    open=$(descriptors)
    cp "$work/descriptors" "$work/before"
    : >"$work/access.log"
    expected=0
    for each in $faults; do fault "$each"; done
    for _ in $(seq 300); do [ "$(figure open)" = 0 ] && [ "$(descriptors)" -le "$open" ] && break; sleep 0.1; done
    result="open $(figure open), descriptors $(descriptors) of $open"
    if [ "$(figure open)" != 0 ] || [ "$(descriptors)" -gt "$open" ]; then
      failed=1
      echo "$label: NOT GOOD: left over: $result"
      diff "$work/before" "$work/descriptors" || true
    fi
    # Without TLS, the end of a killed process is an orderly one.
    lost=$(grep -c "end=target-failed" "$work/access.log" || true)
    others=$(grep -v "target=$two .*end=target-failed\|end=done" "$work/access.log" | wc -l)
    good=good
    if [ "$others" != 0 ] || { [ $kind = tls ] && [ "$lost" != $expected ]; }; then
      good="NOT GOOD"
      failed=1
    fi
    echo "$label: $good: by the access log $lost connections failed with their target, $others otherwise; $result"
    stop
    exec 6>&- 5>&-
    rm -f "$work/access.log"
  done
  link_down
  within_near=
  within=
  at=127.0.0.1:$port
}
