/*
 * Making elements. What comes from the ring (keys, names, types) is anybody's text: it becomes text nodes and attribute
 * values here, and never markup.
 */
const SVG = 'http://www.w3.org/2000/svg';

/** An HTML element with attributes and children, which are elements or text. */
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same for a part of a drawing. */
export function shape(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

export function byId(id) {
  return document.getElementById(id);
}

/** Links lead to web addresses only, whatever a member says that its address is. */
export function link(url, text) {
  if (!/^https?:\/\//i.test(url)) return element('span', {}, text);
  return element('a', { href: url, rel: 'noreferrer' }, text);
}

export function badge(kind, text = kind) {
  return element('span', { class: `badge ${kind}` }, text);
}

export function formatNumber(value) {
  return value.toLocaleString('en');
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB'];

export function formatBytes(bytes) {
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
