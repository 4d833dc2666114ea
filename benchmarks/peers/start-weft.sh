#!/bin/sh
# start-weft.sh NAME PORT echo|http PROCS: becomes `weft serve` (exec, so the caller's child is the server).
# NAME chooses the poller: weft, weft-epoll, weft-selector. The heap is the one the other JVM servers get.
name=$1 port=$2 protocol=$3 procs=$4
poller=${name#weft}
poller=${poller#-}
WEFT_JAVA_OPTS="-Xms256m -Xmx512m ${WEFT_JAVA_OPTS:-}"
export WEFT_JAVA_OPTS
exec "$(dirname "$0")/../../weft" serve --"$protocol" "127.0.0.1:$port" --procs "$procs" --poller "${poller:-auto}"
