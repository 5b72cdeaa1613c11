import { Caller, type Endpoint } from './caller.js';

export interface Listed {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly revision: number;
}

export interface ListedConflict {
  readonly key: string;
  readonly revision: number;
  readonly deleted: boolean;
}

const BOUND_MS = 6_000;
const PAGE = 1_000;

/** All objects whose keys start with the prefix, as this server lists them, by key. */
export async function listObjects(server: Endpoint, prefix: string): Promise<Map<string, Listed>> {
  const objects = await listAll<Listed>(server, 'objects', prefix);
  return new Map(objects.map((object) => [object.key, object]));
}

/** What this server keeps of what lost a merge, of objects whose keys start with the prefix. */
export function listConflicts(server: Endpoint, prefix: string): Promise<ListedConflict[]> {
  return listAll<ListedConflict>(server, 'conflicts', prefix);
}

async function listAll<T>(server: Endpoint, what: 'objects' | 'conflicts', prefix: string): Promise<T[]> {
  const caller = new Caller(server, BOUND_MS);
  const listed: T[] = [];
  try {
    for (let after: string | null = ''; after !== null;) {
      const query = new URLSearchParams({ prefix, limit: String(PAGE), ...(after !== '' && { after }) });
      const page: Page = await readPage(caller, `/${what}?${query}`);
      listed.push(...(page[what] as T[]));
      after = page.next;
    }
  } finally {
    caller.close();
  }
  return listed;
}

interface Page {
  readonly objects?: readonly unknown[];
  readonly conflicts?: readonly unknown[];
  readonly next: string | null;
}

async function readPage(caller: Caller, path: string): Promise<Page> {
  const reply = await caller.send({ method: 'GET', path });
  if (reply.kind !== 'answer' || reply.status !== 200)
    throw new Error(
      `GET ${path} at ${caller.endpoint.host}:${caller.endpoint.port} failed: ${JSON.stringify(reply)}`,
    );
  return JSON.parse(reply.body) as Page;
}
