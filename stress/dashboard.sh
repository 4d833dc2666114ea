#!/bin/sh
# dashboard.sh [MINUTES]: the dashboard in Chromium (Debian: chromium) for MINUTES (30; at least 10), beside goroutines that come and go. Prints
# the script heap and the elements of the page and the heap of the program once a minute; fails when one of them grows by a tenth
# after the page's five minutes are full.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cd "$here/.."
exec ./mvnw -B -ntp test -pl core,http,debug -Dtest=DashboardSoakTest -Dsurefire.failIfNoSpecifiedTests=false -Dweft.soak.minutes="${1:-30}" \
  -Dweft.test.seconds="$((60 * ${1:-30} + 600))"
