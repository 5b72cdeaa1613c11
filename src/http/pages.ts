import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { Injectable } from '@nestjs/common';

import { OF_READING } from './allow.js';
import { Answers } from './answers.js';

/** Something that this server itself has to show, as opposed to what its users store. */
export interface Page {
  readonly type: string;
  readonly body: string | Uint8Array;
  /** What the page may do in a browser, instead of nothing. */
  readonly policy?: string;
  /** A validator with its quotes: the browser keeps the page, and asks whether it is still the same. */
  readonly etag?: string;
}

/** Answers requests for pages, which can only be read. */
@Injectable()
export class Pages {
  constructor(private readonly answers: Answers) {}

  /** `render` is called only for who may see it and asks for it. */
  serve(request: IncomingMessage, response: ServerResponse, render: () => Page | Promise<Page>): void {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (isRead) void this.show(request, response, render);
    else this.answers.otherMethod(request, response, OF_READING);
  }

  private async show(
    request: IncomingMessage,
    response: ServerResponse,
    render: () => Page | Promise<Page>,
  ): Promise<void> {
    try {
      send(request, response, await render());
    } catch (error) {
      this.answers.failure(request, response, error);
    }
  }
}

/** The headers that every answer carries are there already. */
function send(request: IncomingMessage, response: ServerResponse, { type, body, policy, etag }: Page): void {
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cache-Control', etag === undefined ? 'no-store' : 'no-cache');
  if (policy !== undefined) response.setHeader('Content-Security-Policy', policy);
  if (etag !== undefined) response.setHeader('ETag', etag);
  if (etag !== undefined && request.headers['if-none-match'] === etag) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

/** A word that one answer names its own scripts and styles by; nobody can have stored it in an object before. */
export function createNonce(): string {
  return randomBytes(16).toString('base64');
}

/**
 * What a page with scripts may do (CSP Level 3): run the scripts and styles that carry the nonce, and what those import,
 * and talk to this server. `'self'` for scripts would let in the objects that users store on the same host.
 */
export function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
