// Charts over time, drawn by uPlot. A chart is made anew when its series change or the theme does.

const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const seriesColour = i => style('--s' + i % 8);

/** '#rrggbb' with an opacity. */
const translucent = (colour, opacity) => colour + Math.round(opacity * 255).toString(16).padStart(2, '0');

class TimeChart {
  /**
   * @param place id of the element that it fills
   * @param options stacked: areas on top of each other; format: of values; names: what series are called
   */
  constructor(place, options) {
    this.place = byId(place);
    this.options = options || {};
    this.data = new SampleWindow();
    this.drawn = '';
    new ResizeObserver(() => this.resize()).observe(this.place);
  }

  add(time, values) {
    this.data.add(time, values);
    this.draw();
  }

  restyle() {
    this.drawn = '';
    this.draw();
  }

  resize() {
    if (this.plot) this.plot.setSize(this.size());
  }

  size() {
    return {width: this.place.clientWidth, height: parseInt(getComputedStyle(this.place).getPropertyValue('--height'), 10)};
  }

  draw() {
    if (this.data.times.length === 0) return;
    const names = [...this.data.series.keys()];
    if (this.options.stacked) names.sort();
    const key = names.join('\n');
    if (key !== this.drawn) {
      this.drawn = key;
      if (this.plot) this.plot.destroy();
      this.plot = new uPlot(this.describe(names), this.values(names), this.place);
    } else {
      this.plot.setData(this.values(names));
    }
  }

  /** With stacked areas, each series is the sum of itself and those before it. */
  values(names) {
    const all = names.map(name => this.data.series.get(name));
    if (!this.options.stacked) return [this.data.times, ...all];
    const sums = [];
    for (const one of all) {
      const below = sums.at(-1);
      sums.push(one.map((value, i) => (value || 0) + (below ? below[i] : 0)));
    }
    return [this.data.times, ...sums];
  }

  describe(names) {
    const write = this.options.format || format.count;
    const axis = {stroke: style('--muted'), grid: {stroke: style('--grid'), width: 1}, ticks: {show: false}, font: '11px system-ui, sans-serif'};
    return {
      ...this.size(),
      padding: [8, 8, 0, 0],
      cursor: {y: false, points: {size: 5}, drag: {x: false, y: false}},
      legend: {live: true},
      scales: {
        x: {range: () => this.span()},
        y: {range: (_, low, high) => [0, Math.max(this.options.least || 1, (high || 0) * 1.08)]},
      },
      axes: [
        {...axis, size: 26, space: 70, values: (_, all) => all.map(time => new Date(time * 1000).toTimeString().slice(0, 8))},
        {...axis, size: 56, values: (_, all) => all.map(write)},
      ],
      series: [
        {value: (_, time) => time == null ? '' : new Date(time * 1000).toTimeString().slice(0, 8), label: 'at'},
        ...names.map((name, i) => ({
          label: this.options.names?.[name] || name,
          stroke: seriesColour(i),
          width: 1.5,
          points: {show: false},
          fill: this.options.stacked ? translucent(seriesColour(i), 0.35) : this.options.filled ? translucent(seriesColour(i), 0.12) : undefined,
          value: (_plot, _value, _series, at) => this.label(name, at, write),
        })),
      ],
      // A band is filled between a sum and the one below it, not down to zero.
      bands: this.options.stacked ? names.slice(1).map((_, i) => ({series: [i + 2, i + 1]})) : undefined,
    };
  }

  /** The value of one series, not its sum with others; the newest where the cursor is not there. */
  label(name, at, write) {
    const all = this.data.series.get(name);
    const value = all && all[at ?? all.length - 1];
    return value == null ? '–' : write(value);
  }

  /** The last five minutes; the page fills from the right. */
  span() {
    const end = this.data.times.at(-1);
    return [end - Math.max(60, Math.min(WINDOW, end - this.data.times[0])), end];
  }
}
