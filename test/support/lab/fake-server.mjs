// Stands in for the server's program in specs of the lab: it answers what the lab asks, and forms a "ring" with its
// like by way of a directory (FAKE_RING) in which each shows that it lives. FAKE_CRASH makes it end at once.
import { createServer } from 'node:http';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const { FAKE_RING: ring, FAKE_CRASH, FAKE_DEAF, NAME: name, PORT, PEER, PRIORITY } = process.env;
const beatMs = 25;
const deadAfterMs = 600;
const incarnation = `${name}-${process.pid}`;

if (FAKE_CRASH === PORT) {
  console.error('a fake reason to end');
  process.exit(3);
}
mkdirSync(join(ring, 'members'), { recursive: true });
mkdirSync(join(ring, 'objects'), { recursive: true });
const own = join(ring, 'members', name);
const objectFile = (url) => join(ring, 'objects', encodeURIComponent(decodeURIComponent(url.slice(9))));

function members() {
  const found = readdirSync(join(ring, 'members')).flatMap((file) => {
    try {
      const path = join(ring, 'members', file);
      const alive = Date.now() - statSync(path).mtimeMs < deadAfterMs;
      return alive ? [JSON.parse(readFileSync(path, 'utf8'))] : [];
    } catch {
      return [];
    }
  });
  return found.toSorted((a, b) => b.priority - a.priority);
}

/** The view of the moment; whoever sees other members than it has counts one further. */
function view() {
  const lock = join(ring, 'lock');
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      if (Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 1000)
        rmdirSync(lock);
    }
  }
  try {
    const file = join(ring, 'view.json');
    let known = { view: 0, members: [] };
    try {
      known = JSON.parse(readFileSync(file, 'utf8'));
    } catch {
      // The first one.
    }
    const now = members();
    if (JSON.stringify(now) !== JSON.stringify(known.members)) {
      known = { view: known.view + 1, members: now };
      writeFileSync(`${file}.new`, JSON.stringify(known));
      renameSync(`${file}.new`, file);
    }
    return known;
  } finally {
    rmdirSync(lock);
  }
}

function answer(request, response, body) {
  const { url, method } = request;
  const send = (status, text, headers = {}) => response.writeHead(status, headers).end(text);
  if (url === '/ring') {
    const now = view();
    const primary = now.members[0]?.name ?? null;
    return send(200, JSON.stringify({ ring: 'ringlet', ...now, primary, self: name, revision: 7 }));
  }
  if (url === '/health/ready') return send(joined ? 200 : 503, '');
  if (method === 'PUT') {
    writeFileSync(objectFile(url), body);
    return send(201, '', { 'Ringlet-Revision': '8' });
  }
  try {
    return send(200, readFileSync(objectFile(url)));
  } catch {
    return send(404, JSON.stringify({ code: 'no-object' }), { 'Content-Type': 'application/problem+json' });
  }
}

let joined = false;
const beat = () => {
  if (!joined && PEER && members().length === 0) return;
  if (joined) return utimesSync(own, new Date(), new Date());
  joined = true;
  const member = { id: incarnation, name, priority: Number(PRIORITY), state: 'full' };
  writeFileSync(join(ring, `${name}.new`), JSON.stringify(member));
  renameSync(join(ring, `${name}.new`), own);
};
const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => answer(request, response, Buffer.concat(parts)));
});
server.listen(Number(PORT), process.env.HOST, () => setInterval(beat, beatMs));
process.on('SIGTERM', () => {
  if (FAKE_DEAF) return;
  rmSync(own, { force: true });
  process.exit(0);
});
