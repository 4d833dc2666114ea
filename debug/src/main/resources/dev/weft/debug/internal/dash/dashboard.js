// Takes a sample a second from the server and shows it.

const charts = {
  goroutines: new TimeChart('chart-goroutines', {stacked: true, least: 4}),
  queues: new TimeChart('chart-queues', {least: 8, filled: true}),
  scheduler: new TimeChart('chart-scheduler', {least: 10}),
  poller: new TimeChart('chart-poller', {least: 10}),
  calls: new TimeChart('chart-calls', {least: 10}),
  cpu: new TimeChart('chart-cpu', {least: 100, filled: true, format: n => Math.round(n) + ' %'}),
  heap: new TimeChart('chart-heap', {format: format.bytes, filled: true, least: 2 ** 20}),
  pauses: new TimeChart('chart-pauses', {least: 5, filled: true, format: n => +n.toPrecision(3) + ' ms'}),
};
const heat = new HeatMap(byId('heat-waits'));
const groups = new GroupTable();
const hogs = new HogTable();
const sockets = new SocketTable();
const flame = new FlameGraph();

const MAX_KINDS = 7;
let before = null;
let shown = 0;

/** The kinds keep their places in the chart: new ones join, and none leaves while the window has it. */
function stableKinds(kinds) {
  const have = charts.goroutines.data.series;
  const result = {};
  let rest = 0;
  for (const [kind, n] of Object.entries(kinds).sort((a, b) => b[1] - a[1])) {
    if (have.has(kind) || have.size + Object.keys(result).length < MAX_KINDS) result[kind] = n;
    else rest += n;
  }
  for (const kind of have.keys()) result[kind] ??= 0;
  if (rest > 0) result['~ other'] = rest;
  return result;
}

function tile(name, value, unit) {
  return element('div', {class: 'tile'}, element('b', {}, value, unit ? element('small', {}, unit) : null), element('span', {}, name));
}

function showTiles(sample, rates, waits) {
  const s = sample.scheduler;
  const p99 = quantile(waits, 0.99);
  const cpu = rates.of(x => x.process.cpuNanos);
  const connections = Object.entries(sample.net.kinds).filter(([kind]) => kind.endsWith('connection')).reduce((sum, [, n]) => sum + n, 0);
  byId('tiles').replaceChildren(
    tile('goroutines', format.count(s.live)),
    tile('runnable', format.count(s.runnable)),
    tile('ready to running p99', p99 == null ? '–' : '≤ ' + format.nanos(p99)),
    tile('leaked', format.count(sample.leaked)),
    tile('connections', format.count(connections)),
    tile('started', format.count(rates.of(x => x.scheduler.created)), '/s'),
    tile('slices', format.count(rates.of(x => x.scheduler.slices)), '/s'),
    tile('system calls', format.count(rates.of(x => Object.values(x.scheduler.systemCalls).reduce((sum, n) => sum + n, 0))), '/s'),
    tile('handoffs', format.count(rates.of(x => x.scheduler.handoffs)), '/s'),
    tile(`CPU of ${sample.process.cpus} cores`, cpu == null ? '–' : Math.round(cpu / 1e7 / sample.process.cpus), '%'),
    tile('heap', format.bytes(sample.process.heapUsed)));
}

function showAbout(sample) {
  const p = sample.process;
  byId('about').textContent = `process ${p.pid}, up ${format.age(p.uptimeMillis)} · Java ${p.java} · `
    + `${p.scheduler === 'gmp' ? `${sample.processors.length} processors, ${sample.machines.length} machines` : 'the JDK\'s scheduler'} · ${p.poller}`;
  const notice = byId('notice');
  notice.hidden = !p.fallbackBecause;
  notice.textContent = p.fallbackBecause || '';
}

function show(sample) {
  const rates = new Rates(before, sample);
  const time = sample.time / 1000;
  const waits = sample.scheduler.readyToRunning.map((n, b) => before ? Math.max(0, n - before.scheduler.readyToRunning[b]) : 0);
  showAbout(sample);
  showTiles(sample, rates, waits);
  charts.goroutines.add(time, stableKinds(sample.goroutines.kinds));
  if (before) {
    heat.add(time, waits);
    const [p50, p99] = [quantile(waits, 0.5), quantile(waits, 0.99)];
    byId('wait-quantiles').textContent = p50 == null ? 'nothing was sampled' : `p50 ≤ ${format.nanos(p50)}, p99 ≤ ${format.nanos(p99)}`;
    const scheduler = read => rates.of(x => read(x.scheduler));
    charts.scheduler.add(time, {
      started: scheduler(s => s.created), steals: scheduler(s => s.steals), handoffs: scheduler(s => s.handoffs),
      'blocking calls': scheduler(s => s.blockingCalls), wakes: scheduler(s => s.wakes),
    });
    charts.poller.add(time, {polls: scheduler(s => s.polls), waits: scheduler(s => s.pollWaits), events: scheduler(s => s.pollEvents)});
    // What has never been called, such as those of the other pollers, gets no line.
    charts.calls.add(time, Object.fromEntries(Object.entries(sample.scheduler.systemCalls)
      .filter(([, made]) => made > 0).map(([call]) => [call, scheduler(s => s.systemCalls[call])])));
    charts.cpu.add(time, {process: rates.of(x => x.process.cpuNanos) / 1e7});
    charts.pauses.add(time, {
      safepoints: rates.of(x => x.pauses.safepoints.nanos) / 1e6, gc: rates.of(x => x.pauses.gc.nanos) / 1e6,
      longest: sample.pauses.safepoints.longest / 1e6,
    });
  }
  charts.queues.add(time, {
    global: sample.scheduler.globalRunnable,
    ...Object.fromEntries(sample.processors.slice(0, 8).map(p => ['P' + p.id, p.queued])),
  });
  charts.heap.add(time, {used: sample.process.heapUsed, committed: sample.process.heapCommitted});
  showProcessors(sample);
  showMachines(before, sample, rates.seconds);
  groups.show(sample.goroutines, sample.time);
  hogs.add(sample);
  sockets.show(sample);
  before = sample;
  document.body.dataset.samples = ++shown;
}

// Live, paused, or waiting for the server.

const RETRY_MILLIS = 3000;
let events = null;
let retry = null;

function connection(text, kind) {
  byId('connection').textContent = text;
  byId('connection').className = 'pill ' + kind;
}

/** Shows a sample. A process that was started again counts from the beginning, in a container with the same number. */
function accept(sample) {
  if (before && sample.process.started !== before.process.started) before = null;
  show(sample);
}

function connect() {
  const source = events = new EventSource(address('/debug/dash/events', {}));
  source.onopen = () => connection('live', 'good');
  source.onerror = () => {
    connection('no answer', 'bad');
    // It tries again by itself, but not after an answer that is no stream, such as that of a proxy without a server.
    if (source.readyState === EventSource.CLOSED) retry = setTimeout(connect, RETRY_MILLIS);
  };
  source.onmessage = event => accept(JSON.parse(event.data));
}

byId('pause').addEventListener('click', () => {
  if (events) {
    events.close();
    events = null;
    clearTimeout(retry);
    connection('paused', 'warn');
  } else {
    connect();
  }
  byId('pause').textContent = events ? 'Pause' : 'Go on';
});

// Light or dark: what the system has, until the button is pressed.

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

function theme(name) {
  document.documentElement.dataset.theme = name;
  Object.values(charts).forEach(chart => chart.restyle());
  heat.draw();
}

theme(systemIsDark.matches ? 'dark' : 'light');
systemIsDark.addEventListener('change', event => theme(event.matches ? 'dark' : 'light'));
byId('theme').addEventListener('click', () => theme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'));

for (const link of document.querySelectorAll('footer a')) link.href = address(link.getAttribute('href'), {});
connect();
