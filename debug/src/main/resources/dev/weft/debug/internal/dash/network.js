// Sockets: numbers by kind and state with every sample, and the table of /debug/net now and then.

const NET_EVERY = 3000;
const NET_ROWS = 50;

class SocketTable {
  constructor() {
    this.due = 0;
    byId('net-sort').addEventListener('change', () => this.load());
  }

  show(sample) {
    const {kinds, states} = sample.net;
    const warning = {close_wait: 'bad', fin_wait1: 'warn', fin_wait2: 'warn', syn_sent: 'warn', established: 'good'};
    byId('net-states').replaceChildren(
      ...Object.entries(kinds).map(([kind, n]) => pill(`${format.count(n)} ${kind}${n === 1 || kind.endsWith('s') ? '' : 's'}`)),
      ...Object.entries(states).map(([state, n]) => pill(`${format.count(n)} ${state}`, warning[state])));
    if (sample.time >= this.due) {
      this.due = sample.time + NET_EVERY;
      this.load();
    }
  }

  async load() {
    let text;
    try {
      text = await (await ask('/debug/net', {sort: byId('net-sort').value, limit: NET_ROWS})).text();
    } catch (e) {
      return; // the next sample tries again
    }
    const [, names, ...lines] = text.trimEnd().split('\n');
    const columns = names.split('\t');
    const isText = ['kind', 'state', 'address', 'read_by', 'opened_by'];
    const kind = name => isText.includes(name) ? (name === 'address' ? 'code' : '') : 'number';
    byId('sockets').tHead.rows[0].replaceChildren(
      ...columns.map(name => element('th', {class: kind(name)}, name.replaceAll('_', ' '))));
    fill(byId('sockets'), lines.map(line => element('tr', {},
      ...line.split('\t').map((value, i) => cell(value, kind(columns[i]))))), 'None.');
  }
}
