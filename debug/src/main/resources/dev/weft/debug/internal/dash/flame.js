// A flame graph of any profile that /debug/pprof/ has, recorded when it is asked for. A click on a frame makes it as wide as
// the graph; a click on the bottom one shows all again.

const FLAME_ROW = 18;

const PROFILES = {
  profile: {name: 'CPU', timed: true},
  allocs: {name: 'allocations', timed: true},
  heap: {name: 'heap growth', timed: true},
  mutex: {name: 'monitor contention', timed: true},
  hog: {name: 'hogs', timed: true},
  goroutine: {name: 'goroutines', timed: false},
};

class FlameGraph {
  constructor() {
    this.place = byId('flame');
    this.select = byId('flame-profile');
    for (const [id, profile] of Object.entries(PROFILES)) this.select.append(element('option', {value: id}, profile.name));
    const timed = () => { byId('flame-seconds').disabled = !PROFILES[this.select.value].timed; };
    this.select.addEventListener('change', timed);
    byId('flame-record').addEventListener('click', () => this.record());
    new ResizeObserver(() => this.resize()).observe(this.place);
    this.width = 0;
  }

  async record() {
    const id = this.select.value;
    const button = byId('flame-record');
    const note = byId('flame-note');
    const seconds = byId('flame-seconds').value;
    button.disabled = true;
    note.textContent = PROFILES[id].timed ? `recording for ${seconds} s …` : 'reading …';
    try {
      const profile = await readProfile(await ask('/debug/pprof/' + id, PROFILES[id].timed ? {seconds} : {}));
      const last = profile.types.length - 1; // the size; the count comes before it
      this.root = flameTree(profile.samples, last);
      this.unit = profile.types[last].unit;
      this.focus = this.root;
      note.textContent = this.root.value > 0 ? `${this.amount(this.root.value)} in all, ${profile.samples.length} stacks` : 'no samples';
      this.draw();
    } catch (e) {
      note.textContent = e.message;
    } finally {
      button.disabled = false;
    }
  }

  amount(value) {
    if (this.unit === 'nanoseconds') return format.nanos(value);
    return this.unit === 'bytes' ? format.bytes(value) : format.count(value);
  }

  resize() {
    if (this.root && this.place.clientWidth !== this.width) this.draw();
  }

  draw() {
    this.width = this.place.clientWidth;
    const boxes = [];
    let depth = 0;
    const add = (node, level, from, width, faded) => {
      depth = Math.max(depth, level);
      const box = element('div', faded ? {class: 'faded'} : {}, node.name);
      box.style.left = from + 'px';
      box.style.top = level * FLAME_ROW + 'px';
      box.style.width = Math.max(1, width) + 'px';
      box.style.background = flameColour(node.name);
      const share = 100 * node.value / Math.max(1, this.root.value);
      box.title = `${node.name}\n${this.amount(node.value)}, ${share.toFixed(1)} %`;
      box.addEventListener('click', () => {
        this.focus = node;
        this.draw();
      });
      boxes.push(box);
    };
    const path = [];
    for (let node = this.focus.parent; node; node = node.parent) path.unshift(node);
    path.forEach((node, level) => add(node, level, 0, this.width, true));
    const descend = (node, level, from, width) => {
      add(node, level, from, width, false);
      let at = from;
      for (const child of node.children) {
        const share = width * child.value / Math.max(1, node.value);
        if (share >= 1.5) descend(child, level + 1, at, share);
        at += share;
      }
    };
    descend(this.focus, path.length, 0, this.width);
    this.place.style.height = (depth + 1) * FLAME_ROW + 'px';
    this.place.replaceChildren(...boxes);
  }
}

function flameTree(samples, type) {
  const root = {name: 'all', value: 0, children: new Map(), parent: null};
  for (const sample of samples) {
    const value = sample.values[type];
    let node = root;
    node.value += value;
    for (const name of sample.stack) {
      let child = node.children.get(name);
      if (!child) node.children.set(name, child = {name, value: 0, children: new Map(), parent: node});
      child.value += value;
      node = child;
    }
  }
  const order = node => {
    node.children = [...node.children.values()].sort((a, b) => b.value - a.value);
    node.children.forEach(order);
  };
  order(root);
  return root;
}

/** Warm colours for the program, cooler ones for Weft and the JDK; always the same for a name. */
function flameColour(name) {
  let hash = 0;
  for (const c of name) hash = (hash * 31 + c.charCodeAt(0)) | 0;
  const shade = Math.abs(hash) % 20;
  if (/^(java|jdk|sun)\./.test(name)) return `hsl(205, 45%, ${66 + shade / 2}%)`;
  if (name.startsWith('dev.weft.')) return `hsl(165, 42%, ${62 + shade / 2}%)`;
  return name === 'all' ? 'hsl(30, 12%, 75%)' : `hsl(${24 + shade}, 88%, ${64 + shade / 3}%)`;
}
