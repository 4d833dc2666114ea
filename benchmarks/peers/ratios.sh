#!/bin/sh
# ratios.sh RAW: CPU microseconds per request and tail latencies, each as the median ratio to c-epoll (or to BASE) in the same round.
awk -v base="${BASE:-c-epoll}" '
function median(list,    a, n, i, j, t) {
  n = split(list, a, " ")
  for (i = 2; i <= n; i++) for (j = i; j > 1 && a[j] + 0 < a[j - 1] + 0; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
  return n == 0 ? "-" : n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
}
{
  server = $1; load = $2; round = $3
  if (!(load in seenLoad)) { seenLoad[load] = 1; loads[++nl] = load }
  if (!(server in seenServer)) { seenServer[server] = 1; servers[++ns] = server }
  if (round > rounds) rounds = round
  for (i = 4; i <= NF; i++) { split($i, kv, "="); v[server, load, round, kv[1]] = kv[2] }
  key = server SUBSEP load
  cpu = v[server, load, round, "cpu_us"]
  if (!(key in least) || cpu < least[key]) least[key] = cpu
}
END {
  for (l = 1; l <= nl; l++) {
    printf "\n%s (ratios to %s, medians of %d rounds)\n%-16s %10s %10s %8s %8s %8s\n", loads[l], base, rounds, "server", "cpu us min", "cpu", "p50", "p99", "p99.9"
    for (s = 1; s <= ns; s++) {
      split("cpu_us p50 p99 p999", fields, " ")
      line = ""
      for (f = 1; f <= 4; f++) {
        list = ""
        for (r = 1; r <= rounds; r++) {
          mine = v[servers[s], loads[l], r, fields[f]]; theirs = v[base, loads[l], r, fields[f]]
          if (mine != "" && theirs + 0 > 0) list = list " " mine / theirs
        }
        m = median(list)
        line = line sprintf(f == 1 ? " %10s" : " %8s", m == "-" ? m : sprintf("%.2f", m))
      }
      key = servers[s] SUBSEP loads[l]
      if (key in least) printf "%-16s %10.2f%s\n", servers[s], least[key], line
    }
  }
}' "$1"
