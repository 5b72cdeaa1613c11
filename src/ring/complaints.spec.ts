import { describe, expect, it } from '@jest/globals';

import { Complaints } from './complaints.js';
import { faults } from './faults.js';

function setUp() {
  const said: string[] = [];
  const clock = { now: 0 };
  const logger = {
    warn: (line: string) => void said.push(`warn ${line}`),
    debug: (line: string) => void said.push(`debug ${line}`),
  };
  return { said, clock, complaints: new Complaints(logger, () => clock.now) };
}

describe('complaints', () => {
  it('are not repeated within 30 s', () => {
    const { said, clock, complaints } = setUp();
    complaints.aboutDial('a:1', faults.wrongSecret());
    clock.now = 29_999;
    complaints.aboutDial('a:1', faults.wrongSecret());
    complaints.aboutDial('b:1', faults.wrongSecret());
    complaints.aboutDial('a:1', faults.noListener());
    clock.now = 30_000;
    complaints.aboutDial('a:1', faults.wrongSecret());
    const secret = 'has another RING_SECRET than this server';
    expect(said).toEqual([
      `warn a:1 ${secret}`,
      `warn b:1 ${secret}`,
      'warn a:1 refuses connections: no server listens there',
      `warn a:1 ${secret}`,
    ]);
  });

  it('count a caller by its host, as its port is another every time', () => {
    const { said, complaints } = setUp();
    complaints.about('10.0.0.1:40001', '10.0.0.1', faults.notARinglet(Buffer.from('GET / HTTP/1.1')));
    complaints.about('10.0.0.1:40002', '10.0.0.1', faults.notARinglet(Buffer.from('HEAD / HTTP/1.1')));
    expect(said).toEqual(["warn 10.0.0.1:40001 is not a Ringlet: it said 'GET / HTTP/1.1'"]);
  });

  it('are quiet about what is no fault, unless it keeps this server from its peer', () => {
    const { said, complaints } = setUp();
    complaints.about('a:1', 'a', faults.closed());
    complaints.aboutDial('a:1', faults.itself());
    complaints.aboutDial('b:1', faults.closed());
    expect(said).toEqual([
      'debug a:1 closed the connection',
      'debug a:1 is this server itself',
      'warn b:1 closed the connection',
    ]);
  });

  it('remember a bounded number', () => {
    const { said, complaints } = setUp();
    for (let i = 0; i <= 1_000; i++) complaints.aboutDial(`h${i}:1`, faults.noListener());
    complaints.aboutDial('h0:1', faults.noListener());
    complaints.aboutDial('h1000:1', faults.noListener());
    expect(said).toHaveLength(1_002);
  });
});
