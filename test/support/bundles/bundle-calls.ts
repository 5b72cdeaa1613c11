import type { ResolvedBundle } from '../../../src/bundles/resolved.js';

export interface GivenPart {
  readonly key: string;
  readonly quantity?: number;
  readonly as?: string;
}

export const TAR = { Accept: 'application/x-tar' };

export function putBundle(
  url: string,
  parts: readonly GivenPart[],
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url, { method: 'PUT', body: JSON.stringify({ parts }), headers });
}

export async function bundleAt(url: string): Promise<ResolvedBundle> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as ResolvedBundle;
}

/** Status and problem. */
export async function problemOf(answer: Promise<Response>): Promise<Record<string, unknown>> {
  return (await (await answer).json()) as Record<string, unknown>;
}
