#!/bin/bash
# agent-soak.sh [SECONDS [PROGRAM...]]: unchanged programs under the agent for that long (3600), their checks again and again, each in a JVM
# of its own and all at once. Threads, descriptors and heap must be back at the baseline of the first rounds. PROGRAMs: as in agent.sh
# (jdk tomcat). The logs stay in programs/target/quick/logs.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$here/..
seconds=${1:-3600}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- jdk tomcat
. "$here/programs.sh"
logs=$root/programs/target/quick/logs
mkdir -p "$logs"
declare -A running
for program in "$@"; do
  # shellcheck disable=SC2086
  "$java" $options -javaagent:"$agent" -cp "$class_path" dev.weft.programs.Programs "$program" soak "$seconds" >"$logs/$program.soak.log" 2>&1 &
  running[$program]=$!
done
trap 'kill "${running[@]}" 2>/dev/null' INT TERM
failed=0
for program in "$@"; do
  wait "${running[$program]}" || failed=1
  printf '%-10s %s\n' "$program" "$(grep -E '^round|^FAILED' "$logs/$program.soak.log" | tail -1)"
done
exit $failed
