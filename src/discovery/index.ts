/*
 * Discovery: with PEER=multicast a server finds the others of its ring by itself, and is found by them and by clients. What goes over the
 * network is in `multicast/`; here it is decided when to ask, who founds a ring that is not there yet (`search.ts`, without
 * timers and sockets), and what an answer is worth (`portrait.ts`).
 *
 * It gives the ring addresses and nothing else. How a server joins, and that it proves the secret there once more, is the ring's.
 */
export { DiscoveryModule } from './discovery.module.js';
export { DiscoveryService } from './discovery.service.js';
