// The heat map of times from ready to running: a column for each sample, a row for each power of two.

const HEAT_LOW = 7; // 128 ns
const HEAT_HIGH = 32; // 4 s

class HeatMap {
  constructor(canvas) {
    this.canvas = canvas;
    this.times = [];
    this.columns = [];
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  /** Adds the counts of one second: counts[b] of durations below 2^b nanoseconds. */
  add(time, counts) {
    const rows = new Array(HEAT_HIGH - HEAT_LOW + 1).fill(0);
    counts.forEach((n, b) => {
      rows[Math.max(0, Math.min(rows.length - 1, b - HEAT_LOW))] += n;
    });
    this.times.push(time);
    this.columns.push(rows);
    if (this.times.length > WINDOW) {
      this.times.shift();
      this.columns.shift();
    }
    this.draw();
  }

  draw() {
    const scale = devicePixelRatio || 1;
    const width = this.canvas.clientWidth;
    const height = this.canvas.clientHeight;
    this.canvas.width = width * scale;
    this.canvas.height = height * scale;
    const to = this.canvas.getContext('2d');
    to.scale(scale, scale);
    to.font = '11px system-ui, sans-serif';
    const left = 56, bottom = height - 26, top = 8, right = width - 8;
    this.drawAxis(to, left, top, right, bottom);
    if (this.times.length === 0) return;
    const end = this.times.at(-1);
    const span = Math.max(60, Math.min(WINDOW, end - this.times[0]));
    const x = time => left + (right - left) * (1 - (end - time) / span);
    const step = (bottom - top) / this.columns[0].length;
    const most = Math.log1p(Math.max(1, ...this.columns.flat()));
    const heat = style('--heat');
    this.columns.forEach((rows, i) => {
      const from = Math.max(left, x(this.times[i] - 1));
      rows.forEach((n, row) => {
        if (n > 0) {
          to.fillStyle = `rgba(${heat}, ${0.12 + 0.88 * Math.log1p(n) / most})`;
          to.fillRect(from, bottom - (row + 1) * step, Math.max(1, x(this.times[i]) - from + 0.3), step + 0.3);
        }
      });
    });
    to.fillStyle = style('--muted');
    to.textAlign = 'center';
    for (let t = Math.ceil((end - span) / 15) * 15; t <= end; t += span > 150 ? 60 : 15) {
      if (x(t) < right - 20) to.fillText(new Date(t * 1000).toTimeString().slice(0, 8), x(t), bottom + 16);
    }
  }

  drawAxis(to, left, top, right, bottom) {
    const step = (bottom - top) / (HEAT_HIGH - HEAT_LOW + 1);
    to.textAlign = 'right';
    for (const [nanos, name] of [[1e3, '1 µs'], [1e4, '10 µs'], [1e5, '100 µs'], [1e6, '1 ms'], [1e7, '10 ms'], [1e8, '100 ms'], [1e9, '1 s']]) {
      const y = bottom - (Math.log2(nanos) - HEAT_LOW + 1) * step;
      to.fillStyle = style('--grid');
      to.fillRect(left, y, right - left, 1);
      to.fillStyle = style('--muted');
      to.fillText(name, left - 6, y + 4);
    }
  }
}

/** An upper bound of the duration which that share of the counted ones did not exceed. */
function quantile(counts, share) {
  const total = counts.reduce((sum, n) => sum + n, 0);
  let seen = 0;
  for (let b = 0; b < counts.length; b++) {
    seen += counts[b];
    if (total > 0 && seen >= share * total) return 2 ** b;
  }
  return null;
}
