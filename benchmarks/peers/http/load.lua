-- The request that LOAD names: hello, close, file, json.
local load = os.getenv("LOAD")
if load == "file" then
  wrk.path = "/files/large.bin"
elseif load == "close" then
  wrk.headers["Connection"] = "close"
elseif load == "json" then
  wrk.method = "POST"
  wrk.path = "/json"
  wrk.headers["Content-Type"] = "application/json"
  wrk.body = '{"text":"' .. string.rep("x", 1024 - 11) .. '"}'
end

done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("requests=%d seconds=%.3f p50=%d p99=%d errors=%d\n", summary.requests, summary.duration / 1e6,
    latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
