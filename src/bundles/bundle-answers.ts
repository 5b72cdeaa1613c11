import type { IncomingMessage, ServerResponse } from 'node:http';

import { Injectable, Logger } from '@nestjs/common';

import { Problem } from '../http/index.js';
import {
  type Content,
  BodyGone,
  endWithChunks,
  matchesStrongly,
  matchesWeakly,
  readTagList,
} from '../objects/index.js';
import { Archive } from './archive.js';
import type { Resolution } from './bundles.service.js';
import { PartBodies, PartGone } from './part-bodies.js';
import { digestOf, type ResolvedBundle, type ResolvedPart } from './resolved.js';

export const JSON_TYPE = 'application/json';
export const TAR_TYPE = 'application/x-tar';

/** The answers to a read of a bundle that is there. HEAD gets the same ones; node:http leaves their bodies out. */
@Injectable()
export class BundleAnswers {
  private readonly logger = new Logger('Bundles');

  constructor(private readonly bodies: PartBodies) {}

  /** Its tag is weak: who keeps what, and as of when that is told, changes without it. */
  json(request: IncomingMessage, response: ServerResponse, { bundle, island }: Resolution): void {
    const tag = `"${digestOf(bundle)}"`;
    const headers = { ETag: `W/${tag}`, ...commonTo(island) };
    if (this.isJudged(request, response, tag, true, headers)) return;
    const body = JSON.stringify(bundle);
    const length = Buffer.byteLength(body);
    response.writeHead(200, { ...headers, 'Content-Type': JSON_TYPE, 'Content-Length': length }).end(body);
  }

  /** False when there was no answer, as a part is gone that should have been the first. */
  async tar(request: IncomingMessage, response: ServerResponse, resolution: Resolution): Promise<boolean> {
    const { bundle, island } = resolution;
    const tag = `"${digestOf(bundle)}-tar"`;
    const headers = { ETag: tag, ...commonTo(island) };
    if (this.isJudged(request, response, tag, false, headers)) return true;
    const archive = new Archive(bundle, (part) => this.open(part, resolution));
    const head = {
      ...headers,
      'Content-Type': TAR_TYPE,
      'Content-Length': archive.bytes,
      'Content-Disposition': `attachment; filename*=UTF-8''${fileNameOf(bundle.name)}`,
    };
    if (request.method === 'HEAD') response.writeHead(200, head).end();
    else return this.send(response, bundle, archive.chunks(), () => response.writeHead(200, head));
    return true;
  }

  private open({ key, island, revision }: ResolvedPart, { far }: Resolution): Promise<Content> {
    return island === null ? this.bodies.open(key, revision!) : this.bodies.openFar(key, far.get(key)!);
  }

  /** A part that is gone in the middle cuts the connection: the client sees that bytes are missing. */
  private async send(
    response: ServerResponse,
    { name }: ResolvedBundle,
    chunks: AsyncGenerator<Uint8Array, void>,
    begin: () => void,
  ): Promise<boolean> {
    const first = await firstOf(chunks);
    if (first === null) return false;
    begin();
    try {
      await endWithChunks(response, joined(first, chunks));
    } catch (error) {
      if (![PartGone, BodyGone, Problem].some((kind) => error instanceof kind)) throw error;
      this.logger.warn(`An archive of ${JSON.stringify(name)} was broken off: ${(error as Error).message}`);
      response.destroy();
    }
    return true;
  }

  /** Whether its conditions have answered the request. */
  private isJudged(
    request: IncomingMessage,
    response: ServerResponse,
    tag: string,
    isWeak: boolean,
    headers: Readonly<Record<string, string>>,
  ): boolean {
    const match = readTagList(request.headers, 'if-match');
    if (match !== undefined && match !== '*' && (isWeak || !matchesStrongly(match, tag)))
      throw new Problem('precondition_failed', { headers: Object.entries(headers).flat() });
    const noneMatch = readTagList(request.headers, 'if-none-match');
    if (noneMatch === undefined || !matchesWeakly(noneMatch, tag)) return false;
    response.writeHead(304, headers).end();
    return true;
  }
}

function commonTo(island: string | null): Readonly<Record<string, string>> {
  const common = { 'Cache-Control': 'no-cache', Vary: 'Accept' };
  return island === null ? common : { ...common, 'Ringlet-Island': island };
}

async function firstOf(chunks: AsyncGenerator<Uint8Array, void>): Promise<Uint8Array | null> {
  try {
    return (await chunks.next()).value as Uint8Array;
  } catch (error) {
    if (error instanceof PartGone) return null;
    throw error;
  }
}

/** Whoever takes no more than the first ends the rest as well. */
async function* joined(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array, void>,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return();
  }
}

/** What is behind the last slash of its name, as RFC 8187 has it. */
function fileNameOf(name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1) || 'bundle';
  return `${encodeURIComponent(last).replaceAll(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`)}.tar`;
}
