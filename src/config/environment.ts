import { inspect } from 'node:util';

import { DEFAULT_GROUP, type Group } from '../multicast/index.js';
import type { Address } from './address.js';
import * as choices from './choices.js';
import type { IslandUrl } from './island-url.js';
import * as kinds from './kinds.js';
import { variablesOf } from './variable.js';

/**
 * All that a server is told from outside, frozen. Each field's decorator is its documentation: the variable's name,
 * its meaning and unit, its default and its bounds; the mistakes and `.env.example` are made of the same words.
 */
export class Config {
  @kinds.Host('HOST', {
    default: '127.0.0.1',
    about: 'Address of HTTP for clients. Loopback only, unless AUTH_TOKEN is set or INSECURE=1.',
  })
  readonly host!: string;

  @kinds.Port('PORT', { default: '5235', about: 'Port of HTTP. 0 = any free port, printed at start.' })
  readonly port!: number;

  @kinds.Host('RING_HOST', {
    default: '127.0.0.1',
    about: 'Address of the ring link, for the other servers. Loopback only, unless RING_SECRET is set.',
  })
  readonly ringHost!: string;

  @kinds.Port('RING_PORT', {
    default: '1233',
    about: 'Port of the ring link. 0 = any free port, printed at start.',
  })
  readonly ringPort!: number;

  @kinds.Origin('ADVERTISE_URL', {
    about:
      'URL by which others reach HTTP. Not set: http://HOST:PORT, with TLS_CERT https://HOST:PORT. Needed when HOST is ' +
      ':: or 0.0.0.0.',
  })
  readonly advertiseUrl?: string;

  @kinds.ReachableAddress('ADVERTISE_RING', {
    about:
      'How others reach the ring link. Not set: RING_HOST:RING_PORT. Needed when RING_HOST is :: or 0.0.0.0.',
  })
  readonly advertiseRing?: Address;

  @kinds.Name('NAME', {
    about:
      'Lasting name, unique in the ring. Not set: host-port, such as 127.0.0.1-5235, and when HOST is 0.0.0.0 or :: ' +
      'that of ADVERTISE_URL. Set it where PORT is 0 and the name has to last.',
  })
  readonly name?: string;

  @kinds.WholeNumber('PRIORITY', {
    range: [0, 1_000_000],
    about: 'The member with the highest priority is promoted first. Not set: the port that HTTP listens on.',
  })
  readonly priority?: number;

  @kinds.Peers('PEER', {
    max: 64,
    about:
      'Ring addresses of members to join by, retried until one answers; the own one may be among them. ' +
      'Not set: comes back to the ring that DATA_DIR knows, or starts a ring of one. multicast = members are found by asking ' +
      'MULTICAST_GROUP, and this server is found so; when nobody answers for two seconds it starts a ring, of several servers the ' +
      'one with the highest priority.',
  })
  readonly peers!: readonly Address[] | typeof choices.MULTICAST;

  @kinds.MulticastGroup('MULTICAST_GROUP', {
    default: DEFAULT_GROUP,
    about:
      'Where servers with PEER=multicast ask for each other, over the network of RING_HOST, and clients for them. The same at all ' +
      'servers. Whoever asks or answers proves that it knows RING_SECRET; without one, all of it stays on loopback.',
  })
  readonly multicastGroup!: Group;

  @kinds.Name('RING', {
    default: 'ringlet',
    about: 'Name of the ring. Servers of a ring with another name are refused.',
  })
  readonly ring!: string;

  @kinds.Choice('PARTITION', {
    of: choices.PARTITION_POLICIES,
    default: 'available',
    about:
      'Who takes writes while the ring is cut apart: available = every part, and they are merged when they meet again; ' +
      'primary = only the primary part, which needs DATA_DIR, as a server has to know after a restart what it agreed to. The same at all servers.',
  })
  readonly partition!: choices.PartitionPolicy;

  @kinds.Copies('REPLICAS', {
    max: 999_999,
    default: 'all',
    about:
      'How many servers keep the body of what is stored by way of this server: all, or so many. The server that it came to is one of them, ' +
      'the others are the least loaded, of equals the lower NAME. Every server knows every object, and asks one that has it. Ringlet-Replicas says otherwise for one object.',
  })
  readonly replicas!: number;

  @kinds.Choice('ROLE', {
    of: choices.ROLES,
    default: 'both',
    about:
      'What the server is there for: both = it answers clients and keeps bodies; gateway = it answers clients, knows every object, and ' +
      'fetches bodies from those that keep them; storage = it keeps bodies, and tells clients to ask another. Each is a member with a voice ' +
      'like every other.',
  })
  readonly role!: choices.Role;

  @kinds.Size('CAPACITY', {
    range: [0, 2 ** 46],
    about:
      'Bytes of bodies that only some servers keep (REPLICAS) which this one is given before others get them; when all are that full, it gets ' +
      'its part all the same, up to MEMORY_LIMIT or what the disk takes. 0 = it keeps no bodies, not those that all keep either, as with ' +
      'ROLE=gateway. Not set: no bound of its own.',
  })
  readonly capacityBytes?: number;

  @kinds.WholeNumber('PROBE_INTERVAL_MS', {
    range: [10, 60_000],
    default: '200',
    about: 'Milliseconds between probes of the successor. At most half of READ_LEASE_MS, so one may be lost.',
  })
  readonly probeIntervalMs!: number;

  @kinds.WholeNumber('SUSPECT_AFTER_MS', {
    range: [10, 600_000],
    default: '1000',
    about: 'Milliseconds of silence after which a server is suspected to be dead.',
  })
  readonly suspectAfterMs!: number;

  @kinds.WholeNumber('READ_LEASE_MS', {
    range: [10, 600_000],
    default: '600',
    about:
      'Milliseconds that a server may answer reads by itself after a heartbeat came round. With 1 % added for the ' +
      'drift of clocks, it has to be less than SUSPECT_AFTER_MS. The same at all servers.',
  })
  readonly readLeaseMs!: number;

  @kinds.WholeNumber('MAX_IN_FLIGHT', {
    range: [1, 1_000_000],
    default: '1024',
    about:
      'Requests for objects and bundles that this server works on at once; what it answers from memory at once does not count. Beyond that, ' +
      'clients that follow redirects are sent to the server with the least to do, and ten times as many may wait for their turn.',
  })
  readonly maxInFlight!: number;

  @kinds.Time('DRAIN_TIMEOUT', {
    range: [1, 600_000],
    default: '5s',
    about: 'What requests that are worked on get to complete when the server is told to end.',
  })
  readonly drainTimeoutMs!: number;

  @kinds.Islands('ISLANDS', {
    max: 64,
    about:
      'URLs of servers of other islands, which are rings of their own; of each as many members as may be asked, and nobody else ever is. ' +
      'A token that an island asks for stands before its host, as in https://TOKEN@host:5235: its READ_TOKEN to read there, its AUTH_TOKEN to ' +
      'write there as well. What this ring does not have is asked of them, and keys islands/NAME/KEY are those of the island NAME. ' +
      'They are tried until they answer. The same at all servers.',
  })
  readonly islands!: readonly IslandUrl[];

  @kinds.WholeNumber('MAX_CONNECTIONS', {
    range: [1, 1_000_000],
    default: '10000',
    about: 'HTTP connections held open at once. Ring connections have a small bound of their own.',
  })
  readonly maxConnections!: number;

  @kinds.Secret('RING_SECRET', {
    max: 1024,
    about: 'Secret that all servers of the ring share. Make it long and random.',
  })
  readonly ringSecret?: string;

  @kinds.Token('AUTH_TOKEN', {
    about:
      'What clients have to send to write and to administer, as Authorization: Bearer TOKEN or as the password of ' +
      'Basic; whoever has it may read as well. Not set: everybody may. Make it long and random.',
  })
  readonly authToken?: string;

  @kinds.Token('READ_TOKEN', {
    about:
      'What clients have to send to read, and with which they may not write. Needs AUTH_TOKEN, and differs from it. ' +
      'Not set: whoever reaches HOST may read everything, also when AUTH_TOKEN is set. /health asks for none.',
  })
  readonly readToken?: string;

  @kinds.Flag('INSECURE', {
    default: '0',
    about:
      '1 = HOST may be any address without AUTH_TOKEN, though whoever reaches it may then read and write everything.',
  })
  readonly insecure!: boolean;

  @kinds.Path('TLS_CERT', {
    about:
      'PEM file with the certificate for HTTPS and those between it and its root; clients are served over HTTPS only. ' +
      'TLS 1.2 at least. SIGHUP reads it and TLS_KEY again. Not set: HTTP. The ring link is not affected.',
  })
  readonly tlsCert?: string;

  @kinds.Path('TLS_KEY', {
    isSecret: true,
    about: 'PEM file with the key of TLS_CERT, without a passphrase.',
  })
  readonly tlsKey?: string;

  @kinds.Origins('CORS_ORIGINS', {
    max: 64,
    about:
      'Sites whose pages may use this server from a browser, or * for all. Beware of * without AUTH_TOKEN and ' +
      'READ_TOKEN: any page that someone opens who reaches HOST may then do all that they may. A page sends a token in ' +
      'Authorization by itself; cookies and passwords that the browser remembers do not count. Not set: none.',
  })
  readonly corsOrigins!: readonly string[];

  @kinds.Size('MEMORY_LIMIT', {
    range: [2 ** 10, 2 ** 44],
    default: '1GiB',
    about:
      'Bytes that objects may take in memory: their bodies, twice their keys, and 256 for each. Without DATA_DIR, a write ' +
      'that does not fit here or at another member is refused with 507. With it, memory is a cache of what is on the disk: ' +
      'bodies that were not read for long leave it, those above 64 KiB do not count, and a write is refused when a disk is ' +
      'full. The process itself takes more: connections, messages on their way, and bodies that a client still reads.',
  })
  readonly memoryLimitBytes!: number;

  @kinds.Directory('DATA_DIR', {
    about:
      'Directory of what the server keeps on disk and finds there when it starts; it is made when it is not there, and has ' +
      'to be of this server alone, on a disk of this machine. Not set: everything is in memory only, and gone when the ' +
      'server ends.',
  })
  readonly dataDirectory?: string;

  @kinds.Directory('FILES_DIR', {
    about:
      'Directory whose files this server shares, with those in its subdirectories: each is an object of the ring, by its path from there, of which ' +
      'this server is the holder. They are read where they are, and changes are noticed. Links that lead outside, and files above MAX_OBJECT_SIZE, ' +
      'are left out and named. Not set: none.',
  })
  readonly filesDirectory?: string;

  @kinds.Flag('FILES_WRITABLE', {
    default: '0',
    about:
      '1 = when a client writes or deletes an object that is a file of FILES_DIR, so is the file. 0 = nothing is ever written there.',
  })
  readonly filesWritable!: boolean;

  @kinds.WordOrTime('FSYNC', {
    of: choices.FSYNC_WORDS,
    range: [1, 600_000],
    default: 'always',
    about:
      'When a write has to be on the disk itself: always = before it is acknowledged; a time = so long after at most; ' +
      'never = whenever the system likes. Whatever it is, a write outlives a crash of the server. With a time or never, a ' +
      'loss of power may cost all that this server alone has: it then takes what the others have. Of no meaning without DATA_DIR.',
  })
  readonly fsync!: choices.Fsync;

  @kinds.Size('MAX_OBJECT_SIZE', {
    range: [2 ** 10, 2 ** 40],
    default: '1GiB',
    about:
      'Bytes of the largest body that a client may store by way of this server; a larger one is refused with 413. A body ' +
      'also has to fit at every member: in MEMORY_LIMIT, or on the disk of one with DATA_DIR.',
  })
  readonly maxObjectBytes!: number;

  @kinds.Choice('LOG_LEVEL', {
    of: choices.LOG_LEVELS,
    default: 'info',
    about: 'The least urgent messages that are still logged.',
  })
  readonly logLevel!: choices.LogLevel;

  @kinds.Choice('LOG_FORMAT', {
    of: choices.LOG_FORMATS,
    about: 'Form of the log. Not set: pretty on a terminal, else json.',
  })
  readonly logFormat!: choices.LogFormat;

  /** A configuration that ends up in a log shows no secret. */
  toJSON(): object {
    const shown = Object.fromEntries(Object.entries(this));
    for (const { isSecret, property } of variablesOf(Config)) {
      if (isSecret && shown[property] !== undefined) shown[property] = '(hidden)';
    }
    return shown;
  }

  [inspect.custom](): object {
    return this.toJSON();
  }
}
