/** What has to be true when the faults are over: every member has the same, and what was acknowledged is there. */
import { setTimeout as sleep } from 'node:timers/promises';
import { countOf } from './bodies.mjs';
import { allows } from './client.mjs';
import { send } from './http.mjs';

const QUIET_MS = 120_000;
const POLL_MS = 200;
/** For the primary to end what is due, and for its mark to come round. */
const ENDING_MS = 3000;
const TIMEOUT_MS = 60_000;
const LIST_LIMIT = 1000;

/**
 * @param {import('./member.mjs').Member[]} members
 * @param {import('./client.mjs').Client[]} clients
 * @param {import('./events.mjs').EventReader} events
 * @param {import('./log.mjs').Log} log
 */
export async function verify(members, clients, events, log) {
  if (!(await together(members))) {
    const reports = await Promise.all(members.map((member) => member.report()));
    log.problem(`the ring was not whole ${QUIET_MS} ms after the faults: ${JSON.stringify(reports)}`);
    return;
  }
  await endingsOver(clients);
  const listings = await Promise.all(members.map((member) => listingOf(member, '/objects', log)));
  compare(members, listings, 'objects', log);
  const conflicts = await Promise.all(members.map((member) => listingOf(member, '/conflicts', log)));
  compare(members, conflicts, 'conflicts', log);
  log.count('conflicts at the end', conflicts[0]?.length ?? 0);
  log.count('objects at the end', listings[0]?.length ?? 0);
  for (const client of clients) for (const entry of client.entries) await verifyEntry(members, entry, log);
  verifyEndings(listings[0] ?? [], clients, log);
  await verifyEvents(listings[0] ?? [], events, log);
}

/** @param {import('./member.mjs').Member[]} members */
async function together(members) {
  const until = performance.now() + QUIET_MS;
  while (performance.now() < until) {
    const ready = await Promise.all(members.map((member) => member.untilReady(POLL_MS)));
    const reports = await Promise.all(members.map((member) => member.report()));
    const [first] = reports;
    const isSame = reports.every(
      (report) =>
        report?.view === first.view &&
        report.revision === first.revision &&
        !report.provisional &&
        report.offers === 0 &&
        report.members.length === members.length,
    );
    if (isSame && ready.every((ms) => ms !== undefined)) return true;
    await sleep(POLL_MS);
  }
  return false;
}

/** @param {import('./client.mjs').Client[]} clients */
async function endingsOver(clients) {
  const last = Math.max(0, ...clients.flatMap((client) => [...client.endings.values()]));
  await sleep(Math.max(0, last + ENDING_MS - Date.now()));
}

/**
 * @param {import('./member.mjs').Member} member
 * @param {string} path
 * @param {import('./log.mjs').Log} log
 * @returns {Promise<any[]>}
 */
async function listingOf(member, path, log) {
  const all = [];
  for (let after = ''; ;) {
    const url = `${path}?limit=${LIST_LIMIT}&after=${encodeURIComponent(after)}`;
    const { status, code, body } = await send(member.port, 'GET', url, { timeoutMs: TIMEOUT_MS });
    if (status !== 200) {
      log.problem(`${path} of ${member.name} was answered ${status} ${code}`);
      return all;
    }
    const page = JSON.parse(String(body));
    all.push(...(page.objects ?? page.conflicts));
    if (page.next === null) return all;
    after = page.next;
  }
}

/**
 * @param {import('./member.mjs').Member[]} members
 * @param {any[][]} listings one of each member
 * @param {string} what
 * @param {import('./log.mjs').Log} log
 */
function compare(members, listings, what, log) {
  const [first = [], ...others] = listings.map((listing) => listing.map(withoutHolders));
  others.forEach((other, index) => {
    if (other.join('\n') === first.join('\n')) return;
    const known = new Set(first);
    const found = new Set(other);
    const differing = [
      ...other.filter((line) => !known.has(line)),
      ...first.filter((line) => !found.has(line)),
    ];
    log.problem(
      `${members[index + 1]?.name} lists other ${what} than ${members[0]?.name}: ${differing.slice(0, 4)}`,
    );
  });
}

/** @param {any} object */
const withoutHolders = (object) => JSON.stringify({ ...object, holders: undefined });

/**
 * @param {import('./member.mjs').Member[]} members
 * @param {import('./ledger.mjs').Entry} entry
 * @param {import('./log.mjs').Log} log
 */
async function verifyEntry(members, entry, log) {
  for (const { name, port } of members) {
    const answer = await send(port, 'GET', `/objects/${entry.key}`, { timeoutMs: TIMEOUT_MS });
    const count = answer.status === 404 ? 0 : countOf(entry.key, answer.body);
    if (!allows(entry, answer)) {
      log.problem(
        `${entry.key} at ${name} is ${answer.status} ${answer.code} with ${count ?? 'damaged'}, and has to be ${entry.expected}`,
      );
    } else if (entry.last.provisional && !isLast(entry, count) && !(await isConflict(port, entry)))
      log.problem(`${entry.key} at ${name} has ${count}, and ${entry.expected} is not under /conflicts`);
    log.count('verified at the end');
  }
}

/** @param {import('./ledger.mjs').Entry} entry @param {number | undefined} count */
const isLast = ({ last }, count) => count === (last.kind === 'put' ? last.count : 0);

/** @param {number} port @param {import('./ledger.mjs').Entry} entry */
async function isConflict(port, { key, last }) {
  const path = `/conflicts?prefix=${encodeURIComponent(key)}&limit=${LIST_LIMIT}`;
  const { body } = await send(port, 'GET', path, { timeoutMs: TIMEOUT_MS });
  for (const conflict of JSON.parse(String(body)).conflicts) {
    if (conflict.key !== key) continue;
    if (conflict.deleted && last.kind === 'delete') return true;
    const one = await send(port, 'GET', `/conflicts/${key}?revision=${conflict.revision}`);
    if (one.status === 200 && countOf(key, one.body) === last.count) return true;
  }
  return false;
}

/**
 * @param {any[]} listing
 * @param {import('./client.mjs').Client[]} clients
 * @param {import('./log.mjs').Log} log
 */
function verifyEndings(listing, clients, log) {
  const ending = new Set(clients.flatMap((client) => [...client.endings.keys()]));
  for (const { key } of listing) if (ending.has(key)) log.problem(`the time to live of ${key} is over`);
}

/**
 * @param {any[]} listing
 * @param {import('./events.mjs').EventReader} events
 * @param {import('./log.mjs').Log} log
 */
async function verifyEvents(listing, events, log) {
  await sleep(ENDING_MS);
  for (const { key, revision } of listing) {
    if (revision <= events.completeAfter || events.told.get(key) === revision) continue;
    log.problem(`/events told revision ${events.told.get(key)} of ${key}, which has ${revision}`);
  }
}
