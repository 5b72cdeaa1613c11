import { expect, it } from '@jest/globals';

import { Catalogue } from './catalogue.js';
import type { Body, LogRecord } from './record.js';
import { record } from './testing/fixtures.js';

const ROUNDS = 100;
const STEPS = 60;
const SPAN = 2 ** 31;

let state = 1;

/** The same numbers each time, so that what fails fails again. */
function below(bound: number): number {
  state = (state * 1_103_515_245 + 12_345) % SPAN;
  return Math.floor((state / SPAN) * bound);
}

function putOf(revision: number, key: string): LogRecord {
  const whole = new Uint8Array(1 + below(50));
  return record(revision, {
    key,
    size: whole.length,
    body: [null, whole, ...piecesOf(revision, whole)][below(5)],
  });
}

/** Here, on the disk as well, and there only. */
function piecesOf(revision: number, whole: Uint8Array): Body[] {
  const stored = { kind: 'records', revision } as const;
  const { length: size } = whole;
  return [
    { size, pieces: [whole], stored: null },
    { size, pieces: [whole], stored },
    { size, pieces: [null], stored },
  ];
}

function arrive(catalogue: Catalogue, key: string): void {
  const lacking = catalogue.get(key);
  if (lacking?.kind === 'put') catalogue.attach(key, lacking.revision, new Uint8Array(lacking.size));
}

function evict(catalogue: Catalogue, key: string): void {
  const here = catalogue.get(key);
  if (here?.body instanceof Uint8Array) catalogue.evict(here);
}

function warm(catalogue: Catalogue, key: string): void {
  const here = catalogue.get(key);
  if (here?.kind === 'put') catalogue.warm(key, here.revision - below(2), new Uint8Array(here.size));
}

/** What a newcomer makes of it, which is sent some records twice. */
function copyOf(catalogue: Catalogue): Catalogue {
  const copy = new Catalogue();
  const committed = [...catalogue.records()];
  for (const part of [committed.slice(0, 2), committed]) copy.load(part);
  copy.complete(catalogue.watermark, catalogue.floor);
  for (const one of catalogue.logAfter(catalogue.watermark)) copy.store(one);
  return copy;
}

function change(catalogue: Catalogue): Catalogue {
  const { last, watermark } = catalogue;
  const key = `k${below(4)}`;
  const changes = [
    () => catalogue.store(putOf(last + 1, key)),
    () => catalogue.store(putOf(last + 1, key)),
    () => catalogue.store(record(last + 1, { kind: below(2) ? 'delete' : 'expire', key })),
    () => catalogue.store(record(last + 1, { kind: 'floor', key: '', floor: below(watermark + 1) })),
    () => catalogue.store(record(last + 1, { kind: 'refusal', key })),
    () => catalogue.commit(watermark + below(4), () => undefined),
    () => catalogue.truncate(Math.max(watermark, last - below(3))),
    () => arrive(catalogue, key),
    () => evict(catalogue, key),
    () => warm(catalogue, key),
  ];
  if (below(STEPS) === 0) return copyOf(catalogue);
  changes[below(changes.length)]!();
  return catalogue;
}

/** What is on the disk is not counted, though some of it may still be here. */
function memoryOf(body: Body | null): number {
  if (body === null) return 0;
  if (body instanceof Uint8Array) return body.length;
  return body.stored === null ? body.size : 0;
}

function versionsIn(catalogue: Catalogue): LogRecord[] {
  const log = catalogue.logAfter(catalogue.watermark);
  const versions = log.filter(({ kind }) => kind === 'put' || kind === 'delete' || kind === 'expire');
  return [...catalogue.records(), ...versions];
}

it('The bytes that a catalogue counts, and the bodies that it lacks, are those of what it holds', () => {
  for (let round = 0; round < ROUNDS; round++) {
    let catalogue = new Catalogue();
    for (let step = 0; step < STEPS; step++) {
      catalogue = change(catalogue);
      const versions = versionsIn(catalogue);
      const objects = versions.filter(({ kind }) => kind === 'put');
      const sizes = objects.map(({ key, body }) => 256 + 2 * key.length + memoryOf(body));
      expect(catalogue.bytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
      const lacking = versions.filter(({ kind, body }) => kind === 'put' && body === null);
      expect(catalogue.lacking).toEqual(new Map(lacking.map(({ key, revision }) => [key, revision])));
    }
  }
});
