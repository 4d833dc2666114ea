const COLOURS = {
  blocking: "#c2554d", nonblocking: "#d08f2e", epoll: "#6b7686", netpoll: "#1f77b4", io_uring: "#2a9d6f", jdk: "#8a5fb0",
};
const colour = (id) => COLOURS[id] || "#444";
const element = (id) => document.getElementById(id);
const make = (tag, text, parent) => {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (parent) parent.append(node);
  return node;
};
const number = (value, decimals) =>
  value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
const figure = (model, metric) => model.figures[metric];
const median = (model, metric) => (figure(model, metric) ? figure(model, metric).median : null);
const ids = report.models.map((model) => model.id);
const whole = { animation: false, responsive: true, maintainAspectRatio: false };

// The 99.9th percentile is as far from the 99th as that is from the 90th: each step is ten times rarer.
const rarity = (percentile) => 1 / (1 - percentile / 100);

function latencyChart() {
  new Chart(element("latency"), {
    type: "line",
    data: {
      datasets: report.models.map((model) => ({
        label: model.id,
        data: model.distribution.map((point) => ({ x: rarity(point.percentile), y: point.millis })),
        borderColor: colour(model.id),
        backgroundColor: colour(model.id),
        borderWidth: 2,
        pointRadius: 2,
        tension: 0.15,
      })),
    },
    options: {
      ...whole,
      interaction: { mode: "nearest", intersect: false },
      scales: {
        x: {
          type: "logarithmic",
          min: 1,
          title: { display: true, text: "percentile" },
          afterBuildTicks: (axis) => {
            axis.ticks = [1, 2, 10, 100, 1000, 10000, 100000].filter((value) => value <= axis.max).map((value) => ({ value }));
          },
          ticks: { callback: (value) => (value === 1 ? "0" : String(+(100 - 100 / value).toPrecision(6))) },
        },
        y: { type: "logarithmic", title: { display: true, text: "ms" }, ticks: { callback: decades } },
      },
      plugins: {
        tooltip: {
          callbacks: {
            title: (items) => "p" + +(100 - 100 / items[0].parsed.x).toPrecision(6),
            label: (item) => item.dataset.label + ": " + number(item.parsed.y, 2) + " ms",
          },
        },
      },
    },
  });
}

function decades(value) {
  const mantissa = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
  return [1, 2, 5].includes(Math.round(mantissa * 1000) / 1000) ? String(value) : "";
}

// From the least to the most of all rounds, drawn over each bar.
const whiskers = {
  id: "whiskers",
  afterDatasetsDraw(chart) {
    const metric = chart.options.plugins.whiskers && chart.options.plugins.whiskers.metric;
    if (!metric) return;
    const { ctx } = chart;
    ctx.save();
    ctx.strokeStyle = "#1c2330";
    ctx.lineWidth = 1.2;
    chart.getDatasetMeta(0).data.forEach((bar, index) => {
      const range = figure(report.models[index], metric);
      if (!range || range.least === range.most) return;
      const [from, to] = [range.least, range.most].map((value) => chart.scales.y.getPixelForValue(value));
      ctx.beginPath();
      ctx.moveTo(bar.x, from);
      ctx.lineTo(bar.x, to);
      for (const y of [from, to]) {
        ctx.moveTo(bar.x - 6, y);
        ctx.lineTo(bar.x + 6, y);
      }
      ctx.stroke();
    });
    ctx.restore();
  },
};

function bars(id, datasets, options) {
  new Chart(element(id), {
    type: "bar",
    data: { labels: ids, datasets },
    options: {
      ...whole,
      scales: {
        x: { stacked: options.stacked, grid: { display: false } },
        y: { stacked: options.stacked, beginAtZero: true, suggestedMax: options.most, ...(options.log ? { type: "logarithmic", ticks: { callback: decades } } : {}) },
      },
      plugins: { legend: { display: datasets.length > 1 }, whiskers: { metric: options.whiskers } },
    },
    plugins: [whiskers],
  });
}

const perModel = (metric) => report.models.map((model) => median(model, metric));
const byModel = ids.map(colour);
const spread = (values) => Math.max(...values) / Math.min(...values.filter((value) => value));

function figuresTable() {
  const table = element("figures");
  const head = make("tr", undefined, make("thead", undefined, table));
  make("th", "", head);
  ids.forEach((id) => make("th", id, head));
  const body = make("tbody", undefined, table);
  for (const metric of metrics) {
    const row = make("tr", undefined, body);
    make("td", metric.label.trim() + (metric.unit ? ", " + metric.unit : ""), row);
    for (const model of report.models) {
      const value = figure(model, metric.id);
      const cell = make("td", value ? number(value.median, metric.decimals) : "–", row);
      if (!value) continue;
      const ratio = value.ratio === undefined ? "" : "×" + number(value.ratio, 2);
      const range = value.least === value.most ? ""
        : number(value.least, metric.decimals) + " – " + number(value.most, metric.decimals);
      if (ratio || range) make("small", [ratio, range].filter(Boolean).join("   "), cell);
    }
  }
  element("figures-hint").textContent = "Medians of " + report.settings.rounds + " interleaved rounds"
    + (report.baseline ? "; × is the ratio to " + report.baseline + " in the same round, the median of them" : "")
    + "; behind it the least and the most.";
  for (const model of report.models) {
    for (const [kind, count] of Object.entries(model.failures)) {
      make("li", model.id + ": " + number(count, 0) + " × " + kind, element("failures"));
    }
  }
}

function words() {
  const settings = report.settings;
  element("summary").textContent = (settings.workload === "short" ? "short connections" : settings.workload)
    + ", " + number(settings.clients, 0) + " clients at once, " + number(settings.requests, 0) + " requests a run (at most "
    + settings.seconds + " s), " + settings.size + " bytes · " + report.date.slice(0, 10) + " · " + report.host.cpu + ", "
    + report.host.cpus + " CPUs · " + report.host.kernel;
  report.kernel.forEach((text) => make("p", text, element("kernel")));
  for (const model of report.models) {
    const heading = make("h3", undefined, element("models"));
    const swatch = make("span", undefined, heading);
    swatch.className = "swatch";
    swatch.style.background = colour(model.id);
    heading.append(model.id + ": " + model.title);
    make("p", model.description + " " + model.here, element("models"));
  }
  for (const [id, why] of Object.entries(report.unavailable)) {
    make("h3", id + ": not available", element("models"));
    make("p", why, element("models"));
  }
  report.warnings.forEach((text) => make("li", text, element("warnings")));
  report.notes.forEach((text) => make("li", text, element("notes")));
  const host = report.host;
  const facts = {
    command: report.command,
    date: report.date,
    pinning: report.pinning,
    CPU: host.cpu + ", " + host.cpus,
    memory: number(host.memoryBytes / 2 ** 30, 1) + " GiB",
    kernel: host.kernel,
    "listen backlog": String(host.backlog),
    Java: host.java,
    Weft: host.weft,
    "load average before": host.load.toFixed(2),
    "warm-up": settings.warmupSeconds + " s before each run",
  };
  for (const [name, value] of Object.entries(facts)) {
    const row = make("tr", undefined, element("host"));
    make("td", name, row);
    make("td", value, row);
  }
}

Chart.defaults.font.family = "system-ui, 'Segoe UI', Roboto, sans-serif";
Chart.defaults.color = "#3a4352";
words();
figuresTable();
latencyChart();
bars("throughput", [{ label: "requests/s", data: perModel("requests_per_second"), backgroundColor: byModel }],
  {
    whiskers: "requests_per_second",
    most: Math.max(...report.models.map((model) => (figure(model, "requests_per_second") || { most: 0 }).most)),
  });
bars("cpu", [
  { label: "user", data: perModel("cpu_user"), backgroundColor: "#7fb2dd" },
  { label: "kernel", data: perModel("cpu_kernel"), backgroundColor: "#34547a" },
], { stacked: true });
bars("syscalls", [{ label: "system calls", data: perModel("system_calls"), backgroundColor: byModel }], { log: spread(perModel("system_calls")) > 20 });
bars("switches", [
  { label: "waits (voluntary)", data: perModel("voluntary_switches"), backgroundColor: "#8fc1a9" },
  { label: "preemptions (involuntary)", data: perModel("involuntary_switches"), backgroundColor: "#c98a5b" },
], { stacked: true });
// A canvas keeps its size when the page is laid out for paper, unless it is told.
addEventListener("beforeprint", () => Object.values(Chart.instances).forEach((chart) => chart.resize()));
addEventListener("afterprint", () => Object.values(Chart.instances).forEach((chart) => chart.resize()));
document.documentElement.dataset.charts = String(Object.keys(Chart.instances).length);
