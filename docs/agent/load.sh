#!/bin/bash
# load.sh URL COMPUTING_URL [COUNT]: requests for URL, one by one for ten seconds, while COUNT requests (2 x processors) for
# COMPUTING_URL, whose handler computes, are under way. Prints how many were answered, and how long that took. Needs curl.
set -eu
url=${1:?usage: load.sh URL COMPUTING_URL [COUNT]}
computing=${2:?usage: load.sh URL COMPUTING_URL [COUNT]}
count=${3:-$((2 * $(nproc)))}
times=$(mktemp)
pids=
trap 'kill $pids 2>/dev/null || true; wait 2>/dev/null || true; rm -f "$times"' EXIT

ask() { # ask SECONDS: for that long, one request after the other; status and time of each
  local end=$((SECONDS + $1))
  while [ $SECONDS -lt $end ]; do
    curl -s -o /dev/null --max-time 2 -w '%{http_code} %{time_total}\n' "$url" || true
  done >"$times"
}

report() { # report TITLE
  sort -n -k 2 "$times" | awk -v title="$1" '
    $1 != 200 { late++; next } { all[++n] = $2 * 1000 }
    END {
      printf "%-34s %5d answered, %d not within 2 s", title, n, late
      if (n) printf "; half of them within %.1f ms, the slowest after %.1f ms", all[int((n + 1) / 2)], all[n]
      print ""
    }'
}

ask 2 # until its code is compiled
ask 5
report "quiet:"
for _ in $(seq "$count"); do
  curl -s -o /dev/null --max-time 30 "$computing" &
  pids="$pids $!"
done
sleep 1
ask 10
report "beside $count requests that compute:"
