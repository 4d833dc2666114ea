// What the page keeps: the samples of the last five minutes, and no more.

const WINDOW = 300;

/** Series of equal length; the oldest value goes when there are too many. */
class SampleWindow {
  constructor() {
    this.times = [];
    this.series = new Map();
  }

  /** Adds one value to each series; a series that is new has had no values so far. */
  add(time, values) {
    for (const name of Object.keys(values)) {
      if (!this.series.has(name)) this.series.set(name, new Array(this.times.length).fill(null));
    }
    this.times.push(time);
    for (const [name, all] of this.series) all.push(values[name] ?? null);
    if (this.times.length > WINDOW) {
      this.times.shift();
      for (const [name, all] of this.series) {
        all.shift();
        if (all.every(value => value == null)) this.series.delete(name);
      }
    }
  }
}

/** The difference between two readings of a counter, per second. */
class Rates {
  constructor(before, now) {
    this.before = before;
    this.now = now;
    this.seconds = before ? (now.time - before.time) / 1000 : 0;
  }

  of(read) {
    if (!(this.seconds > 0)) return null;
    const difference = read(this.now) - read(this.before);
    return isFinite(difference) ? Math.max(0, difference) / this.seconds : null;
  }
}
