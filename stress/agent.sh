#!/bin/bash
# agent.sh [PROGRAM...]: unchanged programs with virtual threads, each in JVMs of its own, on the JDK's scheduler and under the agent.
# PROGRAMs: tomcat jetty spring helidon jdk postgres redis kafka grpc netty; all of them unless some are named.
#
# Each runs the same checks without the agent, with it, and with it beside endless loops, Thread.yield in a loop, blocking native calls
# and reads of slow files (RUNS picks some of: jdk agent loops yields native files). JAVA names another JDK's java. Maven fetches
# the programs (200 MB) at the first run. Prints a line for each run, and what failed; the logs stay in programs/target/quick/logs.
# Succeeds if all that passes without the agent passes with it.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$here/..
programs=${*:-tomcat jetty spring helidon jdk postgres redis kafka grpc netty}
runs=${RUNS:-jdk agent loops yields native files}
. "$here/programs.sh"
logs=$root/programs/target/quick/logs
mkdir -p "$logs"
processors=$(nproc)
failed=0

flags() { # flags RUN: what java gets for it
  [ "$1" = jdk ] || echo "-javaagent:$agent"
}

neighbours() { # neighbours RUN: what the program gets for it
  case $1 in
    jdk | agent) ;;
    files) echo files 50 ;;
    *) echo "$1" $((2 * processors)) ;;
  esac
}

for program in $programs; do
  : >"$logs/$program.accepted"
  for run in $runs; do
    log=$logs/$program.$run.log
    # shellcheck disable=SC2046,SC2086
    timeout 900 "$java" $options $(flags "$run") -cp "$class_path" dev.weft.programs.Programs "$program" check $(neighbours "$run") >"$log" 2>&1
    status=$?
    grep '^FAILED ' "$log" | cut -d: -f1 >"$logs/$program.failed"
    printf '%-10s %-8s %3d passed, %d failed, exit status %d\n' "$program" "$run" \
      "$(grep -c '^ok ' "$log")" "$(wc -l <"$logs/$program.failed")" "$status"
    grep '^FAILED ' "$log"
    if [ "$run" = jdk ]; then
      cp "$logs/$program.failed" "$logs/$program.accepted"
    elif [ "$status" -gt 1 ] || grep -vxFq -f "$logs/$program.accepted" "$logs/$program.failed"; then
      failed=1
    fi
  done
done
exit $failed
