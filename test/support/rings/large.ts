import { createHash } from 'node:crypto';

/** Bytes that are in no two places the same, so that a piece too many, too few or in the wrong place shows. */
export function bytesOf(size: number, seed = 'body'): Buffer {
  return createHash('shake256', { outputLength: size }).update(seed).digest();
}

/** The body with a Content-Length, or in chunks without one. */
export function putBody(
  url: string,
  body: Buffer,
  { chunked = false, headers = {} }: { chunked?: boolean; headers?: Record<string, string> } = {},
): Promise<Response> {
  if (!chunked) return fetch(url, { method: 'PUT', body, headers });
  return fetch(url, { method: 'PUT', body: streamOf(body), duplex: 'half', headers } as RequestInit);
}

export async function bytesAt(url: string, headers: Record<string, string> = {}): Promise<Buffer> {
  const answer = await fetch(url, { headers });
  return Buffer.from(await answer.arrayBuffer());
}

function streamOf(body: Buffer): ReadableStream<Uint8Array> {
  const chunkBytes = 50_000;
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(body.subarray(at, (at += chunkBytes)));
      if (at >= body.length) controller.close();
    },
  });
}
