import { etagFor, isConflict, subjectOf } from '../replication/index.js';
import type { Change, History } from './history.js';

/** Changes whose text is remembered: most clients that watch are told the same ones within the same moment. */
const REMEMBERED = 256;
const DEFAULT_TYPE = 'application/octet-stream';

/** One event of a stream (WHATWG HTML, 9.2.6). `data` is JSON, and so has no line break. */
export function renderEvent(name: string, id: number, data: string): string {
  return `event: ${name}\nid: ${id}\ndata: ${data}\n\n`;
}

/** Begins a stream: who loses it before its first event resumes from here, and does so after `retryMs`. */
export function renderOpening(id: number, retryMs: number): string {
  return `retry: ${retryMs}\nid: ${id}\n\n`;
}

/** Renders each change once for all clients that are told of it at about the same time. */
export class ChangeTexts {
  private readonly revisions = new Float64Array(REMEMBERED);
  private readonly texts: string[] = Array.from({ length: REMEMBERED }, () => '');
  private restarts = 0;

  constructor(private readonly history: History) {}

  /** The revision must be one that the history has, and have changed a key. */
  of(revision: number): string {
    if (this.restarts !== this.history.restarts) this.forget();
    const slot = revision % REMEMBERED;
    if (this.revisions[slot] === revision) return this.texts[slot]!;
    const text = renderChange(this.history.changeAt(revision));
    this.revisions[slot] = revision;
    this.texts[slot] = text;
    return text;
  }

  private forget(): void {
    this.revisions.fill(0);
    this.restarts = this.history.restarts;
  }
}

function renderChange(change: Change): string {
  const { kind, revision } = change;
  const isGone = kind === 'delete' || kind === 'expire';
  if (isConflict(change.key)) return isGone ? renderSettled(change) : renderConflict(change);
  if (!isGone) return renderEvent('put', revision, JSON.stringify(describe(change)));
  return renderEvent('delete', revision, JSON.stringify({ key: change.key, revision }));
}

/** Only a deletion has no digest. */
function renderConflict(change: Change): string {
  const data = { ...describe(change), deleted: change.digest === '' };
  return renderEvent('conflict', change.revision, JSON.stringify(data));
}

/** `of`: the revision of the conflict, which its key ends with. */
function renderSettled({ key: kept, revision }: Change): string {
  const key = subjectOf(kept);
  const of = Number(kept.slice(kept.lastIndexOf('\u0000') + 1));
  return renderEvent('conflict', revision, JSON.stringify({ key, revision, of, settled: true }));
}

function describe(change: Change): object {
  const { revision, size, modified } = change;
  const key = subjectOf(change.key);
  const type = change.type === '' ? DEFAULT_TYPE : change.type;
  const time = new Date(modified).toISOString();
  return { key, revision, etag: etagFor(revision, change.digest), size, type, modified: time };
}
