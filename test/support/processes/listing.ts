import { Caller, type Endpoint } from './caller.js';

export interface Listed {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly revision: number;
}

const BOUND_MS = 6_000;
const PAGE = 1_000;

/** All objects whose keys start with the prefix, as this server lists them, by key. */
export async function listObjects(server: Endpoint, prefix: string): Promise<Map<string, Listed>> {
  const caller = new Caller(server, BOUND_MS);
  const listed = new Map<string, Listed>();
  try {
    for (let after: string | null = ''; after !== null;) {
      const page: Page = await readPage(caller, prefix, after);
      for (const object of page.objects) listed.set(object.key, object);
      after = page.next;
    }
  } finally {
    caller.close();
  }
  return listed;
}

interface Page {
  readonly objects: readonly Listed[];
  readonly next: string | null;
}

async function readPage(caller: Caller, prefix: string, after: string): Promise<Page> {
  const query = new URLSearchParams({ prefix, limit: String(PAGE), ...(after !== '' && { after }) });
  const reply = await caller.send({ method: 'GET', path: `/objects?${query}` });
  if (reply.kind !== 'answer' || reply.status !== 200)
    throw new Error(
      `the listing of ${prefix} at ${caller.endpoint.host}:${caller.endpoint.port} failed: ${JSON.stringify(reply)}`,
    );
  return JSON.parse(reply.body) as Page;
}
