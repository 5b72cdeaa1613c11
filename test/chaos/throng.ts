import { Caller, type Reply, type ServerProcess } from '../support/processes/index.js';

const CLIENTS = 500;
const REQUESTS = 12;
const BOUND_MS = 20_000;
const KEYS = 200;

/** What became of all requests. */
export interface Account {
  readonly faults: readonly string[];
  /** How many of them each server answered. */
  readonly shares: ReadonlyMap<string, number>;
  readonly count: number;
  readonly p99Ms: number;
}

/** Five hundred clients that all begin at one server, each with one request after the other: half are writes. */
export async function throng(
  first: ServerProcess,
  all: readonly ServerProcess[],
  follows: boolean,
): Promise<Account> {
  const faults: string[] = [];
  const times: number[] = [];
  const shares = new Map<string, number>();
  const one = async (client: number): Promise<void> => {
    const callers = new Map(
      all.map(({ place }) => [`${place.host}:${place.port}`, new Caller(place, BOUND_MS)]),
    );
    const start = `${first.place.host}:${first.place.port}`;
    for (let number = 0; number < REQUESTS; number++) {
      const begun = performance.now();
      const what = {
        method: number % 2 === 0 ? 'PUT' : 'GET',
        path: `/objects/throng/${(client * 7 + (number >> 1)) % KEYS}`,
        ...(follows && { headers: { Prefer: 'redirect' } }),
        ...(number % 2 === 0 && { body: `${client} ${number}` }),
      };
      let reply = await callers.get(start)!.send(what);
      if (reply.kind === 'answer' && reply.status === 307) {
        const { host, pathname, search } = new URL(reply.headers.location!);
        reply = await callers.get(host)!.send({ ...what, path: pathname + search });
      }
      times.push(performance.now() - begun);
      if (isGood(reply)) {
        const server = String(reply.headers['ringlet-server']);
        shares.set(server, (shares.get(server) ?? 0) + 1);
      } else faults.push(JSON.stringify(reply).slice(0, 300));
    }
    for (const caller of callers.values()) caller.close();
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, client) => one(client)));
  times.sort((a, b) => a - b);
  return { faults, shares, count: times.length, p99Ms: times[Math.floor(times.length * 0.99)]! };
}

function isGood(reply: Reply): reply is Extract<Reply, { kind: 'answer' }> {
  return reply.kind === 'answer' && [200, 201, 204].includes(reply.status);
}
