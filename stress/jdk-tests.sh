#!/bin/bash
# jdk-tests.sh JDK_SOURCE_TREE [TEST...]: the JDK's own regression tests, without the agent and with it, and the tests that differ.
#
# TESTs are files or folders below test/jdk of the tree; without any, those of virtual threads, sockets and channels (hours). Runs them
# with jtreg (JTREG names another; Debian: jtreg8) on the JDK in JAVA_HOME, which must be of the tree's version. Of the tree test/jdk,
# test/lib and test/jtreg-ext are needed. NATIVES is the folder of native libraries of a built test image (jdk/jtreg/native), without
# which the tests that use them pass in neither run, some after minutes; "cc -shared" makes them of the tree's lib*.c. AGENT names
# an agent's jar that is already built; JOBS (2) is how many tests run at once. The reports stay in RESULTS (stress/target/jdk-tests).
# Fails if a test passes without the agent and not with it.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
tree=${1:?usage: jdk-tests.sh JDK_SOURCE_TREE [TEST...]}
shift
[ $# -gt 0 ] || set -- java/lang/Thread/virtual java/net/Socket java/net/ServerSocket java/net/DatagramSocket java/net/vthread java/nio/channels
jtreg=$(command -v "${JTREG:-jtreg}") || {
  echo "jtreg is not installed (Debian: jtreg8)" >&2
  exit 1
}
JAVA_HOME=$(sh "$here/../build-tools/find-jdk.sh")
export JAVA_HOME
agent=${AGENT:-}
if [ -z "$agent" ]; then
  (cd "$here/.." && ./mvnw -B -ntp -q -Dquick -pl agent -am package)
  agent=$here/../agent/target/quick/weft-agent.jar
fi
results=${RESULTS:-$here/target/jdk-tests}
mkdir -p "$results"
results=$(CDPATH='' cd -- "$results" && pwd)
natives=${NATIVES:-$results/none}
mkdir -p "$natives"

run() { # run NAME FLAG... : all tests; their outcomes, "NAME.java OUTCOME", sorted
  name=$1
  shift
  (cd "$tree/test/jdk" && "$jtreg" -jdk:"$JAVA_HOME" -w:"$results/$name.work" -r:"$results/$name.report" -conc:"${JOBS:-2}" \
    -othervm -automatic -ignore:quiet -retain:none -verbose:error -timeoutFactor:4 \
    -nativepath:"$natives" "$@" "${tests[@]}") >"$results/$name.log" 2>&1 || true
  [ -s "$results/$name.report/text/summary.txt" ] || {
    echo "jtreg ran no test:" >&2
    tail -n 5 "$results/$name.log" >&2
    exit 2
  }
  sed -E 's/^([^ ]*) +([A-Z][a-z ]*)\..*/\1 \2/' "$results/$name.report/text/summary.txt" | sort >"$results/$name.outcomes"
}

tests=("$@")
run jdk
run agent -javaoption:-javaagent:"$agent"
for name in jdk agent; do
  printf '%-6s %d passed, %d did not\n' $name "$(grep -c ' Passed$' "$results/$name.outcomes")" \
    "$(grep -vc ' Passed$' "$results/$name.outcomes")"
done
join "$results/jdk.outcomes" "$results/agent.outcomes" | awk '$2 != $3 { print; } $2 == "Passed" && $3 != "Passed" { worse = 1 } END { exit worse }'
