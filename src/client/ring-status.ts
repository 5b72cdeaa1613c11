import type { RingStatus } from './ring-answers.js';

/** Whether a server has told of a ring what others of its kind do. What a newer one tells besides is passed on. */
export function isRingStatus(value: unknown): value is RingStatus {
  if (typeof value !== 'object' || value === null) return false;
  const { ring, self, primary, state, members } = value as Record<string, unknown>;
  const isNamed = [ring, self, state].every((text) => typeof text === 'string');
  const isLed = primary === null || typeof primary === 'string';
  return isNamed && isLed && Array.isArray(members) && members.every(isMember);
}

function isMember(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { name, url } = value as Record<string, unknown>;
  return typeof name === 'string' && typeof url === 'string';
}
