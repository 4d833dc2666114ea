// How figures are written, and the few ways in which the page makes elements.

const format = {
  /** 1234567 as 1.23M. */
  count(n) {
    if (n == null || !isFinite(n)) return '–';
    const sign = n < 0 ? '-' : '';
    n = Math.abs(n);
    for (const [size, unit] of [[1e9, 'G'], [1e6, 'M'], [1e4, 'k']]) {
      if (n >= size) {
        const scaled = n / (unit === 'k' ? 1e3 : size);
        return sign + scaled.toFixed(scaled < 10 ? 2 : scaled < 100 ? 1 : 0) + unit;
      }
    }
    return sign + (Number.isInteger(n) || n >= 100 ? Math.round(n) : n.toFixed(1));
  },

  bytes(n) {
    for (const [size, unit] of [[2 ** 30, 'GiB'], [2 ** 20, 'MiB'], [2 ** 10, 'KiB']]) {
      if (n >= size) return (n / size).toFixed(n < 10 * size ? 1 : 0) + ' ' + unit;
    }
    return n + ' B';
  },

  /** A duration of nanoseconds. */
  nanos(n) {
    for (const [size, unit] of [[1e9, 's'], [1e6, 'ms'], [1e3, 'µs']]) {
      if (n >= size) return +(n / size).toPrecision(3) + ' ' + unit;
    }
    return Math.round(n) + ' ns';
  },

  /** An age, in the two largest units. */
  age(millis) {
    const s = Math.max(0, Math.floor(millis / 1000));
    if (s >= 86400) return `${Math.floor(s / 86400)}d ${Math.floor(s / 3600) % 24}h`;
    if (s >= 3600) return `${Math.floor(s / 3600)}h ${Math.floor(s / 60) % 60}m`;
    if (s >= 60) return `${Math.floor(s / 60)}m ${s % 60}s`;
    return s + 's';
  },
};

const byId = id => document.getElementById(id);

/** A new element; its children are elements or text, which is never taken for HTML. */
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
  made.append(...children.filter(child => child != null));
  return made;
}

const cell = (content, kind) => element('td', kind ? {class: kind} : {}, content == null ? '' : content);

function bar(share) {
  const inner = element('div');
  inner.style.width = Math.min(100, 100 * (share || 0)) + '%';
  return cell(inner, 'bar');
}

const pill = (text, kind) => element('span', {class: 'pill ' + (kind || '')}, text);

/** Replaces the rows of a table; one that says so when there are none. */
function fill(table, rows, otherwise) {
  const body = table.tBodies[0];
  if (rows.length === 0) {
    const nothing = cell(otherwise, 'empty');
    nothing.colSpan = 20;
    rows = [element('tr', {}, nothing)];
  }
  body.replaceChildren(...rows);
}

/** A path below the page's server, with the token that the page was asked for with, if any. */
function address(path, parameters) {
  const query = new URLSearchParams(parameters);
  const token = new URLSearchParams(location.search).get('token');
  if (token) query.set('token', token);
  return path + (query.size ? '?' + query : '');
}

async function ask(path, parameters) {
  const response = await fetch(address(path, parameters));
  if (!response.ok) throw new Error((await response.text()).trim() || response.statusText);
  return response;
}
