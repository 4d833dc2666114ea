#!/bin/sh
# start-weft.sh NAME PORT echo|http PROCS: becomes `weft serve` (exec, so the caller's child is the server).
# NAME chooses the poller: weft, weft-epoll, weft-selector. The heap is the one the other JVM servers get.
# With the NAME agent it becomes the peers' server on JDK sockets in virtual threads, under the agent; AGENT is the agent's jar, and JOPTS has more options of the JVM, as for the peers.
name=$1 port=$2 protocol=$3 procs=$4
if [ "$name" = agent ]; then
  # shellcheck disable=SC2086
  exec "$JAVA_HOME/bin/java" -Xms256m -Xmx512m ${JOPTS:-} --enable-native-access=ALL-UNNAMED -javaagent:"$AGENT=procs=$procs" \
    -cp "${OUT:-${TMPDIR:-/tmp}/weft-peers}/jdk" JdkPeer "$port" "$protocol" vt
fi
poller=${name#weft}
poller=${poller#-}
WEFT_JAVA_OPTS="-Xms256m -Xmx512m ${WEFT_JAVA_OPTS:-}"
export WEFT_JAVA_OPTS
exec "$(dirname "$0")/../../weft" serve --"$protocol" "127.0.0.1:$port" --procs "$procs" --poller "${poller:-auto}"
