/*
 * Health: the scheduled probe that drives the ring's clock, and what load balancers and people ask. Who is suspected, and
 * what follows, is decided by the replica, which also finds out first whether it was this server that was late.
 */
export { HealthModule } from './health.module.js';
export { Prober } from './prober.js';
