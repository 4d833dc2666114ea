#!/bin/bash
# jdks.sh JAVA_HOME...: the agent's tests on other JDKs, 25 or newer, given by the folders that they are installed in (Debian unstable
# has openjdk-26-jdk-headless and newer ones).
#
# This project's own JDK builds the agent and its tests; the tests, and the programs that they start, run on each of the others. TESTS
# picks other tests of the modules up to the agent, as surefire names them: 'dev/weft/**/*Test' are all.
# Prints a line for each JDK, and what failed; the logs stay in stress/target/jdks. Fails if a test fails.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
[ $# -gt 0 ] || {
  echo "usage: jdks.sh JAVA_HOME..." >&2
  exit 1
}
tests=${TESTS:-dev/weft/agent/**/*Test}
logs=$here/target/jdks
mkdir -p "$logs"
failed=0
for home in "$@"; do
  version=$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$home/release")
  log=$logs/$version.log
  (cd "$here/.." && ./mvnw -B -ntp verify -pl agent -am -Dmaven.javadoc.skip -Dmaven.source.skip -Dspotless.check.skip \
    -Dtest="$tests" -Dsurefire.failIfNoSpecifiedTests=false -Djvm="$home/bin/java") >"$log" 2>&1
  status=$?
  printf '%-10s %s\n' "$version" "$(grep 'Tests run:.*[0-9]$' "$log" | tail -n 1 | sed 's/^\[[A-Z]*\] *//')"
  [ "$status" -eq 0 ] || {
    failed=1
    grep -E '^\[ERROR\]' "$log" | head -n 20
  }
done
exit $failed
