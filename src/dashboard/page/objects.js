import { byId, element, formatBytes, formatNumber } from './elements.js';
import { ask } from './server.js';

const PAGE = 25;
const TYPING_MS = 250;
/** The list follows the ring no faster than this. */
const REFRESH_MS = 2000;

/** A page of the objects, by prefix. */
export class Objects {
  /** The `after` of each page up to the present one; the first has none. */
  #pages = [''];
  #next = null;
  #asked = 0;
  #typing = 0;
  #refresh = 0;

  constructor() {
    byId('prefix').addEventListener('input', () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#go(['']), TYPING_MS);
    });
    byId('previous').addEventListener('click', () => this.#go(this.#pages.slice(0, -1)));
    byId('next').addEventListener('click', () => this.#go([...this.#pages, this.#next]));
  }

  /** Something was written; the list follows soon. */
  changed() {
    if (this.#refresh !== 0) return;
    this.#refresh = setTimeout(() => {
      this.#refresh = 0;
      void this.show();
    }, REFRESH_MS);
  }

  /** Only the answer that was asked for last counts. */
  async show() {
    const asked = ++this.#asked;
    const prefix = byId('prefix').value;
    const query = new URLSearchParams({ prefix, limit: String(PAGE) });
    if (this.#pages.at(-1) !== '') query.set('after', this.#pages.at(-1));
    try {
      const page = await ask(`objects?${query}`);
      if (asked === this.#asked) this.#fill(page, prefix);
    } catch (error) {
      if (asked === this.#asked)
        byId('objects-note').textContent = `The list could not be had. ${explain(error)}`;
    }
  }

  #go(pages) {
    this.#pages = pages;
    void this.show();
  }

  #fill({ objects, next }, prefix) {
    this.#next = next;
    byId('objects').replaceChildren(...objects.map(row));
    byId('previous').disabled = this.#pages.length === 1;
    byId('next').disabled = next === null;
    byId('objects-note').textContent = noteOf(objects.length, this.#pages.length, prefix);
  }
}

function noteOf(count, page, prefix) {
  if (count > 0) return `Page ${formatNumber(page)}`;
  if (page > 1) return 'There is nothing on this page any more.';
  return prefix === '' ? 'There are no objects yet.' : 'No key begins so.';
}

function explain(error) {
  return error.status === undefined ? 'The server cannot be reached.' : error.message;
}

function row({ key, size, type, revision, modified }) {
  const time = new Date(modified);
  return element(
    'tr',
    {},
    element('td', { class: 'key' }, keyLink(key)),
    element('td', { class: 'number' }, formatBytes(size)),
    element('td', { class: 'type', title: type }, type),
    element('td', { class: 'number' }, formatNumber(revision)),
    element('td', { class: 'time' }, element('time', { datetime: modified }, time.toLocaleString('sv-SE'))),
  );
}

/** Browsers take these two for steps in a path, however they are encoded. */
function keyLink(key) {
  if (key === '.' || key === '..') return key;
  const href = `objects/${encodeURIComponent(key)}`;
  return element('a', { href, target: '_blank', rel: 'noopener noreferrer' }, key);
}
