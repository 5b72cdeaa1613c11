import { badge, byId, element, formatBytes, formatNumber } from './elements.js';
import { addressOf } from './server.js';

const SHOWN = 100;
/** However much happens, the page is changed this often at most. */
const FLUSH_MS = 250;
const RETRY_MS = 3000;
const MEMBER_EVENTS = ['joined', 'left', 'promoted', 'suspected', 'island-up', 'island-down'];
const WRITE_EVENTS = ['put', 'delete', 'conflict', 'merging', 'merged'];

const DEPARTURES = { leaving: ' has left the ring', lost: ' is lost: the others cannot reach it' };

const WORDS = {
  put: ({ key, size }) => [element('code', {}, key), ` ${formatBytes(size)}`],
  delete: ({ key }) => [element('code', {}, key)],
  conflict: ({ key, settled }) => [
    element('code', {}, key),
    settled ? ' is settled' : ' lost when rings met',
  ],
  merging: ({ count }) => [`${formatNumber(count)} writes made apart are offered to the ring`],
  merged: () => ['The ring has what was written apart'],
  joined: ({ name }) => [element('strong', {}, name), ' is a member now'],
  left: ({ name, reason }) => [element('strong', {}, name), DEPARTURES[reason] ?? ' is no longer a member'],
  promoted: ({ name }) => [element('strong', {}, name), ' is the primary now'],
  suspected: ({ name, reason }) => [element('strong', {}, name), ` cannot be reached: ${reason}`],
  'island-up': ({ name }) => ['The island ', element('strong', {}, name), ' is up'],
  'island-down': ({ name, reason }) => ['The island ', element('strong', {}, name), ` is down: ${reason}`],
  gap: () => ['Some of what happened was not told.'],
};

/** What happens in the ring, the newest first. `onMembers` is called when it concerns members, `onWrites` otherwise. */
export class Feed {
  #waiting = [];
  #skipped = 0;
  #isPaused = false;
  #timer = 0;
  #onMembers;
  #onWrites;

  constructor({ onMembers, onWrites }) {
    this.#onMembers = onMembers;
    this.#onWrites = onWrites;
    byId('feed-pause').addEventListener('click', () => this.#togglePause());
    byId('feed-members-only').addEventListener('change', ({ target }) =>
      byId('feed').classList.toggle('members-only', target.checked),
    );
  }

  open() {
    const source = new EventSource(addressOf('events'));
    const listen = (names, follow) => {
      for (const name of names)
        source.addEventListener(name, ({ data }) => {
          this.#take(name, JSON.parse(data));
          follow();
        });
    };
    listen(MEMBER_EVENTS, this.#onMembers);
    listen([...WRITE_EVENTS, 'gap'], this.#onWrites);
    // The browser tries again by itself, but not after it was refused.
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.open(), RETRY_MS);
    });
  }

  #take(name, data) {
    this.#waiting.push({ name, data, time: new Date() });
    if (this.#waiting.length > SHOWN) {
      this.#waiting.shift();
      this.#skipped++;
    }
    if (this.#timer === 0 && !this.#isPaused) this.#timer = setTimeout(() => this.#flush(), FLUSH_MS);
  }

  #flush() {
    this.#timer = 0;
    const list = byId('feed');
    const entries = this.#waiting.map(entry);
    if (this.#skipped > 0) entries.unshift(skippedEntry(this.#skipped));
    this.#waiting = [];
    this.#skipped = 0;
    list.prepend(...entries.toReversed());
    while (list.children.length > SHOWN) list.lastChild.remove();
    byId('feed-empty').hidden = list.children.length > 0;
  }

  #togglePause() {
    this.#isPaused = !this.#isPaused;
    const button = byId('feed-pause');
    button.setAttribute('aria-pressed', String(this.#isPaused));
    button.textContent = this.#isPaused ? 'Go on' : 'Pause';
    if (!this.#isPaused) this.#flush();
  }
}

function entry({ name, data, time }) {
  const kind = MEMBER_EVENTS.includes(name) ? 'of-members' : 'of-writes';
  const clock = element('time', { datetime: time.toISOString() }, time.toLocaleTimeString('en-GB'));
  return element(
    'li',
    { class: kind },
    clock,
    badge(name),
    element('span', { class: 'what' }, ...WORDS[name](data)),
  );
}

function skippedEntry(count) {
  const text = `${formatNumber(count)} more, too fast to show`;
  return element('li', { class: 'of-writes quiet' }, element('span', { class: 'what' }, text));
}
