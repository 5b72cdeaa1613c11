import { describe, expect, it } from '@jest/globals';

import { type LogRecord, type Member, type ReplicaEvent, type View, ORDINARY } from '../replication/index.js';
import { EventLog } from './event-log.js';

function member(id: number, full = true): Member {
  const about = { id, name: `80${id}`, url: '', ring: '', priority: id, durable: false, ...ORDINARY, was: 0 };
  return { ...about, full, last: 0, vote: 0 };
}

function view(number: number, members: readonly Member[], provisional = false): View {
  const id = { number, proposer: 1 };
  return { id, parent: null, ring: 1, members, start: 0, provisional, root: null, holdMs: 0 };
}

function told(event: ReplicaEvent): string[] {
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  new EventLog({ log: say, warn: say }).tell(event, member(89));
  return lines;
}

const three = [member(90), member(89), member(88)];

describe('the log of events', () => {
  it('tells who was lost, who was promoted, and the view', () => {
    const event = {
      kind: 'view',
      view: view(3, three.slice(1)),
      previous: view(2, three),
      leavers: null,
    } as const;
    expect(told(event)).toEqual([
      '8090 left',
      '8089 was promoted',
      '8089 is the primary of view 3: 8089, 8088',
    ]);
  });

  it('tells who joined, and is not full yet', () => {
    const event = {
      kind: 'view',
      previous: view(1, three.slice(0, 2)),
      view: view(2, [...three.slice(0, 2), member(88, false)], true),
      leavers: null,
    } as const;
    expect(told(event)).toEqual([
      '8088 joined',
      '8090 is the primary of view 2, provisional (too few of the others can be reached): 8090, 8089, 8088 (filling)',
    ]);
  });

  it('tells a newcomer of the view only', () => {
    const event = { kind: 'view', view: view(2, three), previous: null, leavers: null } as const;
    expect(told(event)).toEqual(['8090 is the primary of view 2: 8090, 8089, 8088']);
  });

  it('tells what is handed on, and what is not', () => {
    expect(told({ kind: 'handing-on', left: 3 })).toEqual([
      'Before it leaves, the others take over what only this server keeps: 3 objects are left',
    ]);
    expect(told({ kind: 'handed-on', left: 0, keys: [] })).toEqual([
      'The others keep all that only this server kept',
    ]);
    expect(told({ kind: 'handed-on', left: 3, keys: ['a', 'b"'] })).toEqual([
      '3 objects that only this server keeps are not known to be at others, and may be read again only when it is back with its DATA_DIR: "a", "b\\"", …',
    ]);
  });

  it('tells of suspicion, removal and refusal', () => {
    expect(told({ kind: 'suspected', server: member(88), reason: 'silent' })).toEqual([
      '8088 is suspected: silent',
    ]);
    expect(told({ kind: 'removed', view: view(4, three.slice(0, 1)) })).toEqual([
      'View 4 goes on without this server, which joins again: 8090',
    ]);
    expect(told({ kind: 'join-refused', reason: 'why' })).toEqual([
      'The ring did not take this server in yet: why',
    ]);
  });

  it('tells what became of a body that the disk has lost', () => {
    const record = { key: 'a "b"', revision: 7 } as LogRecord;
    expect(
      (['sought', 'lost', 'not-offered'] as const).flatMap((fate) => told({ kind: 'damaged', record, fate })),
    ).toEqual([
      'DATA_DIR: the body of "a \\"b\\"" (revision 7) is damaged, and is taken from the ring again',
      'DATA_DIR: the body of "a \\"b\\"" (revision 7) is damaged, and nobody else has it: put it again, or delete it',
      'DATA_DIR: the body of "a \\"b\\"" (revision 7) is damaged; it was written apart from the ring, to which this server cannot offer it',
    ]);
  });

  it('repeats a suspicion after half a minute, or in the next view', () => {
    const lines: string[] = [];
    let now = 0;
    const say = (line: string) => void lines.push(line);
    const log = new EventLog({ log: () => undefined, warn: say }, () => now);
    const suspected = { kind: 'suspected', server: member(88), reason: 'silent' } as const;
    for (now of [0, 500, 29_000, 30_000]) log.tell(suspected, member(89));
    expect(lines).toHaveLength(2);
    log.tell({ kind: 'view', view: view(3, three), previous: view(2, three), leavers: null }, member(89));
    log.tell(suspected, member(89));
    expect(lines).toHaveLength(3);
  });
});
