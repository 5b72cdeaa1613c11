/*
 * The dashboard: asks for the ring every two seconds and whenever something has happened to its members, and shows what it
 * was told last. Everything it shows comes from the public HTTP interface.
 */
import { byId } from './elements.js';
import { showDrawing } from './drawing.js';
import { Feed } from './feed.js';
import { showMembers } from './members.js';
import { Objects } from './objects.js';
import { Poll } from './server.js';
import { showNotices, showSummary } from './summary.js';

/** What differs in every answer, and is not shown. */
const PASSING = new Set(['time', 'load', 'heard']);

let report = null;
let toldAt = '';
let isLost = false;
let shown = '';

const objects = new Objects();
const poll = new Poll(told, lost);
const feed = new Feed({ onMembers: () => poll.now(), onWrites: () => objects.changed() });

function told(next) {
  if (isLost || (report !== null && report.objects !== next.objects)) objects.changed();
  report = next;
  isLost = false;
  toldAt = new Date().toLocaleTimeString('en-GB');
  connection('connected', report.state === 'member' ? 'up' : 'filling');
  showNotices(report, null);
  document.title = `${report.self} · ${report.ring} · Ringlet`;
  byId('ring-name').textContent = report.ring;
  const text = JSON.stringify(report, (name, value) => (PASSING.has(name) ? undefined : value));
  if (text === shown) return;
  shown = text;
  showSummary(report);
  showDrawing(report);
  showMembers(report);
}

function lost(error, retryInMs) {
  isLost = true;
  connection('not connected', 'suspected');
  showNotices(report, { error, retryInMs, at: toldAt });
}

function connection(text, kind) {
  document.querySelector('main').classList.toggle('stale', isLost);
  const pill = byId('connection');
  pill.textContent = text;
  pill.className = `pill ${kind}`;
}

new ResizeObserver(() => {
  if (report !== null) showDrawing(report);
}).observe(byId('drawing'));
poll.now();
feed.open();
void objects.show();
