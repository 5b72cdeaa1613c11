import { describe, expect, it } from '@jest/globals';
import { Blob } from './blob.js';
import { Cache } from './cache.js';
import { Downstream } from './downstream.js';
import { Lookups } from './lookups.js';
import type { Found, Lookup } from './messages.js';
import { INLINE_BODY_BYTES, type LogRecord } from './record.js';
import { Station, bytes, record, server, viewOf } from './testing/fixtures.js';

const view = viewOf([1, 2, 3]);
const SUSPECT_MS = 1000;
const LARGE_BYTES = INLINE_BODY_BYTES + 1;
const PART = { kind: 'part', part: { source: 3, number: 1 } } as const;

/** Server 2, between 1 and 3. */
class Asker extends Station {
  readonly lookups: Lookups;
  readonly missing: string[] = [];
  readonly unanswered: number[] = [];
  founds = 0;

  constructor(of = view) {
    super(2, of);
    const downstream = new Downstream(this.state, this.links);
    if (of.members.length > 1) this.connect(server(3));
    downstream.open();
    this.lookups = new Lookups(
      this.state,
      downstream,
      this.streams(downstream),
      new Cache(this.state),
      () => this.founds++,
      (key) => this.missing.push(key),
      (fetch) => this.unanswered.push(fetch),
    );
  }

  /** Takes over committed records whose bodies are elsewhere. */
  load(...records: LogRecord[]): void {
    const { catalogue } = this.state;
    catalogue.load(records.map((one) => ({ ...one, body: null })));
    catalogue.complete(records.at(-1)!.revision, 0);
  }
}

function lookup(asker: number, key: string, revision: number): Lookup {
  return { kind: 'lookup', view: view.id, asker, key, revision, span: null };
}

function found(asker: number, key: string, revision: number): Found {
  return { kind: 'found', view: view.id, asker, holder: 9, key, revision, body: bytes('text') };
}

describe('A server that lacks a body', () => {
  it('asks on for it, once', () => {
    const asker = new Asker();
    asker.load(record(1));
    expect([1, 2].map(() => asker.lookups.ask(asker.state.catalogue.get('k')!))).toEqual([true, true]);
    expect(asker.messages()).toEqual([lookup(2, 'k', 1)]);
  });

  it('knows when there is nobody to ask', () => {
    const asker = new Asker(viewOf([2]));
    asker.load(record(1));
    expect(asker.lookups.ask(asker.state.catalogue.get('k')!)).toBe(false);
  });

  it('does not ask again for a large one as long as it comes in', () => {
    const asker = new Asker();
    asker.load(record(1));
    const lacking = asker.state.catalogue.get('k')!;
    asker.lookups.ask(lacking);
    asker.wait(SUSPECT_MS);
    asker.lookups.moving(new Blob(3, 1, 4, { key: 'k', revision: 1, span: null }, null, null, PART));
    asker.wait(SUSPECT_MS);
    asker.lookups.tick();
    expect(asker.lookups.isAsked(lacking)).toBe(true);
    expect(asker.messages()).toHaveLength(1);
  });

  it('keeps it when it comes, and remembers whose copy it was', () => {
    const asker = new Asker();
    asker.load(record(1), record(2, { key: 'other' }));
    asker.lookups.ask(asker.state.catalogue.get('k')!);
    asker.messages();
    asker.lookups.found(found(2, 'k', 1));
    const held = asker.state.catalogue.get('k')!;
    expect([held.body, asker.lookups.holderOf(held), asker.founds]).toEqual([bytes('text'), 9, 1]);
    expect(asker.lookups.holderOf(asker.state.catalogue.get('other')!)).toBeNull();
    expect(asker.messages()).toEqual([lookup(2, 'other', 2)]);
  });

  it('hears that nobody has it when its question comes home', () => {
    const asker = new Asker();
    asker.load(record(1));
    asker.lookups.ask(asker.state.catalogue.get('k')!);
    asker.lookups.lookup(lookup(2, 'k', 1));
    expect([asker.missing, asker.unanswered]).toEqual([['k'], []]);
  });

  it('hears for which of its readers that is', () => {
    const asker = new Asker();
    asker.load(record(1));
    asker.lookups.lookup({ ...lookup(2, 'k', 1), span: { fetch: 7, from: 0, to: 3 } });
    expect([asker.missing, asker.unanswered]).toEqual([[], [7]]);
  });

  it.each(['numbered', 'committed'])('waits for the next version when one is %s meanwhile', (how) => {
    const asker = new Asker();
    asker.load(record(1));
    asker.lookups.ask(asker.state.catalogue.get('k')!);
    if (how === 'committed') asker.commit(record(2));
    else asker.state.catalogue.store(record(2));
    asker.lookups.lookup(lookup(2, 'k', 1));
    expect([asker.missing, asker.founds]).toEqual([[], 1]);
  });

  it('asks for all it lacks, but for so many at once', () => {
    const asker = new Asker();
    asker.load(...Array.from({ length: 40 }, (_, index) => record(index + 1, { key: `k${index}` })));
    asker.lookups.tick();
    expect(asker.messages()).toHaveLength(32);
    asker.lookups.found(found(2, 'k0', 1));
    expect(asker.messages()).toEqual([lookup(2, 'k32', 33)]);
  });

  it('asks for few large ones at once, and looks no further', () => {
    const asker = new Asker();
    const large = Array.from({ length: 6 }, (_, at) => record(at + 1, { key: `k${at}`, size: LARGE_BYTES }));
    asker.load(...large, record(7, { key: 'small' }));
    asker.lookups.tick();
    expect(asker.messages()).toEqual([0, 1, 2, 3].map((at) => lookup(2, `k${at}`, at + 1)));
    const body = { size: LARGE_BYTES, pieces: [new Uint8Array(LARGE_BYTES)], stored: null };
    const arrived = { ...large[0]!, body };
    asker.lookups.arrived(Blob.of(3, 1, { key: 'k0', revision: 1, span: null }, arrived, PART));
    expect(asker.messages()).toEqual([lookup(2, 'k4', 5)]);
  });

  it('asks again for what got lost, and in every view', () => {
    const asker = new Asker();
    asker.load(record(1));
    asker.lookups.tick();
    asker.wait(SUSPECT_MS);
    asker.lookups.tick();
    expect(asker.messages()).toHaveLength(1);
    asker.wait(1);
    asker.lookups.tick();
    expect(asker.messages()).toHaveLength(1);
    asker.lookups.installed();
    asker.lookups.tick();
    expect(asker.messages()).toHaveLength(1);
  });

  it('asks nobody while it has promised', () => {
    const asker = new Asker();
    asker.load(record(1));
    asker.state.sealed = true;
    expect(asker.lookups.ask(asker.state.catalogue.get('k')!)).toBe(true);
    expect(asker.messages()).toEqual([]);
  });
});

describe('A server that is asked', () => {
  it('answers with exactly that version, committed or not', () => {
    const asker = new Asker();
    asker.commit(record(1));
    asker.state.catalogue.store(record(2));
    for (const revision of [1, 2]) asker.lookups.lookup(lookup(1, 'k', revision));
    expect(asker.messages()).toEqual([1, 2].map((revision) => ({ ...found(1, 'k', revision), holder: 2 })));
  });

  it('passes on what it has not, or has in another version', () => {
    const asker = new Asker();
    asker.commit(record(1));
    const questions = [lookup(1, 'k', 2), lookup(1, 'other', 1)];
    for (const question of questions) asker.lookups.lookup(question);
    expect(asker.messages()).toEqual(questions);
  });

  it('keeps in passing what it lacks itself', () => {
    const asker = new Asker();
    asker.load(record(1));
    asker.lookups.found(found(1, 'k', 1));
    expect(asker.messages()).toEqual([found(1, 'k', 1)]);
    expect(asker.state.catalogue.get('k')!.body).toEqual(bytes('text'));
    asker.lookups.found(found(3, 'unknown', 7));
    expect(asker.state.catalogue.get('unknown')).toBeUndefined();
  });
});
