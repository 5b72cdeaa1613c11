/** What the servers use: memory, open files, disk. Slopes are of the one that is left alone, stretch by stretch. */
import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { commonSlope, slope } from '../measure/statistics.mjs';
import { cpuSeconds, MEBIBYTE, NEEDS_PROC, residentBytes } from '../system/proc.mjs';

/** What a server takes until then is its start, not a leak. */
const SETTLED_SECONDS = 60;
const SECONDS_IN_HOUR = 3600;
/** A shorter stretch tells nothing of slopes. */
const LEAST_SECONDS = 120;

/**
 * @typedef {object} Sample
 * @property {string} name
 * @property {number} age seconds since the process was started
 * @property {number} rss MiB
 * @property {number} files open, of any kind
 * @property {number} sockets of these
 * @property {number} disk MiB that DATA_DIR takes
 * @property {number} cpu seconds of the process so far
 */

/** @param {import('./member.mjs').Member} member @returns {Sample | undefined} */
export function sampleOf({ name, pid, startedAt, directory }) {
  if (pid === undefined || NEEDS_PROC !== undefined) return undefined;
  try {
    const kinds = openFiles(pid);
    const rss = residentBytes(pid) / MEBIBYTE;
    if (Number.isNaN(rss)) return undefined; // it is ending
    return {
      name,
      age: (performance.now() - startedAt) / 1000,
      rss,
      files: kinds.length,
      sockets: kinds.filter((kind) => kind.startsWith('socket:')).length,
      disk: bytesWithin(directory) / MEBIBYTE,
      cpu: cpuSeconds(pid),
    };
  } catch {
    return undefined; // it ended meanwhile
  }
}

export class Stretches {
  /** @type {{ name: string, samples: Sample[] }[]} */
  #stretches = [];

  /** @param {Sample | undefined} sample of the member that is left alone; another member, or a new process, begins a stretch */
  add(sample) {
    if (sample === undefined) return;
    const present = this.#stretches.at(-1);
    const last = present?.samples.at(-1);
    if (present === undefined || last?.name !== sample.name || last.age > sample.age)
      this.#stretches.push({ name: sample.name, samples: [sample] });
    else present.samples.push(sample);
  }

  get summary() {
    const settled = this.#stretches
      .map(({ name, samples }) => ({ name, samples: samples.filter(({ age }) => age >= SETTLED_SECONDS) }))
      .filter(({ samples }) => lengthOf(samples) >= LEAST_SECONDS);
    return {
      stretches: settled.map(({ name, samples }) => ({ name, ...figures(samples) })),
      overAll: Object.fromEntries(
        Object.entries(FIELDS).map(([field, unit]) => [
          unit,
          perHour(commonSlope(settled.map(({ samples }) => pointsOf(samples, field)))),
        ]),
      ),
    };
  }
}

/** @type {Record<string, string>} */
const FIELDS = { rss: 'MiB/hour', files: 'files/hour', disk: 'MiB of disk/hour' };

/** @param {Sample[]} samples @returns {number} seconds */
const lengthOf = (samples) => (samples.at(-1)?.age ?? 0) - (samples[0]?.age ?? 0);

/** @param {Sample[]} samples */
function figures(samples) {
  const [first, last] = [samples[0], samples.at(-1)];
  return {
    minutes: Number((lengthOf(samples) / 60).toFixed(1)),
    rss: [first, last].map((sample) => Math.round(sample?.rss ?? 0)),
    files: [first, last].map((sample) => sample?.files ?? 0),
    disk: [first, last].map((sample) => Math.round(sample?.disk ?? 0)),
    ...Object.fromEntries(
      Object.entries(FIELDS).map(([field, unit]) => [unit, perHour(slope(pointsOf(samples, field)))]),
    ),
  };
}

/** @param {Sample[]} samples @param {string} field @returns {[number, number][]} */
function pointsOf(samples, field) {
  return samples.map((sample) => [sample.age, sample[/** @type {'rss'} */ (field)]]);
}

/** @param {number} perSecond */
const perHour = (perSecond) => Number((perSecond * SECONDS_IN_HOUR).toFixed(1));

/** @param {number} pid @returns {string[]} what its open files are */
function openFiles(pid) {
  const directory = `/proc/${pid}/fd`;
  return readdirSync(directory).map((name) => {
    try {
      return readlinkSync(join(directory, name));
    } catch {
      return '';
    }
  });
}

/** @param {string} directory @returns {number} what its files take of the disk, which may be less than their length */
function bytesWithin(directory) {
  let bytes = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    const found = statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false });
    if (found?.isFile()) bytes += found.blocks * 512;
  }
  return bytes;
}
