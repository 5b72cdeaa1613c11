import type { SharedSettings } from '../introduction.js';

export const SETTINGS: SharedSettings = { READ_LEASE_MS: 600, PARTITION: 'available' };
