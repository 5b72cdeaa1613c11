/*
 * Finding servers by multicast, for servers and clients: what is sent (`packet.ts`, `sighting.ts`), where (`group.ts`,
 * `interfaces.ts`), and both ends of it: `asker.ts` asks, `listener.ts` answers. A question goes to the group, an answer to
 * who asked. Whoever asks or answers proves that it knows the secret of the ring; without one, all stay on loopback.
 *
 * It knows nothing of Nest, and decides nothing: when a server asks, and what follows from an answer, is in `discovery/`.
 */
export { Asker, type AskerUser, type Place } from './asker.js';
export { DEFAULT_GROUP, type Group, parseGroup } from './group.js';
export { allInterfaces, interfacesOf } from './interfaces.js';
export { Listener, type ListenerUser } from './listener.js';
export {
  decodePacket,
  encodePacket,
  keyOf,
  PACKET_BYTES,
  type Packet,
  type Refusal,
  type Terms,
} from './packet.js';
export type { Sighting } from './sighting.js';
