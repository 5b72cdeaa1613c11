import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';

import { complaintOf, isPassing } from './ask.js';
import type { BackupRecord } from './backup-lines.js';
import type { Place } from './backup-reader.js';
import { unreachable } from './explain.js';
import { Failure, isCode } from './failure.js';
import type { BackupFile, Plan } from './restore-plan.js';
import { backOff } from './retry.js';
import type { Reply, Servers } from './servers.js';

/** Objects that are on their way at once. */
export const PARALLEL = 16;
/** Larger bodies are read from the file while they are sent. */
const SMALL_BYTES = 64 * 1024;
/** For how long an object is tried after its first failure. */
const PATIENCE_MS = 60_000;
const MS = 1000;
/** The longest time to live that a server takes: ten years. */
const MAX_TTL_SECONDS = 10 * 365 * 24 * 3600;

export interface Restored {
  objects: number;
  bytes: number;
  /** Objects whose time to live was over. */
  expired: number;
}

/** Puts the objects of a backup into a ring, several at once. The first that fails ends it; those on their way still arrive. */
export class RestoreObjects {
  readonly restored: Restored = { objects: 0, bytes: 0, expired: 0 };
  /** The Idempotency-Keys of this run begin so: sent again an object is put once, and another run puts it anew. */
  private readonly run = randomUUID();
  private number = 0;
  private failure: unknown = null;

  constructor(
    private readonly file: BackupFile,
    private readonly servers: Servers,
    private readonly onProgress: (restored: Restored) => void,
  ) {}

  /** @throws Failure */
  async all({ places }: Plan): Promise<void> {
    const waiting = places.values();
    await Promise.all(Array.from({ length: PARALLEL }, () => this.work(waiting)));
    if (this.failure !== null) throw this.failure;
  }

  private async work(waiting: Iterator<Place>): Promise<void> {
    for (let next = waiting.next(); !next.done && this.failure === null; next = waiting.next()) {
      try {
        await this.restore(next.value);
        this.onProgress(this.restored);
      } catch (error) {
        this.failure ??= error;
      }
    }
  }

  private async restore(place: Place): Promise<void> {
    const record = await this.file.record(place);
    const token = `${this.run}-${++this.number}`;
    if (await this.put(record, place, token)) {
      this.restored.objects++;
      this.restored.bytes += record.size;
    } else this.restored.expired++;
  }

  /** False when its time to live was over before a server had it. */
  private async put(record: BackupRecord, place: Place, token: string): Promise<boolean> {
    const told = new Map<string, string>();
    let giveUpAt = Infinity;
    let isReached = false;
    for (let attempt = 0; ; attempt++) {
      const headers = headersOf(record, token, Date.now());
      if (headers === null) return false;
      const server = this.servers.current;
      const reply = await this.send(server, record, place, headers);
      if (reply.kind === 'answer' && (reply.status === 201 || reply.status === 204)) {
        reply.message.resume();
        return true;
      }
      told.set(server.host, await this.complaint(record, server, reply));
      isReached ||= reply.kind === 'answer';
      this.servers.moveOn(server);
      giveUpAt = Math.min(giveUpAt, performance.now() + PATIENCE_MS);
      if (performance.now() >= giveUpAt || this.failure !== null)
        throw gaveUp(record, [...told.values()], isReached);
      await backOff(Math.floor(attempt / this.servers.urls.length), this.servers.signal);
    }
  }

  private async send(
    server: URL,
    { key }: BackupRecord,
    place: Place,
    headers: OutgoingHttpHeaders,
  ): Promise<Reply> {
    const isSmall = place.size <= SMALL_BYTES;
    const body = isSmall
      ? await this.file.body(place)
      : Readable.from(this.file.pieces(place), { objectMode: false });
    try {
      return await this.servers.send(server, { method: 'PUT', path: pathOf(key), headers, body });
    } catch (error) {
      if (isCode(error, 'ERR_INVALID_CHAR') || isCode(error, 'ERR_INVALID_HTTP_TOKEN'))
        throw new Failure(
          `${JSON.stringify(key)} has a type or metadata that no server would have taken: mend the backup.`,
        );
      throw error;
    }
  }

  /** What else a server refuses, it refuses for this object. */
  private async complaint({ key }: BackupRecord, server: URL, reply: Reply): Promise<string> {
    try {
      return await complaintOf(server, reply);
    } catch (error) {
      if (!(error instanceof Failure) || reply.kind === 'silent' || isPassing(reply.status)) throw error;
      throw new Failure(`${JSON.stringify(key)} was not restored: ${error.message}`, error.exitCode);
    }
  }
}

/** Null when there is no time to live left. */
export function headersOf(
  { size, type, meta, expires }: BackupRecord,
  token: string,
  now: number,
): OutgoingHttpHeaders | null {
  const headers: OutgoingHttpHeaders = { 'Content-Length': size, 'Idempotency-Key': token };
  if (type !== '') headers['Content-Type'] = type;
  for (const [name, value] of Object.entries(meta)) headers[`Object-Meta-${name}`] = value;
  if (expires === 0) return headers;
  if (expires <= now) return null;
  headers['X-TTL'] = String(Math.min((expires - now) / MS, MAX_TTL_SECONDS));
  return headers;
}

/** Every character of a key that could mean something else in a URL is encoded, the slashes too. */
function pathOf(key: string): string {
  return `/objects/${encodeURIComponent(key)}`;
}

function gaveUp({ key }: BackupRecord, told: readonly string[], isReached: boolean): Failure {
  if (!isReached) return unreachable(told);
  return new Failure(
    `${JSON.stringify(key)} could not be restored (${told.join('; ')}): see how the servers are.`,
  );
}
