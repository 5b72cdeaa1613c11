import { expect, test } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

import { Directory } from './directory.js';
import { Discovery } from './discovery.js';
import { type Reply, Wire } from './wire.js';

const SERVER = new URL('http://10.0.0.1:80');
/** Within so many of the event loop, all that is there was read. */
const TURNS = 20;
const SILENT: Reply = { kind: 'silent', why: 'ECONNRESET', isSent: true, isLate: false, isStale: false };
const STALE: Reply = { ...SILENT, isStale: true };

function healthy(): Reply {
  const message = Object.assign(Readable.from(['{}']), {
    statusCode: 200,
    headers: { 'ringlet-server': 's' },
  });
  return { kind: 'answer', message: message as unknown as IncomingMessage };
}

/** What comes of each transmission is told beforehand. */
class ToldWire extends Wire {
  constructor(private readonly replies: Reply[]) {
    super({});
  }

  protected override transmit(): Promise<Reply> {
    return Promise.resolve(this.replies.shift()!);
  }
}

/** Whether a server is thought to fail whose health check gets these replies, one after the other. */
async function isFailingAfter(...replies: Reply[]): Promise<boolean> {
  const directory = new Directory([SERVER]);
  const discovery = new Discovery(directory, new ToldWire(replies), 1000, false);
  await discovery.refresh();
  for (let turn = 0; turn < TURNS; turn++) await new Promise(setImmediate);
  return directory.at(SERVER)!.isFailing;
}

test('a server whose kept connection was closed meanwhile is asked once more', async () => {
  expect(await isFailingAfter(STALE, healthy())).toBe(false);
  expect(await isFailingAfter(STALE, STALE)).toBe(true);
  expect(await isFailingAfter(SILENT)).toBe(true);
});
