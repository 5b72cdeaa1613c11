import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chooseRingPort, isFree, nextLowerPort, takenPorts } from './ports.js';

describe('ports', () => {
  let server: Server;
  let taken: number;

  beforeEach(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    taken = (server.address() as AddressInfo).port;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('names those that are taken', async () => {
    expect(await takenPorts([taken])).toEqual([taken]);
    expect(await isFree(taken)).toBe(false);
  });

  it('leaves no trace of its probe', async () => {
    await new Promise((resolve) => server.close(resolve));
    expect(await isFree(taken)).toBe(true);
    expect(await isFree(taken)).toBe(true);
  });

  it('passes over taken and reserved ports', async () => {
    expect(await chooseRingPort(taken - 1_000, new Set())).toBeGreaterThan(taken);
    const first = await chooseRingPort(24_000, new Set());
    expect(await chooseRingPort(24_000, new Set([first]))).toBeGreaterThan(first);
    expect(await nextLowerPort(taken + 1, new Set())).toBeLessThan(taken);
    const lower = await nextLowerPort(24_000, new Set());
    expect(await nextLowerPort(24_000, new Set([lower!]))).toBeLessThan(lower!);
  });

  it('keeps the ring port in range and knows when there is no lower port', async () => {
    expect(await chooseRingPort(65_535, new Set())).toBeLessThan(65_535);
    expect(await nextLowerPort(1, new Set())).toBeUndefined();
  });
});
