import type { RingReport } from '../../http/index.js';
import { type LogRecord, type Member, type View, ORDINARY } from '../../replication/index.js';
import { History } from '../history.js';
import type { Sink } from '../event-stream.js';

const TIME = '2026-03-01T12:00:00.000Z';
const DIGEST = '0123456789abcdef';

/** A committed put of `k1` in revision 1, and so on, unless `fields` say otherwise. */
export function record(revision: number, fields: Partial<LogRecord> = {}): LogRecord {
  return {
    revision,
    origin: 1,
    request: revision,
    kind: 'put',
    key: `k${revision}`,
    modified: 0,
    type: '',
    meta: {},
    size: 4,
    digest: fields.kind === 'delete' ? '' : DIGEST,
    body: null,
    replaced: false,
    refusal: null,
    floor: 0,
    expires: 0,
    token: '',
    of: 0,
    blob: 0,
    replicas: 0,
    holders: [],
    ...fields,
  };
}

/** The history after so many puts. */
export function historyOf(count: number, historyRecords = 100): History {
  const history = new History({ historyRecords, historyBytes: 1 << 20 });
  for (let revision = 1; revision <= count; revision++) history.append(record(revision));
  return history;
}

export function viewOf(number: number, ids: readonly number[]): View {
  const members: Member[] = ids.map((id) => {
    const about = { id, name: `s${id}`, url: `http://s${id}`, ring: `r${id}`, priority: 1 };
    return { ...about, durable: false, ...ORDINARY, was: 0, full: true, last: 0, vote: 0 };
  });
  const proposer = ids[0]!;
  return {
    id: { number, proposer },
    parent: null,
    ring: 1,
    members,
    start: 0,
    provisional: false,
    root: null,
    holdMs: 0,
  };
}

/** What `s1` says of a ring of these. */
export function reportOf(ids: readonly number[]): RingReport {
  const members = ids.map((id) => {
    const about = { id: String(id), name: `s${id}`, url: `http://s${id}:${8000 + id}`, ring: `r${id}` };
    return {
      ...about,
      priority: 1,
      role: 'both' as const,
      state: 'up' as const,
      heard: id === 1 ? TIME : null,
    };
  });
  const figures = { revision: 9, objects: 0, conflicts: 0, offers: 0 };
  const load = { requests: 7, inFlight: 1 };
  const about = {
    ring: 'r',
    ringId: '00000000000a',
    view: 3,
    primary: 's1',
    self: 's1',
    state: 'member' as const,
    provisional: false,
  };
  return { ...about, members, ...figures, time: TIME, load, gone: [], lost: [] };
}

/** A client's end of a stream: it reads until a test says otherwise. */
export class FakeSink implements Sink {
  isReading = true;
  state: 'open' | 'ended' | 'destroyed' = 'open';
  private text = '';
  private drained: () => void = () => {};

  write(text: string): boolean {
    this.text += text;
    return this.isReading;
  }

  once(_event: 'drain', listener: () => void): void {
    this.drained = listener;
  }

  end(): void {
    this.state = 'ended';
  }

  destroy(): void {
    this.state = 'destroyed';
  }

  /** The client has read what had to wait, and either goes on or stops again after the next chunk. */
  drain(isReading = true): void {
    this.isReading = isReading;
    this.drained();
  }

  /** Names and ids of the events since the last call. */
  told(): string[] {
    const told = [...this.text.matchAll(/event: ([\w-]+)\nid: (-?\d+)\n/g)].map(
      ([, name, id]) => `${name} ${id}`,
    );
    this.text = '';
    return told;
  }
}
