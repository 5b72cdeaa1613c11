export { IDEMPOTENCY_KEYS, IDEMPOTENCY_WINDOW_MS } from './idempotency.js';
export * from './interface.js';
export * from './messages.js';
export { Readout } from './readout.js';
export * from './record.js';
export * from './replica.js';
export * from './saved.js';
export * from './server.js';
export * from './view.js';
