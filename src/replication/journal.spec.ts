import { beforeEach, describe, expect, it } from '@jest/globals';
import { Effects } from './effects.js';
import type { Saves } from './interface.js';
import { Journal } from './journal.js';
import type { Fact, MarkFact } from './saved.js';
import { record } from './testing/fixtures.js';

const MARK: MarkFact = { name: 'mark', watermark: 3, floor: 1, origins: [[4, 5]] };
const CHOICE: Fact = {
  name: 'choice',
  of: { number: 1, proposer: 2 },
  promised: { number: 3, proposer: 4 },
  accepted: null,
};

let effects: Effects;
let journal: Journal;

beforeEach(() => {
  effects = new Effects();
  journal = new Journal(true, effects);
});

/** What goes to the disk now. */
function flushed(all = false): Saves | null {
  journal.flush(() => MARK, all);
  return effects.take()?.saves ?? null;
}

/** The same in a word for each change. */
function words(all = false): string[] {
  return (flushed(all)?.changes ?? []).map((change) => {
    if (change.kind === 'fact') return `${change.fact.name}`;
    if (change.kind === 'put') return `put ${change.table} ${change.record.revision}`;
    if (change.kind === 'piece' || change.kind === 'discard')
      return `${change.kind} ${change.part.source}/${change.part.number}`;
    return change.kind === 'clear' ? `clear ${change.table}` : `${change.kind} ${change.revision}`;
  });
}

function store(...revisions: number[]): void {
  for (const revision of revisions) journal.stored(record(revision));
}

describe('What goes to the disk', () => {
  it('keeps its order, with a number for what goes together', () => {
    store(1, 2);
    journal.put('done', record(1));
    journal.truncated(1);
    journal.clear('offers');
    store(2);
    journal.drop('records', 1);
    journal.pledge(CHOICE);
    const order = ['put records 1', 'put records 2', 'put done 1', 'truncate 1', 'clear offers'];
    expect(words()).toEqual([...order, 'put records 2', 'drop 1', 'choice']);
    store(3);
    expect(flushed()).toMatchObject({ sequence: 2, changes: [{ record: { revision: 3 } }] });
    expect(flushed(true)).toBeNull();
  });

  it('waits for the next change that matters, or a tick, when nobody waits for it', () => {
    journal.drop('records', 1);
    journal.put('offers', record(1));
    journal.note(CHOICE);
    expect(words()).toEqual([]);
    store(2);
    expect(words()).toEqual(['drop 1', 'put offers 1', 'choice', 'put records 2']);
    journal.drop('records', 2);
    expect([words(), words(true)]).toEqual([[], ['drop 2']]);
  });

  it('has the mark at its end, once, when that has changed', () => {
    journal.marked();
    expect(words()).toEqual([]);
    store(1);
    expect(words()).toEqual(['put records 1', 'mark']);
    store(2);
    expect(words()).toEqual(['put records 2']);
    journal.marked();
    expect(words(true)).toEqual(['mark']);
  });

  it('is vital only together with a pledge', () => {
    const vital: unknown[] = [];
    for (const act of [() => store(1), () => journal.pledge(CHOICE), () => store(2)]) {
      act();
      vital.push(flushed()?.isVital);
    }
    expect(vital).toEqual([false, true, false]);
  });

  it('is nothing at all without a disk', () => {
    journal = new Journal(false, effects);
    store(1);
    journal.truncated(0);
    journal.put('done', record(1));
    journal.drop('records', 1);
    journal.clear('records');
    journal.pledge(CHOICE);
    journal.marked();
    expect(flushed(true)).toBeNull();
  });
});

describe('What is on the disk', () => {
  it('is what was answered, and no more', () => {
    const stored: number[] = [];
    store(1, 2);
    flushed();
    store(3);
    flushed();
    stored.push(journal.storedTo);
    for (const sequence of [1, 2]) {
      journal.saved(sequence);
      stored.push(journal.storedTo);
    }
    expect(stored).toEqual([0, 2, 3]);
  });

  it('may be answered for several at once', () => {
    for (const revision of [1, 2, 3]) {
      store(revision);
      flushed();
    }
    journal.saved(3);
    expect(journal.storedTo).toBe(3);
  });

  it('is less after a truncation, also of what was under way', () => {
    journal.resume(10);
    store(11, 12);
    flushed();
    journal.truncated(9);
    expect(journal.storedTo).toBe(9);
    journal.saved(1);
    expect(journal.storedTo).toBe(9);
    store(10);
    flushed();
    expect(journal.storedTo).toBe(9);
    journal.saved(2);
    expect(journal.storedTo).toBe(10);
  });

  it('counts for nothing once it is set back, until a whole state is there', () => {
    journal.resume(10);
    journal.clear('done');
    journal.clear('records');
    expect(journal.storedTo).toBe(10);
    journal.setBack(0);
    journal.put('records', record(20));
    flushed(true);
    journal.saved(1);
    expect(journal.storedTo).toBe(0);
    journal.loaded(20);
    flushed();
    expect(journal.storedTo).toBe(0);
    journal.note(CHOICE);
    flushed(true);
    journal.saved(2);
    expect(journal.storedTo).toBe(20);
  });

  it('is all that a server finds there when it starts', () => {
    journal.resume(7);
    expect(journal.storedTo).toBe(7);
    store(8);
    flushed();
    journal.saved(1);
    expect(journal.storedTo).toBe(8);
  });
});

describe('What waits until all so far is safe', () => {
  let done: string[];

  beforeEach(() => {
    done = [];
  });

  function wait(name: string): void {
    journal.whenSafe(() => void done.push(name));
  }

  it('happens at once when nothing is under way, and always without a disk', () => {
    wait('now');
    store(1);
    wait('later');
    expect(done).toEqual(['now']);
    journal = new Journal(false, effects);
    store(1);
    wait('without');
    expect(done).toEqual(['now', 'without']);
  });

  it('happens in its order, when what came before it is there, and not what came after', () => {
    store(1);
    wait('first');
    flushed();
    wait('as well');
    store(2);
    wait('second');
    flushed();
    journal.saved(1);
    expect(done).toEqual(['first', 'as well']);
    journal.saved(2);
    expect(done).toEqual(['first', 'as well', 'second']);
    wait('now');
    expect(done).toHaveLength(4);
  });

  it('hurries what could have waited', () => {
    journal.drop('records', 1);
    wait('dropped');
    expect(words()).toEqual(['drop 1']);
    journal.saved(1);
    expect(done).toEqual(['dropped']);
  });

  it('never happens when those who waited are gone', () => {
    store(1);
    wait('gone');
    flushed();
    journal.forgetActions();
    journal.saved(1);
    expect([done, journal.storedTo]).toEqual([[], 1]);
  });
});
