import { Gauge, type Registry } from 'prom-client';

import { VERSION } from '../http/index.js';
import { primaryOf, type Status } from '../replication/index.js';
import { addGauges, type Reading } from './gauges.js';

const RING_GAUGES: readonly Reading<Status>[] = [
  {
    name: 'ringlet_ring_member',
    help: '1 while this server is a member of the ring.',
    read: ({ phase }) => phase === 'member',
  },
  {
    name: 'ringlet_ring_primary',
    help: '1 while this server is the primary; the sum over a ring is 1.',
    read: ({ view, self }) => view !== null && primaryOf(view).id === self.id,
  },
  {
    name: 'ringlet_ring_view_number',
    help: 'Number of the view; it rises with each change of the members.',
    read: ({ view }) => view?.id.number ?? 0,
  },
  {
    name: 'ringlet_ring_view_provisional',
    help: '1 while the view was chosen without a majority of the one before.',
    read: ({ view }) => view?.provisional === true,
  },
  {
    name: 'ringlet_ring_choosing_view',
    help: '1 while the members agree on a new view, and writes wait.',
    read: ({ choosing }) => choosing,
  },
  {
    name: 'ringlet_ring_members',
    help: 'Members of the view.',
    read: ({ view }) => view?.members.length ?? 0,
  },
  {
    name: 'ringlet_ring_suspected_members',
    help: 'Members that this server cannot reach.',
    read: ({ suspected }) => suspected.length,
  },
  {
    name: 'ringlet_ring_full',
    help: '1 while this server has every body that it has to have.',
    read: ({ full }) => full,
  },
  {
    name: 'ringlet_ring_read_lease',
    help: '1 while this server may answer reads from its memory.',
    read: ({ hasLease }) => hasLease,
  },
  {
    name: 'ringlet_ring_watermark_revision',
    help: 'The newest revision that every member has stored.',
    read: ({ watermark }) => watermark,
  },
  { name: 'ringlet_objects', help: 'Objects that this server knows of.', read: ({ objects }) => objects },
  {
    name: 'ringlet_objects_bytes',
    help: 'Memory that objects take here, as MEMORY_LIMIT counts it; with DATA_DIR, without bodies that are on the disk only.',
    read: ({ bytes }) => bytes,
  },
  {
    name: 'ringlet_conflicts',
    help: 'What lost when rings came together again, and is not settled.',
    read: ({ conflicts }) => conflicts,
  },
  {
    name: 'ringlet_offers',
    help: 'Writes of this server apart from the ring that the ring does not have yet.',
    read: ({ offers }) => offers,
  },
  {
    name: 'ringlet_uploads',
    help: 'Large bodies that are on their way round the ring.',
    read: ({ pinned }) => pinned,
  },
  {
    name: 'ringlet_copies_away',
    help: 'Copies of objects whose servers are not in the ring; it falls as others take their place.',
    read: ({ copiesAway }) => copiesAway,
  },
  {
    name: 'ringlet_bodies_lacking',
    help: 'Bodies that this server is to keep, and has yet to fetch.',
    read: ({ lacking }) => lacking,
  },
];

/** This server's place in the ring, as it is when it is asked for. */
export function addRingGauges(registry: Registry, status: () => Status, diskRoom: () => number | null): void {
  const registers = [registry];
  const labelNames = ['version', 'node'];
  const build = new Gauge({
    name: 'ringlet_build_info',
    help: 'Always 1; the labels say what runs.',
    labelNames,
    registers,
  });
  build.set({ version: VERSION, node: process.version }, 1);
  addGauges(registry, RING_GAUGES, status);
  if (diskRoom() === null) return;
  const room: Gauge = new Gauge({
    name: 'ringlet_disk_room_bytes',
    help: 'Bytes that may still be written to DATA_DIR.',
    registers,
    collect: () => room.set(diskRoom() ?? 0),
  });
}
