const PALETTE = ["#c2554d", "#8a5fb0", "#1f77b4", "#2a9d6f", "#d08f2e", "#6b7686"];
const element = (id) => document.getElementById(id);
const make = (tag, text, parent) => {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (parent) parent.append(node);
  return node;
};
const rarity = (percentile) => 1 / (1 - percentile / 100);

// A dashed curve is the one before or behind it under other conditions: both have one colour.
function colours(curves) {
  const pairs = curves.some((curve) => curve.dashed);
  return curves.map((_, index) => PALETTE[(pairs ? Math.floor(index / 2) : index) % PALETTE.length]);
}

function draw(chart) {
  const figure = make("figure", undefined, element("picture"));
  if (report.charts.length === 1) figure.className = "wide";
  make("figcaption", chart.title, figure);
  const box = make("div", undefined, figure);
  box.className = report.charts.length === 1 ? "chart tall" : "chart";
  const palette = colours(chart.curves);
  const percentileAxis = {
    type: "logarithmic",
    min: 1,
    title: { display: true, text: chart.x },
    afterBuildTicks: (axis) => {
      axis.ticks = [1, 2, 10, 100, 1000, 10000].filter((value) => value <= axis.max).map((value) => ({ value }));
    },
    ticks: { callback: (value) => (value === 1 ? "0" : String(+(100 - 100 / value).toPrecision(6))) },
  };
  new Chart(make("canvas", undefined, box), {
    type: "line",
    data: {
      datasets: chart.curves.map((curve, index) => ({
        label: curve.name,
        data: curve.points.map(([x, y]) => ({ x: chart.percentiles ? rarity(x) : x, y })),
        borderColor: palette[index],
        backgroundColor: palette[index],
        borderDash: curve.dashed ? [6, 4] : [],
        borderWidth: 2,
        pointRadius: chart.percentiles ? 2 : 0,
      })),
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      plugins: { legend: { labels: { usePointStyle: true, pointStyle: "line" } } },
      scales: {
        x: chart.percentiles ? percentileAxis : { type: "linear", title: { display: true, text: chart.x } },
        y: { type: chart.percentiles ? "logarithmic" : "linear", beginAtZero: true, title: { display: true, text: chart.y } },
      },
    },
  });
}

element("title").textContent = report.title;
element("summary").textContent = report.date.slice(0, 10) + " · " + report.command + " · " + report.host.cpu + ", "
  + report.host.cpus + " CPUs · " + report.host.kernel + " · " + report.host.java;
report.text.forEach((text) => make("p", text, element("text")));
Chart.defaults.font.family = "system-ui, 'Segoe UI', Roboto, sans-serif";
report.charts.forEach(draw);
const head = make("tr", undefined, make("thead", undefined, element("figures")));
report.columns.forEach((column) => make("th", column, head));
const body = make("tbody", undefined, element("figures"));
for (const row of report.rows) {
  const line = make("tr", undefined, body);
  row.forEach((cell) => make("td", cell, line));
}
document.documentElement.dataset.charts = String(Object.keys(Chart.instances).length);
