// Processors and machines as tables.

function showProcessors(sample) {
  const most = Math.max(8, ...sample.processors.map(p => p.queued));
  fill(byId('processors'), sample.processors.map(p => element('tr', {},
    cell('P' + p.id),
    cell(p.machine == null ? pill('idle') : p.machine),
    cell(format.count(p.queued), 'number'),
    bar(p.queued / most),
    cell(format.count(p.timers), 'number'),
  )), 'The JDK\'s scheduler does not tell.');
}

function machineState(m) {
  if (m.processor == null) return m.inGoroutine ? pill('handed off', 'warn') : pill('idle');
  return m.inGoroutine ? pill('running', 'good') : pill('looking');
}

function showMachines(before, sample, seconds) {
  const past = new Map((before ? before.machines : []).map(m => [m.name, m]));
  const rate = (m, figure) => {
    const old = past.get(m.name);
    return old && seconds > 0 && m[figure] >= 0 ? Math.max(0, m[figure] - old[figure]) / seconds : null;
  };
  const rows = [...sample.machines]
    .sort((a, b) => a.name.localeCompare(b.name, 'en', {numeric: true}))
    .map(m => {
      const cpu = rate(m, 'cpuNanos');
      return element('tr', {},
        cell(m.name),
        cell(m.processor == null ? '–' : 'P' + m.processor),
        cell(element('span', {}, machineState(m), m.lowered ? ' ' : null, m.lowered ? pill('low priority', 'warn') : null)),
        cell(cpu == null ? '–' : Math.round(cpu / 1e7) + ' %', 'number'),
        bar(cpu / 1e9),
        cell(format.count(rate(m, 'slices')), 'number'),
        cell(format.count(rate(m, 'steals')), 'number'),
        cell(format.count(rate(m, 'systemCalls')), 'number'));
    });
  fill(byId('machines'), rows, 'The JDK\'s scheduler does not tell.');
}

/** Hogs of the last five minutes, by where they were: the innermost frame of the program. */
class HogTable {
  constructor() {
    this.byPlace = new Map();
  }

  add(sample) {
    for (const hog of sample.hogs) {
      const known = this.byPlace.get(hog.at) || {nanos: 0, cpuNanos: 0};
      this.byPlace.set(hog.at, {
        ...hog, nanos: known.nanos + hog.nanos, cpuNanos: known.cpuNanos + Math.max(0, hog.cpuNanos), seen: sample.time,
      });
    }
    for (const [at, hog] of this.byPlace) {
      if (sample.time - hog.seen > WINDOW * 1000) this.byPlace.delete(at);
    }
    const all = [...this.byPlace.values()].sort((a, b) => b.nanos - a.nanos).slice(0, 20);
    fill(byId('hogs'), all.map(hog => {
      const frames = element('div', {class: 'code', title: hog.stack.join('\n')}, hog.at,
        element('div', {class: 'muted'}, hog.stack[0] === hog.at ? '' : 'in ' + hog.stack[0]));
      return element('tr', {},
        cell(format.nanos(hog.nanos), 'number'), cell(format.nanos(hog.cpuNanos), 'number'), cell(frames), cell(hog.machine),
        cell(String(hog.goroutine), 'number'), cell(format.age(sample.time - hog.seen) + ' ago', 'number'));
    }), 'None.');
  }
}
