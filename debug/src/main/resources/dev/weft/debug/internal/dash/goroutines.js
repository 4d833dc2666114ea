// Goroutines by stack. A click on a group shows its stack and members, as they are then.

class GroupTable {
  constructor() {
    this.table = byId('groups');
    this.opened = null;
    this.detail = null;
    this.groups = [];
    // Rows that are replaced between the press and the release of a button would not be clicked.
    this.pressed = false;
    this.table.addEventListener('pointerdown', () => { this.pressed = true; });
    addEventListener('pointerup', () => { this.pressed = false; });
    addEventListener('pointercancel', () => { this.pressed = false; });
    byId('groups-filter').addEventListener('input', () => this.draw());
    this.table.tBodies[0].addEventListener('click', event => this.toggle(event.target.closest('tr.group')));
    this.table.tBodies[0].addEventListener('keydown', event => {
      if (event.key === 'Enter') this.toggle(event.target.closest('tr.group'));
    });
  }

  show(goroutines, time) {
    this.groups = goroutines.groups;
    const age = time - goroutines.time;
    byId('groups-note').textContent = `${format.count(goroutines.total)} goroutines`
      + (goroutines.groups.length >= 100 ? ', the 100 largest groups' : '')
      + `, dumped in ${format.nanos(goroutines.tookNanos)}` + (age >= 2000 ? ` ${format.age(age)} ago` : '');
    if (!this.pressed) this.draw();
  }

  draw() {
    const wanted = byId('groups-filter').value.toLowerCase();
    const shown = this.groups.filter(group =>
      [group.kind, group.at, group.label, group.route].some(text => text && text.toLowerCase().includes(wanted)));
    const most = Math.max(1, ...shown.map(group => group.count));
    const focused = document.activeElement?.dataset?.id;
    const rows = [];
    for (const group of shown) {
      const isOpen = group.id === this.opened;
      const row = element('tr', {class: 'group' + (isOpen ? ' open' : ''), 'data-id': group.id, tabindex: 0, 'aria-expanded': isOpen},
        cell(format.count(group.count), 'number'),
        bar(group.count / most),
        cell(pill(group.kind, group.kind === 'running' || group.kind === 'runnable' ? 'good' : '')),
        cell(group.at, 'code'),
        cell([group.label, group.route].filter(text => text).join(' · ')),
        cell(format.age(group.oldestMillis), 'number'));
      rows.push(row);
      if (isOpen && this.detail) rows.push(this.detail);
    }
    fill(this.table, rows, wanted ? 'No group has that in it.' : 'None.');
    if (focused) this.table.querySelector(`tr[data-id="${focused}"]`)?.focus();
  }

  async toggle(row) {
    if (!row) return;
    const id = row.dataset.id;
    this.opened = this.opened === id ? null : id;
    this.detail = null;
    this.draw();
    if (this.opened !== id) return;
    let content;
    try {
      content = this.describe(await (await ask('/debug/dash/group', {id})).json());
    } catch (e) {
      content = element('div', {class: 'detail-box'}, e.message);
    }
    if (this.opened === id) { // the answer may come after another click
      const wide = cell(content);
      wide.colSpan = 6;
      this.detail = element('tr', {class: 'detail'}, wide);
      this.draw();
    }
  }

  describe(group) {
    const stack = element('ol', {class: 'code'}, ...group.stack.map(frame => element('li', {}, frame)));
    const members = element('table', {class: 'members'}, element('tbody', {}, ...group.members.map(each => element('tr', {},
      cell(String(each.id), 'number'), cell(each.name), cell(each.reason, 'code'), cell(each.served || '', 'code'), cell(format.age(each.ageMillis), 'number'),
      cell('by ' + each.creator, 'number')))));
    const more = group.count - group.members.length;
    return element('div', {class: 'detail-box'},
      element('div', {}, element('h3', {}, 'stack, innermost frame first'), stack),
      element('div', {}, element('h3', {}, `${format.count(group.count)} members: goroutine, name, what it does, connection served, age, created by`), members,
        more > 0 ? element('p', {class: 'muted'}, `and ${format.count(more)} more`) : null));
  }
}
